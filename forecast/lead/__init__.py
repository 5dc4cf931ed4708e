"""The lead over profit and loss: how many weeks before published figures the monitors of a CRM see a shock."""

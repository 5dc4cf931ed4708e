"""The forecast call: what the CRM's forecast categories say, and what moved since an earlier one."""

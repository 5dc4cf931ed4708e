"""Pipeline changes between two moments: the waterfall, ageing, slips, and what changed the forecast."""

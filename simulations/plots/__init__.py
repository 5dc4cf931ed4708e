"""Pictures of simulated years: each function takes a result and returns a figure."""

"""Pictures of forecasts: each function takes a result and returns a figure."""

"""What a real pipeline will close: CRM history, calibration, distribution, target, divergence."""

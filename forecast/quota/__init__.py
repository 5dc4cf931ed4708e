"""What quota is realistic: the curve from quota to chance, proposed sheets, hours, capacity, fairness."""

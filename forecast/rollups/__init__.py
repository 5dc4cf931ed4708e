"""Bookings by part, from the same draws as the total: by owner, team, source, product, month."""

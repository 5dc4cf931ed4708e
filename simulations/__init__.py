"""How a sales year unfolds: prospecting hours, leads, opportunities, stages, bookings, revenue."""

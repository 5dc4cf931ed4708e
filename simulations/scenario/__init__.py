"""What a scenario says: typed parts, their evidence, and how a file is read into them."""

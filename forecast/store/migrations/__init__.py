"""How a store of an older schema becomes one of the newest, step by step; run by alembic when a store is opened."""

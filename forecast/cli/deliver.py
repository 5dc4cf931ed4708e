"""What `--out` leaves in a folder: tables as CSV, pictures as PNG, the report."""

from __future__ import annotations

"""What `--out` leaves in a folder: tables as CSV, pictures as PNG, the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulations.comparison import Comparison

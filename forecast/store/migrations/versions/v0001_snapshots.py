"""Snapshots of a CRM: opportunities, stage visits, activities, owners, each row with when it was known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TEXTS = {
    "crm_opportunity": ("id", "name", "owner", "source", "product", "pipeline", "currency", "stage", "forecast_category", "outcome"),
    "crm_stage_visit": ("id", "stage"),
    "crm_activity": ("id", "kind"),
    "crm_owner": ("owner", "manager", "team"),
}  # fmt: skip
_WHOLES = {
    "crm_opportunity": ("created_us", "amount_minor", "expected_close_us", "next_step_us", "closed_us"),
    "crm_stage_visit": ("entered_us", "left_us"),
    "crm_activity": ("when_us", "next_step_us"),
    "crm_owner": (),
}
_FLOATS = {"crm_opportunity": ("amount_beyond", "probability")}


def _whole() -> sa.BigInteger:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of the first schema."""
    op.create_table(
        "crm_snapshot",
        sa.Column("number", _whole(), primary_key=True, autoincrement=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("moment_us", "exported_us", "recorded_us", "opportunities")
        ),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("currency", "shape", "version", "files", "about", "digest")
        ),
    )
    op.create_table(
        "crm_sequence",
        sa.Column("snapshot", _whole(), sa.ForeignKey("crm_snapshot.number"), primary_key=True),
        sa.Column("kept", sa.Text(), primary_key=True),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
    )
    for table, texts in _TEXTS.items():
        op.create_table(
            table,
            sa.Column("row", _whole(), primary_key=True, autoincrement=False),
            sa.Column("since", _whole(), sa.ForeignKey("crm_snapshot.number"), nullable=False),
            sa.Column("until", _whole(), sa.ForeignKey("crm_snapshot.number")),
            *(sa.Column(name, sa.Text()) for name in texts),
            *(sa.Column(name, sa.BigInteger()) for name in _WHOLES[table]),
            *(sa.Column(name, sa.Double()) for name in _FLOATS.get(table, ())),
        )
        op.create_index(f"{table}_until", table, ["until"])

"""What a CRM export holds and what limits a forecast from it, in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from forecast.cli.tables import say, show

if TYPE_CHECKING:
    from forecast.crm import Reading
    from forecast.findings import Finding


def print_reading(reading: Reading, title: str) -> None:
    """Print what was read and every finding; the title names the files."""
    rows = reading.tables.opportunities
    counts = rows["outcome"].value_counts()
    click.echo(f"{title}: read as {reading.shape}")
    show(
        "What was read",
        ("what", "how many"),
        [
            ("opportunities", f"{len(rows):,}"),
            *((f"  {name}", f"{counts.get(name, 0):,}") for name in ("open", "won", "lost", "disqualified")),
            ("stage visits", f"{len(reading.tables.stage_history):,}"),
            *(
                [("owners with manager or team", f"{len(reading.tables.owners):,}")]
                if len(reading.tables.owners)
                else []
            ),
        ],
        note=f"Stages, in order: {' > '.join(reading.tables.stages) or 'not told'}.",
    )
    print_findings(reading.findings)


def print_findings(findings: tuple[Finding, ...]) -> None:
    """Print the quality report, the gravest first."""
    if not findings:
        click.echo("\nNothing was found that limits a forecast.")
        return
    click.echo(f"\n{click.style('What limits the forecast', bold=True)}\n")
    say(f"{finding.severity.upper()}: {finding.message}" for finding in findings)


def reading_as_dict(reading: Reading, title: str) -> dict[str, Any]:
    """Return what was read as plain values, for JSON."""
    from dataclasses import asdict

    rows = reading.tables.opportunities
    return {
        "file": title,
        "shape": reading.shape,
        "opportunities": len(rows),
        "outcomes": {str(name): int(count) for name, count in rows["outcome"].value_counts().items()},
        "stages": list(reading.tables.stages),
        "stage_entries": len(reading.tables.stage_history),
        "owners": len(reading.tables.owners),
        "currency": reading.currency,
        "may_look_ahead": list(reading.may_look_ahead),
        "findings": [asdict(finding) | {"message": finding.message} for finding in reading.findings],
    }

"""The shipped CRM export is what its script writes."""

import importlib.util

import pytest


@pytest.fixture
def regenerate(house):
    """Return the function of the script beside the export."""
    place = house.root / "examples" / "crm" / "regenerate.py"
    spec = importlib.util.spec_from_file_location("regenerate_example_crm", place)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script.regenerate


def test_the_shipped_export_is_byte_for_byte_what_its_script_writes(house, regenerate, tmp_path):
    """If a rule of the simulation was changed on purpose: ``python examples/crm/regenerate.py``."""
    paths = regenerate(tmp_path)
    shipped = house.root / "examples" / "crm"
    for path in (paths.deals, paths.targets, paths.prospecting, paths.truth, paths.provenance):
        assert (shipped / path.name).read_bytes() == path.read_bytes(), path.name
    assert {path.name for path in shipped.glob("*.csv")} == {path.name for path in tmp_path.glob("*.csv")}

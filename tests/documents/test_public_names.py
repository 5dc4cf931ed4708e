"""What other programs may import: small, documented, and free until it is used."""

import importlib
import inspect
import subprocess
import sys

import pytest

PUBLIC = {
    "simulations": {
        "BadInput", "ComparedYears", "Custom", "DayState", "QuarterEnd", "Reactive", "Sawtooth", "Scenario",
        "Steady", "UntilNarrow", "Written", "compare", "load_scenario",
    },
    "forecast": {
        "Assumed",
        "BadInput", "CrmTables", "ForecastPeriod", "QuotaAnswer", "Reading", "forecast", "known_at", "open_store", "page_of",
        "quotas", "read_crm", "watch", "WatchAnswer",
        "make_review", "ReviewAnswer", "measure_hygiene", "ScenarioHygieneAnswer", "HistoryHygieneAnswer", "view_ledger",
        "LedgerAnswer", "measure_lead", "LeadAnswer", "run_backtest", "BacktestAnswer",
    },
}  # fmt: skip
HEAVY = {
    "numpy",
    "pandas",
    "pyarrow",
    "scipy",
    "matplotlib",
    "numba",
    "simpy",
    "pydantic",
    "holidays",
    "jinja2",
    "sqlalchemy",
    "alembic",
}


@pytest.mark.parametrize("package", PUBLIC)
def test_a_package_exports_its_public_names_and_no_others(package):
    """A name more is a promise more: it is added here on purpose."""
    module = importlib.import_module(package)
    assert set(module.__all__) == PUBLIC[package]
    assert dir(module) == module.__all__ == sorted(module.__all__)
    for name in module.__all__:
        assert inspect.getdoc(getattr(module, name)), name


@pytest.mark.parametrize("package", PUBLIC)
def test_every_public_name_stands_on_the_reference_page(house, package):
    page = (house.root / "docs" / "reference" / "python.md").read_text("utf-8")
    missing = [name for name in PUBLIC[package] if f"`{package}.{name}" not in page]
    assert missing == []


@pytest.mark.parametrize("package", PUBLIC)
def test_a_name_that_is_not_there_is_an_attribute_error(package):
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute 'foretell'"):
        importlib.import_module(package).foretell  # noqa: B018 - the access is what is tested


def test_importing_the_packages_loads_nothing_heavy():
    code = f"import sys, simulations, forecast; print(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("package", "names"),
    [
        ("simulations", ("to_frame", "to_dict", "plot", "sentences")),
        ("forecast", ("to_frame", "plot", "to_html")),
    ],
)
def test_results_can_be_shown(package, names):
    """The methods that the documents promise, each with its words."""
    result = {"simulations": "ComparedYears", "forecast": "ForecastPeriod"}[package]
    shown = getattr(importlib.import_module(package), result)
    assert [name for name in names if not inspect.getdoc(getattr(shown, name))] == []

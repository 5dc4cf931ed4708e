"""The benchmark's queue is one queue in every tool: its mean wait is theory's, and a lighter load is noticed."""

import math
from importlib.util import find_spec

import pytest

from benchmarks.peers import MODULES
from benchmarks.queues import LOAD, TOOLS

#: salabim takes many times as long a customer as the others.
CUSTOMERS = {"SimPy": 20_000, "Ciw": 20_000, "salabim": 2_500, "ours": 20_000}
SEED = 11
LIGHTER = 0.5


def _distance(tool, load):
    """Return the distance of a tool's mean wait from theory's at `LOAD`, in standard errors.

    The mean of n consecutive waits in M/M/1 has variance r (2 + 5r - 4r^2 + r^3) / ((1 - r)^4 n) for large n (Daley
    1968; Whitt, "Planning queueing simulations", 1989); checked against 4,000 runs of Lindley's recursion.
    """
    module = MODULES.get(tool)
    if module is not None and find_spec(module) is None:
        pytest.skip(f"{tool} is not installed; it is in the extra `bench`")
    r, customers = LOAD, CUSTOMERS[tool]
    error = math.sqrt(r * (2 + 5 * r - 4 * r**2 + r**3) / ((1 - r) ** 4 * customers))
    return (TOOLS[tool](customers, SEED, load) - r / (1 - r)) / error


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_s_customers_wait_as_theory_says(tool):
    """Tolerance: three standard errors of one run, 0.9 mean services for 20,000 customers."""
    assert abs(_distance(tool, LOAD)) < 3


@pytest.mark.parametrize("tool", TOOLS)
def test_another_load_would_be_noticed(tool):
    assert _distance(tool, LIGHTER) < -3

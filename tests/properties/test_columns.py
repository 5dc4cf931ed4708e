"""Columns of draws by part are told as numpy tells them, to the byte."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from forecast.rollups.columns import columns_of, quantiles_of


@given(seed=st.integers(0, 10_000), draws=st.integers(1, 200), parts=st.integers(1, 9))
def test_quantiles_and_columns_are_those_of_numpy(seed: int, draws: int, parts: int) -> None:
    """With many equal values, such as the draws in which a part books nothing."""
    rng = np.random.default_rng(seed)
    values = np.round(rng.lognormal(9, 2, (draws, parts)), 2) * (rng.random((draws, parts)) < 0.7)
    shares = (0.0, 0.1, 0.5, 0.9, 0.975, 1.0)
    assert np.array_equal(quantiles_of(values, shares), np.quantile(values, shares, axis=0))
    order = rng.permutation(parts)[: rng.integers(1, parts + 1)]
    found = columns_of(np.array(values, order="F"), order)
    assert np.array_equal(found, values[:, order])
    assert found.T.flags.c_contiguous  # so that a column is added up as before

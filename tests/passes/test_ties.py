"""What distance from a tie float rounding explains."""

from __future__ import annotations

import numpy as np

from lpt.passes.ties import Ties

NO = np.zeros((), bool)


def test_codes_differ_only_near_ties() -> None:
    """Within max(bound · Σ|terms|, least); further by a step for each tie more that lies between two codes."""
    away, sums = np.array([0.1, 0.3, 0.1, 0.3, 0.1]), np.array([1.0, 1.0, 4.0, 8.0, 16.0])
    assert Ties(away, sums, NO).share(np.array([1, -1, 1, 1, 2]), 0.125, 0.25).round(3).tolist() == [0.4, 1.2, 0.2, 0.3, 0.55]
    assert Ties(away, sums, NO).share(np.zeros(5, int), 0.125).tolist() == [0.0] * 5


def test_what_is_unknown_is_far() -> None:
    ties = Ties(np.array([np.nan, 0.5]), np.zeros(2), NO)
    assert ties.share(np.array([1, 1]), 0.125).tolist() == [np.inf, np.inf]


def test_a_jump_is_one_tie() -> None:
    """An empty input range has all its levels between x below and x above."""
    ties = Ties(np.array([0.1, 1.0]), np.ones(2), np.ones((), bool))
    assert (ties.share(np.array([254, -254]), 0.25) > 1).tolist() == [False, True]

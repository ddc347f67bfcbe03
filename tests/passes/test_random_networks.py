"""Random networks over all operations: passes hold what they state, codes are the formula's, lowering and kernels change no bit.

`pytest -m sweep --hypothesis-profile=explore` draws new networks; `-s` prints what was compared.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from lpt.checking import check_kernels
from lpt.dialects.nn import OPERATIONS, CastOp, PlainOp, RecurrentOp, SelectionOp
from lpt.interpreting import input_names
from lpt.model import Model
from lpt.testing.agreement import Agreement
from lpt.testing.choices import Seeded
from lpt.testing.networks import Network, random_network

EVERY = {op.name for op in OPERATIONS if not issubclass(op, PlainOp | RecurrentOp | SelectionOp)} - {CastOp.name}
"""All operations of floats."""


class Drawn:
    """Choices of hypothesis, which shrinks them."""

    def __init__(self, draw: st.DrawFn):
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        return self._draw(st.integers(low, high))


@st.composite
def networks(draw: st.DrawFn) -> Network:
    return random_network(Drawn(draw))


def agreement(count: int, part: int = 0, compiled: int = 0) -> Agreement:
    """Check `count` networks, others for each part; kernels of one in `compiled`."""
    totals = Agreement()

    @settings(max_examples=count, suppress_health_check=list(HealthCheck))
    @given(networks(), st.integers(0, 1000))
    def check(network: Network, number: int) -> None:
        module = totals.check(network)
        if compiled and number % compiled == compiled - 1:
            model = Model(module)
            inputs = dict(zip(input_names(model.function), network.inputs, strict=True))
            assert [kernel for kernel in check_kernels(model, inputs) if not kernel.ok] == []

    (seed(part)(check) if settings.default is not None and settings.default.derandomize else check)()
    print(totals)
    return totals


def test_some() -> None:
    totals = agreement(30)
    assert totals.networks >= 30 and totals.codes > 1000 and totals.worst >= 120


@pytest.mark.slow
@pytest.mark.parametrize("part", range(1, 5))
def test_a_thousand(part: int) -> None:
    """250 in each of four parts, so that processors share them."""
    totals = agreement(250, part, compiled=50)
    assert totals.networks >= 250 and totals.differing <= 5e-5 * totals.codes and totals.worst >= 120


@pytest.mark.sweep
@pytest.mark.parametrize("part", range(5, 45))
def test_ten_thousand(part: int) -> None:
    """As many again in 40 parts: hypothesis takes longer per example, the more it has drawn."""
    totals = agreement(250, part, compiled=50)
    assert totals.networks >= 250 and totals.differing <= 5e-5 * totals.codes and totals.worst >= 120


def test_a_seed_gives_one_network() -> None:
    assert str(random_network(Seeded(3)).module) == str(random_network(Seeded(3)).module)


@pytest.mark.slow
def test_all_operations_are_drawn() -> None:
    modules = [random_network(Seeded(n)).module for n in range(1000)]
    assert EVERY - {op.name for module in modules for op in module.walk()} == set()

"""The cases: for each row of OpenVINO's LPT, networks over ranges, granularities, shapes, zero points and consumers.

A builder is a function of a `Network` and the parameters that the table shows; `grid` makes a case of each combination.
"""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from network import Network

Builder = Callable[..., None]
FILES = ("rows_quantize", "rows_contractions", "rows_elementwise", "rows_moves", "rows_reductions", "rows_graph")


@dataclass(frozen=True)
class Case:
    """One network: the row it belongs to, its builder and the parameters."""

    row: str
    builder: Builder
    params: dict[str, Any]

    @property
    def name(self) -> str:
        """Unique among the cases."""
        values = " ".join(f"{key}={value}" for key, value in self.params.items())
        return f"{self.row}/{self.builder.__name__} {values}".strip()

    def network(self) -> Network:
        """Built."""
        network = Network()
        self.builder(network, **self.params)
        return network


def grid(row: str, builder: Builder, **choices: Any) -> Iterator[Case]:
    """All combinations; a choice that is no list is the same in all."""
    lists = [value if isinstance(value, list) else [value] for value in choices.values()]
    for values in itertools.product(*lists):
        yield Case(row, builder, dict(zip(choices, values, strict=True)))


def all_cases() -> list[Case]:
    """Every case, in the order of the files."""
    cases = [case for name in FILES for case in importlib.import_module(name).cases()]
    assert len({case.name for case in cases}) == len(cases), "two cases have one name"
    return cases

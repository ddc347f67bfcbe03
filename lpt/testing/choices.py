"""Whole numbers, which is what a random network is drawn from: by a seed, or by a hypothesis strategy, which shrinks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

import numpy as np

T = TypeVar("T")


class Choices(Protocol):
    """A source of choices; the lowest number is the simplest one."""

    def integer(self, low: int, high: int) -> int:
        """A number in [low, high]."""


class Seeded:
    """Choices that follow from a seed."""

    def __init__(self, seed: int):
        self._generator = np.random.default_rng(seed)

    def integer(self, low: int, high: int) -> int:
        """A number in [low, high], each equally likely."""
        return int(self._generator.integers(low, high, endpoint=True))


def pick(choices: Choices, options: Sequence[T]) -> T:
    """One of the options; the first is the simplest."""
    return options[choices.integer(0, len(options) - 1)]


def chance(choices: Choices, share: float) -> bool:
    """True in about `share` of all cases; False is simpler."""
    return choices.integer(0, 99) >= 100 - round(share * 100)

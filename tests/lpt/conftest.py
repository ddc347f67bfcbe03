"""Small programs with hand-written kernels, for the run time's tests."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lpt.runtime.objects import build_object
from lpt.runtime.program import Buffer, Port, Program, Span, Step, View
from lpt.target import get_target

LENGTH = 64

# Unit u adds `by` to bytes [8u, 8u + 8) of its operand.
ADD = """
define void @add_BY(ptr %args, i64 %begin, i64 %end) {
entry:
  %from = load ptr, ptr %args
  %to.at = getelementptr ptr, ptr %args, i64 1
  %to = load ptr, ptr %to.at
  br label %next
next:
  %u = phi i64 [ %begin, %entry ], [ %u.next, %unit ]
  %more = icmp slt i64 %u, %end
  br i1 %more, label %unit, label %exit
unit:
  %at = mul i64 %u, 8
  %source = getelementptr i8, ptr %from, i64 %at
  %value = load <8 x i8>, ptr %source, align 1
  %sum = add <8 x i8> %value, splat (i8 BY)
  %target = getelementptr i8, ptr %to, i64 %at
  store <8 x i8> %sum, ptr %target, align 1
  %u.next = add i64 %u, 1
  br label %next
exit:
  ret void
}
"""

# Each thread reads another's bytes: unit u reverses the order of the units. Without a barrier before it, it reads old data.
REVERSE = """
define void @reverse(ptr %args, i64 %begin, i64 %end) {
entry:
  %from = load ptr, ptr %args
  %to.at = getelementptr ptr, ptr %args, i64 1
  %to = load ptr, ptr %to.at
  br label %next
next:
  %u = phi i64 [ %begin, %entry ], [ %u.next, %unit ]
  %more = icmp slt i64 %u, %end
  br i1 %more, label %unit, label %exit
unit:
  %at = mul i64 %u, 8
  %mirrored = sub i64 56, %at
  %source = getelementptr i8, ptr %from, i64 %mirrored
  %value = load i64, ptr %source, align 1
  %target = getelementptr i8, ptr %to, i64 %at
  store i64 %value, ptr %target, align 1
  %u.next = add i64 %u, 1
  br label %next
exit:
  ret void
}
"""

SOURCES = {"add_1": ADD.replace("BY", "1"), "add_2": ADD.replace("BY", "2"), "reverse": REVERSE}


def _step(name: str, symbol: str, source: Buffer, result: Buffer, units: int, halo: tuple[Span, ...]) -> Step:
    view = View("uint8", (LENGTH,), (1,))
    return Step(name, symbol.split("_")[0], "u8", "", LENGTH, 2 * LENGTH, symbol, units, (source, result), result, view, halo)


def make_chain(*symbols: str, units: int = 8, halo: tuple[Span, ...] = ()) -> Program:
    """`symbols` one after the other on 64 bytes, through two arena slots that take turns."""
    last = len(symbols) - 1
    steps, source = [], Buffer("input", 0)
    for i, symbol in enumerate(symbols):
        result = Buffer("output", 0) if i == last else Buffer("arena", 128 * (i % 2))
        steps.append(_step(f"{symbol}_{i}", symbol, source, result, units, () if i == last else halo))
        source = result
    target = get_target("native")
    return Program(
        target=target.name,
        inputs=(Port("x", "uint8", (LENGTH,)),),
        outputs=(Port("y", "uint8", (LENGTH,)),),
        steps=tuple(steps),
        objects={symbol: build_object(SOURCES[symbol], target) for symbol in dict.fromkeys(symbols)},
        constants=np.zeros(0, np.uint8),
        arena_size=256,
    )


@pytest.fixture(scope="session")
def chain() -> Callable[..., Program]:
    return make_chain

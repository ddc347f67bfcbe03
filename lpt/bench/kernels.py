"""Each kernel against what the machine could do: its share of the peak, and a roofline estimate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from lpt.bench.machine import Machine

if TYPE_CHECKING:
    from lpt.runtime.executable import ReportRow
    from lpt.runtime.program import Step


@dataclass(frozen=True)
class KernelRow:
    """A row of the report, and what it means on this machine.

    `gmacs` are GMAC/s and `peak_share` their part of the peak of the kernel's own instructions, both None without
    multiply-accumulates or times. `roofline_ns` is the larger of the time to compute at the peak and the time to read and
    write `bytes` at the measured bandwidth: S. Williams, A. Waterman and D. Patterson, "Roofline", 2009. `widened[i]` is the share
    of the multiply-accumulates that proved vpmaddubsw does, i + 1 dwords summed in 16 bits before they are widened.
    """

    name: str
    operation: str
    precision: str
    instructions: str
    macs: int
    bytes: int
    ns: int | None
    gmacs: float | None
    peak_share: float | None
    roofline_ns: int
    widened: tuple[float, ...] = ()


def kernel_rows(rows: Sequence[ReportRow], machine: Machine, steps: Sequence[Step] = ()) -> list[KernelRow]:
    """The report's rows, in order, with their rates on `machine`; `steps` are the program's."""
    return [_row(row, machine, step.widened if step else ()) for row, step in zip_longest(rows, steps)]


def widened(rows: Sequence[KernelRow]) -> tuple[float, ...]:
    """`KernelRow.widened` of all products of a network together; empty if there is none on vpmaddubsw."""
    total = sum(row.macs for row in rows)
    most = max((len(row.widened) for row in rows), default=0)
    return tuple(sum(row.macs * share for row in rows for share in row.widened[i : i + 1]) / total for i in range(most))


def _row(row: ReportRow, machine: Machine, proved: tuple[float, ...]) -> KernelRow:
    peak = machine.peak(row.instructions) if row.macs else None
    gmacs = row.macs / row.ns if row.macs and row.ns else None
    compute = row.macs / peak if peak else 0.0
    return KernelRow(
        **vars(row),
        gmacs=gmacs,
        peak_share=gmacs / peak if gmacs and peak else None,
        roofline_ns=round(max(compute, row.bytes / machine.read_gb)),
        widened=proved,
    )

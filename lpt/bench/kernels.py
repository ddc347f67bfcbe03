"""Each kernel against what the machine could do: its share of the peak, and a roofline estimate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lpt.bench.machine import Machine

if TYPE_CHECKING:
    from lpt.runtime.executable import ReportRow


@dataclass(frozen=True)
class KernelRow:
    """A row of the report, and what it means on this machine.

    `gmacs` are GMAC/s and `peak_share` their part of the peak of the kernel's own instructions, both None without
    multiply-accumulates or times. `roofline_ns` is the larger of the time to compute at the peak and the time to read and
    write `bytes` at the measured bandwidth: S. Williams, A. Waterman and D. Patterson, "Roofline", 2009.
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


def kernel_rows(rows: Sequence[ReportRow], machine: Machine) -> list[KernelRow]:
    """The report's rows, in order, with their rates on `machine`."""
    return [_row(row, machine) for row in rows]


def _row(row: ReportRow, machine: Machine) -> KernelRow:
    peak = machine.peak(row.instructions) if row.macs else None
    gmacs = row.macs / row.ns if row.macs and row.ns else None
    compute = row.macs / peak if peak else 0.0
    return KernelRow(
        **vars(row),
        gmacs=gmacs,
        peak_share=gmacs / peak if gmacs and peak else None,
        roofline_ns=round(max(compute, row.bytes / machine.read_gb)),
    )

"""Measure micro kernels, instead of trusting the cost model of `lpt.codegen.tiling`.

A contraction's tile decides its speed and no bit of its result. The best place to measure it is the network itself: there weights
and activations are as warm or cold as they will be. So whole programs are timed, step by step, in turns: one with the cost model's
tiles, and one in which every contraction has its next best tile. A tile replaces the model's if it is clearly faster, and
is so again with the others' new tiles around it.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median

from xdsl.dialects.builtin import ModuleOp

from lpt.codegen.build import build_kernel
from lpt.codegen.kernel_code import KernelCode
from lpt.dialects.kernel import ContractionOp, KernelOp, Layout
from lpt.errors import CompileError
from lpt.runtime.assemble import Build, Progress, assemble
from lpt.runtime.executable import Executable
from lpt.runtime.program import Program
from lpt.runtime.tiles import Tiles, keep_tiles, tuned_tiles
from lpt.target import Target, runs_here

CANDIDATES = 8
"""Tiles measured per kernel: those of least estimated time."""

CLEARLY = 0.98
"""A tile replaces the model's choice if it takes at most this share of its time."""

_LEAST_TURNS = 5
_SECONDS = 0.5
"""A candidate is measured for as long, and for a least number of turns."""


def tuned_build(tiles: Mapping[str, tuple[int, int]]) -> Build:
    """`build_kernel` with tuned `tiles`, by the name of the code with the cost model's tile. A kernel's own tile goes first."""

    def build(op: KernelOp, layouts: Sequence[Layout], target: Target) -> KernelCode:
        code = build_kernel(op, layouts, target)
        tile = tiles.get(code.name)
        # Only tiles of this very code: a table may be older than the generator.
        return _with_tile(op, layouts, target, tile) if tile in code.tiles[1:] and _is_free(op) else code

    return build


def tune(module: ModuleOp, target: Target, progress: Progress | None = None) -> Tiles:
    """The tiles of all contractions in a module of kernels, measured on this processor where the cache has none, and kept there.

    `progress(done, total)` counts measured programs. Raises CompileError where this processor cannot run the target.
    """
    if not runs_here(target):
        raise CompileError(
            "cannot measure tiles: this processor lacks its instructions",
            where=f"target {target.name}",
            way_out="tune for target native, or on a processor that has them",
        )
    known = tuned_tiles(target)
    search = _Search(module, target, known)
    found = search.run(progress)
    keep_tiles(target, found)
    return known | found


class _Search:
    """The programs that differ in their tiles, and what measuring them says."""

    def __init__(self, module: ModuleOp, target: Target, known: Mapping[str, tuple[int, int]]):
        self._module, self._target, self._known = module, target, known
        self._codes: dict[KernelOp, KernelCode] = {}
        self._base = self._program(0)
        self._open = {c.name: c.tiles[:CANDIDATES] for op, c in self._codes.items() if self._is_open(op)}

    def run(self, progress: Progress | None) -> Tiles:
        """The fastest tile of each kernel that was not known, by the name of its code."""
        total = max((len(tiles) for tiles in self._open.values()), default=0)
        best = {name: (CLEARLY, tiles[0]) for name, tiles in self._open.items()}
        for rank in range(1, total):
            ratios = self._ratios(self._program(rank))
            for name, tiles in self._open.items():
                if rank < len(tiles):
                    best[name] = min(best[name], (ratios[name], tiles[rank]))
            if progress is not None:
                progress(rank, total - 1)
        return self._confirmed({name: tile for name, (_, tile) in best.items()})

    def _confirmed(self, found: Tiles) -> Tiles:
        """`found`, but the model's tiles where others do not win again when they are all together: of many, one wins by chance."""
        if all(tile == self._open[name][0] for name, tile in found.items()):
            return found
        ratios = self._ratios(assemble(self._module, self._target, build=tuned_build({**self._known, **found})))
        return {name: tile if ratios[name] <= CLEARLY else self._open[name][0] for name, tile in found.items()}

    def _is_open(self, op: KernelOp) -> bool:
        return _is_free(op) and self._codes[op].name not in self._known and len(self._codes[op].tiles) > 1

    def _program(self, rank: int) -> Program:
        """The program in which each open kernel has the tile of this rank, if it has so many."""

        def build(op: KernelOp, layouts: Sequence[Layout], target: Target) -> KernelCode:
            if op not in self._codes:
                self._codes[op] = build_kernel(op, layouts, target)
            code = self._codes[op]
            if not rank or not self._is_open(op) or rank >= min(CANDIDATES, len(code.tiles)):
                return code
            return _with_tile(op, layouts, target, code.tiles[rank])

        return assemble(self._module, self._target, build=build)

    def _ratios(self, program: Program) -> dict[str, float]:
        """The time of `program` over that of the model's choice, by the name of the code in the latter."""
        before, after = defaultdict[str, float](float), defaultdict[str, float](float)
        for step, *times in zip(self._base.steps, *measure([self._base, program]), strict=True):
            before[step.symbol] += times[0]
            after[step.symbol] += times[1]
        return {name: after[name] / max(1.0, before[name]) for name in before}


def measure(programs: Sequence[Program]) -> list[list[float]]:
    """Nanoseconds of each step of each program on one pinned thread: medians over turns, whose order alternates."""
    from lpt.bench.timing import pinned

    executables = [Executable([program], threads=1) for program in programs]
    turns: list[list[list[int]]] = [[] for _ in programs]
    with pinned(1):
        end = time.perf_counter() + _SECONDS
        while len(turns[0]) < _LEAST_TURNS or time.perf_counter() < end:
            places = list(range(len(programs)))
            for i in places if len(turns[0]) % 2 == 0 else reversed(places):
                turns[i].append([row.ns or 0 for row in executables[i].report(repeats=3)])
    return [[float(median(times)) for times in zip(*found, strict=True)] for found in turns]


def _is_free(op: KernelOp) -> bool:
    """Whether the tile is for us to choose."""
    return isinstance(op, ContractionOp) and op.tile is None


def _with_tile(op: KernelOp, layouts: Sequence[Layout], target: Target, tile: tuple[int, int] | None) -> KernelCode:
    """The code of `op` with another tile than its own; leaves `op`, which may be the caller's, as it was."""
    assert isinstance(op, ContractionOp) and tile is not None
    op.with_tile(*tile)
    try:
        return build_kernel(op, layouts, target)
    finally:
        del op.properties["tile"]

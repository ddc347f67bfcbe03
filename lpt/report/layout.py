"""Where the nodes of a graph stand: layers from top to bottom, few crossings, straight long edges.

Layered drawing in four steps (K. Sugiyama, S. Tagawa and M. Toda, "Methods for visual understanding of hierarchical system
structures", 1981): a rank for each node, dummies on edges that span several ranks, an order within each rank by the median of the
neighbours, and places (`lpt.report.placing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from lpt.report.placing import Ranks, places

GAP, RANK = 24.0, 92.0
"""Between two nodes of a rank, and from rank to rank, in pixels."""

_ORDERINGS, _DUMMY_WIDTH = 4, 6.0

Edge = tuple[int, int]
Point = tuple[float, float]


@dataclass(frozen=True)
class Layout:
    """Centres of the nodes, and for each edge that is no straight line the points between its ends; pixels, y downwards."""

    x: list[float]
    y: list[float]
    bends: dict[Edge, list[Point]]
    width: float
    height: float


def layered(widths: Sequence[float], edges: Sequence[Edge]) -> Layout:
    """Lay out nodes 0 … n − 1 of these widths, in pixels. `edges` are (from, to) with from < to, so that all run downwards."""
    if not widths:
        return Layout([], [], {}, 0.0, 0.0)
    edges = list(dict.fromkeys(edges))
    graph = _Ranked(list(widths), edges, _ranks(len(widths), edges))
    for down in [True, False] * _ORDERINGS:
        graph.order(down)
    return graph.layout(edges)


def _ranks(count: int, edges: Sequence[Edge]) -> list[int]:
    """The longest way from a source; sources that are read late stand just above their first reader."""
    readers: list[list[int]] = [[] for _ in range(count)]
    sources: list[list[int]] = [[] for _ in range(count)]
    for begin, end in edges:
        readers[begin].append(end)
        sources[end].append(begin)
    ranks = [0] * count
    for node in range(count):
        ranks[node] = max((ranks[source] + 1 for source in sources[node]), default=0)
    for node in range(count):
        if not sources[node] and readers[node]:
            ranks[node] = max(0, min(ranks[reader] for reader in readers[node]) - 1)
    return ranks


@dataclass
class _Ranked:
    """Nodes and the dummies behind them by rank. Edges from one node share their dummies: one line that forks."""

    widths: list[float]
    edges: list[Edge]
    ranks: list[int]
    above: list[list[int]] = field(init=False)
    below: list[list[int]] = field(init=False)
    layers: list[list[int]] = field(init=False)
    chains: dict[Edge, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.count = len(self.widths)
        self.widths, self.ranks = list(self.widths), list(self.ranks)
        self.above = [[] for _ in range(self.count)]
        self.below = [[] for _ in range(self.count)]
        self.chains = {}
        dummies: dict[tuple[int, int], int] = {}
        for begin, end in self.edges:
            previous, chain = begin, list[int]()
            for rank in range(self.ranks[begin] + 1, self.ranks[end]):
                dummy = dummies.get((begin, rank))
                if dummy is None:
                    dummy = dummies[begin, rank] = self._add_dummy(rank)
                    self._link(previous, dummy)
                chain.append(dummy)
                previous = dummy
            self._link(previous, end)
            self.chains[begin, end] = chain
        self.layers = [[] for _ in range(max(self.ranks) + 1)]
        for node in sorted(range(len(self.ranks)), key=self._seniority):
            self.layers[self.ranks[node]].append(node)

    def _add_dummy(self, rank: int) -> int:
        self.widths.append(_DUMMY_WIDTH)
        self.ranks.append(rank)
        self.above.append([])
        self.below.append([])
        return len(self.ranks) - 1

    def _link(self, upper: int, lower: int) -> None:
        self.below[upper].append(lower)
        self.above[lower].append(upper)

    def _seniority(self, node: int) -> tuple[int, int]:
        """Nodes in the order given; a dummy right of what was there before it."""
        return (1, node) if node >= self.count else (0, node)

    def order(self, down: bool) -> None:
        """Sort each rank by the median place of the neighbours in the rank before it."""
        layers = self.layers[1:] if down else self.layers[-2::-1]
        neighbours = self.above if down else self.below
        for layer in layers:
            place = {node: i for peers in self._ranks_beside(layer, down) for i, node in enumerate(peers)}
            keys = {node: median(place[n] for n in neighbours[node]) if neighbours[node] else -1.0 for node in layer}
            free = {i: node for i, node in enumerate(layer) if not neighbours[node]}  # they keep their places
            moved = iter(sorted((node for node in layer if neighbours[node]), key=keys.__getitem__))
            layer[:] = [free[i] if i in free else next(moved) for i in range(len(layer))]

    def _ranks_beside(self, layer: list[int], down: bool) -> list[list[int]]:
        rank = self.ranks[layer[0]] if layer else 0
        beside = rank - 1 if down else rank + 1
        return [self.layers[beside]] if 0 <= beside < len(self.layers) else []

    def _distance(self, left: int, right: int) -> float:
        return (self.widths[left] + self.widths[right]) / 2 + GAP

    def layout(self, edges: Sequence[Edge]) -> Layout:
        """Places, from the order that the ranks have now."""
        bends = frozenset(range(self.count, len(self.ranks)))
        found = places(Ranks(self.layers, self.above, self.below, bends, self._distance))
        left = min(x - w / 2 for x, w in zip(found, self.widths, strict=True)) - GAP
        xs = [round(x - left, 1) for x in found]
        ys = [RANK * (rank + 0.5) for rank in self.ranks]
        points = {edge: [(xs[node], ys[node]) for node in self.chains[edge]] for edge in edges if self.chains[edge]}
        width = max(x + w / 2 for x, w in zip(xs, self.widths, strict=True)) + GAP
        return Layout(xs[: self.count], ys[: self.count], points, round(width, 1), RANK * len(self.layers))


def simplified(points: Sequence[Point]) -> list[Point]:
    """Points of a line without those that lie on the way between their neighbours."""
    kept: list[Point] = []
    for i, point in enumerate(points):
        if 0 < i < len(points) - 1 and points[i - 1][0] == point[0] == points[i + 1][0]:
            continue
        kept.append(point)
    return kept


__all__ = ["GAP", "RANK", "Edge", "Layout", "Point", "layered", "simplified"]

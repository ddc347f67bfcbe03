"""Horizontal places of nodes in ranks whose order is given: straight chains, short edges, no overlap.

Four layouts, each with its nodes aligned to the median neighbour above or below, from the left or from the right; a node's place is
the mean of the middle two. U. Brandes and B. Köpf, "Fast and simple horizontal coordinate assignment", 2001.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Neighbours = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Ranks:
    """Nodes by rank, in order; of each, those it is joined with in the rank above and in the rank below.

    `bends` are no nodes but points of edges that span several ranks, which are to be straight. `distance` is the least between the
    centres of two neighbours in a rank.
    """

    layers: Sequence[Sequence[int]]
    above: Neighbours
    below: Neighbours
    bends: frozenset[int]
    distance: Callable[[int, int], float]


def places(ranks: Ranks) -> list[float]:
    """The x of each node."""
    conflicts = _conflicts(ranks)
    layouts = [_layout(ranks, conflicts, down, left) for down in (True, False) for left in (True, False)]
    widths = [max(xs) - min(xs) for xs in layouts]
    narrowest = layouts[widths.index(min(widths))]
    ends = min(narrowest), max(narrowest)
    for i, xs in enumerate(layouts):
        shift = ends[0] - min(xs) if i % 2 == 0 else ends[1] - max(xs)
        layouts[i] = [x + shift for x in xs]
    return [sum(sorted(xs)[1:3]) / 2 for xs in zip(*layouts, strict=True)]


def _conflicts(ranks: Ranks) -> set[tuple[int, int]]:
    """Edges (upper, lower) that cross a straight part of a long edge: they give way."""
    found: set[tuple[int, int]] = set()
    place = _place(ranks.layers)
    for layer in ranks.layers[1:]:
        inner = [
            (place[upper], place[node])
            for node in layer
            if node in ranks.bends
            for upper in ranks.above[node]
            if upper in ranks.bends
        ]
        for node in layer if inner else ():
            for upper in ranks.above[node]:
                if node in ranks.bends and upper in ranks.bends:
                    continue
                if any((a - place[upper]) * (b - place[node]) < 0 for a, b in inner):
                    found.add((upper, node))
    return found


def _place(layers: Sequence[Sequence[int]]) -> dict[int, int]:
    return {node: i for layer in layers for i, node in enumerate(layer)}


def _layout(ranks: Ranks, conflicts: set[tuple[int, int]], down: bool, left: bool) -> list[float]:
    """One of the four."""
    layers = [list(layer) if left else list(reversed(layer)) for layer in (ranks.layers if down else reversed(ranks.layers))]
    neighbours = ranks.above if down else ranks.below
    allowed = (lambda near, node: (near, node) not in conflicts) if down else (lambda near, node: (node, near) not in conflicts)
    roots = _aligned(layers, neighbours, allowed)
    xs = _compacted(layers, roots, ranks.distance)
    return xs if left else [-x for x in xs]


def _aligned(layers: Sequence[Sequence[int]], neighbours: Neighbours, allowed: Callable[[int, int], bool]) -> list[int]:
    """The first node of the straight line that each node is in: with the median neighbour, where no such line is crossed."""
    place = _place(layers)
    roots, taken = list(range(len(neighbours))), set[int]()
    for layer in layers:
        last = -1
        for node in layer:
            near = sorted(neighbours[node], key=place.__getitem__)
            middle = (len(near) - 1) / 2
            for candidate in near[int(middle) : int(middle + 0.5) + 1]:
                if roots[node] == node and candidate not in taken and place[candidate] > last and allowed(candidate, node):
                    roots[node] = roots[candidate]
                    taken.add(candidate)
                    last = place[candidate]
    return roots


def _compacted(layers: Sequence[Sequence[int]], roots: Sequence[int], distance: Callable[[int, int], float]) -> list[float]:
    """The lines as far to the left as they go, and then back to the right as far as their right neighbours let them."""
    after: dict[int, dict[int, float]] = {root: {} for root in roots}
    before: dict[int, dict[int, float]] = {root: {} for root in roots}
    for layer in layers:
        for one, other in pairwise(layer):
            a, b = roots[one], roots[other]
            after[a][b] = before[b][a] = max(distance(one, other), after[a].get(b, 0.0))
    order = _in_order(after, before)
    x: dict[int, float] = {}
    for root in order:
        x[root] = max((x[other] + gap for other, gap in before[root].items()), default=0.0)
    for root in reversed(order):
        if after[root]:
            x[root] = max(x[root], min(x[other] - gap for other, gap in after[root].items()))
    return [x[root] for root in roots]


def _in_order(after: dict[int, dict[int, float]], before: dict[int, dict[int, float]]) -> list[int]:
    """Each line behind those that stand left of it."""
    waiting = {root: len(others) for root, others in before.items()}
    ready, order = [root for root, count in waiting.items() if not count], list[int]()
    while ready:
        root = ready.pop()
        order.append(root)
        for other in after[root]:
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    return order


__all__ = ["Ranks", "places"]

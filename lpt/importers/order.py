"""The order in which nodes are imported: topological, whatever the file's order is."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence

from lpt.errors import LoadError


def topological(waiting: Sequence[int], readers: Mapping[int, Sequence[int]], names: Sequence[str]) -> list[int]:
    """Kahn's algorithm; of the nodes that are ready the first of the file is next, so a sorted file keeps its order.

    `waiting`: how many nodes each node reads; `readers`: which nodes read it. Raises LoadError for a cycle.
    """
    order: list[int] = []
    missing = list(waiting)
    ready = [i for i, count in enumerate(missing) if not count]
    while ready:
        i = heapq.heappop(ready)
        order.append(i)
        for j in readers.get(i, ()):
            missing[j] -= 1
            if not missing[j]:
                heapq.heappush(ready, j)
    if len(order) < len(missing):
        stuck = next(i for i, count in enumerate(missing) if count)
        raise LoadError(f"the graph has a cycle through node {names[stuck]!r}", way_out="the model is damaged: export it again")
    return order

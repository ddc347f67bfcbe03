"""Pipelines as sequences of passes: places named by pass, slices, insertion, replacement. Editing gives a new pipeline."""

from __future__ import annotations

import difflib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Generic, Self, TypeVar, overload

from lpt.errors import TransformError

Place = str | int
"""Where in a pipeline: the name of a pass that occurs once, or a number, negative ones from the end."""

P = TypeVar("P")
Element = TypeVar("Element", contravariant=True)


class Editable(ABC, Generic[P, Element]):
    """An immutable sequence of passes, edited by making another one. `Element` is what a pass may be given as."""

    passes: tuple[P, ...]

    @abstractmethod
    def _made_of(self, passes: Sequence[P]) -> Self:
        """A pipeline of these passes."""

    @abstractmethod
    def _passes_of(self, element: Element) -> tuple[P, ...]:
        """What an element stands for."""

    @abstractmethod
    def _name(self, p: P) -> str: ...

    @property
    def names(self) -> tuple[str, ...]:
        """The passes' names, in order."""
        return tuple(self._name(p) for p in self.passes)

    def __len__(self) -> int:
        return len(self.passes)

    def __iter__(self) -> Iterator[P]:
        return iter(self.passes)

    def __contains__(self, item: object) -> bool:
        return item in self.passes or item in self.names

    def index(self, place: Place) -> int:
        """The number of a pass. Raises TransformError for a name that is not there, or there more than once."""
        if isinstance(place, int):
            if not -len(self) <= place < len(self):
                raise TransformError(f"there is no pass {place} of {len(self)}", where="pipeline")
            return place % len(self)
        found = [i for i, name in enumerate(self.names) if name == place]
        if len(found) == 1:
            return found[0]
        if found:
            numbers = ", ".join(map(str, found))
            raise TransformError(f"pass {place} is there {len(found)} times", where="pipeline", way_out=f"give one of {numbers}")
        close = difflib.get_close_matches(place, self.names, n=1, cutoff=0.5)
        way_out = f"did you mean {close[0]}?" if close else f"it has {', '.join(self.names) or 'none'}"
        raise TransformError(f"there is no pass {place!r}", where="pipeline", way_out=way_out)

    @overload
    def __getitem__(self, key: Place) -> P: ...
    @overload
    def __getitem__(self, key: slice) -> Self: ...
    def __getitem__(self, key: Place | slice) -> P | Self:
        """A pass by name or number, or a slice, whose ends may be names too: the end is left out, as everywhere in Python."""
        if not isinstance(key, slice):
            return self.passes[self.index(key)]
        start, stop = (self.index(end) if isinstance(end, str) else end for end in (key.start, key.stop))
        return self._made_of(self.passes[start : stop : key.step])

    def until(self, place: Place) -> Self:
        """The passes up to this one, which is the last; of a name that occurs more than once, up to the first."""
        last = self.names.index(place) if isinstance(place, str) and place in self.names else self.index(place)
        return self._made_of(self.passes[: last + 1])

    def insert_before(self, place: Place, *elements: Element) -> Self:
        """With passes in front of the one at `place`. Raises TransformError as `index`."""
        return self._spliced(self.index(place), 0, elements)

    def insert_after(self, place: Place, *elements: Element) -> Self:
        """With passes behind the one at `place`. Raises TransformError as `index`."""
        return self._spliced(self.index(place) + 1, 0, elements)

    def replace(self, place: Place, *elements: Element) -> Self:
        """With other passes in place of one. Raises TransformError as `index`."""
        return self._spliced(self.index(place), 1, elements)

    def append(self, *elements: Element) -> Self:
        """With passes at the end."""
        return self._spliced(len(self), 0, elements)

    def drop(self, *places: Place) -> Self:
        """Without these passes; a name stands for every pass of it. Raises TransformError for one that is not there."""
        gone = set[int]()
        for place in places:
            named = {i for i, name in enumerate(self.names) if name == place}
            gone |= named or {self.index(place)}
        return self._made_of([p for i, p in enumerate(self.passes) if i not in gone])

    def _spliced(self, at: int, gone: int, elements: Sequence[Element]) -> Self:
        new = [p for element in elements for p in self._passes_of(element)]
        return self._made_of([*self.passes[:at], *new, *self.passes[at + gone :]])

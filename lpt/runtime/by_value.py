"""`ByValueExecutable`: a compiled model in which values of some inputs decide what is computed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import overload

import numpy as np

from lpt.errors import LoadError, RunError, ValuesNeeded
from lpt.runtime.executable import Arrays, Executable, ReportRow
from lpt.runtime.inputs import bind_inputs
from lpt.runtime.program import Port, Program

KEPT = 8
"""Sets of values whose programs are kept, those used last."""

Key = tuple[tuple[tuple[int, ...], bytes], ...]
"""Shape and bytes of each input that decides."""

Make = Callable[[Mapping[str, np.ndarray]], Executable]
"""Compiles the model with these inputs as constants; raises ValuesNeeded if it needs more of them."""


class ByValueExecutable(Executable):
    """Shapes, axes, pads … are inputs of the model: it is compiled for each set of their values, when `run` first sees them.

    Which inputs decide is found out while compiling; `deciding` are those known so far. May be called from several threads at once.
    """

    def __init__(
        self,
        make: Make,
        deciding: Sequence[str],
        *,
        inputs: Sequence[Port],
        outputs: Sequence[Port],
        target: str,
        threads: int | None = None,
    ):
        """`outputs` are as the model declares them: until values are known, so may be their shapes alone."""
        super().__init__([], inputs=inputs, outputs=outputs, target=target, threads=threads)
        self._make = make
        self._kept: OrderedDict[Key, Executable] = OrderedDict()
        self.deciding = frozenset(deciding)

    @property
    def programs(self) -> tuple[Program, ...]:
        """The programs kept, those used last at the end."""
        with self._lock:
            return tuple(program for executable in self._kept.values() for program in executable.programs)

    @overload
    def run(self, inputs: Mapping[str, object], taps: None = None) -> Arrays: ...

    @overload
    def run(self, inputs: Mapping[str, object], taps: Iterable[str]) -> tuple[Arrays, Arrays]: ...

    def run(self, inputs: Mapping[str, object], taps: Iterable[str] | None = None) -> Arrays | tuple[Arrays, Arrays]:
        """As `Executable.run`. Raises RunError where the model cannot take these values, UnsupportedError where lpt does not."""
        arrays = dict(zip((port.name for port in self.inputs), bind_inputs(self.inputs, inputs), strict=True))
        executable = self._for_values(arrays)
        given = {port.name: arrays[port.name] for port in executable.inputs}
        return executable.run(given) if taps is None else executable.run(given, taps)

    def prepare(self, shapes: Mapping[str, Sequence[int]] | None = None) -> None:
        """Raises RunError: shapes are not enough."""
        raise RunError(f"programs are made for values of {self._listed()}, not for shapes", way_out="call run with these values")

    def report(self, *, repeats: int = 5) -> list[ReportRow]:
        """A row per kernel of the program used last."""
        with self._lock:
            if not self._kept:
                raise RunError(f"no program yet: it depends on values of {self._listed()}", way_out="call run first")
            last = next(reversed(self._kept.values()))
        return last.report(repeats=repeats)

    def save(self, path: str | Path) -> None:
        """Raises RunError: a file holds programs by the shapes of inputs."""
        what = f"programs depend on values of {self._listed()}: a file would hold them for some values only"
        raise RunError(what, where=str(path), way_out="make these inputs initializers of the model")

    def _listed(self) -> str:
        return ", ".join(repr(port.name) for port in self.inputs if port.name in self.deciding)

    def _for_values(self, arrays: Mapping[str, np.ndarray]) -> Executable:
        with self._lock:
            found = self._kept.get(self._key(arrays))
            if found is None:
                found = self._made(arrays)
                self._kept[self._key(arrays)] = found
            self._kept.move_to_end(self._key(arrays))
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return found

    def _key(self, arrays: Mapping[str, np.ndarray]) -> Key:
        return tuple((arrays[p.name].shape, arrays[p.name].tobytes()) for p in self.inputs if p.name in self.deciding)

    def _made(self, arrays: Mapping[str, np.ndarray]) -> Executable:
        while True:
            values = {name: arrays[name].copy() for name in self.deciding}
            try:
                return self._make(values)
            except ValuesNeeded as error:
                if self.deciding.issuperset(error.names):
                    raise
                # Programs kept so far were made for fewer inputs: their keys say too little.
                self._kept.clear()
                self.deciding |= set(error.names)
            except LoadError as error:
                way_out = f"{self._listed()} decide what is computed: correct them"
                raise RunError(f"the model does not take these values: {error.what}", where=error.where, way_out=way_out) from error

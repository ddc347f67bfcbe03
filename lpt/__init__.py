"""lpt: a compiler for quantized neural networks.

    import lpt
    executable = lpt.compile("model.onnx")
    outputs = executable.run({"input": x})

Names are imported on first use (PEP 562): `import lpt.dialects` runs this file first and must not
turn in a circle, and `lpt --help` must not wait for what it does not need.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lpt.compiling import compile
    from lpt.errors import (
        CompileError,
        LoadError,
        LptError,
        RunError,
        TransformError,
        UnsupportedError,
        ValidationError,
    )
    from lpt.interpreting import interpret
    from lpt.model import Model, load
    from lpt.passes.instrument import Instrumentation
    from lpt.passes.pipeline import Pipeline
    from lpt.report.explain import explain
    from lpt.report.report import Report
    from lpt.runtime.executable import Executable
    from lpt.serialize import save
    from lpt.target import Target, get_target
    from lpt.transforming import transform

__version__ = "0.1.0"

__all__ = [
    "CompileError",
    "Executable",
    "Instrumentation",
    "LoadError",
    "LptError",
    "Model",
    "Pipeline",
    "Report",
    "RunError",
    "Target",
    "TransformError",
    "UnsupportedError",
    "ValidationError",
    "compile",
    "explain",
    "get_target",
    "interpret",
    "load",
    "save",
    "transform",
]

_HOMES = {
    "lpt.compiling": ("compile",),
    "lpt.errors": (
        "CompileError",
        "LoadError",
        "LptError",
        "RunError",
        "TransformError",
        "UnsupportedError",
        "ValidationError",
    ),
    "lpt.interpreting": ("interpret",),
    "lpt.model": ("Model", "load"),
    "lpt.passes.instrument": ("Instrumentation",),
    "lpt.passes.pipeline": ("Pipeline",),
    "lpt.report.explain": ("explain",),
    "lpt.report.report": ("Report",),
    "lpt.runtime.executable": ("Executable",),
    "lpt.serialize": ("save",),
    "lpt.target": ("Target", "get_target"),
    "lpt.transforming": ("transform",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


if not TYPE_CHECKING:  # else a type checker would let every name pass

    def __getattr__(name: str) -> object:
        home = _HOME.get(name)
        if home is None:
            raise AttributeError(f"module 'lpt' has no attribute {name!r}")
        try:
            value: object = getattr(importlib.import_module(home), name)
        except ModuleNotFoundError as error:
            raise AttributeError(f"lpt.{name} needs the module {error.name!r}, which is not installed") from error
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

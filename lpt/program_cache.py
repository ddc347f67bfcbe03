"""Whole programs from the user's cache: a model compiled before is neither read nor transformed again.

An entry is an .lpt file named by a digest of the model's bytes (external data included), the target and its tuned tiles, the
passes, the versions of LLVM and numpy, and lpt's own sources. It is checked when read; a damaged one costs a compilation. Models
that exist only as modules, pipelines with passes of others, and what operations, importers, dot products or targets of others may
have a part in are not cached: no digest says all about them.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from lpt.errors import LoadError
from lpt.plugins import has_plugins
from lpt.runtime.cache import cache_folder, stored, touch
from lpt.runtime.container import Contents, read, write
from lpt.runtime.program import Program
from lpt.runtime.tiles import tiles_digest
from lpt.target import Target, is_ours

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto, TensorProto

_CHUNK = 1 << 18


def find(key: str) -> Program | None:
    """The program stored under `key`."""
    path = _path(key)
    if path is None:
        return None
    try:
        (program,) = read(path).programs
    except (LoadError, ValueError):
        return None
    touch(path)
    return program


def store(key: str, program: Program) -> Program:
    """Keep `program`; returns it as the cache holds it, its constants mapped and shared, or as it is if that fails."""
    path = _path(key)
    if path is None:
        return program
    # A full or read-only disk only costs the next process a compilation.
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, Contents(program.target, program.inputs, program.outputs, (program,)), private=True)
        stored(path)
    return find(key) or program


def _path(key: str) -> Path | None:
    folder = cache_folder()
    return None if folder is None else folder / "programs" / f"{key}.lpt"


def key_of(model: object, target: Target) -> str | None:
    """The digest of all that decides how `model` is compiled; None if it cannot be cached, or the cache is off."""
    if cache_folder() is None or not _is_all_ours(target):
        return None
    if (passes := _passes()) is None or (content := _content(model)) is None:
        return None
    digest = hashlib.sha256(_toolchain())
    digest.update(f"\n{target}\n{passes}\n".encode() + tiles_digest(target))
    digest.update(content)
    return digest.hexdigest()[:40]


def key_for_shapes(key: str, shapes: Iterable[tuple[int, ...]]) -> str:
    """The key of a model with symbolic dimensions at these input shapes."""
    return hashlib.sha256(f"{key} {list(shapes)}".encode()).hexdigest()[:40]


_REGISTRIES = (
    "lpt.importers.onnx.table",
    "lpt.importers.openvino.table",
    "lpt.dialects.interpreter",
    "lpt.dialects.semantics.activation",
    "lpt.codegen.isa",
)
"""Modules where others register what compiling uses. One that is not imported has nothing of others'."""


def _is_all_ours(target: Target) -> bool:
    """Whether no plugin is installed, and nothing registered in this process, whose code the digest would miss."""
    registries = [sys.modules.get(name) for name in _REGISTRIES]
    return is_ours(target) and not has_plugins() and all(registry is None or registry.is_ours() for registry in registries)


def _passes() -> str | None:
    from lpt.passes.registry import PASSES, PRESETS

    if not all(home.startswith("lpt.") for home in PASSES.values()):
        return None
    return repr((PASSES, PRESETS))


def _content(model: object) -> bytes | None:
    """A digest of an ONNX model and the files it names, or of an OpenVINO IR and its weights."""
    if isinstance(model, str | os.PathLike):
        path = Path(model)
        try:
            match path.suffix.lower():
                case ".onnx":
                    return _file(path)
                case ".xml" if (weights := path.with_suffix(".bin")).is_file() and path.is_file():
                    return _scan(path)[0] + _scan(weights)[0]
                case _:
                    return None
        except OSError:
            return None  # loading it says what is wrong
    if hasattr(model, "SerializeToString"):
        model = model.SerializeToString()
    if not isinstance(model, bytes) or b"location" in model:
        return None
    return hashlib.sha256(model).digest()


def _file(path: Path) -> bytes | None:
    """A digest of the file and, where it names such, its external data."""
    digest, external = _scan(path)
    if external:
        for location in _external(path):
            # Files outside the model's folder are refused when it is loaded.
            if ".." in Path(location).parts or Path(location).is_absolute():
                return None
            digest += _scan(path.parent / location)[0]
    return digest


def _scan(path: Path) -> tuple[bytes, bool]:
    """A file's digest, and whether the word `location` is in it: without it there are no external data."""
    digest, found, word = hashlib.sha256(), False, b"location"
    buffer = bytearray(len(word) + _CHUNK)
    view = memoryview(buffer)
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(view[len(word) :]):
            end = len(word) + count
            digest.update(view[len(word) : end])
            found = found or buffer.find(word, 0, end) >= 0
            view[: len(word)] = view[count:end]
    return digest.digest(), found


def _external(path: Path) -> list[str]:
    """The files that hold data of the model's tensors."""
    from lpt.importers.files import read_file
    from lpt.importers.onnx.read import parse

    try:
        model = parse(read_file(path), str(path))
    except LoadError:
        return []  # loading it says what is wrong
    nodes = [*model.graph.node, *(node for function in model.functions for node in function.node)]
    tensors = chain(_initializers(model.graph), *map(_inside, nodes))
    return sorted({entry.value for tensor in tensors for entry in tensor.external_data if entry.key == "location"})


def _initializers(graph: GraphProto) -> Iterator[TensorProto]:
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)


def _inside(node: NodeProto) -> Iterator[TensorProto]:
    """The tensors in a node's attributes and their graphs."""
    for attribute in node.attribute:
        yield from (attribute.t, *attribute.tensors)
        for graph in (attribute.g, *attribute.graphs):
            yield from _initializers(graph)
            for inner in graph.node:
                yield from _inside(inner)


@functools.cache
def _toolchain() -> bytes:
    """What compiles: lpt's sources, LLVM, numpy."""
    import llvmlite.binding as llvm
    import numpy as np

    digest = hashlib.sha256(f"{llvm.llvm_version_info} {np.__version__}".encode())
    root = Path(__file__).parent
    for folder in (root, *(link for link in root.iterdir() if link.is_symlink())):
        for source in sorted(folder.rglob("*.py")):
            digest.update(f"\n{source.relative_to(root)}\n".encode() + source.read_bytes())
    return digest.digest()

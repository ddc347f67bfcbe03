"""Models as text: `x.mlir`, and `x.npz` beside it with all data that the text names by digest.

Constants, lookup tables and long lists of scales are one short line in the text; the .npz holds each under its digest, and each
is checked against it when read.
"""

from __future__ import annotations

import math
import os
import re
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, NameLoc
from xdsl.ir import Operation, SSAValue
from xdsl.parser import Parser
from xdsl.traits import IsolatedFromAbove
from xdsl.utils.exceptions import ParseError, VerifyException

from lpt import nibbles
from lpt.dialects.blob import INLINE_LIMIT, Array, Blob, find_blob, print_full
from lpt.dialects.registry import make_context
from lpt.errors import LoadError, LptError
from lpt.model import Model
from lpt.passes.journal import NODE
from lpt.runtime.cache import public_mode, written_whole

_STRINGS = re.compile(r'//.*|"[^"\\\n\v\f]*+(?:\\(?:["nt\\]|[0-9A-Fa-f]{2})[^"\\\n\v\f]*+)*+"')
"""Comments and whole strings, in time linear in the text."""

_SPLAT = re.compile(r"dense<[^\[\]<>]*>\s*:\s*(?:tensor|vector)<((?:\d+x)+)")
"""A constant of equal elements, and its extents."""

_LONGEST_SPLAT = 1 << 24
"""Elements; xDSL's parser makes a Python number of each."""

SHARED_DATA = "data.npz"
"""The data of all .mlir files of a folder that have no .npz of their own."""

_DIGEST = re.compile(r'"([0-9a-f]{20})"')

_NAME = re.compile(r"[0-9a-f]{20}( .*)?")
"""Of an array in an .npz: its digest, and its form where that is not the array's own."""


def save(model: Model, path: str | os.PathLike[str]) -> None:
    """Write `x.mlir`, and `x.npz` if the text names data, each whole or not at all.

    Raises LptError for another suffix, and where data are not loaded; OSError where the folder cannot be written.
    """
    target = Path(path)
    if target.suffix != ".mlir":
        raise LptError("models are saved as .mlir", where=str(target), way_out="compile() and Executable.save() write .lpt")
    token = print_full.set(False)
    try:
        text = f"{model}\n"
    finally:
        print_full.reset(token)
    write_text(text, target)


def write_text(text: str, target: Path) -> None:
    """Write the text of a model and, beside it, the data that it names and that are in memory. Raises OSError."""
    blobs, mode = _named_blobs(text), public_mode()
    if blobs:  # first, so that a reader never finds a text without its data
        arrays = dict(_entry(digest, blob.array) for digest, blob in blobs.items())
        with written_whole(target.with_suffix(".npz"), mode) as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
    with written_whole(target, mode) as file:
        file.write(text.encode())


def append_data(digests: Iterable[str], target: Path) -> None:
    """Add data in memory to an .npz that grows, such as `data.npz`. Raises OSError."""
    with zipfile.ZipFile(target, "a", zipfile.ZIP_STORED) as archive:
        for blob in filter(None, map(find_blob, digests)):
            name, array = _entry(blob.digest, blob.array)
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.asanyarray(array), allow_pickle=False)


def digests_in(text: str) -> list[str]:
    """The digests of data that a text names, each once."""
    return list(dict.fromkeys(_DIGEST.findall(text)))


def _entry(digest: str, array: Array) -> tuple[str, Array]:
    """Name and data in the .npz; integers of at most 4 bits are two a byte, under a name that says their type and shape."""
    if array.size <= INLINE_LIMIT or not nibbles.fits(array):
        return digest, array
    return f"{digest} {'i4' if array.dtype == np.int8 else 'u4'} {'x'.join(map(str, array.shape))}", nibbles.pack(array)


def _data_of(name: str, stored: Array) -> tuple[str, Array]:
    """The inverse of `_entry`. Raises ValueError where name and data do not fit."""
    digest, _, form = name.partition(" ")
    if not form:
        return digest, stored
    kind, _, extents = form.partition(" ")
    shape = [int(extent) for extent in extents.split("x")]
    count = math.prod(shape)
    if kind not in ("i4", "u4") or stored.dtype != np.uint8 or stored.shape != (-(-count // 2),):
        raise ValueError(f"{name} is no name of 4-bit data")
    return digest, nibbles.unpack(stored, count, signed=kind == "i4").reshape(shape)


def _named_blobs(text: str) -> dict[str, Blob]:
    """The data that the text names by digest, kernel bodies, tables and scales included."""
    found = {digest: find_blob(digest) for digest in digests_in(text)}
    return {digest: blob for digest, blob in found.items() if blob is not None}


def load_mlir(path: str | os.PathLike[str]) -> Model:
    """A model from `x.mlir`, with data from the `x.npz` beside it, or from the `data.npz` that dumps of one folder share.

    Without an .npz the text is read as far as it needs no data: constants are then empty until asked for. Raises LoadError for
    text that does not parse or verify, and for data that do not have the digest they are stored under.
    """
    source = Path(path)
    try:
        text = source.read_text(encoding="utf-8")
    except OSError as error:
        raise LoadError(error.strerror or str(error), where=str(source), way_out="give the path of a model file") from error
    except UnicodeDecodeError as error:
        raise LoadError("not a text file", where=str(source), way_out="give an .mlir file") from error
    held = read_data(source, text)
    module = parse(text, str(source))
    del held
    return Model(module, str(source))


def data_of(source: Path) -> Path | None:
    """The .npz with the data of an .mlir file, if there is one."""
    return next((path for path in (source.with_suffix(".npz"), source.with_name(SHARED_DATA)) if path.exists()), None)


def read_data(source: Path, text: str) -> list[Blob]:
    """The data of an .mlir file, to be held until its text is parsed: the table of blobs is weak. Raises LoadError."""
    data = data_of(source)
    return _read_blobs(data, text) if data is not None else []


def parse(text: str, where: str = "text", context: Context | None = None) -> ModuleOp:
    """A verified module from text, at any level; `context` has the dialects, by default ours.

    Raises LoadError with the place of what is wrong.
    """
    if is_blank(text):
        raise LoadError("there is no operation in it", where=where, way_out="give the text of a module")
    check_strings(text, where)
    _check_splats(text, where)
    try:
        module = Parser(context or make_context(), text, where).parse_module()
        _restore_nodes(module)
        module.verify()
        _check_order(module, where)
    except ParseError as error:
        at = error.span.input.name if error.span is not None else where
        line = text.count("\n", 0, error.span.start) + 1 if error.span is not None else 0
        raise LoadError(_first_line(error.msg), where=f"{at}:{line}", way_out="correct the text") from error
    except VerifyException as error:
        raise LoadError(_first_line(str(error)), where=where, way_out="correct the text") from error
    except LoadError:
        raise
    except LptError as error:
        raise LoadError(error.what, where=where, way_out=error.way_out) from error
    except (ArithmeticError, AssertionError, LookupError, RuntimeError, TypeError, ValueError) as error:
        # xDSL's parser lets pass what Python says of numbers out of range, unknown widths and deep nesting.
        raise LoadError(_first_line(str(error)), where=where, way_out="correct the text") from error
    return module


def is_blank(text: str) -> bool:
    """Whether a text has nothing but comments."""
    return not re.sub(r"//[^\n]*", "", text).strip()


def _restore_nodes(module: ModuleOp) -> None:
    """Source nodes printed as locations, `loc("Conv_0")`, are attributes again."""
    for op in module.walk():
        if isinstance(op.location, NameLoc) and NODE not in op.attributes:
            op.attributes[NODE] = op.location.desc


def check_strings(text: str, where: str) -> None:
    """Raise LoadError for a string that does not end on its line: on one, xDSL's lexer takes time exponential in its length."""
    for number, line in enumerate(text.split("\n"), 1):
        if '"' in line and '"' in _STRINGS.sub("", line):
            raise LoadError(
                "a string does not end, or has an unknown escape", where=f"{where}:{number}", way_out="correct the text"
            )


def _check_splats(text: str, where: str) -> None:
    for match in _SPLAT.finditer(text):
        extents = [int(extent[:20]) for extent in match[1].split("x")[:-1]]
        if math.prod(extents) > _LONGEST_SPLAT:
            line = text.count("\n", 0, match.start()) + 1
            what, way_out = f"a constant of shape {tuple(extents)} in the text", "put its data into the .npz"
            raise LoadError(what, where=f"{where}:{line}", way_out=way_out)


def _check_order(op: Operation, where: str, known: frozenset[SSAValue] = frozenset()) -> None:
    """Raise LoadError where an operation stands before one whose result it takes, or takes a value of another region."""
    for block in (block for region in op.regions for block in region.blocks):
        inside: set[SSAValue] = {*known, *block.args}
        for inner in block.ops:
            if not inside.issuperset(inner.operands):
                what = f"{inner.name} stands before the operation whose result it takes"
                raise LoadError(what, where=where, way_out="put operations in the order of their computation")
            if inner.regions:
                _check_order(inner, where, frozenset() if inner.has_trait(IsolatedFromAbove) else frozenset(inside))
            inside.update(inner.results)


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "unknown error"


def _read_blobs(path: Path, text: str) -> list[Blob]:
    """Of what an .npz holds, what the text names: files of one folder may share their data."""
    blobs, wanted = [], set(digests_in(text))
    try:
        with np.load(path, allow_pickle=False) as archive:
            for name in archive.files:
                if not _NAME.fullmatch(name):
                    raise ValueError(f"{name} is no name of data")
                if name.partition(" ")[0] not in wanted:
                    continue
                digest, array = _data_of(name, archive[name])
                array.flags.writeable = False
                blobs.append(Blob(array))
                if blobs[-1].digest != digest:
                    raise LoadError(f"the data of {digest} were altered", where=str(path), way_out="save the model again")
    except (OSError, EOFError, ValueError, KeyError, TypeError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
        raise LoadError("not a whole .npz file", where=str(path), way_out="save the model again") from error
    return blobs

"""The .lpt file: a zip of `manifest.json`, `objects/SYMBOL.o` and `constants/N.bin`, the manifest holding a SHA-256 of each.

Zip, so that `unzip` and `objdump` can look into it. Members are stored without compression (weights do not compress) and begin at
multiples of 64 bytes, so that constants are used where they lie: the file is mapped into memory, and all executables of a file, in
all processes, share its pages. Equal constants of several programs are stored once.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lpt.errors import LoadError
from lpt.runtime.cache import public_mode, written_whole
from lpt.runtime.program import ALIGNMENT, Buffer, Copy, Port, Program, Span, Step, View, aligned_bytes

FORMAT = "lpt-executable"
VERSION = 1

Json = dict[str, Any]


_LOCAL_HEADER = struct.Struct("<4s22xHH")
"""Of a member: signature, …, length of its name, length of its extra field; both and then the data follow."""

_PADDING = 0xD935
"""The extra field that aligns the data behind it, as zipalign writes it."""


@dataclass(frozen=True)
class Contents:
    """What a file holds: the programs, and the interface they share."""

    target: str
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    programs: tuple[Program, ...]


def write(path: Path, contents: Contents, *, private: bool = False) -> None:
    """Write `path`, whole or not at all; readable by its owner only, if `private`."""
    members: dict[str, bytes | memoryview] = {}
    constants: dict[str, str] = {}
    names = []
    for program in contents.programs:
        members |= {f"objects/{symbol}.o": image for symbol, image in program.objects.items()}
        name = constants.setdefault(hashlib.sha256(program.constants.data).hexdigest(), f"constants/{len(constants)}.bin")
        members.setdefault(name, program.constants.data)
        names.append(name)
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "target": contents.target,
        "inputs": [asdict(p) for p in contents.inputs],
        "outputs": [asdict(p) for p in contents.outputs],
        "programs": [_program_to_json(p) | {"constants": name} for p, name in zip(contents.programs, names, strict=True)],
        "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in members.items()},
    }
    with written_whole(path, 0o600 if private else public_mode()) as file, zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("manifest.json"), json.dumps(manifest))  # no time: equal programs are equal files
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            # A field of its own has four bytes before its content.
            gap = -(file.tell() + _LOCAL_HEADER.size + len(name) + 4) % ALIGNMENT
            info.extra = struct.pack("<HH", _PADDING, gap) + bytes(gap)
            archive.writestr(info, data)


def read(path: Path) -> Contents:
    """What `write` wrote. Raises LoadError for a file that is missing, foreign, truncated or altered."""
    try:
        with path.open("rb") as file:
            mapped = np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), np.uint8)
            with zipfile.ZipFile(file) as archive:
                return _contents(path, archive, mapped)
    except OSError as error:
        raise LoadError(error.strerror or str(error), where=str(path), way_out="give a file that lpt compile wrote") from error
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise LoadError(
            "not a whole .lpt file", where=str(path), way_out="write it again with lpt compile or Executable.save"
        ) from error


def _contents(path: Path, archive: zipfile.ZipFile, mapped: np.ndarray) -> Contents:
    manifest = _manifest(path, archive)
    digests: Mapping[str, str] = manifest["sha256"]
    members = {name: _member(archive, mapped, name, digests[name]) for name in digests}
    programs = tuple(_program(data, members) for data in manifest["programs"])
    return Contents(str(manifest["target"]), _ports(manifest["inputs"]), _ports(manifest["outputs"]), programs)


def _manifest(path: Path, archive: zipfile.ZipFile) -> Json:
    manifest: Json = json.loads(archive.read("manifest.json"))
    if manifest["format"] != FORMAT:
        raise ValueError(manifest["format"])
    if manifest["version"] != VERSION:
        raise LoadError(
            f"format version {manifest['version']}, this lpt reads {VERSION}", where=str(path), way_out="compile the model again"
        )
    return manifest


def _program(data: Json, members: Mapping[str, np.ndarray]) -> Program:
    steps = tuple(_step(s) for s in data["steps"])
    return Program(
        target=data["target"],
        inputs=_ports(data["inputs"]),
        outputs=_ports(data["outputs"]),
        steps=steps,
        objects={symbol: members[f"objects/{symbol}.o"].tobytes() for symbol in dict.fromkeys(s.symbol for s in steps)},
        constants=members[data["constants"]],
        arena_size=data["arena_size"],
        arena_bound=data["arena_bound"],
        copies=tuple(Copy(c["output"], Buffer(**c["source"])) for c in data["copies"]),
        groups=data["groups"],
    )


def _member(archive: zipfile.ZipFile, mapped: np.ndarray, name: str, digest: str) -> np.ndarray:
    """The bytes of a member, read-only and in place if they are aligned there."""
    info = archive.getinfo(name)
    if info.compress_type != zipfile.ZIP_STORED:
        raise ValueError(name)
    header = mapped[info.header_offset :][: _LOCAL_HEADER.size].tobytes()
    if len(header) < _LOCAL_HEADER.size:
        raise EOFError(name)
    signature, *lengths = _LOCAL_HEADER.unpack(header)
    begin = info.header_offset + _LOCAL_HEADER.size + sum(lengths)
    data = mapped[begin : begin + info.file_size]
    if signature != b"PK\3\4" or len(data) != info.file_size or hashlib.sha256(data.data).hexdigest() != digest:
        raise ValueError(name)
    if begin % ALIGNMENT:
        copied = aligned_bytes(len(data))
        copied[:] = data
        return copied
    return data


def _program_to_json(program: Program) -> Json:
    return {
        "target": program.target,
        "inputs": [asdict(p) for p in program.inputs],
        "outputs": [asdict(p) for p in program.outputs],
        "steps": [asdict(s) for s in program.steps],
        "arena_size": program.arena_size,
        "arena_bound": program.arena_bound,
        "copies": [asdict(c) for c in program.copies],
        "groups": program.groups,
    }


def _step(data: Json) -> Step:
    view = data["view"]
    return Step(
        **data
        | {
            "arguments": tuple(Buffer(**b) for b in data["arguments"]),
            "result": Buffer(**data["result"]),
            "view": View(view["dtype"], tuple(view["shape"]), tuple(view["strides"]), view["offset"]),
            "halo": tuple(Span(**s) for s in data["halo"]),
            "widened": tuple(data["widened"]),
        }
    )


def _ports(data: Sequence[Json]) -> tuple[Port, ...]:
    return tuple(Port(p["name"], p["dtype"], tuple(p["shape"]), p.get("rows", ""), p.get("axis", 0)) for p in data)

"""The .lpt file: a zip of `manifest.json`, `objects/SYMBOL.o` and `constants/N.bin`, the manifest holding a SHA-256 of each.

Zip, so that `unzip` and `objdump` can look into it. Stored without compression: weights do not compress.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from io import BufferedIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from lpt.errors import LoadError
from lpt.runtime.program import Buffer, Copy, Port, Program, Span, Step, View, aligned_bytes

if TYPE_CHECKING:
    from lpt.runtime.executable import Executable

FORMAT = "lpt-executable"
VERSION = 1

Json = dict[str, Any]


def write(path: Path, executable: Executable) -> None:
    """Write `path`, whole or not at all."""
    members: dict[str, bytes | memoryview] = {}
    for i, program in enumerate(executable.programs):
        members |= {f"objects/{symbol}.o": image for symbol, image in program.objects.items()}
        members[f"constants/{i}.bin"] = program.constants.data
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "target": executable.target,
        "inputs": [asdict(p) for p in executable.inputs],
        "outputs": [asdict(p) for p in executable.outputs],
        "programs": [_program_to_json(p) for p in executable.programs],
        "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in members.items()},
    }
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w") as archive:
            archive.writestr("manifest.json", json.dumps(manifest))
            for name, data in members.items():
                archive.writestr(zipfile.ZipInfo(name), data)
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def read(path: Path) -> tuple[str, list[Port], list[Port], list[Program]]:
    """Target, inputs, outputs and programs. Raises LoadError for a file that is missing, foreign, truncated or altered."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(path, archive)
            programs = [_read_program(path, archive, manifest, i) for i in range(len(manifest["programs"]))]
            return str(manifest["target"]), _ports(manifest["inputs"]), _ports(manifest["outputs"]), programs
    except OSError as error:
        raise LoadError(error.strerror or str(error), where=str(path), way_out="give a file that lpt compile wrote") from error
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise LoadError(
            "not a whole .lpt file", where=str(path), way_out="write it again with lpt compile or Executable.save"
        ) from error


def _manifest(path: Path, archive: zipfile.ZipFile) -> Json:
    manifest: Json = json.loads(archive.read("manifest.json"))
    if manifest["format"] != FORMAT:
        raise ValueError(manifest["format"])
    if manifest["version"] != VERSION:
        raise LoadError(
            f"format version {manifest['version']}, this lpt reads {VERSION}", where=str(path), way_out="compile the model again"
        )
    return manifest


def _read_program(path: Path, archive: zipfile.ZipFile, manifest: Json, index: int) -> Program:
    data: Json = manifest["programs"][index]
    steps = tuple(_step(s) for s in data["steps"])
    digests: Mapping[str, str] = manifest["sha256"]
    objects = {
        symbol: bytes(_member(path, archive, f"objects/{symbol}.o", digests)) for symbol in dict.fromkeys(s.symbol for s in steps)
    }
    return Program(
        target=data["target"],
        inputs=tuple(_ports(data["inputs"])),
        outputs=tuple(_ports(data["outputs"])),
        steps=steps,
        objects=objects,
        constants=_member(path, archive, f"constants/{index}.bin", digests),
        arena_size=data["arena_size"],
        arena_bound=data["arena_bound"],
        copies=tuple(Copy(c["output"], Buffer(**c["source"])) for c in data["copies"]),
    )


def _member(path: Path, archive: zipfile.ZipFile, name: str, digests: Mapping[str, str]) -> np.ndarray:
    info = archive.getinfo(name)
    if info.compress_type != zipfile.ZIP_STORED or info.file_size > path.stat().st_size:
        raise ValueError(name)
    data = aligned_bytes(info.file_size)
    with archive.open(info) as file:
        if cast(BufferedIOBase, file).readinto(data.data) != len(data):
            raise EOFError(name)
    if hashlib.sha256(data.data).hexdigest() != digests[name]:
        raise ValueError(name)
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
            "values": tuple(data["values"]),
        }
    )


def _ports(data: Sequence[Json]) -> list[Port]:
    return [Port(p["name"], p["dtype"], tuple(p["shape"])) for p in data]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

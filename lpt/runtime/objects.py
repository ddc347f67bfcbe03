"""Object code, from LLVM or from the user's cache.

The cache is a folder of files named by a digest of (LLVM IR, target, LLVM version, how LLVM is run), each a SHA-256 and the
object, in the user's cache (`lpt.runtime.cache`). They are checked when read: a damaged file costs a compilation.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from lpt.runtime.cache import cache_folder, stored, touch, written_whole
from lpt.target import Target

_CHECK = hashlib.sha256().digest_size


def build_objects(
    sources: Mapping[str, str], target: Target, progress: Callable[[int, int], None] | None = None
) -> dict[str, bytes]:
    """The relocatable object of each module of LLVM IR, by symbol. `progress(done, total)` is called after each."""
    objects = {}
    for symbol, llvm_ir in sources.items():
        objects[symbol] = build_object(llvm_ir, target)
        if progress is not None:
            progress(len(objects), len(sources))
    return objects


def build_object(llvm_ir: str, target: Target) -> bytes:
    """The object of one module. Raises CompileError if LLVM refuses it."""
    from lpt.codegen.kernel_code import compile_object

    path = _path(llvm_ir, target)
    if path is None:
        return compile_object(llvm_ir, target)
    image = _read(path)
    if image is None:
        image = compile_object(llvm_ir, target)
        _write(path, image)
    return image


@functools.cache
def _toolchain() -> bytes:
    import llvmlite.binding as llvm

    from lpt.codegen import kernel_code

    return repr(llvm.llvm_version_info).encode() + Path(kernel_code.__file__).read_bytes()


def _path(llvm_ir: str, target: Target) -> Path | None:
    if (folder := cache_folder()) is None:
        return None
    digest = hashlib.sha256(_toolchain())
    digest.update(f"{target.name}\n{target.llvm_features}\n{llvm_ir}".encode())
    name = digest.hexdigest()
    return folder / "objects" / name[:2] / f"{name[2:40]}.o"


def _read(path: Path) -> bytes | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    check, image = data[:_CHECK], data[_CHECK:]
    if not image or hashlib.sha256(image).digest() != check:
        return None
    touch(path)
    return image


def _write(path: Path, image: bytes) -> None:
    # A full or read-only disk only costs the next process a compilation.
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as file:
            file.write(hashlib.sha256(image).digest() + image)
        stored(path)

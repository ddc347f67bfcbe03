"""Whole models: threads, files and memory change no bit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import lpt
from lpt.data import bundled_data, bundled_model_path

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def model() -> lpt.Model:
    return lpt.transform(lpt.load(bundled_model_path()))


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return bundled_data()["images"][:7].astype(np.float32) / 16


@pytest.mark.parametrize("threads", [1, 2, 5, 64])
def test_bits_do_not_depend_on_threads(model: lpt.Model, images: np.ndarray, threads: int) -> None:
    exe = lpt.compile(model, threads=threads)
    expected = lpt.interpret(model, {"image": images})["logits"]
    for _ in range(20):
        assert np.array_equal(exe.run({"image": images})["logits"], expected)


def test_each_shape_gets_its_program_and_all_are_saved(model: lpt.Model, images: np.ndarray, tmp_path: Path) -> None:
    exe = lpt.compile(model)
    assert exe.programs == ()
    whole = exe.run({"image": images})["logits"]
    for n in (1, 3):
        assert np.array_equal(exe.run({"image": images[:n]})["logits"], whole[:n])
    assert len(exe.programs) == 3
    exe.save(tmp_path / "model.lpt")
    loaded = lpt.Executable.load(tmp_path / "model.lpt")
    assert np.array_equal(loaded.run({"image": images[:3]})["logits"], whole[:3])
    with pytest.raises(lpt.RunError, match=r"not compiled for float32\[2, 1, 8, 8\]"):
        loaded.run({"image": images[:2]})


def test_the_arena_is_not_smaller_than_its_bound(model: lpt.Model, images: np.ndarray) -> None:
    exe = lpt.compile(model)
    exe.prepare({"image": images.shape})
    (program,) = exe.programs
    assert 0 < program.arena_bound <= program.arena_size


# An access behind the caller's arrays, or behind the arena, ends the process.
GUARDED = """
import ctypes, mmap, sys
import numpy as np
import lpt
from lpt.data import bundled_data, bundled_model_path
from lpt.runtime import instance as instance_module
from lpt.runtime.instance import Instance
from lpt.runtime.native import Code

def guarded(shape, dtype):
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    pages = -(-size // mmap.PAGESIZE)
    memory = mmap.mmap(-1, (pages + 1) * mmap.PAGESIZE)
    start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.mprotect(ctypes.c_void_p(start + pages * mmap.PAGESIZE), mmap.PAGESIZE, 0) == 0
    array = np.frombuffer(memory, np.uint8, size, pages * mmap.PAGESIZE - size)
    return array.view(dtype).reshape(shape)

exe = lpt.compile(bundled_model_path(), target=sys.argv[1], threads=1)
images = bundled_data()["images"][:3].astype(np.float32) / 16
expected = exe.run({"image": images})["logits"]
(program,) = exe.programs
instance_module.aligned_bytes = lambda size: guarded((size,), np.uint8)
x, y = guarded(images.shape, np.float32), guarded(expected.shape, np.float32)
x[...] = images
instance = Instance(program, Code(program.objects), 1)
instance.bind([x], [y])
instance.run()
assert np.array_equal(y, expected)
print("done", flush=True)
import os
os._exit(0)
"""


@pytest.mark.parametrize("target", ["x86-64-sse42", "native"])
def test_kernels_stay_inside_the_callers_arrays_and_the_arena(target: str) -> None:
    command = [sys.executable, "-c", GUARDED, target]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr

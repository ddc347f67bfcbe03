"""The .lpt file and the object cache: what is written is read, what is damaged is found."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lpt.codegen import kernel_code
from lpt.errors import LoadError
from lpt.runtime import objects
from lpt.runtime.executable import Executable
from lpt.runtime.program import Program, Span
from lpt.target import Target, get_target

Chain = Callable[..., Program]
X = np.arange(64, dtype=np.uint8)
IR = "define void @f(ptr %args, i64 %begin, i64 %end) { ret void }"


@pytest.fixture
def saved(chain: Chain, tmp_path: Path) -> Path:
    path = tmp_path / "model.lpt"
    program = chain("add_1", "reverse", "add_1", halo=(Span(64, 9, 2**64 - 1),))
    program.constants.resize(130, refcheck=False)
    Executable([program], threads=2).save(path)
    return path


def test_a_saved_executable_is_the_same(saved: Path, chain: Chain) -> None:
    exe = Executable.load(saved, threads=2)
    program, original = exe.programs[0], chain("add_1", "reverse", "add_1", halo=(Span(64, 9, 2**64 - 1),))
    assert program.steps == original.steps
    assert program.objects == original.objects
    assert (program.target, program.inputs, program.outputs) == (original.target, original.inputs, original.outputs)
    assert program.constants.ctypes.data % 64 == 0
    assert program.constants.tolist() == [0] * 130
    assert np.array_equal(exe.run({"x": X})["y"], (X + 1).reshape(8, 8)[::-1].reshape(-1) + 1)
    assert [p.name for p in saved.parent.iterdir()] == ["model.lpt"]


def test_any_truncation_or_flipped_byte_is_found(saved: Path) -> None:
    whole = saved.read_bytes()
    for length in (0, 1, 100, len(whole) // 2, len(whole) - 1):
        saved.write_bytes(whole[:length])
        with pytest.raises(LoadError, match=r"model\.lpt: not a whole \.lpt file"):
            Executable.load(saved)
    rng = np.random.default_rng(0)
    for at in rng.integers(0, len(whole), 60).tolist():
        damaged = bytearray(whole)
        damaged[at] ^= 0x10
        saved.write_bytes(damaged)
        try:
            exe = Executable.load(saved)
        except LoadError as error:
            assert "\n" not in str(error)
        else:  # a flipped bit in what zip does not need, such as a date
            assert np.array_equal(exe.run({"x": X})["y"], (X + 1).reshape(8, 8)[::-1].reshape(-1) + 1)


@pytest.mark.parametrize("content", [b"\x08\x07model", b"PK\x05\x06" + bytes(18)])
def test_foreign_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.lpt"
    path.write_bytes(content)
    with pytest.raises(LoadError, match=r"not a whole \.lpt file"):
        Executable.load(path)
    with pytest.raises(LoadError, match="No such file"):
        Executable.load(tmp_path / "absent.lpt")


def test_a_later_format_is_named(tmp_path: Path) -> None:
    path = tmp_path / "later.lpt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", json.dumps({"format": "lpt-executable", "version": 99}))
    with pytest.raises(LoadError, match="format version 99, this lpt reads 1; compile the model again"):
        Executable.load(path)


def test_a_failed_save_keeps_the_old_file(saved: Path, chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    before = saved.read_bytes()

    def full(*args: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(OSError, match="disk full"):
        Executable([chain("add_1")]).save(saved)
    monkeypatch.undo()
    assert saved.read_bytes() == before
    assert [p.name for p in saved.parent.iterdir()] == ["model.lpt"]


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The LLVM IR of each real compilation, with an empty cache."""
    done: list[str] = []
    real = kernel_code.compile_object

    def counting(llvm_ir: str, target: Target) -> bytes:
        done.append(llvm_ir)
        return real(llvm_ir, target)

    monkeypatch.setattr(kernel_code, "compile_object", counting)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("LPT_CACHE", raising=False)
    return done


def test_objects_are_compiled_once_per_target(compiled: list[str]) -> None:
    target = get_target("native")
    first = objects.build_object(IR, target)
    assert objects.build_object(IR, target) == first
    assert len(compiled) == 1
    objects.build_object(IR, get_target("x86-64-sse42"))
    objects.build_object(IR.replace("@f", "@g"), target)
    assert len(compiled) == 3


def test_damaged_cache_entries_are_compiled_again(compiled: list[str], tmp_path: Path) -> None:
    target = get_target("native")
    first = objects.build_object(IR, target)
    (entry,) = (tmp_path / "cache").rglob("*.o")
    good = entry.read_bytes()
    for bad in (b"", good[:-1], good[:40] + bytes([good[40] ^ 1]) + good[41:]):
        entry.write_bytes(bad)
        assert objects.build_object(IR, target) == first
        assert entry.read_bytes() == good
    assert len(compiled) == 4


def test_the_cache_can_be_off_or_unwritable(compiled: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = get_target("native")
    (tmp_path / "cache").write_text("a file where the folder should be")
    objects.build_object(IR, target)
    (tmp_path / "cache").unlink()
    monkeypatch.setenv("LPT_CACHE", "off")
    objects.build_object(IR, target)
    assert len(compiled) == 2
    assert not (tmp_path / "cache").exists()


def test_progress_is_told_per_object(compiled: list[str]) -> None:
    told = []
    sources = {"f": IR, "g": IR.replace("@f", "@g")}
    built = objects.build_objects(sources, get_target("native"), lambda done, total: told.append((done, total)))
    assert list(built) == ["f", "g"]
    assert told == [(1, 2), (2, 2)]

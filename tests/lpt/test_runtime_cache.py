"""The user's cache: programs found again, damaged ones compiled again, its size bounded."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import lpt
from lpt import compiling, program_cache
from lpt.codegen.isa import SEQUENCES
from lpt.dialects import interpreter
from lpt.dialects.nn import ReluOp, TanhOp
from lpt.dialects.semantics import activation
from lpt.importers.onnx import table
from lpt.importers.table import Entry
from lpt.passes import registry
from lpt.runtime import cache, container
from lpt.runtime.program import Program
from lpt.target import get_target

X = np.arange(-8, 8, dtype=np.float32).reshape(2, 8)


def make_model(path: Path, weight: float = 2.0, rows: int | str = 2, *, external: bool = False) -> Path:
    """y = x · (weight · I), its weights in a file beside it if `external`."""
    w = numpy_helper.from_array(np.eye(8, dtype=np.float32) * np.float32(weight), "w")
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [rows, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [rows, 8])],
        [w],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, path, save_as_external_data=external, location="weights.bin", size_threshold=0)
    return path


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("LPT_CACHE", raising=False)
    return tmp_path / "cache" / "lpt"


@pytest.fixture
def compiled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The shapes of each program that is really compiled."""
    done: list[object] = []
    real = compiling._Compiler.program

    def counting(self: compiling._Compiler, shapes: object = None) -> Program:
        done.append(shapes)
        return real(self, shapes)  # type: ignore[arg-type]

    monkeypatch.setattr(compiling._Compiler, "program", counting)
    return done


def entries(folder: Path) -> list[Path]:
    return sorted((folder / "programs").iterdir())


def test_a_model_is_compiled_once_per_content_and_target(compiled: list[object], tmp_path: Path) -> None:
    path = make_model(tmp_path / "a.onnx")
    told: list[tuple[int, int]] = []
    for model in (path, str(path), path.read_bytes(), onnx.load(path)):
        exe = lpt.compile(model, progress=lambda done, total: told.append((done, total)))
        assert np.array_equal(exe.run({"x": X})["y"], 2 * X)
    assert len(compiled) == 1
    assert told == [(1, 1)] * 4
    lpt.compile(path, target="x86-64-sse42")
    assert len(compiled) == 2
    make_model(path, 3.0)
    assert np.array_equal(lpt.compile(path).run({"x": X})["y"], 3 * X)
    assert len(compiled) == 3


def test_external_data_are_part_of_the_model(compiled: list[object], tmp_path: Path) -> None:
    for weight in (2.0, 3.0, 2.0):
        (tmp_path / "weights.bin").unlink(missing_ok=True)
        path = make_model(tmp_path / "a.onnx", weight, external=True)
        assert np.array_equal(lpt.compile(path).run({"x": X})["y"], np.float32(weight) * X)
    assert len(compiled) == 2


def test_each_shape_of_a_symbolic_model_is_kept(compiled: list[object], tmp_path: Path) -> None:
    path = make_model(tmp_path / "a.onnx", rows="n")
    for _ in range(2):
        exe = lpt.compile(path)
        for n in (1, 2):
            assert np.array_equal(exe.run({"x": X[:n]})["y"], 2 * X[:n])
    assert compiled == [((1, 8),), ((2, 8),)]


def test_damaged_programs_are_compiled_again(compiled: list[object], folder: Path, tmp_path: Path) -> None:
    path = make_model(tmp_path / "a.onnx")
    lpt.compile(path)
    (entry,) = entries(folder)
    good = entry.read_bytes()
    at = good.index(b"\x7fELF") + 100
    for bad in (b"", good[:-7], good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]):
        entry.unlink()
        entry.write_bytes(bad)
        assert np.array_equal(lpt.compile(path).run({"x": X})["y"], 2 * X)
        assert entry.read_bytes() == good
    assert len(compiled) == 4


def test_programs_are_private_to_the_user(folder: Path, tmp_path: Path) -> None:
    lpt.compile(make_model(tmp_path / "a.onnx"))
    assert [entry.stat().st_mode & 0o777 for entry in entries(folder)] == [0o600]


def test_the_cache_can_be_off_or_unwritable(
    compiled: list[object], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_model(tmp_path / "a.onnx")
    folder.parent.write_text("a file where the folder should be")
    assert np.array_equal(lpt.compile(path).run({"x": X})["y"], 2 * X)
    folder.parent.unlink()
    monkeypatch.setenv("LPT_CACHE", "off")
    assert np.array_equal(lpt.compile(path).run({"x": X})["y"], 2 * X)
    assert len(compiled) == 2
    assert not folder.exists()


def test_what_no_digest_describes_is_not_cached(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_model(tmp_path / "a.onnx")
    target = get_target("native")
    assert program_cache.key_of(path, target) is not None
    assert program_cache.key_of(lpt.load(path), target) is None
    assert program_cache.key_of(tmp_path / "absent.onnx", target) is None
    assert program_cache.key_of(tmp_path / "a.mlir", target) is None
    monkeypatch.setitem(registry.PASSES, "mine", "my.passes:Mine")
    assert program_cache.key_of(path, target) is None


def test_what_others_may_have_a_part_in_is_not_cached(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, target = make_model(tmp_path / "a.onnx"), get_target("native")
    assert program_cache.key_of(path, replace(target, registers=8)) is None
    table.supported()  # registers ours
    with monkeypatch.context() as patch:
        patch.setitem(table._table._entries, ("com.example", "Mine"), [Entry(lambda node: [], 1, 1)])
        assert program_cache.key_of(path, target) is None
    registries: list[tuple[dict[Any, Any], object]] = [
        (interpreter._meanings, ReluOp),
        (activation._functions, TanhOp),
        (SEQUENCES, "vpdpbusd"),
        (SEQUENCES, "mine"),
    ]
    for entries, key in registries:
        assert program_cache.key_of(path, target) is not None
        with monkeypatch.context() as patch:
            patch.setitem(entries, key, lambda *arguments: arguments)
            assert program_cache.key_of(path, target) is None
    assert program_cache.key_of(path, target) is not None
    monkeypatch.setattr(program_cache, "has_plugins", lambda: True)
    assert program_cache.key_of(path, target) is None


def test_constants_of_a_cached_program_are_mapped(compiled: list[object], tmp_path: Path) -> None:
    path = make_model(tmp_path / "a.onnx")
    for _ in range(2):
        constants = lpt.compile(path).programs[0].constants
        assert not constants.flags.writeable and not constants.flags.owndata
        assert constants.ctypes.data % 64 == 0


def test_executables_of_a_file_share_its_pages(folder: Path, tmp_path: Path) -> None:
    saved = tmp_path / "a.lpt"
    lpt.compile(make_model(tmp_path / "a.onnx")).save(saved)
    held = [lpt.Executable.load(saved) for _ in range(2)]
    assert Path("/proc/self/maps").read_text().count(f"{saved}\n") == 2
    del held
    assert f"{saved}\n" not in Path("/proc/self/maps").read_text()


def test_equal_constants_are_stored_once(folder: Path, tmp_path: Path) -> None:
    exe = lpt.compile(make_model(tmp_path / "a.onnx", rows="n"))
    for n in (1, 2):
        exe.run({"x": X[:n]})
    one, two = exe.programs
    if np.array_equal(one.constants, two.constants):
        assert one.constants is two.constants
    exe.save(tmp_path / "a.lpt")
    found = container.read(tmp_path / "a.lpt").programs
    for program, original in zip(found, exe.programs, strict=True):
        assert np.array_equal(program.constants, original.constants)
        assert program.constants.ctypes.data % 64 == 0


def test_the_entries_used_longest_ago_go_first(folder: Path) -> None:
    for age, name in enumerate(["new", "middle", "old", ".tmp-fresh", ".tmp-abandoned"]):
        path = folder / "objects" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(100))
        then = path.stat().st_mtime - 10 * age - (100_000 if name == ".tmp-abandoned" else 0)
        os.utime(path, (then, then))
    cache.trim(1000)
    assert sorted(p.name for p in (folder / "objects").iterdir()) == [".tmp-fresh", "middle", "new", "old"]
    cache.touch(folder / "objects" / "old")
    cache.trim(200)
    assert sorted(p.name for p in (folder / "objects").iterdir()) == [".tmp-fresh", "new", "old"]
    cache.trim(10)
    assert sorted(p.name for p in (folder / "objects").iterdir()) == [".tmp-fresh", "old"]


def test_the_cache_is_looked_through_only_once_much_was_stored(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trimmed: list[str] = []
    monkeypatch.setattr(cache, "trim", lambda: trimmed.append("now"))
    entry = folder / "objects" / "a"
    entry.parent.mkdir(parents=True)
    for size, times, expected in ((1 << 20, 63, 0), (1, 15, 0), (1, 1, 1), (64 << 20, 1, 2), (100, 1023, 2), (100, 1, 3)):
        with entry.open("wb") as file:
            file.truncate(size)
        for _ in range(times):
            cache.stored(entry)
        assert len(trimmed) == expected


def test_the_tally_is_no_entry(folder: Path) -> None:
    entry = folder / "objects" / "a"
    entry.parent.mkdir(parents=True)
    entry.write_bytes(bytes(100))
    cache.stored(entry)
    cache.trim(0)
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [".tally", "a"]  # the newest entry stays


def test_what_is_not_finished_is_not_seen(folder: Path) -> None:
    folder.mkdir(parents=True)
    with pytest.raises(OSError, match="disk full"), cache.written_whole(folder / "a") as file:
        file.write(b"half")
        assert not (folder / "a").exists()
        raise OSError("disk full")
    assert list(folder.iterdir()) == []

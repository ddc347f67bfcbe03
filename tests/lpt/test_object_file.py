"""A model as an object file: the same bits from C as from Python."""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path

import llvmlite.binding as llvm
import numpy as np
import pytest

import lpt
from lpt.checking import lower
from lpt.data import bundled_data, bundled_model_path
from lpt.runtime.assemble import generate
from lpt.runtime.object_file import header, write_object
from lpt.runtime.program import Program, aligned_bytes
from lpt.target import TARGETS, get_target, runs_here

HERE = [name for name, target in TARGETS.items() if runs_here(target)]
IMAGES = 3


def build(target: str) -> tuple[Program, dict[str, str]]:
    model = lpt.load(bundled_model_path()).specialize({"image": (IMAGES, 1, 8, 8)})
    return generate(lower(model, target).module, get_target(target))


def images() -> np.ndarray:
    return np.ascontiguousarray(bundled_data()["images"][:IMAGES].astype(np.float32) / 16)


@pytest.mark.parametrize("target", HERE)
def test_the_object_gives_the_interpreters_bits(target: str, tmp_path: Path) -> None:
    program, sources = build(target)
    path = tmp_path / "digits.o"
    write_object(program, sources, path)
    assert (tmp_path / "digits.h").is_file()
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    jit = llvm.create_lljit_compiler()
    builder = llvm.JITLibraryBuilder().add_object_img(path.read_bytes()).add_current_process().export_symbol("digits_run")
    library = builder.link(jit, f"object-{target}")
    run = ctypes.CFUNCTYPE(ctypes.c_int, *[ctypes.c_void_p] * 3)(library["digits_run"])
    x, y, arena = images(), np.empty((IMAGES, 10), np.float32), aligned_bytes(program.arena_size)
    inputs, outputs = (ctypes.c_void_p * 1)(x.ctypes.data), (ctypes.c_void_p * 1)(y.ctypes.data)
    assert run(ctypes.addressof(inputs), ctypes.addressof(outputs), arena.ctypes.data) == 0
    expected = lpt.interpret(lpt.transform(lpt.load(bundled_model_path()), target=target), {"image": x})["logits"]
    np.testing.assert_array_equal(y, expected)


def test_the_header_is_c(tmp_path: Path) -> None:
    program, _ = build("x86-64-sse42")
    text = header(program, "digits")
    assert f"#define DIGITS_ARENA_BYTES {program.arena_size}" in text
    assert "int digits_run(const void *const *inputs, void *const *outputs, void *arena);" in text
    assert "/* inputs[0]: float [3][1][8][8], image */" in text


def test_a_c_program_links_and_runs(tmp_path: Path, compiler: str | None) -> None:
    program, sources = build("x86-64-sse42")
    write_object(program, sources, tmp_path / "digits.o")
    source = tmp_path / "main.c"
    source.write_text(
        '#include <stdio.h>\n#include "digits.h"\n'
        "static _Alignas(64) unsigned char arena[DIGITS_ARENA_BYTES];\n"
        "static float x[3 * 64], y[3 * 10];\n"
        "int main(void) { const void *in[] = {x}; void *out[] = {y};\n"
        "  if (fread(x, 4, 192, stdin) != 192 || digits_run(in, out, arena)) return 1;\n"
        "  return fwrite(y, 4, 30, stdout) != 30; }\n"
    )
    if compiler is None:  # the object itself is checked above; a machine without a C compiler cannot link it
        assert source.is_file()
        return
    subprocess.run([compiler, "-Wall", "-Werror", "-o", "main", "main.c", "digits.o"], cwd=tmp_path, check=True)
    out = subprocess.run([tmp_path / "main"], input=images().tobytes(), capture_output=True, check=True).stdout
    expected = lpt.interpret(lpt.load(bundled_model_path()), {"image": images()})
    got = np.frombuffer(out, np.float32).reshape(IMAGES, 10)
    assert (got.argmax(axis=1) == expected["logits"].argmax(axis=1)).all()
    exact = lpt.compile(bundled_model_path(), target="x86-64-sse42").run({"image": images()})["logits"]
    np.testing.assert_array_equal(got, exact)


@pytest.mark.parametrize("name", ["2fast.o", "a-b.o"])
def test_names_must_be_identifiers(name: str, tmp_path: Path) -> None:
    program, sources = build("x86-64-sse42")
    with pytest.raises(lpt.CompileError, match="no C identifier"):
        write_object(program, sources, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def compiler() -> str | None:
    import shutil

    return shutil.which("cc")


def test_the_command_writes_both_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from lpt.cli.main import main

    assert main(["compile", str(bundled_model_path()), "-o", str(tmp_path / "digits.o"), "--shape", "image=2x1x8x8"]) == 0
    assert {p.name for p in tmp_path.iterdir()} == {"digits.o", "digits.h"}
    assert "inputs[0]: float [2][1][8][8]" in (tmp_path / "digits.h").read_text()
    assert main(["compile", str(bundled_model_path()), "-o", str(tmp_path / "digits.exe")]) == 2
    assert ".lpt or .o" in capsys.readouterr().err

"""Kernels listed as LLVM IR and assembly."""

from __future__ import annotations

import json
from pathlib import Path

import llvmlite.binding as llvm
import pytest

import lpt
from lpt.cli.main import main
from lpt.data import bundled_model_path
from lpt.errors import CompileError
from lpt.listing import find_listing, listings
from lpt.target import TARGETS

MODEL = str(bundled_model_path())


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_assembly_has_the_dot_product_that_is_reported(target: lpt.Target) -> None:
    """Also of targets that this processor does not run. The mnemonics are Intel's; SSE's have no v."""
    products = [kernel for kernel in listings(MODEL, target.name) if kernel.instructions]
    assert products
    assert any("%zmm" in kernel.assembly for kernel in products[:3]) == (target.vector_bits == 512)
    for kernel in products[:3]:
        assert set(kernel.instructions.split("+")) <= set(target.dots)
        assert all(name in kernel.assembly for name in kernel.instructions.split("+"))


def test_kernels_are_those_that_run() -> None:
    executable = lpt.compile(MODEL)
    executable.prepare({"image": [1, 1, 8, 8]})
    found = listings(MODEL)
    rows = [(row.name, row.operation, row.precision, row.instructions) for row in executable.report(repeats=0)]
    assert [(kernel.name, kernel.operation, kernel.precision, kernel.instructions) for kernel in found] == rows
    for kernel in found:
        llvm.parse_assembly(kernel.llvm_ir).verify()
    assert found[0].arguments[0] == "input 0"


def test_shapes_decide_units() -> None:
    one, many = (listings(MODEL, shapes={"image": [n, 1, 8, 8]})[1] for n in (1, 8))
    assert many.units > one.units


def test_an_unknown_kernel_is_named_with_those_there_are() -> None:
    found = listings(MODEL)
    assert find_listing(found, found[2].name) is found[2]
    with pytest.raises(CompileError, match=r"no kernel 'conv_99'.*one of ") as error:
        find_listing(found, "conv_99")
    assert all(kernel.name in str(error.value) for kernel in found)


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = next(kernel.name for kernel in listings(MODEL) if kernel.instructions)
    file, facts = tmp_path / "k.ll", tmp_path / "k.json"
    options = ["compile", MODEL, "--kernel", name, "--target", "x86-64-avx2", "--emit"]
    assert main([*options, "asm"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"# {name}: ")
    assert out.count(".globl") == 1
    assert main([*options, "llvm", "-o", str(file), "--json", str(facts)]) == 0
    llvm.parse_assembly(file.read_text()).verify()
    assert [row["name"] for row in json.loads(facts.read_text())["rows"]] == [name]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--emit", "llvm", "--kernel", "conv_99"], "there is no kernel 'conv_99'; one of "),
        (["--emit", "asm", "-o", "kernels.o"], "kernels.o: a listing is text; give a name that ends in .s or .ll"),
        (
            ["--emit", "asm", "-o", "absent/kernels.s"],
            "absent/kernels.s: cannot write: there is no such folder; choose another -o FILE",
        ),
        (["--emit", "object"], "invalid choice: 'object'"),
        (["--kernel", "conv", "-o", "out.lpt"], "--kernel chooses what --emit lists; give --emit asm or --emit llvm"),
        ([], "there is nothing to write; give -o OUT, or --emit asm"),
    ],
)
def test_refusals(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["compile", MODEL, *arguments]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1

"""lpt diff: by operation, whatever the names of values, through kernels, and on both commands and models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import lpt
from lpt.cli.main import main
from lpt.data import bundled_model_path
from lpt.dumps.diff import diff
from lpt.testing import body, parse

X = "tensor<2xf32>"


def network(*lines: str, result: str = "%z") -> str:
    return body([f"%x: {X}"], "\n".join(lines), f"{result}: {X}")


RELU = f'%y = nn.relu %x {{lpt.node = "R"}} : ({X}) -> {X}'
NEG = f'%z = nn.neg %y {{lpt.node = "N"}} : ({X}) -> {X}'
BASE = network(RELU, NEG)


def lines(after: str, before: str = BASE) -> list[str]:
    return str(diff(parse(before), parse(after))).splitlines()


def test_equal_models_whose_values_have_other_names() -> None:
    assert lines(BASE.replace("%y", "%other").replace("%x", "%input")) == ["0 removed, 0 added, 0 changed, 4 the same"]


def test_an_operation_added_between_two_changes_the_reader_only() -> None:
    between = f'%w = nn.abs %y {{lpt.node = "A"}} : ({X}) -> {X}'
    assert lines(network(RELU, between, NEG.replace("%y", "%w"))) == [
        f"+ nn.abs             A  {X}",
        "~ nn.neg             N",
        "    operand 0: nn.relu R → nn.abs A",
        "0 removed, 1 added, 1 changed, 3 the same",
    ]


def test_an_operation_removed() -> None:
    assert lines(network(NEG.replace("%y", "%x"))) == [
        f"- nn.relu            R  {X}",
        "~ nn.neg             N",
        "    operand 0: nn.relu R → argument 0",
        "1 removed, 0 added, 1 changed, 2 the same",
    ]


def test_attributes_and_types() -> None:
    soft = [f'%z = nn.softmax %x {{axis = {axis} : i64, lpt.node = "S"}} : ({X}) -> {X}' for axis in (0, -1)]
    assert "    axis: 0 : i64 → -1 : i64" in lines(network(soft[1]), network(soft[0]))
    q = [f"tensor<2x!quant.uniform<u8:f32, {scale}>>" for scale in ("5.000000e-01", "2.500000e-01")]
    cast = [body([f"%x: {X}"], f'%z = quant.qcast %x {{lpt.node = "Q"}} : {X} to {t}', f"%z: {t}") for t in q]
    (_, change) = diff(parse(cast[0]), parse(cast[1])).changes
    assert change.kind == "changed" and change.details[0].startswith("result: ") and " → " in change.details[0]


def test_a_constant_is_known_by_its_reader() -> None:
    text = network(
        f"%c = lpt.constant {{value = #lpt.blob<dense<[1.0, 2.0]> : {X}>}} : {X}",
        f'%z = nn.add %x, %c {{lpt.node = "A"}} : ({X}, {X}) -> {X}',
    )
    first, second, *_ = lines(text.replace("2.0", "4.0"), text)
    assert first == "~ lpt.constant"
    assert second.lstrip().startswith("value: ") and "2.000000e+00" in second and "4.000000e+00" in second


def test_one_of_two_equal_constants_removed_changes_no_reader_of_the_other() -> None:
    c = f"= lpt.constant {{value = #lpt.blob<dense<[1.0, 2.0]> : {X}>}} : {X}"
    add = f'%z = nn.add %x, %c {{lpt.node = "A"}} : ({X}, {X}) -> {X}'
    two = network(f"%b {c}", f'%y = nn.mul %x, %b {{lpt.node = "M"}} : ({X}, {X}) -> {X}', f"%c {c}", add.replace("%x,", "%y,"))
    changed = [line for line in lines(network(f"%c {c}", add), two) if "operand" in line]
    assert changed == ["    operand 0: nn.mul M → argument 0"]


def test_operations_in_another_order_are_the_same() -> None:
    both = f'%s = nn.add %y, %z {{lpt.node = "S"}} : ({X}, {X}) -> {X}'
    neg = NEG.replace("%y", "%x")
    assert lines(network(RELU, neg, both, result="%s"), network(neg, RELU, both, result="%s"))[-1].startswith(
        "0 removed, 0 added, 0 changed"
    )


def test_operations_that_moved_into_kernels_are_the_same() -> None:
    low = lpt.transform(
        lpt.load(bundled_model_path()).specialize({"image": (1, 1, 8, 8)}), "lpt,lpt-expand-moves,lpt-lower-unsigned"
    )
    found = diff(low, lpt.transform(low, "lpt-form-kernels"))
    assert {change.kind for change in found.changes} == {"added"}
    assert all(name.startswith("kernel.") for name in found.by_operation())


def test_counts_add_up() -> None:
    model = lpt.load(bundled_model_path())
    low = lpt.transform(model, "lpt")
    found = diff(model, low)
    kinds = [change.kind for change in found.changes]
    for side, other in ((model, "added"), (low, "removed")):
        total = sum(1 for op in side.module.walk() if op is not side.module)
        assert len(kinds) - kinds.count(other) + found.same == total
    assert sum(map(sum, (row.values() for row in found.by_operation().values()))) == len(kinds)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    paths = [tmp_path / "a.mlir", tmp_path / "b.mlir"]
    for path, text in zip(paths, (BASE, network(NEG.replace("%y", "%x"))), strict=True):
        path.write_text(text)
    return [str(path) for path in paths]


def test_the_command(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", *files]) == 0
    assert "- nn.relu            R" in capsys.readouterr().out
    assert main(["diff", *files, "--exit-code"]) == 1
    assert main(["diff", files[0], files[0], "--exit-code"]) == 0
    capsys.readouterr()
    assert main(["diff", *files, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"][0]["operation"] == "nn.relu"
    facts = Path(files[0]).with_name("changes.json")
    assert main(["diff", *files, "--json", str(facts), "--exit-code"]) == 1
    assert "- nn.relu            R" in capsys.readouterr().out
    assert json.loads(facts.read_text())["changes"][0]["operation"] == "nn.relu"
    assert main(["diff", *files, "--json", str(facts / "below")]) == 2
    assert "cannot write: Not a directory; choose another --json FILE" in capsys.readouterr().err
    assert main(["diff", *files, "--stat"]) == 0
    assert [line.split() for line in capsys.readouterr().out.splitlines()][1] == ["nn.relu", "1", "0", "0"]
    assert main(["diff", files[0], "nowhere.mlir"]) == 2

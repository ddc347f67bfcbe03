"""Each reason that a rule can give has something to do about it."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from lpt.cli.main import main
from lpt.report.advice import advice_for, summarize

ROOT = Path(__file__).parents[2]
NAMES = ("transform/push_contractions", "transform/push_reductions", "transform/fuse_rounding", "transform/split_channels")
RULES = [ROOT / "passes" / f"{name}.py" for name in (*NAMES, "markup/limits", "markup/restrictions", "ranges")]


def reasons(path: Path) -> list[str]:
    """What `self.fail(op, …)`, `AlgebraError(…)` and functions that return a reason say, {} for what is computed."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(attr="fail"), args=[_, text]):
                found.append(text)
            case ast.Call(func=ast.Name(id="AlgebraError"), args=[text]):
                found.append(text)
            case ast.FunctionDef(name="refusal"):
                found += [r.value for r in ast.walk(node) if isinstance(r, ast.Return) and r.value is not None]
    return [text for node in found for text in (_text(node),) if " " in text]


def _text(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text(part) if isinstance(part, ast.Constant) else "7" for part in parts)
        case ast.IfExp(body=body):
            return _text(body)
    return ""


@pytest.mark.parametrize(("path", "reason"), [(p.name, r) for p in RULES for r in reasons(p)])
def test_every_reason_has_advice(path: str, reason: str) -> None:
    assert advice_for(reason) is not None


def test_the_rules_give_reasons() -> None:
    assert sum(len(reasons(path)) for path in RULES) > 15


def test_advice_is_counted_and_said_once() -> None:
    given = ["operand 0 is not quantized: it is an input of the model"] * 2 + ["", "operand 1 is not a constant"]
    assert list(summarize(given).values()) == [2, 1]


def test_explain_prints_advice(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["explain", "--json", str(tmp_path / "rows.json")]) == 0
    advice = json.loads((tmp_path / "rows.json").read_text())["advice"]
    printed = capsys.readouterr().out
    assert all(text in printed for text in advice)

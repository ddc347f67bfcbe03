"""Imports point one way, each file has one name, and `import lpt` costs nothing."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

LEAVES = ("lpt.errors", "lpt.plugins", "lpt.target")
MAY_IMPORT = {
    "lpt.errors": (),
    "lpt.plugins": ("lpt.errors",),
    "lpt.target": ("lpt.errors", "lpt.plugins"),
    "lpt.dialects": (*LEAVES, "lpt.dialects"),
    "lpt.passes": (*LEAVES, "lpt.dialects", "lpt.passes"),
    "lpt.codegen": (*LEAVES, "lpt.dialects", "lpt.codegen"),
}
HEAVY = ("xdsl", "numpy", "llvmlite", "onnx", "rich")


def within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def imported(source: str, module: str, *, is_package: bool) -> Iterator[str]:
    """Absolute names that `source` imports, at any depth; `from a import b` gives `a.b`."""
    package = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parent = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parent, *([base] if base else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def violations(source: str, module: str, *, is_package: bool = False) -> list[str]:
    """Imports of ours that the layer of `module` does not allow."""
    layer = next((layer for layer in MAY_IMPORT if within(module, (layer,))), None)
    names = imported(source, module, is_package=is_package)
    if layer is None:
        return [name for name in names if within(name, ("dialects", "passes", "codegen", "tests"))]
    return [
        name
        for name in names
        if within(name, ("lpt", "dialects", "passes", "codegen", "tests")) and not within(name, MAY_IMPORT[layer])
    ]


@pytest.mark.parametrize(
    ("module", "source", "bad"),
    [
        ("lpt.passes.cse", "from lpt.codegen.emit import Emitter", ["lpt.codegen.emit.Emitter"]),
        ("lpt.passes.cse", "from lpt import load", ["lpt.load"]),
        ("lpt.codegen.emit", "def f():\n    import lpt.passes.driver", ["lpt.passes.driver"]),
        ("lpt.dialects.nn.conv", "from lpt.model import Model", ["lpt.model.Model"]),
        ("lpt.dialects.nn.conv", "from ..quant import QuantParams", []),
        ("lpt.dialects.quant", "from dialects import blob", ["dialects.blob"]),
        ("lpt.target", "import functools\nfrom lpt.errors import LptError", []),
        ("lpt.errors", "from lpt.target import Target", ["lpt.target.Target"]),
        ("lpt.model", "from lpt.passes.driver import Driver", []),
        ("lpt.model", "import passes.driver", ["passes.driver"]),
    ],
)
def test_the_rule_itself(module: str, source: str, bad: list[str]) -> None:
    assert violations(source, module) == bad


def test_imports_point_one_way(modules: dict[str, Path]) -> None:
    found = {
        module: bad
        for module, path in modules.items()
        if (bad := violations(path.read_text(), module, is_package=path.name == "__init__.py"))
    }
    assert found == {}


@pytest.mark.parametrize("package", ["dialects", "passes", "codegen"])
def test_a_linked_folder_has_one_name(package: str, python: Callable[[str], str]) -> None:
    message = python(f"try:\n    import {package}\nexcept ImportError as error:\n    print(error)")
    assert f"import lpt.{package}, not {package}" in message


@pytest.mark.slow
def test_every_module_imports_under_one_name(modules: dict[str, Path], python: Callable[[str], str]) -> None:
    """One file under two names would give two different classes of one operation."""
    program = f"""
import collections, importlib, os, sys
for name in {sorted(modules)!r}:
    importlib.import_module(name)
names = collections.defaultdict(list)
for name, module in sys.modules.items():
    if name.partition(".")[0] == "lpt":
        names[os.path.realpath(module.__file__)].append(name)
print([twice for twice in names.values() if len(twice) > 1], len(names) >= {len(modules)})
"""
    assert python(program).strip() == "[] True"


def loaded_after(statement: str, python: Callable[[str], str]) -> set[str]:
    return set(python(f"import sys\n{statement}\nprint(*sys.modules)").split()) & set(HEAVY)


def test_import_lpt_is_lazy(python: Callable[[str], str]) -> None:
    assert loaded_after("import lpt", python) == set()
    assert loaded_after("import lpt.data; lpt.data.bundled_model_path()", python) == set()
    assert loaded_after("import lpt; lpt.LptError", python) == set()


def test_help_is_lazy(python: Callable[[str], str]) -> None:
    program = """
import contextlib, io
from lpt.cli.main import main
with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.suppress(SystemExit):
    main(["--help"])
assert "demo" in out.getvalue()
"""
    assert loaded_after(program, python).isdisjoint({"xdsl", "llvmlite", "onnx"})


def test_a_module_of_meanings_does_not_stand_for_all(python: Callable[[str], str]) -> None:
    """Code generation imports some for their formulas, before the interpreter is asked for anything."""
    program = """
from lpt.dialects.semantics import activation
from lpt.dialects.interpreter import has_meaning
from lpt.dialects.nn import ReluOp
from xdsl.dialects.builtin import TensorType, f32
from xdsl.dialects.test import TestOp
print(has_meaning(ReluOp.make([TestOp(result_types=[TensorType(f32, [2])]).results[0]])))
"""
    assert python(program).strip() == "True"

"""The names that `import lpt` gives."""

from __future__ import annotations

import pytest

import lpt


def test_names_are_the_documented_ones() -> None:
    errors = {"LptError", "LoadError", "UnsupportedError", "TransformError"}
    errors |= {"ValidationError", "CompileError", "RunError"}
    functions = {"load", "save", "transform", "compile", "interpret", "explain", "get_target"}
    assert set(lpt.__all__) == errors | functions | {"Model", "Executable", "Target", "Pipeline", "Instrumentation", "Report"}
    assert set(lpt.__all__) <= set(dir(lpt))


@pytest.mark.parametrize("name", lpt.__all__)
def test_every_name_resolves(name: str) -> None:
    value = getattr(lpt, name)
    assert value.__name__ == name
    assert value.__doc__


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'lpt' has no attribute 'transfrom'"):
        _ = lpt.transfrom  # type: ignore[attr-defined]


def test_a_missing_module_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(lpt._HOME, "nowhere", "lpt.no_such_module")
    with pytest.raises(AttributeError, match=r"lpt\.nowhere needs the module 'lpt\.no_such_module'"):
        _ = lpt.nowhere  # type: ignore[attr-defined]

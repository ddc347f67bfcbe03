"""Einsum against numpy's, interpreted and compiled, and the operations it becomes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx
import pytest

import lpt
from lpt.errors import LoadError

EXTENTS = dict(zip("abcdefhijk", (2, 3, 4, 5, 2, 3, 2, 3, 4, 5), strict=True))

EQUATIONS = {
    "ij,jk->ik": ["matmul"],
    "bij,bjk->bik": ["matmul"],
    "bhid,bhjd->bhij": ["transpose", "matmul"],
    "abcd,de->abce": ["matmul"],
    "ij->ji": ["transpose"],
    "ij->i": ["reduce_sum"],
    "ii->i": None,
    "iij->j": None,
    "ij,ij->i": ["mul", "reduce_sum"],
    "ij,ij->": ["mul", "reduce_sum"],
    "i,j->ij": None,
    "abc,abc->c": None,
    "abc,bcd,de->ae": None,
    "ij, jk": ["matmul"],
    "ab,b->a": None,
    "a,ab->b": None,
    "fbac,bfae->cbe": None,
}


def model_of(model: Callable[..., onnx.ModelProto], equation: str, shapes: list[tuple[int, ...]]) -> onnx.ModelProto:
    names = [f"x{i}" for i in range(len(shapes))]
    inputs = ", ".join(f"float[{', '.join(map(str, shape))}] {name}" for name, shape in zip(names, shapes, strict=True))
    text = f"({inputs}) => (float[] y) {{ y = Einsum<equation='{equation}'>({', '.join(names)}) }}"
    proto = model(text)
    del proto.graph.output[0].type.tensor_type.shape.dim[:]
    proto.graph.output[0].type.tensor_type.ClearField("shape")
    return proto


def check(model: Callable[..., onnx.ModelProto], equation: str, shapes: list[tuple[int, ...]]) -> list[str]:
    rng = np.random.default_rng(len(equation))
    feeds = {f"x{i}": rng.standard_normal(shape).astype(np.float32) for i, shape in enumerate(shapes)}
    want = np.einsum(equation.replace(" ", ""), *feeds.values())
    loaded = lpt.load(model_of(model, equation, shapes))
    for got in (lpt.interpret(loaded, feeds)["y"], lpt.compile(loaded).run(feeds)["y"]):
        assert got.shape == want.shape
        np.testing.assert_allclose(got, want, rtol=0, atol=1e-5 * max(1.0, float(np.abs(want).max())))
    return [op.name.removeprefix("nn.") for op in loaded.module.walk() if op.name.startswith("nn.")]


@pytest.mark.parametrize("equation", EQUATIONS)
def test_equations(model: Callable[..., onnx.ModelProto], equation: str) -> None:
    parts = equation.replace(" ", "").partition("->")[0].split(",")
    operations = check(model, equation, [tuple(EXTENTS[label] for label in part) for part in parts])
    assert EQUATIONS[equation] in (None, operations)


@pytest.mark.parametrize(
    "equation, shapes",
    [
        ("...ij,...jk->...ik", [(2, 3, 4, 5), (2, 3, 5, 2)]),
        ("...ij,jk->...ik", [(2, 3, 4, 5), (5, 2)]),
        ("...ij,...jk->...ik", [(2, 1, 4, 5), (3, 5, 2)]),
        ("i...->...", [(2, 3, 4)]),
        ("...,...", [(2, 3), (3,)]),
        ("bsd,dhk->bshk", [(2, 3, 8), (8, 2, 4)]),
    ],
)
def test_ellipses(model: Callable[..., onnx.ModelProto], equation: str, shapes: list[tuple[int, ...]]) -> None:
    check(model, equation, shapes)


def test_an_unknown_batch(model: Callable[..., onnx.ModelProto]) -> None:
    proto = model_of(model, "bij,jk->bik", [(2, 3, 4), (4, 5)])
    proto.graph.input[0].type.tensor_type.shape.dim[0].dim_param = "n"
    feeds = {"x0": np.ones((7, 3, 4), np.float32), "x1": np.ones((4, 5), np.float32)}
    assert (lpt.interpret(lpt.load(proto), feeds)["y"] == 4).all()


@pytest.mark.parametrize(
    "equation, shapes, message",
    [
        ("ij,jk->il", [(2, 3), (3, 4)], "results that no input has"),
        ("ij->ii", [(2, 3)], "names a result twice"),
        ("ij", [(2, 3, 4)], "for a tensor of rank 3"),
        ("ij,ij->ij", [(2, 3), (2, 4)], "label 'j' has extents"),
        ("ij->j->i", [(2, 3)], "equation"),
    ],
)
def test_refusals(model: Callable[..., onnx.ModelProto], equation: str, shapes: list[tuple[int, ...]], message: str) -> None:
    with pytest.raises(LoadError, match=message):
        lpt.load(model_of(model, equation, shapes))

"""Shape arithmetic is done while importing; dimensions that are not known pass through it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx
import pytest

import lpt
from lpt.dialects.shapes import tensor_shape

Build = Callable[..., onnx.ModelProto]
Agrees = Callable[..., lpt.Model]


def operations(loaded: lpt.Model) -> list[str]:
    return [op.name for op in loaded.function.body.block.ops if op.name != "func.return"]


def test_a_shape_computed_from_known_dimensions(model: Build, agrees: Agrees) -> None:
    loaded = agrees(
        model(
            """(float[2,3,4] x) => (float[6,4] y) {
            s = Shape(x) a = Gather(s, zero) b = Gather(s, one) c = Mul(a, b) d = Unsqueeze(c, axes)
            e = Constant<value_ints=[-1]>() f = Concat<axis=0>(d, e) y = Reshape(x, f) }""",
            zero=np.array(0),
            one=np.array(1),
            axes=np.array([0]),
        )
    )
    assert operations(loaded) == ["nn.reshape"]


def test_constants_in_all_forms(model: Build, agrees: Agrees) -> None:
    loaded = agrees(
        model("""(float[2] x) => (float[2] y) {
            a = Constant<value = float[2] {1.0, 2.0}>() b = Constant<value_float=3.0>() c = Constant<value_floats=[4.0, 5.0]>()
            d = Constant<value_int=1>() e = Cast<to=1>(d) f = Add(a, b) g = Add(f, c) h = Add(g, e) y = Add(x, h) }""")
    )
    assert operations(loaded) == ["lpt.constant", "nn.add"]


def test_what_is_folded_is_an_output(model: Build, agrees: Agrees) -> None:
    loaded = agrees(
        model("(float[2,3] x) => (int64[2] s, int64 n, int64[1] t) { s = Shape(x) n = Size(x) t = Shape<start=-1>(x) }")
    )
    assert set(operations(loaded)) == {"lpt.constant"}


BATCH = """(float[N,3,2,2] x) => (float[N,12] y) {
    s = Shape(x) n = Gather(s, zero) u = Unsqueeze(n, axes) c = Concat<axis=0>(u, REST) y = Reshape(x, c) }"""


@pytest.mark.parametrize("rest", [[-1], [12]])
def test_an_unknown_batch_stays_in_front(rest: list[int], model: Build, agrees: Agrees) -> None:
    proto = model(BATCH.replace("REST", "rest"), zero=np.array(0), axes=np.array([0]), rest=np.array(rest))
    loaded = agrees(proto)
    assert tensor_shape(loaded.outputs["y"])[0] == -1
    assert loaded.specialize({"x": (5, 3, 2, 2)}).outputs["y"].get_shape() == (5, 12)


def test_an_unknown_batch_passes_a_resize(model: Build, agrees: Agrees) -> None:
    loaded = agrees(model("(float[N,1,2,2] x) => (float[N,1,4,4] y) { y = Resize(x, , s) }", s=np.array([1, 1, 2, 2], np.float32)))
    assert loaded.specialize({"x": (3, 1, 2, 2)}).outputs["y"].get_shape() == (3, 1, 4, 4)


@pytest.mark.parametrize("bounds, known", [((1, 4), -1), ((-2, -1), 1), ((-2, 2**40), 2), ((0, -1), -1)])
def test_slices_of_unknown_extents(model: Build, agrees: Agrees, bounds: tuple[int, int], known: int) -> None:
    """What lies between bounds from the end is known; the rest when the extent is."""
    text = "(float[N,3] x) => (float[M,3] y) { y = Slice(x, start, end, zero) }"
    start, end = (np.array([bound]) for bound in bounds)
    loaded = agrees(model(text, start=start, end=end, zero=np.array([0])))
    assert tensor_shape(loaded.outputs["y"])[0] == known
    assert loaded.specialize({"x": (9, 3)}).outputs["y"].get_shape()[0] == len(range(9)[slice(*bounds)])


REFUSED = {
    "(float[N,M,2] x) => (float y) { s = Shape(x) t = Slice(s, one, two) e = Concat<axis=0>(t, m) "
    "y = Reshape(x, e) }": "the shape depends on",
    "(float[N,3] x) => (float y) { s = Shape(x) p = Mul(s, s) y = Reshape(x, p) }": "depends on a dimension that is not known",
    "(float[N,3] x) => (int64 y) { y = Size(x) }": "depends on a dimension that is not known",
    "(float[N,3] x) => (float a, float b) { a, b = Split(x) }": "splits a dimension that is not known",
    "(float[1,1,N] x) => (float y) { y = Resize(x, , three) }": "resizes a dimension that is not known",
}  # fmt: skip


@pytest.mark.parametrize("graph", REFUSED)
def test_what_needs_a_known_dimension(graph: str, model: Build) -> None:
    constants = {"zero": np.array([0]), "one": np.array([1]), "two": np.array([2]), "m": np.array([-1])}
    with pytest.raises(lpt.UnsupportedError, match=REFUSED[graph]) as caught:
        lpt.load(model(graph, **constants, three=np.array([1, 1, 3], np.float32)))
    assert "node" in str(caught.value) and "opset 17" in str(caught.value)


def test_a_model_of_a_few_bytes_cannot_ask_for_gigabytes(model: Build) -> None:
    for graph in (
        "(float[1] x) => (float y) { y = ConstantOfShape(many) }",
        "(float[1] x) => (float y) { a = ConstantOfShape(few) y = Expand(a, many) }",
        "(float[1] x) => (float y) { a = ConstantOfShape(few) y = Tile(a, many) }",
        "(float[1] x) => (int64 y) { y = Range(zero, end, step) }",
    ):
        constants = {"many": np.array([2**20, 2**20]), "few": np.array([1, 1])}
        with pytest.raises(lpt.UnsupportedError, match="asks for a constant of"):
            lpt.load(model(graph, **constants, zero=np.array(0), end=np.array(2**40), step=np.array(1)))

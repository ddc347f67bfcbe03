"""Values, modules and types for the dialects' tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import ArrayLike
from xdsl.dialects.builtin import Float32Type, ModuleOp
from xdsl.dialects.test import TestOp
from xdsl.ir import Attribute, SSAValue
from xdsl.parser import Parser

from lpt.dialects.interpreter import evaluate
from lpt.dialects.nn import NnOp
from lpt.dialects.quant import QuantParams, quantized_tensor
from lpt.dialects.quant_params import Storage
from lpt.dialects.registry import make_context
from lpt.dialects.shapes import tensor_type

STORAGES = {name: Storage.of(name[0] == "i", int(name[1:])) for name in ("u4", "u8", "u16", "u32", "i2", "i4", "i8", "i16", "i32")}


@pytest.fixture(scope="session")
def parse() -> Callable[[str], ModuleOp]:
    """A verified module from text."""

    def run(text: str) -> ModuleOp:
        module = Parser(make_context(), text).parse_module()
        module.verify()
        return module

    return run


@pytest.fixture(scope="session")
def parse_type() -> Callable[[str], Attribute]:
    return lambda text: Parser(make_context(), text).parse_attribute()


@pytest.fixture(scope="session")
def params() -> Callable[..., QuantParams]:
    """`params("u8", scales, zero_points, axis=…)`."""

    def make(storage: str, scales: ArrayLike, zero_points: ArrayLike = 0, axis: int | None = None) -> QuantParams:
        return QuantParams(STORAGES[storage], scales, zero_points, axis=axis)

    return make


@pytest.fixture(scope="session")
def value() -> Callable[..., SSAValue]:
    """An SSA value of a tensor type: f32, or quantized by `params`."""

    def make(shape: Sequence[int], of: QuantParams | Attribute | None = None) -> SSAValue:
        if isinstance(of, QuantParams):
            return TestOp(result_types=[quantized_tensor(of, shape)]).results[0]
        return TestOp(result_types=[tensor_type(of or Float32Type(), shape)]).results[0]

    return make


@pytest.fixture(scope="session")
def run(value: Callable[..., SSAValue]) -> Callable[..., list[np.ndarray]]:
    """`run(Op, [(array, params or None), …], result=params, …)`: the meaning of a verified operation on these operands."""

    def call(
        op_class: type[NnOp],
        operands: Sequence[tuple[np.ndarray, QuantParams | None]],
        result: QuantParams | None = None,
        absent: int = 0,
        **properties: object,
    ) -> list[np.ndarray]:
        values: list[SSAValue | Sequence[SSAValue]] = [value(array.shape, of) for array, of in operands]
        op = op_class.make([*values, *([[]] * absent)], params=result, **properties)  # type: ignore[arg-type]
        op.verify()
        return list(evaluate(op, [array for array, _ in operands]))

    return call

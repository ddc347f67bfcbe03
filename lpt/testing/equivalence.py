"""Whether two modules give the same results to the exactness claimed, on inputs generated for them; a rule held to its claim."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from xdsl.dialects.builtin import ModuleOp

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import main_function
from lpt.dialects.quant import params_of
from lpt.errors import TransformError, ValidationError
from lpt.passes.pipeline import Exactness, LptPass, Pipeline
from lpt.passes.validate import Comparison, PassCheck, Validator, random_inputs
from lpt.testing.modules import Module, parsed


class _Stated(LptPass):
    """The claim that two modules are held to."""

    name = "assert_equivalent"


def _stated(exactness: Exactness, bound: float) -> LptPass:
    made: type[LptPass] = type("Stated", (_Stated,), {"exactness": exactness, "bound": bound})
    return made()


def generated_inputs(module: Module, count: int = 4) -> Iterator[list[Array]]:
    """Inputs of @main: `count` random ones of different spread, then zeros, least and greatest codes, and steps of 1/8 around 0.

    Floats that lie halfway between codes are among the last, where the scale is a power of two.
    """
    module = parsed(module)
    first = random_inputs(module, 0)
    for seed in range(count):
        yield [_spread(array, 4.0 ** (seed - 1)) for array in random_inputs(module, seed)]
    yield [np.zeros_like(array) for array in first]
    params = [params_of(argument) for argument in main_function(module).body.block.args]
    for end in ("min", "max"):
        pairs = zip(first, params, strict=True)
        yield [np.full_like(a, getattr(p.storage, end)) if p is not None else _spread(a, 64.0) for a, p in pairs]
    yield [((np.arange(a.size) - a.size // 2) / 8).reshape(a.shape).astype(a.dtype) if a.dtype.kind == "f" else a for a in first]


def _spread(array: Array, factor: float) -> Array:
    return np.asarray(array * array.dtype.type(factor)) if array.dtype.kind == "f" else array


def assert_equivalent(
    a: Module,
    b: Module,
    exactness: Exactness | str = Exactness.EXACT,
    *,
    bound: float = LptPass.bound,
    inputs: Sequence[Sequence[Array]] | None = None,
) -> None:
    """Two modules, models or texts of equal signatures give results that differ by no more than `exactness` allows.

    exact: the same bits; real: within `bound` · Σ|terms|; rounds: on the other side of a tie that is as near. Where a module rounds
    between, only the last rounding is judged so: split what is compared there. `inputs` replaces those generated.
    """
    left, right = parsed(a), parsed(b)
    before, after = main_function(left), main_function(right)
    signatures = [[value.type for value in (*f.body.block.args, *f.body.block.last_op.operands)] for f in (before, after)]  # type: ignore[union-attr]
    assert signatures[0] == signatures[1], f"the signatures differ: {before.function_type} and {after.function_type}"
    if exactness not in {*Exactness, *(known.value for known in Exactness)}:
        raise TransformError(f"{exactness!r} is no exactness", way_out=f"one of {', '.join(known.value for known in Exactness)}")
    stated = _stated(Exactness(exactness), bound)
    for arrays in generated_inputs(left) if inputs is None else inputs:
        arguments: dict[Any, Any] = dict(zip(after.body.block.args, before.body.block.args, strict=True))
        try:
            Comparison(stated, before, after, arguments, {}).run(arrays)
        except ValidationError as error:
            what = error.what.partition(", but ")[2]
            raise AssertionError(f"not {stated.exactness.value}: {what}, on\n{arrays}\nof\n{left}\nand\n{right}") from error


def assert_keeps_claim(subject: Any, ir: Module, inputs: Sequence[Sequence[Array]] | None = None) -> list[PassCheck]:
    """A pattern, pass or pipeline changes results by no more than it claims, on generated inputs, and does fire.

    Returns a row per pass: that of the inputs on which it was worst. What is `lossy` is only measured.
    """
    rows: list[PassCheck] = []
    for arrays in generated_inputs(ir) if inputs is None else inputs:
        module: ModuleOp = parsed(ir)
        try:
            found = Validator(module, arrays).run(Pipeline(subject))
        except ValidationError as error:
            raise AssertionError(f"{error}, on\n{arrays}\nof\n{parsed(ir)}") from error
        assert str(module) != str(parsed(ir)), f"nothing changed in\n{module}"
        rows = [max(pair, key=lambda row: row.worst) for pair in zip(rows or found, found, strict=True)]
    return rows

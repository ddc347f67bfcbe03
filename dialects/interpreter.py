"""Run a module in numpy: the oracle for kernels and for passes, and what constant folding uses.

The meaning of each operation stands in `lpt.dialects.semantics`, one function per operation, registered with `@meaning(Op)`.
A value is an ndarray: floats, integers, or the storage of a quantized tensor (docs/architecture.md).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Block, Operation, SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.kernel import KernelOp, YieldOp
from lpt.dialects.memo import MEMO
from lpt.errors import LptError, RunError, UnsupportedError

__all__ = ["as_array", "evaluate", "has_meaning", "main_function", "meaning", "run_function"]

OpT = TypeVar("OpT", bound=Operation)
Meaning = Callable[[Any, Sequence[Array]], Sequence[Array]]

_meanings: dict[type[Operation], Meaning] = {}


def meaning(op_class: type[OpT]) -> Callable[[Callable[[OpT, Sequence[Array]], Sequence[Array]]], Meaning]:
    """Register a function (op, operand values) → result values as the meaning of an operation."""

    def register(function: Callable[[OpT, Sequence[Array]], Sequence[Array]]) -> Meaning:
        _meanings[op_class] = function
        return function

    return register


def has_meaning(op: Operation) -> bool:
    """Whether `evaluate` knows the operation."""
    _load()
    return type(op) in _meanings or isinstance(op, KernelOp)


def is_ours() -> bool:
    """Whether nobody else has registered a meaning of an operation of ours."""
    pairs = ((op_class.__module__, function.__module__) for op_class, function in _meanings.items())
    return all(module.startswith("lpt.") for home, module in pairs if home.startswith("lpt."))


@functools.cache
def _load() -> None:
    """Meanings register themselves when their modules are imported; that must wait until the dialects are."""
    from lpt.dialects import semantics

    semantics.load()


def evaluate(op: Operation, operands: Sequence[Array]) -> Sequence[Array]:
    """The results of one operation. Raises UnsupportedError if it has no meaning."""
    _load()
    if isinstance(op, KernelOp):
        return [_run_body(op.block, operands)]
    function = _meanings.get(type(op))
    if function is None:
        raise UnsupportedError(f"{op.name} has no meaning in numpy", way_out="register one with @meaning")
    memo = MEMO.get() if not op.regions else None  # a region is compared by nobody
    return function(op, operands) if memo is None else memo.results(op, operands, lambda: function(op, operands))


def _run_body(block: Block, arguments: Sequence[Array]) -> Array:
    """What a kernel's body yields."""
    values: dict[SSAValue, Array] = dict(zip(block.args, arguments, strict=True))
    for op in block.ops:
        if isinstance(op, YieldOp):
            return values[op.value]
        for result, value in zip(op.results, evaluate(op, [values[o] for o in op.operands]), strict=True):
            values[result] = value
    raise LptError("a kernel body ends without kernel.yield")


def main_function(module: ModuleOp) -> FuncOp:
    """The module's `main`. Raises LptError if there is none with exactly one block."""
    for op in module.ops:
        if isinstance(op, FuncOp) and op.sym_name.data == "main" and len(op.body.blocks) == 1:
            return op
    raise LptError("the module has no function @main with one block")


def run_function(
    function: FuncOp,
    arguments: Sequence[Array],
    *,
    taps: Collection[SSAValue] = (),
    force: Mapping[SSAValue, Array] | None = None,
    observe: Callable[[Operation, Sequence[Array]], None] | None = None,
    compute: Callable[[Operation, Sequence[Array]], Sequence[Array]] | None = None,
) -> tuple[list[Array], dict[SSAValue, Array]]:
    """Run a function; returns its results and the values of `taps`.

    `force` replaces the computed value of some SSA values (the journal's map, for teacher forcing); `observe` sees each operation
    with its results; `compute` gives these in place of `evaluate`. Values are dropped after their last use. Raises RunError if the
    number of arguments is wrong.
    """
    block = function.body.block
    if len(arguments) != len(block.args):
        raise RunError(f"@{function.sym_name.data} takes {len(block.args)} arguments, got {len(arguments)}")
    forced = force or {}
    tapped: dict[SSAValue, Array] = {}
    values: dict[SSAValue, Array] = {}
    uses: dict[SSAValue, int] = {}

    def define(value: SSAValue, array: Array) -> None:
        array = forced.get(value, array)
        if value in taps:
            tapped[value] = array
        values[value], uses[value] = array, value.uses.get_length()

    for argument, array in zip(block.args, arguments, strict=True):
        define(argument, array)
    for op in block.ops:
        operands = [values[operand] for operand in op.operands]
        if isinstance(op, ReturnOp):
            return operands, tapped
        results = evaluate(op, operands) if compute is None else compute(op, operands)
        if observe is not None:
            observe(op, results)
        for result, array in zip(op.results, results, strict=True):
            define(result, array)
        for operand in op.operands:
            uses[operand] -= 1
            if not uses[operand]:
                values.pop(operand, None)
    raise LptError(f"@{function.sym_name.data} does not end in func.return")


def as_array(value: Any) -> Array:
    """An ndarray from anything array-like, DLPack included."""
    if isinstance(value, np.ndarray):
        return value
    return np.from_dlpack(value) if hasattr(value, "__dlpack__") else np.asarray(value)

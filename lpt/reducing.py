"""Make a module that shows a failure small: operations are taken out, what they gave becomes an input, as long as it fails.

lpt reduce model.onnx -p my-rule -o small.mlir
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Block, Operation, OpResult, Region, SSAValue
from xdsl.traits import ConstantLike

from lpt.dialects.interpreter import main_function
from lpt.errors import LptError, TransformError
from lpt.passes.driver import LIMIT
from lpt.passes.pipeline import Element, Pipeline
from lpt.passes.validate import Validator

__all__ = ["failure", "likeness", "reduce_failure", "reduce_module"]

class _NothingFails(TransformError):
    """The pipeline runs through: with a smaller limit of rewrites, so with any."""


Fails = Callable[[ModuleOp], bool]


def failure(module: ModuleOp, pipeline: Element, *, validate: bool = False) -> LptError | None:
    """What a pipeline raises on a copy of the module, or None; with `validate`, claims are checked too, on random inputs."""
    copy = module.clone()
    try:
        if validate:
            Validator(copy).run(Pipeline(pipeline))
        else:
            Pipeline(pipeline).run(copy)
    except LptError as error:
        return error
    return None


def likeness(error: LptError) -> str:
    """An error without numbers, types and places, which change as a module gets smaller."""
    text = re.sub(r"tensor<\S*|!quant\S*", "T", error.what)
    return f"{type(error).__name__}: {re.sub(r'[0-9.]+(e[-+]?[0-9]+)?', '#', text)}"


def reduce_failure(
    module: ModuleOp, pipeline: Element, *, expect: str | None = None, validate: bool = False
) -> tuple[ModuleOp, LptError]:
    """The smallest module found on which the pipeline fails as it does on this one, and the error there.

    `expect` is a text that the error contains; without it, it is the same one but for numbers and types. Raises TransformError
    where the pipeline does not fail so to begin with.
    """
    pipeline = Pipeline(pipeline)  # a misspelt one is no failure of the module
    token = LIMIT.set((1, 64))  # what is endless shows sooner, and is checked with the usual limit at the end
    small: ModuleOp | None
    try:
        small, _ = _reduced(module, pipeline, expect, validate)
    except _NothingFails:
        raise
    except TransformError:  # it fails so, if at all, with the usual limit alone
        small = None
    finally:
        LIMIT.reset(token)
    error = failure(small, pipeline, validate=validate) if small is not None else None
    if small is None or error is None or (expect is not None and expect not in str(error)):
        return _reduced(module, pipeline, expect, validate)
    return small, error


def _reduced(module: ModuleOp, pipeline: Pipeline, expect: str | None, validate: bool) -> tuple[ModuleOp, LptError]:
    first = failure(module, pipeline, validate=validate)
    if first is None or (expect is not None and expect not in str(first)):
        if first is not None:
            raise TransformError(f"it fails otherwise: {first}", where="reduce", way_out="give the text of the failure")
        way_out = "give the passes that break on this module" + ("" if validate else "; --validate finds wrong results too")
        raise _NothingFails("the pipeline does not fail", where="reduce", way_out=way_out)
    wanted = likeness(first)

    def fails(candidate: ModuleOp) -> bool:
        error = failure(candidate, pipeline, validate=validate)
        return error is not None and (expect in str(error) if expect is not None else likeness(error) == wanted)

    small = reduce_module(module, fails)
    error = failure(small, pipeline, validate=validate)
    assert error is not None
    return small, error


def reduce_module(module: ModuleOp, fails: Fails) -> ModuleOp:
    """A module of as few operations of @main as possible on which `fails` holds; it must hold on `module`.

    Delta debugging (Zeller and Hildebrandt 2002) over the operations that are no constants: those stay with what uses them. Values
    from operations that are gone are arguments, values that nothing uses any more are results.
    """
    block = main_function(module).body.block
    kept = [op for op in block.ops if not isinstance(op, ReturnOp) and not op.has_trait(ConstantLike)]
    if not fails(_of(module, kept)):
        return module
    parts = 2
    while len(kept) > 1:
        size = -(-len(kept) // parts)
        chunks = [kept[i : i + size] for i in range(0, len(kept), size)]
        smaller = _smaller(module, chunks, fails)
        if smaller is not None:
            kept, parts = smaller, max(2, min(parts - 1, len(smaller)))
        elif size == 1:
            break
        else:
            parts = min(2 * parts, len(kept))
    return _of(module, kept)


def _smaller(module: ModuleOp, chunks: Sequence[list[Operation]], fails: Fails) -> list[Operation] | None:
    """One chunk alone, or all but one, that still fails."""
    for chunk in chunks if len(chunks) > 2 else ():
        if _holds(module, chunk, fails):
            return chunk
    for gone in range(len(chunks)):
        rest = [op for number, chunk in enumerate(chunks) if number != gone for op in chunk]
        if rest and _holds(module, rest, fails):
            return rest
    return None


def _holds(module: ModuleOp, ops: Sequence[Operation], fails: Fails) -> bool:
    return fails(_of(module, ops))


def _of(module: ModuleOp, ops: Sequence[Operation]) -> ModuleOp:
    """The module of these operations, with the constants that they use."""
    chosen, values, block = set(ops), dict[SSAValue, SSAValue](), Block()
    for op in ops:
        for operand in op.operands:
            if operand in values or operand.owner in chosen:
                continue
            if isinstance(operand, OpResult) and operand.op.has_trait(ConstantLike):
                block.add_op(operand.op.clone(values))
            else:
                values[operand] = block.insert_arg(operand.type, len(block.args))
                values[operand].name_hint = operand.name_hint
        block.add_op(op.clone(values))
    returned = _returned(module)
    results = [r for op in ops for r in op.results if r in returned or all(use.operation not in chosen for use in r.uses)]
    block.add_op(ReturnOp(*(values[result] for result in results)))
    types = [argument.type for argument in block.args], [result.type for result in results]
    return ModuleOp([FuncOp("main", types, Region(block))], dict(module.attributes))


def _returned(module: ModuleOp) -> set[SSAValue]:
    last = main_function(module).body.block.last_op
    return set(last.operands) if last is not None else set()

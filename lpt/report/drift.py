"""How far each value of a network is from the one it would have without rounding.

The reference is the same network in floats: every quantization keeps its range (exporters leave a ReLU to it), and rounds to no
code. Both are evaluated in numpy on the same inputs, the network as it is transformed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from xdsl.dialects.builtin import ModuleOp, TensorType, f32
from xdsl.ir import Attribute, Block, Operation, SSAValue
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import evaluate, main_function, run_function
from lpt.dialects.lpt import ConstantOp, FakeQuantizeOp, ReinterpretOp, RequantizeOp
from lpt.dialects.nn import NnOp
from lpt.dialects.quant import DequantizeCastOp, QuantizeCastOp, params_of, storage_dtype
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.semantics.values import quantize
from lpt.dialects.shapes import tensor_shape, tensor_type
from lpt.errors import LptError
from lpt.passes.magnitudes import real


@dataclass(frozen=True)
class Drift:
    """One value: its signal-to-noise ratio against the network without rounding in dB (None: no difference), the greatest
    difference, and the least and greatest number of the reference."""

    value: SSAValue
    sqnr: float | None
    max_error: float
    range: tuple[float, float]


def without_rounding(module: ModuleOp, inputs: Sequence[Array], see: Callable[[SSAValue, Array], None]) -> None:
    """Evaluate @main in floats, tell `see` each value that is not constant. `inputs` are as @main takes them, codes as codes.

    Raises LptError where an operation has no meaning.
    """
    function = main_function(module)
    arguments = [_real(array, params_of(value)) for value, array in zip(function.body.block.args, inputs, strict=True)]
    for value, array in zip(function.body.block.args, arguments, strict=True):
        see(value, array)

    def observe(op: Operation, results: Sequence[Array]) -> None:
        for value, array in zip(op.results, results, strict=True) if not isinstance(op, ConstantOp) else ():
            see(value, array)

    run_function(function, arguments, observe=observe, compute=_in_floats)


def _in_floats(op: Operation, operands: Sequence[Array]) -> Sequence[Array]:
    """The results of one operation on real numbers, clipped to the ranges of their types."""
    match op:
        case ConstantOp():
            return [_real(op.array, params_of(op.result))]
        case QuantizeCastOp():
            return [_clipped(operands[0], params_of(op.result))]
        case DequantizeCastOp():
            return [operands[0]]
        case RequantizeOp():
            total = operands[0] + operands[1] if op.bias is not None else operands[0]
            return [_clipped(total, params_of(op.result))]
        case FakeQuantizeOp():
            return [_stretched(*operands)]
        case ReinterpretOp():
            return [_reinterpreted(op, operands[0])]
    if all(params_of(value) is None for value in (*op.operands, *op.results)):
        return evaluate(op, operands)
    if isinstance(op, NnOp):
        try:
            results = evaluate(_float_twin(op), operands)
        except (LptError, VerifyException, TypeError, ValueError):
            return _through_codes(op, operands)
        return [_clipped(array, params_of(result)) for array, result in zip(results, op.results, strict=True)]
    return _through_codes(op, operands)


def _float_twin(op: NnOp) -> Operation:
    """The operation on floats where it has quantized types."""
    block = Block(arg_types=[_float_type(value.type) for value in op.operands])
    results = [_float_type(value.type) for value in op.results]
    return type(op).create(operands=block.args, result_types=results, properties=op.properties, attributes=op.attributes)


def _float_type(type_: Attribute) -> Attribute:
    return tensor_type(f32, tensor_shape(type_)) if isinstance(type_, TensorType) and params_of(type_) is not None else type_


def _through_codes(op: Operation, operands: Sequence[Array]) -> Sequence[Array]:
    """Of what only computes on codes: rounded here, as in the network."""
    codes = [
        array.astype(storage_dtype(value)) if (params := params_of(value)) is None else quantize(array.astype(np.float32), params)
        for array, value in zip(operands, op.operands, strict=True)
    ]
    return [_real(array, params_of(value)) for array, value in zip(evaluate(op, codes), op.results, strict=True)]


def _reinterpreted(op: ReinterpretOp, array: Array) -> Array:
    source, target = params_of(op.input), params_of(op.result)
    assert source is not None and target is not None
    scales, zero_points = source.expand(array.shape)
    return _real(np.asarray(array / scales + zero_points), target)


def _stretched(x: Array, low: Array, high: Array, output_low: Array, output_high: Array) -> Array:
    """fake_quantize without its levels."""
    with np.errstate(all="ignore"):
        share = np.clip((x - low) / (high - low), 0, 1)
        inside = np.nan_to_num(share, nan=1.0) * (output_high - output_low) + output_low
    return np.asarray(inside, np.float32)


def _clipped(array: Array, params: QuantParams | None) -> Array:
    """To the numbers that codes of up to 16 bits stand for; accumulators are bounded by construction."""
    if params is None or params.storage.width > 16:
        return array
    scales, zero_points = params.expand(array.shape)
    low, high = ((bound - zero_points) * scales for bound in (params.storage.min, params.storage.max))
    return np.asarray(np.clip(array, low, high), np.float32)


def _real(array: Array, params: QuantParams | None) -> Array:
    return array if params is None else real(array, params).astype(np.float32)


def drift(before: ModuleOp, after: ModuleOp, stands_for: Mapping[SSAValue, SSAValue], inputs: Sequence[Array]) -> Iterator[Drift]:
    """The drift of each value of `before` for which a value of `after` stands, in order; `inputs` are as @main takes them.

    `before` may be any level of the network; floats and codes of whatever type are compared as real numbers, and nothing
    else is. Raises LptError where an operation has no meaning in numpy.
    """
    references: dict[SSAValue, Array] = {}

    def keep(value: SSAValue, array: Array) -> None:
        if value in stands_for and array.dtype.kind == "f":
            references[value] = array

    without_rounding(before, inputs, keep)
    readers: dict[SSAValue, list[SSAValue]] = {}
    for old in references:
        readers.setdefault(stands_for[old], []).append(old)
    found: dict[SSAValue, Drift] = {}

    def compare(op: Operation, results: Sequence[Array]) -> None:
        for result, array in zip(op.results, results, strict=True):
            for old in readers.get(result, ()):
                if array.shape == references[old].shape:
                    found[old] = _compared(old, references[old], real(array, params_of(result)))

    run_function(main_function(after), inputs, observe=compare)
    yield from (found[old] for old in references if old in found)


def _compared(value: SSAValue, reference: Array, array: Array) -> Drift:
    exact = reference.astype(np.float64)
    with np.errstate(all="ignore"):
        error = np.nan_to_num(array - exact, nan=0.0)  # infinities on both sides
        noise, signal = float(np.square(error).sum()), float(np.square(np.nan_to_num(exact, posinf=0.0, neginf=0.0)).sum())
    worst = float(np.abs(error).max(initial=0.0))
    ends = (float(exact.min(initial=np.inf)), float(exact.max(initial=-np.inf))) if exact.size else (0.0, 0.0)
    if noise == 0.0:
        return Drift(value, None, 0.0, ends)
    return Drift(value, 10 * float(np.log10(max(signal, np.finfo(np.float64).tiny) / noise)), worst, ends)


__all__ = ["Drift", "drift", "without_rounding"]

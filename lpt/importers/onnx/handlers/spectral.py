"""DFT and STFT as products with constant matrices of sines and cosines."""

from __future__ import annotations

from math import prod

import numpy as np
from xdsl.ir import SSAValue

from lpt.dialects.blob import Array
from lpt.dialects.nn import GatherOp, MatMulOp
from lpt.dialects.shapes import is_static
from lpt.importers.arithmetic import Term, constant
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import handles
from lpt.importers.value import TABLE


def _matrix(given: int, parts: int, length: int, kept: int) -> Array:
    """[given · parts, kept · 2]: from numbers of `parts` (real, imaginary) to `kept` coefficients of a transform of `length`."""
    angles = 2 * np.pi * (np.outer(np.arange(given), np.arange(kept)) % length) / length
    cos, sin = np.cos(angles), -np.sin(angles)
    real = np.stack([cos, sin], axis=-1)
    both = np.stack([real, np.stack([-sin, cos], axis=-1)], axis=1)[:, :parts]
    return np.asarray(both.reshape(given * parts, kept * 2), np.float32)


def _inverse_of_half(given: int, length: int) -> Array:
    """[given · 2, length]: the real signal of the first half of its spectrum."""
    k = np.arange(given)
    times = np.where((k == 0) | (2 * k == length), 1, 2)[:, None] / length
    angles = 2 * np.pi * (np.outer(k, np.arange(length)) % length) / length
    return np.asarray(np.stack([np.cos(angles) * times, -np.sin(angles) * times], axis=1).reshape(given * 2, length), np.float32)


@handles("DFT", first=17)
def dft(node: Node) -> SSAValue:
    """Along one axis of numbers whose real and imaginary parts are the last dimension."""
    shape = node.shape(0)
    if len(shape) < 2 or shape[-1] not in (1, 2) or not is_static(shape):
        raise node.unsupported(f"a transform of a tensor of shape {shape}", "give it a last dimension of 1 or 2, and fixed ones")
    axis = node.int_attr("axis", 1) if node.opset < 20 else int(node.known_scalar(2, "the axis") or 0)
    if node.opset >= 20 and node.optional(2) is None:
        axis = -2
    axis = node.axis(axis, len(shape))
    inverse, half = bool(node.int_attr("inverse", 0)), bool(node.int_attr("onesided", 0))
    if inverse and not half:
        raise node.unsupported("the inverse transform of a whole spectrum is not handled", "transform half of it (onesided)")
    given = node.known_scalar(1, "the length")
    length = int(given) if given is not None else 2 * (shape[axis] - 1) if inverse else shape[axis]
    if length < 1 or axis == len(shape) - 1:
        raise node.malformed(f"a transform of length {length} along axis {axis} of {shape}")
    if shape[axis] * length * 4 > TABLE:
        raise node.unsupported(f"a transform of length {length} is not handled", "transform shorter parts")
    count = min(shape[axis], length // 2 + 1 if inverse else length)
    parts = 1 if inverse else 2
    if inverse and shape[-1] != 2:
        raise node.malformed("half a spectrum has imaginary parts")
    kept = length // 2 + 1 if half else length
    matrix = _inverse_of_half(count, length) if inverse else _matrix(count, shape[-1], length, kept)
    others = [d for d in range(len(shape) - 1) if d != axis]
    x = Term(node, node.f32(0)).part(axis, 0, count).transpose([*others, axis, len(shape) - 1])
    flat = x.reshape((*(shape[d] for d in others), count * shape[-1]))
    y = Term(node, node.one(MatMulOp, flat.value, constant(node, matrix).value))
    y = y.reshape((*(shape[d] for d in others), matrix.shape[1] // parts, parts))
    return y.transpose([*range(axis), len(shape) - 2, *range(axis, len(shape) - 2), len(shape) - 1]).value


@handles("STFT", first=17)
def stft(node: Node) -> SSAValue:
    """Frames that a window weighs, and the transform of each."""
    shape, step = node.shape(0), int(node.known_scalar(1, "the step") or 0)
    if len(shape) != 3 or shape[2] not in (1, 2) or not is_static(shape):
        raise node.unsupported(f"transforms of a signal of shape {shape}", "give it a last dimension of 1 or 2, and fixed ones")
    window, given = node.optional(2), node.known_scalar(3, "the length of frames")
    length = int(given) if given is not None else prod(window.shape) if window is not None else 0
    if step < 1 or not 1 <= length <= shape[1] or (window is not None and window.shape != (length,)):
        raise node.malformed(f"frames of {length} in steps of {step} of a signal of {shape[1]}")
    if length * length * 4 > TABLE or shape[1] // step * length > TABLE:
        raise node.unsupported(
            f"frames of {length} in steps of {step} of a signal of {shape[1]} are not handled", "use shorter ones"
        )
    starts = np.arange((shape[1] - length) // step + 1) * step
    indices = constant(node, starts[:, None] + np.arange(length)).value
    frames = Term(node, node.one(GatherOp, node.f32(0), indices, axis=1))
    if window is not None:
        frames = frames * Term(node, node.as_f32(window)).reshape((length, 1))
    kept = length // 2 + 1 if node.int_attr("onesided", 1) else length
    matrix = constant(node, _matrix(length, shape[2], length, kept))
    flat = frames.reshape((shape[0], len(starts), length * shape[2]))
    y = Term(node, node.one(MatMulOp, flat.value, matrix.value))
    return y.reshape((shape[0], len(starts), kept, 2)).value

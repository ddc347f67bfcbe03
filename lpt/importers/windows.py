"""Strides, dilations and pads of convolutions and poolings; automatic pads resolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lpt.dialects.shapes import Shape
from lpt.importers.node import BaseNode


@dataclass(frozen=True)
class Window:
    """`pads` are begin… then end…, never negative by themselves."""

    kernel: list[int]
    strides: list[int]
    pads: list[int]
    dilations: list[int]


def make_window(
    node: BaseNode,
    shape: Shape,
    kernel: list[int],
    strides: Sequence[int] | None,
    pads: Sequence[int] | None,
    dilations: Sequence[int] | None,
) -> Window:
    """A window on a tensor [N, C, spatial…]; None: strides and dilations 1, pads 0. Raises LoadError where lengths do not fit."""
    rank = len(shape) - 2
    window = Window(kernel, list(strides or [1] * rank), list(pads or [0] * (2 * rank)), list(dilations or [1] * rank))
    lengths = (len(kernel), len(window.strides), len(window.dilations), len(window.pads))
    if rank < 1 or lengths != (rank, rank, rank, 2 * rank):
        raise node.malformed(f"kernel, strides, dilations and pads do not fit a tensor of shape {shape}")
    if min((*kernel, *window.strides, *window.dilations)) < 1:
        raise node.malformed("kernel, strides and dilations must be positive")
    return window


def resolve(node: BaseNode, shape: Shape, window: Window, auto_pad: str) -> Window:
    """The window with the pads that `auto_pad` names: NOTSET (its own), VALID (none), SAME_UPPER or SAME_LOWER."""
    rank = len(shape) - 2
    match auto_pad:
        case "NOTSET" | "":
            return window
        case "VALID":
            return replace(window, pads=[0] * (2 * rank))
        case "SAME_UPPER" | "SAME_LOWER":
            pairs = [_same(node, shape[2 + i], window, i, lower=auto_pad == "SAME_LOWER") for i in range(rank)]
            return replace(window, pads=[p[0] for p in pairs] + [p[1] for p in pairs])
        case _:
            raise node.malformed(f"auto_pad {auto_pad!r} is not known")


def _same(node: BaseNode, extent: int, window: Window, i: int, *, lower: bool) -> tuple[int, int]:
    """Pads so that the output has ceil(extent / stride) elements; the odd one goes to the end, or to the begin if `lower`."""
    stride = window.strides[i]
    reach = window.dilations[i] * (window.kernel[i] - 1) + 1
    if extent < 0 and stride > 1:
        what = "auto_pad SAME with a stride on a dimension that is not known"
        raise node.unsupported(what, "give the model's inputs fixed dimensions")
    total = reach - 1 if stride == 1 else max((-(-extent // stride) - 1) * stride + reach - extent, 0)
    small, large = total // 2, total - total // 2
    return (large, small) if lower else (small, large)

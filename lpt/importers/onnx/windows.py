"""Strides, dilations and pads of convolutions and poolings, `auto_pad` resolved."""

from __future__ import annotations

from dataclasses import dataclass

from lpt.dialects.shapes import Shape
from lpt.importers.onnx.node import Node


@dataclass(frozen=True)
class Window:
    """`pads` are begin… then end…, never negative by themselves."""

    kernel: list[int]
    strides: list[int]
    pads: list[int]
    dilations: list[int]


def read_window(node: Node, shape: Shape, kernel: list[int]) -> Window:
    """The window attributes of a node on a tensor [N, C, spatial…]. Raises LoadError where their lengths do not fit."""
    rank = len(shape) - 2
    strides = node.ints_attr("strides") or [1] * rank
    dilations = node.ints_attr("dilations") or [1] * rank
    explicit = node.ints_attr("pads") or [0] * (2 * rank)
    if rank < 1 or (len(kernel), len(strides), len(dilations), len(explicit)) != (rank, rank, rank, 2 * rank):
        raise node.malformed(f"kernel, strides, dilations and pads do not fit a tensor of shape {shape}")
    if min((*kernel, *strides, *dilations)) < 1:
        raise node.malformed("kernel, strides and dilations must be positive")
    window = Window(kernel, strides, explicit, dilations)
    match mode := node.string_attr("auto_pad", "NOTSET"):
        case "NOTSET" | "":
            return window
        case "VALID":
            return Window(kernel, strides, [0] * (2 * rank), dilations)
        case "SAME_UPPER" | "SAME_LOWER":
            pairs = [_same(node, shape[2 + i], window, i, lower=mode == "SAME_LOWER") for i in range(rank)]
            return Window(kernel, strides, [p[0] for p in pairs] + [p[1] for p in pairs], dilations)
        case _:
            raise node.malformed(f"auto_pad {mode!r} is not known")


def _same(node: Node, extent: int, window: Window, i: int, *, lower: bool) -> tuple[int, int]:
    """Pads so that the output has ceil(extent / stride) elements; the odd one goes to the end, or to the begin if `lower`."""
    stride = window.strides[i]
    reach = window.dilations[i] * (window.kernel[i] - 1) + 1
    if extent < 0 and stride > 1:
        what = "auto_pad SAME with a stride on a dimension that is not known"
        raise node.unsupported(what, "give the model's inputs fixed dimensions")
    total = reach - 1 if stride == 1 else max((-(-extent // stride) - 1) * stride + reach - extent, 0)
    small, large = total // 2, total - total // 2
    return (large, small) if lower else (small, large)

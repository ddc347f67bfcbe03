"""What detectors and segmentation networks need beside convolutions: boxes, regions, sampled places."""

from __future__ import annotations

from xdsl.dialects.builtin import i64
from xdsl.ir import SSAValue

from lpt.dialects.nn import CastOp, NonMaxSuppressionOp
from lpt.dialects.nn.comparison import element_of
from lpt.importers.onnx.node import Node
from lpt.importers.onnx.table import handles
from lpt.importers.rows import rows_of
from lpt.importers.sampling import Grid, Regions, grid_sample, roi_align


@handles("NonMaxSuppression", first=10)
def non_max_suppression(node: Node) -> SSAValue:
    """As many rows as run time finds (`lpt.importers.rows`)."""
    limit = int(node.known_scalar(2, "max_output_boxes_per_class") or 0)
    if node.int_attr("center_point_box", 0) not in (0, 1):
        raise node.malformed(f"center_point_box is {node.int_attr('center_point_box', 0)}, not 0 or 1")
    result = node.one(
        *(NonMaxSuppressionOp, node.f32(0), node.f32(1)),
        limit=max(limit, 0),
        iou_threshold=float(node.known_scalar(3, "iou_threshold") or 0.0),
        score_threshold=node.known_scalar(4, "score_threshold"),
        center=node.int_attr("center_point_box", 0) or None,
    )
    return rows_of(result, node.builder)


@handles("GridSample", first=16)
def sample_grid(node: Node) -> SSAValue:
    """Of any number of spatial dimensions."""
    modes = {"nearest": "nearest", "bilinear": "linear", "linear": "linear", "bicubic": "cubic", "cubic": "cubic"}
    mode, padding = node.string_attr("mode", "linear"), node.string_attr("padding_mode", "zeros")
    if mode not in modes or padding not in ("zeros", "border", "reflection"):
        raise node.malformed(f"mode {mode!r} with padding_mode {padding!r}")
    how = Grid(modes[mode], padding, bool(node.int_attr("align_corners", 0)))
    return grid_sample(node, node.f32(0), node.f32(1), how)


@handles("RoiAlign", first=10)
def align_regions(node: Node) -> SSAValue:
    """With a given number of samples."""
    samples, mode = node.int_attr("sampling_ratio", 0), node.string_attr("mode", "avg")
    if samples < 1:
        raise node.unsupported("a sampling_ratio that follows from each region's size is not handled", "export it with a ratio")
    if mode not in ("avg", "max"):
        raise node.malformed(f"mode {mode!r} is neither avg nor max")
    coordinates = node.string_attr("coordinate_transformation_mode", "half_pixel") if node.opset >= 16 else "output_half_pixel"
    output = node.int_attr("output_height", 1), node.int_attr("output_width", 1)
    how = Regions(
        output, samples, node.float_attr("spatial_scale", 1.0), mode == "max", 0.5 if coordinates == "half_pixel" else 0.0
    )
    images = node.plain(2)
    images = images if element_of(images) == i64 else node.one(CastOp, images, to=i64)
    return roi_align(node, node.f32(0), node.f32(1), images, how)

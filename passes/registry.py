"""The passes and presets by name. A pass is imported when it is first asked for."""

from __future__ import annotations

import difflib
import importlib
from typing import TYPE_CHECKING

from lpt.errors import TransformError

if TYPE_CHECKING:
    from lpt.passes.pipeline import LptPass

__all__ = ["PASSES", "PRESETS", "get_pass"]

PASSES: dict[str, str] = {
    # prepare
    "lpt-normalize": "lpt.passes.prepare.normalize:Normalize",
    "lpt-fold-decompression": "lpt.passes.prepare.fold_decompression:FoldDecompression",
    "lpt-fold-constants": "lpt.passes.prepare.fold_constants:FoldConstants",
    "lpt-fold-batch-norm": "lpt.passes.prepare.fold_batch_norm:FoldBatchNorm",
    "lpt-fuse-activations": "lpt.passes.prepare.fuse_activations:FuseActivations",
    "lpt-fuse-normalizations": "lpt.passes.prepare.fuse_normalizations:FuseNormalizations",
    "lpt-split-bias": "lpt.passes.prepare.split_bias:SplitBias",
    "lpt-fold-weights": "lpt.passes.prepare.fold_weights:FoldWeights",
    "lpt-recover-grids": "lpt.passes.prepare.recover_grids:RecoverGrids",
    "lpt-absorb-into-fake-quantize": "lpt.passes.prepare.absorb_into_fake_quantize:AbsorbIntoFakeQuantize",
    "lpt-move-fake-quantize": "lpt.passes.prepare.move_fake_quantize:MoveFakeQuantize",
    "lpt-eliminate-fake-quantize": "lpt.passes.prepare.eliminate_fake_quantize:EliminateFakeQuantize",
    "lpt-nudge-zero-points": "lpt.passes.prepare.nudge_zero_points:NudgeZeroPoints",
    "lpt-strip-fake-quantize": "lpt.passes.prepare.strip_fake_quantize:StripFakeQuantize",
    "lpt-align-concat": "lpt.passes.prepare.align_concat:AlignConcat",
    # markup
    "lpt-markup": "lpt.passes.markup.markup:Markup",
    # transform
    "lpt-split-fake-quantize": "lpt.passes.transform.split_fake_quantize:SplitFakeQuantize",
    "lpt-push-moves": "lpt.passes.transform.push_moves:PushMoves",
    "lpt-push-dequantize": "lpt.passes.transform.push_dequantize:PushDequantize",
    "lpt-pull-quantize": "lpt.passes.transform.pull_quantize:PullQuantize",
    "lpt-fuse-requantize": "lpt.passes.transform.fuse_requantize:FuseRequantize",
    "lpt-transform": "lpt.passes.transform.transform:Transform",
    "lpt-fold-activation-scales": "lpt.passes.transform.fold_activation_scales:FoldScales",
    "lpt-integer-bias": "lpt.passes.transform.integer_bias:IntegerBias",
    # cleanup
    "lpt-cleanup": "lpt.passes.cleanup.cleanup:Cleanup",
    "lpt-apply-pdl": "lpt.passes.rules.pdl:ApplyPdl",
    "cse": "lpt.passes.cleanup.cse:CommonSubexpressions",
    "dce": "lpt.passes.cleanup.dce:DeadCode",
    # lower
    "lpt-expand-conv-transpose": "lpt.passes.lower.expand_conv_transpose:ExpandConvTransposes",
    "lpt-expand-moves": "lpt.passes.lower.expand_moves:ExpandMoves",
    "lpt-lower-unsigned": "lpt.passes.lower.lower_unsigned:LowerUnsigned",
    "lpt-split-ranges": "lpt.passes.lower.split_ranges:SplitRanges",
    "lpt-form-tables": "lpt.passes.lower.form_tables:FormTables",
    "lpt-form-kernels": "lpt.passes.lower.form_kernels:FormKernels",
    "lpt-assign-layouts": "lpt.passes.lower.assign_layouts:AssignLayouts",
    "lpt-plan-memory": "lpt.passes.lower.plan_memory:PlanMemory",
}
"""Pass name → "module:class"."""

PRESETS: dict[str, tuple[str, ...]] = {
    "prepare": (
        "lpt-normalize",
        "lpt-fold-decompression",
        "lpt-fold-constants",
        "lpt-fuse-activations",
        "lpt-fuse-normalizations",
        "lpt-fold-weights",
        "lpt-recover-grids",
        "lpt-split-bias",
        "lpt-fold-batch-norm",
        "lpt-absorb-into-fake-quantize",
        "lpt-move-fake-quantize",
        "lpt-eliminate-fake-quantize",
        "dce",
    ),
    "markup": ("lpt-markup",),
    "transform": ("lpt-split-fake-quantize", "lpt-transform", "lpt-integer-bias"),
    "cleanup": ("lpt-cleanup", "cse", "dce"),
    "lpt": ("prepare", "markup", "transform", "cleanup"),
    "lower": (
        "lpt-expand-conv-transpose",
        "lpt-expand-moves",
        "lpt-lower-unsigned",
        "lpt-split-ranges",
        "lpt-form-tables",
        "lpt-form-kernels",
        "lpt-assign-layouts",
        "lpt-plan-memory",
    ),
    "all": ("lpt", "lower"),
    # OpenVINO 2026.4's order: what its plugin runs before LPT, then LPT's four stages, each in as many passes as there.
    "openvino": ("openvino-plugin", "openvino-prerequisites", "openvino-markup", "openvino-main", "openvino-cleanup"),
    "openvino-plugin": (
        "lpt-normalize",
        "lpt-fold-decompression",
        "lpt-fold-constants",
        "lpt-fuse-activations",
        "lpt-fuse-normalizations",
        "lpt-fold-batch-norm",
        "lpt-strip-fake-quantize",
    ),
    "openvino-prerequisites": ("lpt-fold-weights", "lpt-move-fake-quantize"),
    "openvino-markup": ("lpt-markup", "lpt-align-concat", "lpt-split-bias"),
    "openvino-main": ("lpt-absorb-into-fake-quantize", "lpt-split-fake-quantize", "lpt-transform"),
    "openvino-cleanup": ("lpt-eliminate-fake-quantize", "lpt-cleanup", "lpt-fold-constants", "dce"),
}
"""Preset name → what it stands for: passes and other presets, in order."""


def get_pass(name: str) -> type[LptPass]:
    """The class of the pass called `name`: one of ours, a registered pattern (`lpt.passes.rules.registering`), or xDSL's.

    `package.module:Class` and `file.py:Class` name a pattern or a pass that is not registered.

    Raises TransformError for an unknown name, with the closest known one.
    """
    home = PASSES.get(name)
    if home is None and ":" in name:
        from lpt.passes.rules.finding import find_pass

        return find_pass(name)
    if home is None:
        from lpt.passes.rules.registering import pattern_names, registered_pass

        if (registered := registered_pass(name)) is not None:
            return registered
        from lpt.passes.stock import stock_pass, stock_passes

        if (stock := stock_pass(name)) is not None:
            return stock
        close = difflib.get_close_matches(name, [*PASSES, *PRESETS, *pattern_names()], n=1, cutoff=0.5)
        close = difflib.get_close_matches(name, [*close, *stock_passes()], n=1, cutoff=0.5)
        way_out = f"did you mean {close[0]}?" if close else f"presets: {', '.join(PRESETS)}"
        raise TransformError(f"unknown pass {name!r}", where="pipeline", way_out=way_out)
    module, _, attribute = home.partition(":")
    found: type[LptPass] = getattr(importlib.import_module(module), attribute)
    return found

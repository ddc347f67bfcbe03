"""A wrong rule planted in any pass is found: validation of passes names the pass, that of rewrites the rule."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter

import lpt
from lpt.data import bundled_model_path
from lpt.dialects.lpt import ConstantOp
from lpt.errors import ValidationError
from lpt.passes.driver import Pattern, apply_patterns
from lpt.passes.pipeline import LptPass, Pipeline, set_target
from lpt.passes.registry import PASSES
from lpt.passes.validate import Validator, random_inputs
from lpt.passes.validate_rewrites import RewriteError, RewriteValidator
from lpt.target import get_target
from lpt.testing import body, parse

PDL = """
pdl.pattern @drop_relu : benefit(1) {
  %t = pdl.type
  %x = pdl.operand : %t
  %relu = pdl.operation "nn.relu"(%x : !pdl.value) -> (%t : !pdl.type)
  pdl.rewrite %relu {
    pdl.replace %relu with (%x : !pdl.value)
  }
}
"""


class Planted(Pattern):
    """Weights in reverse order: what a rule that mistakes an axis may do. Once per run."""

    name = "planted"
    matches = ConstantOp
    is_done = False

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, ConstantOp)
        array = op.array
        if self.is_done or op.result.first_use is None or array.size < 64 or array.dtype.itemsize > 4:
            return
        self.is_done = True
        wrong = np.ascontiguousarray(array.reshape(-1)[::-1].reshape(array.shape))
        rewriter.replace(op, ConstantOp(wrong, op.result.type))


def planted_in(p: LptPass) -> LptPass:
    """The same pass, under the same name and claim, with the wrong rule at its end."""

    def apply(self: LptPass, ctx: Context, op: ModuleOp) -> None:
        type(p).apply(self, ctx, op)
        apply_patterns(op, [Planted()])

    members: dict[str, Any] = {"apply": apply}
    made: type[LptPass] = type(type(p).__name__, (type(p),), members)
    return made.from_spec(p.spec())


@functools.cache
def module_before(name: str) -> ModuleOp:
    """The bundled model as it reaches this pass; those outside of the pipeline get it as it reaches the transformation."""
    names = Pipeline("all").names
    if name == "":
        model = lpt.load(bundled_model_path()).specialize({"image": [1, 1, 8, 8]})
        set_target(model.module, get_target("x86-64-avx2"))
        return model.module
    if name not in names:
        return module_before("lpt-transform")
    place = names.index(name)
    module = module_before("" if place == 0 else names[place - 1]).clone()
    if place:
        Pipeline(names[place - 1]).run(module)
    return module


def spec_of(name: str, folder: Path) -> str:
    if name != "lpt-apply-pdl":
        return name
    (folder / "rules.mlir").write_text(PDL.replace("drop_relu", "none").replace("nn.relu", "nn.erf"))
    return f"{name}{{file={folder / 'rules.mlir'} claim=exact}}"


@pytest.mark.parametrize("name", PASSES)
def test_a_wrong_rule_is_found(name: str, tmp_path: Path) -> None:
    (p,) = Pipeline(spec_of(name, tmp_path))
    module = module_before(name)
    inputs = random_inputs(module)
    Validator(module.clone(), inputs).run(Pipeline(p))  # right as it is
    with pytest.raises(ValidationError, match=f"pass {name} states {p.exactness.value}, but"):
        Validator(module.clone(), inputs).run(Pipeline(planted_in(p)))
    wrong = module.clone()
    with pytest.raises(RewriteError) as error:
        Pipeline(planted_in(p)).run(wrong, hooks=[RewriteValidator(wrong, inputs)])
    assert "planted" in error.value.pattern.split(", ")  # lpt-form-kernels notes its own before the module is whole
    assert error.value.pass_name.startswith(name)


def test_a_wrong_pdl_rule_is_found(tmp_path: Path) -> None:
    """One that leaves nothing but its operand, here an argument."""
    path = tmp_path / "rules.mlir"
    path.write_text(PDL)
    pipeline = Pipeline(f"lpt-apply-pdl{{file={path} claim=exact}}")
    module = parse(body(["%x: tensor<4xf32>"], "%y = nn.relu %x : (tensor<4xf32>) -> tensor<4xf32>", "%y: tensor<4xf32>"))
    with pytest.raises(ValidationError, match=r"states exact, but what takes the place of nn\.relu differs"):
        Validator(module.clone()).run(pipeline)
    with pytest.raises(RewriteError) as error:
        pipeline.run(module, hooks=[RewriteValidator(module, random_inputs(module))])
    assert error.value.pattern == "drop_relu"

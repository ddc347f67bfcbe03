"""PDL files as passes: native constraints and rewrites of ours, refusals, and what is wrong with a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from xdsl.ir import SSAValue

from lpt.errors import LoadError, LptError, TransformError
from lpt.passes.pipeline import Exactness, Pipeline
from lpt.rules import Constant, constraint, pdl_patterns
from lpt.testing import assert_leaves, assert_refuses, assert_rewrites, body

X = "tensor<4xf32>"
Q = "tensor<4x!quant.uniform<u8:f32, 2.0e-02:3>>"
P = "tensor<4x!quant.uniform<i8:f32, 5.0e-02>>"
S = "tensor<4x!quant.uniform<u8:f32, 1.0e-02:3>>"

PDL = """
pdl.pattern @fuse_power_of_two : benefit(2) {
  %floats = pdl.type
  %target = pdl.type
  %q = pdl.operand
  %c = pdl.operand
  %dcast = pdl.operation "quant.dcast"(%q : !pdl.value) -> (%floats : !pdl.type)
  %x = pdl.result 0 of %dcast
  %mul = pdl.operation "nn.mul"(%x, %c : !pdl.value, !pdl.value) -> (%floats : !pdl.type)
  %y = pdl.result 0 of %mul
  %qcast = pdl.operation "quant.qcast"(%y : !pdl.value) -> (%target : !pdl.type)
  pdl.apply_native_constraint "is_power_of_two"(%c : !pdl.value)
  pdl.rewrite %qcast {
    %scaled = pdl.apply_native_rewrite "rescaled"(%q, %c : !pdl.value, !pdl.value) : !pdl.type
    %codes = pdl.operation "lpt.reinterpret"(%q : !pdl.value) -> (%scaled : !pdl.type)
    %r = pdl.result 0 of %codes
    %new = pdl.operation "lpt.requantize"(%r : !pdl.value) -> (%target : !pdl.type)
    pdl.replace %qcast with %new
  }
}
"""


def scaled(factor: str, operation: str = "nn.mul") -> str:
    text = f"""%c = lpt.constant {{value = #lpt.blob<dense<{factor}> : tensor<f32>>}} : tensor<f32>
        %f = quant.dcast %q : {Q} to {X}
        %m = {operation} %f, %c : ({X}, tensor<f32>) -> {X}
        %y = quant.qcast %m : {X} to {P}"""
    return body([f"%q: {Q}"], text, f"%y: {P}")


FUSED = body([f"%q: {Q}"], f"%r = lpt.reinterpret %q : ({Q}) -> {S}\n%y = lpt.requantize %r : ({S}) -> {P}", f"%y: {P}")


def test_a_pattern_fires_with_our_constraints_and_types() -> None:
    (pattern,) = pdl_patterns(PDL)
    assert (pattern.name, pattern.benefit) == ("fuse_power_of_two", 2)
    assert_rewrites(pattern, scaled("0.5"), FUSED)


def test_constraints_refuse_with_their_name_or_reason() -> None:
    assert_refuses(pdl_patterns(PDL), scaled("3.0"), "is_power_of_two does not hold")
    free = PDL.replace("is_power_of_two", "is_symmetric")
    assert_refuses(pdl_patterns(free), scaled("0.5"), "%c is not quantized")
    assert_leaves(pdl_patterns(PDL), scaled("0.5", "nn.div"))


def test_native_rewrites_refuse_too() -> None:
    assert_refuses(pdl_patterns(PDL.replace("is_power_of_two", "is_constant")), scaled("-0.5"), "the factor is not positive")


def test_a_file_is_a_pass_with_a_claim(tmp_path: Path) -> None:
    path = tmp_path / "rules.mlir"
    path.write_text(PDL)
    pipeline = Pipeline(f"lpt-apply-pdl{{file={path} claim=rounds}}")
    assert pipeline[0].exactness is Exactness.ROUNDS
    assert Pipeline(str(pipeline))[0].exactness is Exactness.ROUNDS
    assert Pipeline(f"lpt-apply-pdl{{file={path}}}")[0].exactness is Exactness.LOSSY
    assert_rewrites(pipeline, scaled("0.5"), FUSED)


def test_constraints_of_ones_own() -> None:
    @constraint
    def is_a_half(value: SSAValue) -> bool:
        found = Constant.of(value)
        return found is not None and found.scalar == 0.5

    own = pdl_patterns(PDL.replace("is_power_of_two", "is_a_half"))
    assert_rewrites(own, scaled("0.5"), FUSED)
    assert_refuses(own, scaled("0.25"), "is_a_half does not hold")


@pytest.mark.parametrize(
    ("old", "new", "error", "message"),
    [
        ("is_power_of_two", "is_odd", TransformError, "there is no constraint 'is_odd', known: same_grid"),
        ('"rescaled"', '"scaled"', TransformError, "there is no native rewrite 'scaled', known: rescaled"),
        ("lpt.reinterpret", "lpt.reinterpet", TransformError, "pattern fuse_power_of_two: there is no operation 'lpt.reinterpet'"),
        ("pdl.rewrite %qcast {", "pdl.rewrite {", LptError, "rules: "),
        ("benefit(2)", "benefit", LoadError, "rules: no PDL"),
        (PDL, "builtin.module {}", LoadError, "there is no pdl.pattern in it"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(old: str, new: str, error: type[LptError], message: str) -> None:
    with pytest.raises(error, match=message):
        pdl_patterns(PDL.replace(old, new), "rules")


def test_a_missing_file_and_a_wrong_claim_are_named(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="cannot read"):
        assert_leaves(f"lpt-apply-pdl{{file={tmp_path / 'none.mlir'}}}", scaled("0.5"))
    with pytest.raises(TransformError, match="'good' is no claim; one of exact, real, rounds, lossy"):
        Pipeline("lpt-apply-pdl{file=x claim=good}")

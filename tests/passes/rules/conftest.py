"""A rule, and functions on which it fires or does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from lpt.testing import body

RULE = '''
from lpt.rules import Build, Codes, Constant, Exactness, Node, Ops, Rule, Value


class FusePowerOfTwo(Rule):
    """qcast(mul(dcast(q), 2ᵏ)) → requantize(q : s·2ᵏ)."""

    exactness = Exactness.ROUNDS

    def pattern(self, op: Ops, q: Codes, c: Constant) -> Node:
        return op.qcast(op.mul(op.dcast(q), c))

    def check(self, c: Constant) -> None:
        if not c.is_power_of_two:
            self.fail(f"{c} is no power of two")

    def rewrite(self, op: Build, q: Codes, c: Constant) -> Value:
        return op.requantize(op.reinterpret(q, q.grid * c), op.result)
'''
X = "tensor<4xf32>"
Q = "tensor<4x!quant.uniform<u8:f32, 2.0e-02:3>>"
P = "tensor<4x!quant.uniform<i8:f32, 5.0e-02>>"


@pytest.fixture
def rule_file(tmp_path: Path) -> str:
    """A file with the rule."""
    path = tmp_path / "my_rules.py"
    path.write_text(RULE, encoding="utf-8")
    return str(path)


@pytest.fixture
def scaled_chain() -> str:
    """Three qcasts: behind a product with 3, behind a quotient, behind a relu."""
    text = f"""%c = lpt.constant {{value = #lpt.blob<dense<3.0> : tensor<f32>>}} : tensor<f32>
        %f = quant.dcast %q : {Q} to {X}
        %m = nn.mul %f, %c : ({X}, tensor<f32>) -> {X}
        %a = quant.qcast %m {{lpt.node = "Q_mul"}} : {X} to {P}
        %d = nn.div %f, %c : ({X}, tensor<f32>) -> {X}
        %b = quant.qcast %d {{lpt.node = "Q_div"}} : {X} to {P}
        %r = nn.relu %f : ({X}) -> {X}
        %e = quant.qcast %r {{lpt.node = "Q_relu"}} : {X} to {P}
        %s = nn.add %a, %b : ({P}, {P}) -> {P}
        %y = nn.add %s, %e : ({P}, {P}) -> {P}"""
    return body([f"%q: {Q}"], text, f"%y: {P}")

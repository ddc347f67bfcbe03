"""A snapshot that follows a module is the copy that one would make anew."""

from __future__ import annotations

import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation

import lpt
from lpt.data import bundled_model_path
from lpt.dialects.interpreter import main_function
from lpt.passes.instrument import Instrumentation
from lpt.passes.journal import Rewrite
from lpt.passes.pipeline import LptPass, Pipeline
from lpt.passes.slices import Snapshot
from lpt.testing import body, parse

X = "tensor<8xf32>"


def hold(snapshot: Snapshot) -> None:
    """Equal text, types included, and maps between exactly the values that there are."""
    assert str(snapshot.copy) == str(snapshot.module)
    ours, theirs = (main_function(module).body.block for module in (snapshot.module, snapshot.copy))
    assert dict(zip(ours.ops, theirs.ops, strict=True)) == snapshot.twin
    for op, twin in snapshot.twin.items():
        for result, clone in zip(op.results, twin.results, strict=True):
            assert snapshot.clones[result] is clone and snapshot.originals[clone] is result
    for operand in (operand for op in theirs.ops for operand in op.operands):
        owner = operand.owner
        assert owner is theirs or (isinstance(owner, Operation) and owner.parent is theirs)
    snapshot.copy.verify()


class Follow(Instrumentation):
    def __init__(self, module: ModuleOp) -> None:
        self.snapshot, self.count = Snapshot(module), 0

    def before_pass(self, p: LptPass, module: ModuleOp) -> None:
        self.snapshot.follow()
        hold(self.snapshot)

    def on_rewrite(self, rewrite: Rewrite, module: ModuleOp) -> None:
        if rewrite.whole:
            self.count += 1
            self.snapshot.follow()
            hold(self.snapshot)


@pytest.mark.parametrize("pipeline", ["lpt", "openvino"])
def test_it_follows_each_rewrite(pipeline: str) -> None:
    module = lpt.load(bundled_model_path()).module
    follow = Follow(module)
    Pipeline(pipeline).run(module, hooks=[follow])
    assert follow.count > 10


def test_it_follows_what_no_pattern_does() -> None:
    """A kernel's body, an attribute, another order, another argument."""
    model = lpt.load(bundled_model_path()).specialize({"image": [1, 1, 8, 8]})
    snapshot = Snapshot(model.module)
    for p in Pipeline("all"):
        Pipeline(p).run(model.module)
        snapshot.follow()
        hold(snapshot)

    text = body([f"%x: {X}"], f"%a = nn.neg %x : ({X}) -> {X}\n%b = nn.exp %x : ({X}) -> {X}", f"%b: {X}")
    snapshot = Snapshot(module := parse(text))
    block = main_function(module).body.block
    first, second, _ = block.ops
    block.detach_op(first)
    block.insert_op_after(first, second)
    snapshot.follow()
    hold(snapshot)
    block.insert_arg(block.args[0].type, 1)
    snapshot.follow()
    assert [op.name for op in snapshot.twin] == ["nn.exp", "nn.neg", "func.return"]

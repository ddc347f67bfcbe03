"""Dialects of one's own beside ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Dialect
from xdsl.irdl import irdl_op_definition

from lpt.dialects import registry
from lpt.dialects.blob import Array
from lpt.dialects.interpreter import main_function, meaning, run_function
from lpt.dialects.nn import UnaryOp
from lpt.dialects.registry import register_dialect
from lpt.errors import LptError


@irdl_op_definition
class HalveOp(UnaryOp):
    """x / 2."""

    name = "own.halve"


@meaning(HalveOp)
def halve(op: HalveOp, operands: Sequence[Array]) -> Sequence[Array]:
    return [operands[0] / np.float32(2)]


def test_operations_of_a_registered_dialect_are_read(parse: Callable[[str], ModuleOp], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_registered", {})
    register_dialect(Dialect("own", [HalveOp], []))
    module = parse(
        "builtin.module { func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {\n"
        "%y = own.halve %x : (tensor<2xf32>) -> tensor<2xf32>\nfunc.return %y : tensor<2xf32> } }"
    )
    (result,), _ = run_function(main_function(module), [np.array([1, 3], np.float32)])
    np.testing.assert_array_equal(result, [0.5, 1.5])


@pytest.mark.parametrize("name", ["nn", "builtin"])
def test_names_of_ours_are_taken(name: str) -> None:
    with pytest.raises(LptError, match="is a dialect of lpt; choose another name"):
        register_dialect(Dialect(name, [], []))

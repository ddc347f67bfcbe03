"""Recurrent layers: cells that walk a sequence, each step with the state that the one before left."""

from __future__ import annotations

from abc import ABC
from typing import ClassVar

from xdsl.dialects.builtin import DenseArrayBase, Float32Type, FloatAttr, IntegerAttr, StringAttr, TensorType, i64
from xdsl.ir import SSAValue
from xdsl.irdl import (
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    prop_def,
    result_def,
    var_operand_def,
)
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.nn.base import NnOp, float_of, int_of
from lpt.dialects.nn.comparison import element_of
from lpt.dialects.quant import params_of
from lpt.dialects.shapes import Shape, fits, tensor_shape

ACTIVATIONS = (
    *("affine", "elu", "hard_sigmoid", "leaky_relu", "relu", "scaled_tanh"),
    *("sigmoid", "softplus", "softsign", "tanh", "thresholded_relu"),
)
"""The functions that cells may use, under ONNX's names."""


class RecurrentOp(NnOp, ABC):
    """One direction of a recurrent layer over S steps of B sequences, with a state of H floats for each.

    x [S, B, G·H] is the product of the layer's input and weights, with its biases: G gates side by side. r [H, G·H] multiplies
    the state: floats, or codes of up to 8 bits, per tensor or per column, whose dcast is meant. h [B, H] is the first state,
    [1, H] that of all. Operands that not all have are `extras`, in the order of EXTRAS; `extra_names` says which. The result is
    [S + states, B, H]: the states h after each step, zeros from `lengths` [B] (i64) on, then the last ones (of lstm h and c).

    `activations` are names from ACTIVATIONS, `alphas` and `betas` their parameters. With `reverse` = 1 steps run from the last to
    the first; a sequence takes part in steps before its length only. `clip` bounds what gates' functions are given. With `dynamic`
    = 1 the states that r multiplies are quantized, each row of H by its own range (lpt.dynamic_parameters), and codes multiplied.
    """

    GATES: ClassVar[int]
    STATES: ClassVar[int] = 1
    FUNCTIONS: ClassVar[int]

    EXTRAS: ClassVar[tuple[str, ...]] = ("lengths",)
    """What `extras` may be, in this order."""

    x = operand_def()
    r = operand_def()
    h = operand_def()
    extras = var_operand_def()
    extra_names = opt_prop_def(StringAttr)
    activations = prop_def(StringAttr)
    alphas = opt_prop_def(DenseArrayBase)
    betas = opt_prop_def(DenseArrayBase)
    reverse = opt_prop_def(IntegerAttr)
    clip = opt_prop_def(FloatAttr)
    dynamic = opt_prop_def(IntegerAttr)
    result = result_def()

    @property
    def hidden(self) -> int:
        """H."""
        return tensor_shape(self.h)[-1]

    def extra(self, name: str) -> SSAValue | None:
        """The operand among `extras` of this name, if it is there."""
        names = self._extra_names
        return self.extras[names.index(name)] if name in names else None

    @property
    def _extra_names(self) -> list[str]:
        return [] if self.extra_names is None else self.extra_names.data.split(",")

    @property
    def is_reverse(self) -> bool:
        """Whether steps run from the last to the first."""
        return bool(int_of(self.reverse))

    @property
    def is_dynamic(self) -> bool:
        """Whether states are quantized by their own range before they are multiplied."""
        return bool(int_of(self.dynamic))

    @property
    def bound(self) -> float | None:
        """`clip`, if there is one."""
        return None if self.clip is None else float_of(self.clip, 0.0)

    def functions(self) -> list[tuple[str, float, float]]:
        """Name, alpha and beta of each function."""
        names = self.activations.data.split(",")
        alphas, betas = (
            [0.0] * len(names) if given is None else [float(v) for v in given.get_values()] for given in (self.alphas, self.betas)
        )
        return list(zip(names, alphas, betas, strict=True))

    @property
    def data_operands(self) -> list[SSAValue]:
        return [operand for operand in self.operands if operand is not self.r]

    @property
    def is_quantized(self) -> bool:
        return False

    def infer_shapes(self) -> list[Shape]:
        x, r, h = (tensor_shape(value) for value in (self.x, self.r, self.h))
        if len(x) != 3 or len(h) != 2 or h[1] < 1:
            raise VerifyException(f"{self.name} of {x} from states {h}: [steps, batch, gates] and [batch, hidden]")
        width = self.GATES * h[1]
        if not fits(x[2:], (width,)) or (h[0] != 1 and not fits(x[1:2], h[:1])) or r != (h[1], width):
            raise VerifyException(f"{self.name} of {x} from states {h} with weights {r}: {self.GATES} gates of {h[1]} do not fit")
        if self._extra_names != [name for name in self.EXTRAS if name in self._extra_names] or len(self._extra_names) != len(
            self.extras
        ):
            raise VerifyException(f"{self.name} has {len(self.extras)} extras {self._extra_names}, of {self.EXTRAS} in this order")
        return [(x[0] + self.STATES if x[0] >= 0 else -1, x[1], h[1])]

    def verify_(self) -> None:
        super().verify_()
        for value in (*self.data_operands, self.result):
            wanted = i64 if value is self.extra("lengths") else Float32Type()
            if element_of(value) != wanted:
                raise VerifyException(f"{self.name} takes {wanted} here, got {value.type}")
        batch, hidden = tensor_shape(self.x)[1], self.hidden
        shapes = {"lengths": (batch,), "c": (batch, hidden), "peepholes": (3, hidden), "bias": (hidden,)}
        for name, shape in shapes.items():
            if (extra := self.extra(name)) is None or (name == "c" and tensor_shape(extra) == (1, hidden)):
                continue
            if not fits(tensor_shape(extra), shape):
                raise VerifyException(f"{self.name}: {name} have shape {tensor_shape(extra)}, expected {shape}")
        self._verify_weights()
        self._verify_functions()

    def _verify_weights(self) -> None:
        params = params_of(self.r)
        if params is None:
            if self.is_dynamic or not isinstance(self.r.type, TensorType) or self.r.type.element_type != Float32Type():
                raise VerifyException(f"{self.name}: weights are f32, or codes, which dynamic needs; got {self.r.type}")
        elif params.storage.width > 8 or params.axis not in (None, 1) or (params.axis is None and not params.is_per_tensor):
            raise VerifyException(f"{self.name}: weights are codes of up to 8 bits, per tensor or per column, got {self.r.type}")

    def _verify_functions(self) -> None:
        names = self.activations.data.split(",")
        if len(names) != self.FUNCTIONS or any(name not in ACTIVATIONS for name in names):
            raise VerifyException(f"{self.name} has {self.FUNCTIONS} functions of {', '.join(ACTIVATIONS)}, got {names}")
        for given in (self.alphas, self.betas):
            if given is not None and len(given.get_values()) != len(names):
                raise VerifyException(f"{self.name}: {len(given.get_values())} parameters for {len(names)} functions")
        if self.bound is not None and not self.bound > 0:
            raise VerifyException(f"{self.name}: clip is positive, got {self.bound}")


@irdl_op_definition
class LstmOp(RecurrentOp):
    """ONNX LSTM: gates i, o, f, c and functions f, g, h; the second state is c [B, H], the first one like h.

    i = f(x_i + h·R_i + P_i ⊙ c), f = f(… P_f ⊙ c) or 1 − i with `input_forget` = 1, c' = f ⊙ c + i ⊙ g(x_c + h·R_c),
    o = f(x_o + h·R_o + P_o ⊙ c'), h' = o ⊙ h(c'), with `peepholes` P [3, H] of i, o, f.
    """

    name = "nn.lstm"
    GATES: ClassVar[int] = 4
    STATES: ClassVar[int] = 2
    FUNCTIONS: ClassVar[int] = 3
    EXTRAS: ClassVar[tuple[str, ...]] = ("c", "peepholes", "lengths")
    input_forget = opt_prop_def(IntegerAttr)

    @property
    def is_coupled(self) -> bool:
        """Whether the forget gate is what the input gate leaves."""
        return bool(int_of(self.input_forget))

    def infer_shapes(self) -> list[Shape]:
        if self.extra("c") is None:
            raise VerifyException(f"{self.name} has no cells to start from")
        return super().infer_shapes()


@irdl_op_definition
class GruOp(RecurrentOp):
    """ONNX GRU: gates z, r, h and functions f, g; h' = (1 − z) ⊙ n + z ⊙ h.

    n = g(x_h + (r ⊙ h)·R_h), or with `linear_before_reset` = 1 g(x_h + r ⊙ (h·R_h + bias)), `bias` [H] being that of R_h.
    """

    name = "nn.gru"
    GATES: ClassVar[int] = 3
    FUNCTIONS: ClassVar[int] = 2
    EXTRAS: ClassVar[tuple[str, ...]] = ("bias", "lengths")
    linear_before_reset = opt_prop_def(IntegerAttr)

    @property
    def is_linear_first(self) -> bool:
        """Whether the reset gate multiplies the product, not the state."""
        return bool(int_of(self.linear_before_reset))

    def verify_(self) -> None:
        super().verify_()
        if self.extra("bias") is not None and not self.is_linear_first:
            raise VerifyException(f"{self.name}: the bias of R_h is part of x unless linear_before_reset")


@irdl_op_definition
class RnnOp(RecurrentOp):
    """ONNX RNN: h' = f(x + h·R)."""

    name = "nn.rnn"
    GATES: ClassVar[int] = 1
    FUNCTIONS: ClassVar[int] = 1

"""lpt as a backend of ONNX: `onnx.backend.base.Backend`, which ONNX's own test runner and other tools call.

from lpt.backend import Backend
outputs = Backend.run_model(onnx.load("model.onnx"), [x])
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import ModelProto, NodeProto, TensorProto, helper
from onnx.backend.base import Backend as OnnxBackend
from onnx.backend.base import BackendRep, namedtupledict

from lpt.compiling import compile
from lpt.errors import LptError, RunError
from lpt.runtime.executable import Executable


class Prepared(BackendRep):
    """A compiled model. `executable` is what `lpt.compile` made."""

    def __init__(self, executable: Executable):
        self.executable = executable
        self._inputs = [port.name for port in executable.inputs]
        counts = {port.rows for port in executable.outputs}
        self._outputs: Any = namedtupledict("Outputs", [port.name for port in executable.outputs if port.name not in counts])

    def run(self, inputs: Any, **kwargs: Any) -> tuple[Any, ...]:
        """The outputs in order, also by name, of inputs in order or by name. Raises RunError where they do not fit."""
        if kwargs:
            raise RunError(f"unknown option {next(iter(kwargs))!r}", way_out="run takes inputs only")
        if not isinstance(inputs, Mapping):
            values = [inputs] if isinstance(inputs, np.ndarray) else list(inputs)
            if len(values) != len(self._inputs):
                raise RunError(f"{len(values)} inputs given", way_out=f"the model takes {', '.join(self._inputs) or 'none'}")
            inputs = dict(zip(self._inputs, map(np.asarray, values), strict=True))
        outputs: tuple[Any, ...] = self._outputs(*self.executable.run(inputs).values())
        return outputs


class Backend(OnnxBackend):
    """Compiles for this processor. Options of `prepare`, `run_model` and `run_node` are those of `lpt.compile`: target, threads.

    Whatever is wrong or not handled raises an LptError.
    """

    @classmethod
    def supports_device(cls, device: str) -> bool:
        """Processors only."""
        return device.split(":")[0] == "CPU"

    @classmethod
    def is_compatible(cls, model: ModelProto, device: str = "CPU", **kwargs: Any) -> bool:
        """Whether `prepare` takes the model; values of inputs may still be refused."""
        try:
            cls.prepare(model, device, **kwargs)
        except LptError:
            return False
        return True

    @classmethod
    def prepare(cls, model: ModelProto, device: str = "CPU", **kwargs: Any) -> Prepared:
        """Compile a model."""
        if not cls.supports_device(device):
            raise LptError(f"there is no code for device {device!r}", way_out="use CPU")
        return Prepared(compile(model, **kwargs))

    @classmethod
    def run_model(cls, model: ModelProto, inputs: Any, device: str = "CPU", **kwargs: Any) -> tuple[Any, ...]:
        """Compile a model and run it once."""
        return cls.prepare(model, device, **kwargs).run(inputs)

    @classmethod
    def run_node(
        cls,
        node: NodeProto,
        inputs: Any,
        device: str = "CPU",
        outputs_info: Sequence[tuple[np.dtype[Any], tuple[int, ...]]] | None = None,
        **kwargs: Any,
    ) -> tuple[Any, ...]:
        """Compile a node and run it on its inputs, which are in order, those left out not counted.

        `opset_version` says which operator set of its domain it is of, ONNX's newest unless given; `outputs_info` is not needed.
        """
        opset = int(kwargs.pop("opset_version", onnx.defs.onnx_opset_version()))
        names = [name for name in node.input if name]
        arrays = [np.asarray(value) for value in ([inputs] if isinstance(inputs, np.ndarray) else inputs)]
        if len(arrays) != len(names):
            raise RunError(f"{len(arrays)} inputs given", way_out=f"the node takes {', '.join(names) or 'none'}")
        given = dict(zip(names, arrays, strict=True))
        infos = [helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(a.dtype), a.shape) for n, a in given.items()]
        results = [helper.make_tensor_value_info(name, TensorProto.UNDEFINED, None) for name in node.output if name]
        opsets = [helper.make_opsetid("", opset)] + ([helper.make_opsetid(node.domain, 1)] if node.domain else [])
        model = helper.make_model(helper.make_graph([node], "node", infos, results), opset_imports=opsets)
        return cls.run_model(onnx.shape_inference.infer_shapes(model), given, device, **kwargs)


prepare = Backend.prepare
run_model = Backend.run_model
run_node = Backend.run_node
supports_device = Backend.supports_device

__all__ = ["Backend", "Prepared", "prepare", "run_model", "run_node", "supports_device"]

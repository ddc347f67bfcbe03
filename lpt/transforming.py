"""`lpt.transform`: run a pipeline on a copy of a model."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from xdsl.dialects.builtin import ModuleOp

from lpt.dialects.blob import Array
from lpt.dialects.kernel import KernelOp
from lpt.errors import LptError, TransformError, memory_for
from lpt.model import Model
from lpt.passes.instrument import Instrumentation
from lpt.passes.journal import Journal
from lpt.passes.markup.restrictions import restrict
from lpt.passes.pipeline import TARGET, Element, Pipeline, set_target, target_of
from lpt.passes.validate import PassCheck, Validator
from lpt.target import Target, get_target


@memory_for("transforming the model", TransformError)
def transform(
    model: Model,
    pipeline: Element = "lpt",
    target: str = "native",
    dump_dir: str | os.PathLike[str] | None = None,
    validate: bool | Mapping[str, Array] = False,
    restrictions: str | None = None,
    hooks: Sequence[Instrumentation] = (),
    dump_rewrites: bool = False,
) -> Model:
    """Run `pipeline` on a copy of `model` for `target`; the model given stays as it is.

    `pipeline` names passes and presets, or is a `Pipeline`; `hooks` watch it. `dump_dir` is a folder for `00-input.mlir`,
    `01-lpt-normalize.mlir` … with their data.
    With `validate`, each pass is held to the exactness it states (`lpt.passes.validate`), on random inputs or those given.
    `restrictions` says which types and granularity operands may have (`lpt.passes.markup.restrictions`). The result's
    `journal` says what was done.

    Raises TransformError for a misspelt pipeline or restriction or a broken pass, ValidationError for a pass that is less
    exact than it states.
    """
    run = Preparation(model, pipeline, target, dump_dir, hooks, dump_rewrites)
    if restrictions is not None:
        restrict(run.model.module, restrictions)
    return run.run(validate)[0]


def validate_passes(
    model: Model, pipeline: Element = "lpt", target: str = "native", inputs: Mapping[str, Array] | None = None
) -> list[PassCheck]:
    """The validation table of a pipeline on a model: a row per pass, its claim and the error measured. Raises as `transform`."""
    return Preparation(model, pipeline, target, None).run(inputs if inputs is not None else True)[1]


class Preparation:
    """A copy of a model with its target recorded, the pipeline that is to run on it, and its journal."""

    def __init__(
        self,
        model: Model,
        pipeline: Element,
        target: str,
        dump_dir: str | os.PathLike[str] | None = None,
        hooks: Sequence[Instrumentation] = (),
        dump_rewrites: bool = False,
    ):
        if not isinstance(model, Model):
            raise TransformError(f"a {type(model).__name__} is no model", way_out="lpt.load(…) gives one")
        self.pipeline, self.hooks = Pipeline(pipeline), hooks
        self.model = model.clone()
        self.model.journal = Journal()
        _retarget(self.model.module, get_target(target))
        if dump_dir is not None:
            from lpt.dumps.folder import DumpFolder

            self.hooks = (DumpFolder(dump_dir, rewrites=dump_rewrites), *hooks)

    def run(self, validate: bool | Mapping[str, Array]) -> tuple[Model, list[PassCheck]]:
        """Run the pipeline; with `validate`, the rows of the passes too."""
        if isinstance(validate, bool) and not validate:
            self.pipeline.run(self.model.module, journal=self.model.journal, hooks=self.hooks)
            return self.model, []
        validator = Validator(self.model.module, None if isinstance(validate, bool) else self.in_order(validate))
        checks = validator.run(self.pipeline, self.model.journal, hooks=self.hooks)
        return self.model, checks

    def in_order(self, inputs: Mapping[str, Array]) -> list[Array]:
        """Arrays by name in the order of the model's inputs. Raises LptError where names do not fit."""
        if set(inputs) != set(self.model.inputs):
            raise LptError(f"validation inputs are {', '.join(inputs)}", way_out=f"give {', '.join(self.model.inputs)}")
        return [inputs[name] for name in self.model.inputs]


def _retarget(module: ModuleOp, target: Target) -> None:
    """Record the target. Kernels were laid out for theirs: raises TransformError for another."""
    if TARGET in module.attributes and target_of(module) != target and any(isinstance(op, KernelOp) for op in module.walk()):
        name = target_of(module).name
        raise TransformError(
            f"the kernels were made for {name}, not for {target.name}", way_out=f"lower the original model for {target.name}"
        )
    set_target(module, target)

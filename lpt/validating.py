"""`lpt validate`: each pass, and each rewrite, held to its claim on given or generated inputs; where one breaks it, which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lpt.dialects.blob import Array
from lpt.dialects.memo import remembering
from lpt.errors import ValidationError
from lpt.model import Model
from lpt.passes.instrument import Instrumentation
from lpt.passes.pipeline import Element
from lpt.passes.validate import PassCheck, Validator
from lpt.passes.validate_rewrites import RewriteCheck, RewriteError, RewriteValidator
from lpt.transforming import Preparation

__all__ = ["Validation", "validate"]


@dataclass
class Validation:
    """A row per pass, a row per pattern of each pass where rewrites are checked, and the error that ended it, if any."""

    passes: list[PassCheck] = field(default_factory=list)
    rewrites: list[RewriteCheck] = field(default_factory=list)
    error: ValidationError | None = None


def validate(
    model: Model,
    pipeline: Element = "lpt",
    target: str = "native",
    inputs: Mapping[str, Array] | None = None,
    *,
    rewrites: bool = False,
) -> Validation:
    """Run a pipeline on a copy of the model, each pass held to the exactness it states, and with `rewrites` each rewrite.

    `inputs` are arrays by name, such as calibration data; random ones if left out. Where a pass breaks its claim, the rewrites of
    that pass are looked at until the pattern is found, which `error` then names (`RewriteError`, with both sides).
    """
    with remembering():
        return _validated(model, pipeline, target, inputs, rewrites)


def _validated(model: Model, pipeline: Element, target: str, inputs: Mapping[str, Array] | None, rewrites: bool) -> Validation:
    found = _run(model, pipeline, target, inputs, rewrites)
    if found.error is not None and not isinstance(found.error, RewriteError) and not rewrites:
        closer = _run(model, pipeline, target, inputs, True)
        if isinstance(closer.error, RewriteError):
            found.error = closer.error
    return found


def _run(model: Model, pipeline: Element, target: str, inputs: Mapping[str, Array] | None, rewrites: bool) -> Validation:
    prepared = Preparation(model, pipeline, target)
    module = prepared.model.module
    validator = Validator(module, None if inputs is None else prepared.in_order(inputs))
    checker = RewriteValidator(module, validator.inputs) if rewrites else None
    hooks: list[Instrumentation] = [checker] if checker is not None else []
    found = Validation()
    try:
        found.passes = validator.run(prepared.pipeline, prepared.model.journal, hooks=hooks)
    except ValidationError as error:
        found.error, found.passes = error, validator.done
    if checker is not None:
        found.rewrites = list(checker.checks.values())
    return found

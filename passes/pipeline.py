"""Passes and pipelines.

A pass states how exact it is; `lpt.passes.validate` holds it to that. A pipeline is text: see `lpt.passes.pipeline_text`.
"""

from __future__ import annotations

import dataclasses
from abc import ABC
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from time import perf_counter
from typing import ClassVar, Self, get_type_hints

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.passes import ModulePass
from xdsl.utils.arg_spec import ArgSpec
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.registry import make_context
from lpt.errors import TransformError
from lpt.passes.conditions import CONDITIONS, violation
from lpt.passes.driver import Pattern, apply_patterns
from lpt.passes.journal import Journal, PassRun, journal_of_pass
from lpt.passes.pipeline_text import convert, parse_specs
from lpt.passes.registry import PRESETS, get_pass
from lpt.target import Target, get_target

TARGET = "lpt.target"
"""The module attribute that names the target a pipeline ran for."""


class Exactness(Enum):
    """How far a pass may change results. Each level allows what the ones before it do."""

    EXACT = "exact"
    """The interpreter gives the same bits before and after."""
    REAL = "real"
    """The same over the real numbers; float rounding differs, by at most the pass's bound × Σ|terms|."""
    ROUNDS = "rounds"
    """One quantization step, and only where the exact value lies within the float bound of a tie."""
    LOSSY = "lossy"
    """More than that; only where the user asks for it by name."""


@dataclass(frozen=True)
class LptPass(ModulePass, ABC):
    """Base of all passes.

    A subclass gives `name`, `exactness` (with `bound`, relative to Σ|terms|), and `patterns()`, or overrides `apply`.
    `requires` and `ensures` name conditions (`lpt.passes.conditions`) that the pipeline checks before and after.
    """

    exactness: ClassVar[Exactness] = Exactness.EXACT
    bound: ClassVar[float] = 2.0**-20
    requires: ClassVar[tuple[str, ...]] = ()
    ensures: ClassVar[tuple[str, ...]] = ()
    remove_dead: ClassVar[bool] = False

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        """The patterns that the default `apply` drives to a fixpoint."""
        return ()

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        apply_patterns(op, self.patterns(op), remove_dead=self.remove_dead)

    @classmethod
    def from_spec(cls, spec: ArgSpec) -> Self:
        """Build from text, leniently: `{flag}` sets a bool, whole numbers and `1e-3` are floats.

        Raises TransformError for an unknown option or a value of the wrong type.
        """
        hints, known = get_type_hints(cls), [field.name for field in dataclasses.fields(cls) if field.init]
        given = spec.normalize_parameter_names().parameters
        if unknown := sorted(set(given) - set(known)):
            names = ", ".join(known) or "none"
            raise TransformError(f"pass {cls.name} has no option {unknown[0]!r}", where="pipeline", way_out=f"options: {names}")
        values = {name: tuple(convert(v, hints[name], f"{cls.name}{{{name}}}") for v in given[name]) for name in given}
        arguments: dict[str, object] = {}
        for name, value in values.items():
            if "tuple" in str(hints[name]):
                arguments[name] = value
            elif not value:
                arguments[name] = convert(True, hints[name], f"{cls.name}{{{name}}}")
            elif len(value) == 1:
                arguments[name] = value[0]
            else:
                raise TransformError(f"option {cls.name}{{{name}}} takes one value", where="pipeline")
        missing = [f.name for f in dataclasses.fields(cls) if f.name in cls.required_fields() and f.name not in arguments]
        if missing:
            raise TransformError(f"pass {cls.name} needs option {missing[0]!r}", where="pipeline")
        return cls(**arguments)


def _expand(spec: ArgSpec) -> Iterator[ArgSpec]:
    if spec.name not in PRESETS:
        yield spec
        return
    if spec.parameters:
        raise TransformError(f"the preset {spec.name} has no options", where="pipeline")
    for name in PRESETS[spec.name]:
        yield from _expand(ArgSpec(name, {}))


AfterPass = Callable[[LptPass, ModuleOp, PassRun], None]


@dataclass(frozen=True)
class Pipeline:
    """Passes, in order."""

    passes: tuple[LptPass, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """A pipeline from text. Raises TransformError for an unknown pass, option or a misspelt text."""
        specs = [inner for spec in parse_specs(text) for inner in _expand(spec)]
        return cls(tuple(get_pass(spec.name).from_spec(spec) for spec in specs))

    def __str__(self) -> str:
        return ",".join(str(p.spec()) for p in self.passes)

    def run(
        self,
        module: ModuleOp,
        *,
        context: Context | None = None,
        journal: Journal | None = None,
        after: AfterPass | None = None,
        verify: bool = True,
    ) -> Journal:
        """Run on a module in place; `after` is called behind each pass. Returns the journal.

        Raises TransformError, naming the pass, if a condition it requires or ensures does not hold or the module does not verify.
        """
        context, journal = context or make_context(), Journal() if journal is None else journal
        for p in self.passes:
            run = _run_pass(p, module, context, journal, verify)
            if after is not None:
                after(p, module, run)
        return journal


def _run_pass(p: LptPass, module: ModuleOp, context: Context, journal: Journal, verify: bool) -> PassRun:
    _check_conditions(p, module, p.requires, "requires")
    before, rewrites, start = _size(module), len(journal.rewrites), perf_counter()
    with journal_of_pass(journal, p.name):
        p.apply(context, module)
    seconds = perf_counter() - start
    if verify:
        verify_module(module, f"after pass {p.name}")
        _check_conditions(p, module, p.ensures, "ensures")
    run = PassRun(p.name, seconds, before, _size(module), len(journal.rewrites) - rewrites)
    journal.passes.append(run)
    return run


def _size(module: ModuleOp) -> int:
    return sum(1 for _ in module.walk()) - 1


def _check_conditions(p: LptPass, module: ModuleOp, names: Sequence[str], verb: str) -> None:
    for name in names:
        if (wrong := violation(name, module)) is not None:
            way_out = CONDITIONS[name].way_out if verb == "requires" else None
            raise TransformError(f"pass {p.name} {verb} {name}, but {wrong}", where="pipeline", way_out=way_out)


def verify_module(module: ModuleOp, where: str) -> None:
    """Raise TransformError with the verifier's own words; xDSL's message would hold the whole module."""
    try:
        module.verify()
    except VerifyException as error:
        cause = error.__cause__ or error.__context__ or error
        text = str(cause).strip().splitlines()
        raise TransformError(f"the module does not verify: {text[0] if text else error}", where=where) from None


def set_target(module: ModuleOp, target: Target) -> None:
    """Record the target in the module."""
    module.attributes[TARGET] = StringAttr(target.name)


def target_of(module: ModuleOp) -> Target:
    """The target recorded in the module; this machine's best if there is none."""
    name = module.attributes.get(TARGET)
    return get_target(name.data if isinstance(name, StringAttr) else "native")

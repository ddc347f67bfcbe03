"""Passes and pipelines.

A pass states how exact it is; `lpt.passes.validate` holds it to that. A pipeline is text: see `lpt.passes.pipeline_text`.
"""

from __future__ import annotations

import dataclasses
import inspect
from abc import ABC
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from time import perf_counter
from typing import Any, ClassVar, Protocol, Self, get_type_hints

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.dialects.func import FuncOp
from xdsl.passes import ModulePass
from xdsl.utils.arg_spec import ArgSpec
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.registry import make_context
from lpt.errors import LptError, TransformError
from lpt.passes.alone import alone
from lpt.passes.breaking import broken
from lpt.passes.conditions import CONDITIONS, violation
from lpt.passes.driver import Pattern, apply_patterns
from lpt.passes.editing import Editable, Place
from lpt.passes.fuel import FUEL
from lpt.passes.instrument import Instrumentation, tell, watching
from lpt.passes.journal import Journal, PassRun, journal_of_pass
from lpt.passes.pipeline_text import OptionError, convert, parse_specs
from lpt.passes.registry import PRESETS, get_pass
from lpt.target import Target, get_target

__all__ = [
    "TARGET",
    "Element",
    "Exactness",
    "LptPass",
    "Pipeline",
    "set_target",
    "target_of",
    "verify_module",
]

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
    floor: ClassVar[float] = 0.0
    """The least signal-to-noise ratio, in dB, of a value behind a lossy pass."""
    requires: ClassVar[tuple[str, ...]] = ()
    ensures: ClassVar[tuple[str, ...]] = ()
    remove_dead: ClassVar[bool] = False

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        """The patterns that the default `apply` drives to a fixpoint."""
        return ()

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        apply_patterns(op, self.patterns(op), remove_dead=self.remove_dead)

    @classmethod
    def summary(cls) -> str:
        """What it does, in one line: the first of its docstring; of a dataclass without one, where it is."""
        text = inspect.cleandoc(cls.__doc__ or "").partition("\n")[0]
        return f"{cls.__name__} of {cls.__module__}" if not text or text.startswith(f"{cls.__name__}(") else text

    @classmethod
    def from_spec(cls, spec: ArgSpec) -> Self:
        """Build from text, leniently: `{flag}` sets a bool, whole numbers and `1e-3` are floats.

        Raises TransformError for an unknown option or a value of the wrong type.
        """
        hints, known = get_type_hints(cls), [field.name for field in dataclasses.fields(cls) if field.init]
        given = spec.normalize_parameter_names().parameters
        if unknown := sorted(set(given) - set(known)):
            raise _unknown_option(cls, unknown[0], known)
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
            way_out = f"write {cls.name}{{{missing[0]}=…}}"
            raise OptionError(f"pass {cls.name} needs option {missing[0]!r}", where="pipeline", way_out=way_out)
        return cls(**arguments)


def _option(value: object, hint: object, what: str) -> object:
    """A value given in Python as an option's; plain ones are held to the field's type, as in text."""
    match value:
        case bool() | int() | float() | str():
            return convert(value, hint, what)
        case list() | tuple() if "tuple" in str(hint):
            return tuple(_option(inner, hint, what) for inner in value)
        case _:
            return value


def _unknown_option(p: LptPass | type[LptPass], name: str, known: Sequence[str]) -> TransformError:
    way_out = f"options: {', '.join(known) or 'none'}"
    return OptionError(f"pass {p.name} has no option {name!r}", where="pipeline", way_out=way_out)


def _expand(spec: ArgSpec) -> Iterator[ArgSpec]:
    if spec.name not in PRESETS:
        yield spec
        return
    if spec.parameters:
        raise TransformError(f"the preset {spec.name} has no options", where="pipeline")
    for name in PRESETS[spec.name]:
        yield from _expand(ArgSpec(name, {}))


AfterPass = Callable[[LptPass, ModuleOp, PassRun], None]


class HasModule(Protocol):
    """What holds a module, such as `lpt.Model`."""

    @property
    def module(self) -> ModuleOp: ...


class Pipeline(Editable[LptPass, "Element"]):
    """Passes, in order; immutable.

    Built from any of: names of passes and presets, text with options, pass objects or classes (of xDSL too), patterns, other
    pipelines, lists.

        pipeline = Pipeline("lpt").insert_after("lpt-normalize", MyPass(limit=3)).drop("cse")
        pipeline = pipeline.replace("lpt-split-bias", "lpt-strip-fake-quantize{levels=256}").until("lpt-transform")
        print(pipeline)               # text that Pipeline(text) reads back
        pipeline.run(model, hooks=[MyInstrumentation()])
    """

    __slots__ = ("passes",)
    passes: tuple[LptPass, ...]

    def __init__(self, *elements: Element):
        """Raises TransformError for an unknown name, a misspelt text, or what is no pass."""
        self.passes = tuple(p for element in elements for p in _passes_of(element))

    @classmethod
    def parse(cls, text: str) -> Self:
        """A pipeline from text. Raises TransformError for an unknown pass, option or a misspelt text."""
        return cls(text)

    def _made_of(self, passes: Sequence[LptPass]) -> Self:
        return type(self)(*passes)

    def _passes_of(self, element: Element) -> tuple[LptPass, ...]:
        return _passes_of(element)

    def _name(self, p: LptPass) -> str:
        return p.name

    def __str__(self) -> str:
        return ",".join(str(p.spec()) for p in self.passes)

    def __repr__(self) -> str:
        return f"Pipeline({str(self)!r})"

    def _repr_html_(self) -> str:
        from lpt.passes.notebook import pipeline_html

        return pipeline_html(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pipeline) and self.passes == other.passes

    def __hash__(self) -> int:
        return hash(self.passes)

    def __add__(self, other: Element) -> Self:
        return self.append(other)

    def __radd__(self, other: Element) -> Self:
        return self._made_of([*_passes_of(other), *self.passes])

    def with_options(self, place: Place, **options: object) -> Self:
        """With these options of the pass at `place` changed, given as in Python. Raises TransformError for an unknown one."""
        p = self[place]
        known = [field.name for field in dataclasses.fields(p) if field.init]
        if unknown := sorted(set(options) - set(known)):
            raise _unknown_option(p, unknown[0], known)
        hints = get_type_hints(type(p))
        checked = {name: _option(value, hints[name], f"{p.name}{{{name}}}") for name, value in options.items()}
        return self.replace(place, dataclasses.replace(p, **checked))

    def run(
        self,
        module: ModuleOp | FuncOp | HasModule,
        *,
        context: Context | None = None,
        journal: Journal | None = None,
        after: AfterPass | None = None,
        verify: bool = True,
        until: Place | None = None,
        hooks: Sequence[Instrumentation] | Instrumentation = (),
    ) -> Journal:
        """Run on a module, a model's module or one function alone, in place; returns the journal.

        `until` names the last pass that runs. `after` is called behind each pass, `hooks` as they say. The journal's `passes` have
        the time of each pass and, apart from it, of its verification.

        Raises TransformError, naming the pass, if a condition it requires or ensures does not hold or the module does not verify.
        """
        hooks = [hooks] if isinstance(hooks, Instrumentation) else hooks
        if wrong := next((hook for hook in hooks if not isinstance(hook, Instrumentation)), None):
            raise TransformError(f"{wrong!r:.40} is no hook", where="pipeline", way_out="derive it from lpt.Instrumentation")
        if until is not None:
            return self.until(until).run(module, context=context, journal=journal, after=after, verify=verify, hooks=hooks)
        if isinstance(module, FuncOp):
            with alone(module) as around:
                return self.run(around, context=context, journal=journal, after=after, verify=verify, hooks=hooks)
        if not isinstance(module, ModuleOp):
            if not isinstance(getattr(module, "module", None), ModuleOp):
                raise TransformError(
                    f"{module!r:.40} is no module", where="pipeline", way_out="give a Model, a module or a function"
                )
            module = module.module
        context, journal = context or make_context(), Journal() if journal is None else journal
        with watching(journal, module, hooks):
            for p in self.passes:
                run = _run_watched(p, module, context, journal, verify, hooks)
                if after is not None:
                    after(p, module, run)
        return journal


Element = str | ModulePass | type[ModulePass] | Pattern | type[Pattern] | Pipeline | Iterable["Element"]
"""What a part of a pipeline may be given as."""


Maker = Pattern | type[Pattern]
"""A pattern, or the class of one that takes no options."""


def claim_of(patterns: Sequence[Maker]) -> tuple[Exactness, float]:
    """The weakest exactness that the patterns state, and the greatest bound; one that states nothing counts as lossy."""
    order = list(Exactness)
    claims = [getattr(pattern, "exactness", Exactness.LOSSY) for pattern in patterns]
    bounds = [getattr(pattern, "bound", LptPass.bound) for pattern in patterns]
    return max(claims, key=order.index, default=Exactness.LOSSY), max(bounds, default=LptPass.bound)


@dataclass(frozen=True)
class PatternPass(LptPass):
    """Patterns of one's own as a pass, called by the name of the first. States the weakest of their claims; `lossy` without."""

    name = "patterns"
    exactness: ClassVar[Exactness] = Exactness.LOSSY
    rules: tuple[Pattern, ...] = ()

    def __post_init__(self) -> None:
        if self.rules:
            exactness, bound = claim_of(self.rules)
            for name, value in {"name": self.rules[0].name, "exactness": exactness, "bound": bound}.items():
                object.__setattr__(self, name, value)

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return self.rules

    def spec(self, *, include_default: bool = False) -> ArgSpec:
        """Its name alone: rules are objects, and read back only where the name is registered."""
        return ArgSpec(self.name, {})


def _passes_of(element: Element) -> tuple[LptPass, ...]:
    match element:
        case str():
            specs = [inner for spec in parse_specs(element) for inner in _expand(spec)]
            return tuple(get_pass(spec.name).from_spec(spec) for spec in specs)
        case LptPass():
            return (element,)
        case ModulePass():
            return (_adopted(type(element))(**_fields(element)),)
        case Pattern():
            return (PatternPass((element,)),)
        case Pipeline():
            return element.passes
        case type() if issubclass(element, LptPass):
            return (element.from_spec(ArgSpec(element.name, {})),)
        case type() if issubclass(element, ModulePass):
            return _passes_of(_adopted(element))
        case type() if issubclass(element, Pattern):
            return (PatternPass((element(),)),)
        case Iterable():
            return tuple(p for inner in element for p in _passes_of(inner))
        case _:
            kind = f"the class {element.__name__}" if isinstance(element, type) else f"{element!r:.40}"
            raise TransformError(f"{kind} is no pass", where="pipeline", way_out="give a name, text, a pass, a pattern or a list")


def _adopted(stock: type[ModulePass]) -> type[LptPass]:
    from lpt.passes.stock import adopted

    return adopted(stock)


def _fields(p: ModulePass) -> dict[str, Any]:
    return {field.name: getattr(p, field.name) for field in dataclasses.fields(p) if field.init}


def _run_watched(
    p: LptPass, module: ModuleOp, context: Context, journal: Journal, verify: bool, hooks: Sequence[Instrumentation]
) -> PassRun:
    where = f"pass {p.name}"
    for hook in hooks:
        tell(hook, "before_pass", p, module, where=where)
    try:
        run = _run_pass(p, module, context, journal, verify)
    except Exception as error:
        for hook in reversed(hooks):
            tell(hook, "after_failed_pass", p, module, error, where=where)
        raise
    for hook in reversed(hooks):
        tell(hook, "after_pass", p, module, run, where=where)
    return run


def _run_pass(p: LptPass, module: ModuleOp, context: Context, journal: Journal, verify: bool) -> PassRun:
    start = perf_counter()
    _check_conditions(p, module, p.requires, "requires")
    checked = perf_counter()
    before, rewrites, begun = _size(module), len(journal.rewrites), perf_counter()
    with journal_of_pass(journal, p.name):
        try:
            p.apply(context, module)
        except LptError:
            raise
        except Exception as error:
            raise broken(f"pass {p.name} broke", error, type(p), where="pipeline") from error
    ended = perf_counter()
    if verify:
        verify_module(module, f"after pass {p.name}")
        if FUEL.get() is None:  # else patterns are held back, and what they would have ensured may not hold
            _check_conditions(p, module, p.ensures, "ensures")
    verifying = perf_counter() - ended + checked - start
    run = PassRun(p.name, ended - begun, before, _size(module), len(journal.rewrites) - rewrites, verifying)
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
        cause = next((e for e in (error.__cause__, error.__context__) if isinstance(e, VerifyException)), error)
        text = str(cause).strip().splitlines()
        raise TransformError(f"the module does not verify: {text[0] if text else error}", where=where) from None


def set_target(module: ModuleOp, target: Target) -> None:
    """Record the target in the module."""
    module.attributes[TARGET] = StringAttr(target.name)


def target_of(module: ModuleOp) -> Target:
    """The target recorded in the module; this machine's best if there is none."""
    name = module.attributes.get(TARGET)
    return get_target(name.data if isinstance(name, StringAttr) else "native")

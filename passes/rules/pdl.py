"""Patterns from a file in MLIR's PDL dialect: `lpt-apply-pdl{file=rules.mlir claim=exact}`.

    pdl.pattern @fuse_power_of_two : benefit(1) {
      %t = pdl.type
      …
      pdl.apply_native_constraint "is_power_of_two"(%c : !pdl.value)
      pdl.rewrite %root { … }
    }

Each pattern is driven as those in Python are: under its name, with statistics, refusals (a constraint that does not hold) and
validation. Constraints and native rewrites: `lpt.passes.rules.constraints`. Exactness: what `claim` says; lossy if nothing is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.dialects.pdl import PDL, ApplyNativeConstraintOp, ApplyNativeRewriteOp, OperationOp, PatternOp, RewriteOp

# The meaning of PDL's operations is xDSL's to say; that of ours stays in dialects/semantics.
from xdsl.interpreter import Interpreter, impl, register_impls  # noqa: TID251
from xdsl.interpreters.pdl import PDLMatcher, PDLRewriteFunctions  # noqa: TID251
from xdsl.ir import Operation, OpResult
from xdsl.parser import Parser
from xdsl.pattern_rewriter import PatternRewriter
from xdsl.utils.exceptions import InterpretationError, ParseError, VerifyException

from lpt.dialects.algebra import AlgebraError
from lpt.dialects.registry import make_context
from lpt.errors import LoadError, TransformError
from lpt.passes.driver import Pattern
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.rules.constraints import CONSTRAINTS, REWRITES


@register_impls
@dataclass
class _Functions(PDLRewriteFunctions):
    @impl(ApplyNativeRewriteOp)
    def run_native_rewrite(self, interpreter: Interpreter, op: ApplyNativeRewriteOp, args: tuple[Any, ...]) -> tuple[Any, ...]:
        return (REWRITES[op.constraint_name.data](*args),)


class PdlPattern(Pattern):
    """One `pdl.pattern`. Raises TransformError where it names an operation, constraint or rewrite that there is not."""

    def __init__(self, pattern: PatternOp, source: str = "pdl"):
        last = pattern.body.block.last_op
        assert isinstance(last, RewriteOp)  # PatternOp's verifier
        self.rewriting = last
        self.name = pattern.sym_name.data if pattern.sym_name is not None else "pdl-pattern"  # type: ignore[misc]
        self.benefit = pattern.benefit.value.data  # type: ignore[misc]
        self.pattern, self.context = pattern, make_context()
        root = self.rewriting.root.owner if self.rewriting.root is not None else None
        if not isinstance(root, OperationOp) or self.rewriting.body is None or not self.rewriting.body.blocks:
            what = f"pattern {self.name} names no root, or no rewrite"
            raise TransformError(what, where=source, way_out="pdl.rewrite %root { … }")
        self.root = root
        self._check_names(source)
        if root.opName is not None:
            self.matches = (self.context.get_op(root.opName.data),)  # type: ignore[misc]

    def _check_names(self, source: str) -> None:
        for op in self.pattern.walk():
            match op:
                case OperationOp(opName=StringAttr(data=name)) if self.context.get_optional_op(name) is None:
                    what = f"operation {name!r}"
                case ApplyNativeConstraintOp() if op.constraint_name.data not in CONSTRAINTS:
                    what = f"constraint {op.constraint_name.data!r}, known: {', '.join(CONSTRAINTS)}"
                case ApplyNativeRewriteOp() if op.constraint_name.data not in REWRITES:
                    what = f"native rewrite {op.constraint_name.data!r}, known: {', '.join(REWRITES)}"
                case _:
                    continue
            raise TransformError(f"pattern {self.name}: there is no {what}", where=source)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        matcher = PDLMatcher(native_constraints=CONSTRAINTS)
        root = self.rewriting.root
        assert isinstance(root, OpResult) and self.rewriting.body is not None
        if not matcher.match_operation(root, self.root, op):
            return None
        for inner in self.pattern.body.block.ops:
            if isinstance(inner, ApplyNativeConstraintOp) and not self._holds(matcher, inner):
                return self.fail(op, f"{inner.constraint_name.data} does not hold")
        functions = _Functions(self.context)
        functions.rewriter = rewriter
        interpreter = Interpreter(self.pattern.parent_op() or ModuleOp([]))  # type: ignore[arg-type]
        interpreter.register_implementations(functions)
        interpreter.set_values(matcher.matching_context.items())
        try:
            interpreter.run_ssacfg_region(self.rewriting.body, ())
        except InterpretationError as error:
            if isinstance(error.__cause__, AlgebraError | VerifyException):
                raise error.__cause__ from error
            raise
        return None

    def _holds(self, matcher: PDLMatcher, op: ApplyNativeConstraintOp) -> bool:
        negated = bool(op.is_negated.value.data) if op.is_negated is not None else False
        return matcher.check_native_constraints(op) is not negated


def pdl_patterns(text: str, source: str = "pdl") -> list[PdlPattern]:
    """The patterns of PDL text. Raises LoadError where it does not parse or has none, TransformError as `PdlPattern`."""
    context = make_context()
    context.load_dialect(PDL)
    try:
        module = Parser(context, text, source).parse_module()
        module.verify()
    except (ParseError, VerifyException) as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        raise LoadError(f"no PDL: {lines[-1] if lines else error}", where=source) from error
    found = [PdlPattern(op, source) for op in module.walk() if isinstance(op, PatternOp)]
    if not found:
        raise LoadError("there is no pdl.pattern in it", where=source)
    return found


def load_pdl(path: str | Path) -> list[PdlPattern]:
    """The patterns of a .mlir file. Raises LoadError where it cannot be read, and as `pdl_patterns`."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        way_out = "give a .mlir file with pdl.pattern operations"
        raise LoadError(f"cannot read: {error}", where=str(path), way_out=way_out) from error
    return pdl_patterns(text, str(path))


@dataclass(frozen=True)
class ApplyPdl(LptPass):
    """The patterns of a PDL file, driven to a fixpoint."""

    name = "lpt-apply-pdl"
    file: str
    claim: str = Exactness.LOSSY.value

    def __post_init__(self) -> None:
        known = [exactness.value for exactness in Exactness]
        if self.claim not in known:
            raise TransformError(f"{self.claim!r} is no claim", where=self.name, way_out=f"one of {', '.join(known)}")
        object.__setattr__(self, "exactness", Exactness(self.claim))

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return load_pdl(self.file)

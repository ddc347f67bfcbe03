"""Helpers for tests of rewrite rules, ours and users'.

    assert_rewrites(MyPattern(), before, after)        # both as IR text, compared after printing
    assert_refuses(MyPattern(), before, "reason")
    assert_same_bits(MyPattern(), before)              # the interpreter gives the same bits before and behind
    assert_keeps_claim(MyRule(), before)               # it fires, and changes results by no more than its `exactness` allows
    assert_equivalent(a, b, exactness="rounds")        # two modules, on inputs generated for them
    assert_filecheck(MyPattern(), text)                # the IR and its `// CHECK` lines in one string

IR is text, a module or a model, which stays as it is. Text may be a whole module, or the body of a function: then
`body(arguments, text, results)` wraps it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from xdsl.dialects.builtin import ModuleOp

from lpt.dialects.blob import Array
from lpt.dialects.interpreter import main_function, run_function
from lpt.dialects.registry import make_context
from lpt.passes.cleanup.dce import DeadCode
from lpt.passes.driver import Pattern, apply_patterns
from lpt.passes.journal import NODE, Journal, journal_of_pass
from lpt.passes.pipeline import LptPass, Pipeline, verify_module
from lpt.passes.validate import random_inputs
from lpt.testing.equivalence import assert_equivalent, assert_keeps_claim, generated_inputs
from lpt.testing.filechecking import assert_filecheck
from lpt.testing.modules import Module, parse, parsed
from lpt.testing.parts import Parts

__all__ = [
    "Parts",
    "Subject",
    "assert_close",
    "assert_equivalent",
    "assert_filecheck",
    "assert_keeps_claim",
    "assert_leaves",
    "assert_refuses",
    "assert_rewrites",
    "assert_same_bits",
    "body",
    "canonical",
    "generated_inputs",
    "parse",
    "results",
    "run",
]

Subject = Pattern | type[Pattern] | Sequence[Pattern] | LptPass | type[LptPass] | Pipeline | str
"""What is tested: a pattern, several, a pass, a pipeline, or its text."""


def run(subject: Subject, module: ModuleOp, *, remove_dead: bool = True) -> Journal:
    """Run a pattern, several, a pass, a pipeline or a pipeline's text on a module in place; then drop what is dead."""
    journal = Journal()
    if isinstance(subject, str | LptPass | type):
        subject = Pipeline(subject)
    if isinstance(subject, Pipeline):
        subject.run(module, journal=journal)
    else:
        patterns = [subject] if isinstance(subject, Pattern) else list(subject)
        apply_patterns(module, patterns, journal=journal)
        verify_module(module, "after the patterns")
    if remove_dead:
        with journal_of_pass(journal, "dce"):
            DeadCode().apply(make_context(), module)
    return journal


def canonical(module: ModuleOp) -> str:
    """A module as text without the names of its values, so that equal modules are equal texts."""
    names: dict[str, str] = {}
    lines = [
        re.sub(r"%[\w.$#-]+", lambda m: names.setdefault(m.group(), f"%{len(names)}"), line) for line in str(module).splitlines()
    ]
    return "\n".join(lines)


def assert_rewrites(subject: Subject, before: Module, after: Module) -> Journal:
    """It turns `before` into `after`, dead operations aside; source nodes too if `after` names none. Returns the journal."""
    module = parsed(before)
    journal = run(subject, module)
    expected = parsed(after)
    if not any(NODE in op.attributes for op in expected.walk()):
        for op in module.walk():
            op.attributes.pop(NODE, None)
    assert canonical(module) == canonical(expected), f"got\n{module}\nexpected\n{expected}"
    return journal


def assert_refuses(subject: Subject, ir: Module, reason: str) -> Journal:
    """The subject leaves the module as it is, and one of its reasons contains `reason`. Returns the journal."""
    module = parsed(ir)
    text = str(module)
    journal = run(subject, module, remove_dead=False)
    assert str(module) == text, f"changed into\n{module}"
    reasons = [refusal.reason for refusal in journal.refusals]
    assert any(reason in given for given in reasons), f"no reason has {reason!r}: {reasons}"
    return journal


def assert_leaves(subject: Subject, ir: Module) -> Journal:
    """The subject leaves the module as it is, for whatever reason. Returns the journal."""
    module = parsed(ir)
    text = str(module)
    journal = run(subject, module, remove_dead=False)
    assert str(module) == text, f"changed into\n{module}"
    return journal


def results(module: ModuleOp, inputs: Sequence[Array] | None = None) -> list[Array]:
    """What the interpreter gives for these inputs, or random ones."""
    return run_function(main_function(module), random_inputs(module) if inputs is None else inputs)[0]


def assert_same_bits(subject: Subject, before: Module, seed: int = 0) -> None:
    """The interpreter gives the same bits before and after the subject ran."""
    module = parsed(before)
    inputs = random_inputs(module, seed)
    expected = results(module, inputs)
    run(subject, module)
    for old, new in zip(expected, results(module, inputs), strict=True):
        np.testing.assert_array_equal(new, old)


def assert_close(subject: Subject, before: Module, *, relative: float = 1e-5, seed: int = 0) -> None:
    """The interpreter gives results that differ by at most `relative` × the greatest magnitude of the result."""
    module = parsed(before)
    inputs = random_inputs(module, seed)
    expected = results(module, inputs)
    run(subject, module)
    for old, new in zip(expected, results(module, inputs), strict=True):
        np.testing.assert_allclose(new, old, rtol=0, atol=relative * float(np.abs(old).max(initial=0)))


def body(arguments: Sequence[str], text: str, result: str) -> str:
    """A module whose @main has these arguments (`%x: tensor<…>`), these operations, and returns `result` (`%y: tensor<…>`)."""
    name, type_ = (part.strip() for part in result.split(":", 1))
    return f"builtin.module {{ func.func @main({', '.join(arguments)}) -> {type_} {{\n{text}\nfunc.return {name} : {type_}\n}} }}"

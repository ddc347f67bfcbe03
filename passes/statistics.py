"""A journal's times and counts as tables: what took long, and which pattern was tried in vain."""

from __future__ import annotations

from collections.abc import Mapping

from lpt.passes.journal import Journal

__all__ = ["pattern_report", "timing_report"]

_RULE = "===" + "-" * 73 + "==="


def timing_report(journal: Journal, others: Mapping[str, float] | None = None) -> str:
    """Wall time of each pass in its order, verification in a line of its own, as MLIR prints it.

    `others` has seconds of what is no pass, by name (`Parser`, `Output`).
    """
    rows = [(p.name, p.seconds) for p in journal.passes]
    verifying = sum(p.verify_seconds for p in journal.passes)
    rows += [("(verify)", verifying), *(others or {}).items()]
    total = sum(seconds for _, seconds in rows)
    lines = [_RULE, "Execution time report".center(len(_RULE)).rstrip(), _RULE, f"  Total Execution Time: {total:.4f} seconds", ""]
    lines.append("  ----Wall Time----  ----Name----")
    for name, seconds in [*rows, ("Total", total)]:
        share = 100 * seconds / total if total else 0.0
        lines.append(f"  {seconds:9.4f} ({share:5.1f}%)  {name}")
    return "\n".join(lines)


def pattern_report(journal: Journal) -> str:
    """Per pass and pattern: operations tried, rewrites made, refusals with a reason, and milliseconds in it."""
    refused: dict[tuple[str, str], int] = {}
    for refusal in journal.refusals:
        key = refusal.pass_name, refusal.pattern
        refused[key] = refused.get(key, 0) + 1
    lines = [
        _RULE,
        "Pattern statistics".center(len(_RULE)).rstrip(),
        _RULE,
        f"  {'tried':>8} {'matched':>8} {'refused':>8} {'ms':>9}  pass/pattern",
    ]
    for key, row in journal.statistics.items():
        lines.append(f"  {row.tried:8} {row.matched:8} {refused.get(key, 0):8} {row.seconds * 1e3:9.2f}  {key[0]}/{key[1]}")
    return "\n".join(lines)

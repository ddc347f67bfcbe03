"""The part of `docs/lpt.md` that is counted from the table.

    PYTHONPATH=. python tests/conformance/openvino_lpt/document.py

writes it anew, between the two marks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import table
from kinds import REASONS

PAGE = table.HERE.parents[2] / "docs" / "lpt.md"
BEGIN, END = "<!-- counted -->", "<!-- end of what is counted -->"


def counted(records: Sequence[table.Record], version: str) -> str:
    """Cases by row, and the kinds of difference with the range of their evidence."""
    same = sum(record["outcome"] == "same" for record in records)
    lines = [
        f"OpenVINO {version}: {len(records)} cases, {same} agree, {len(records) - same} differ on purpose.",
        "",
        "| row | cases | agree | differ |",
        "|---|---|---|---|",
    ]
    for row, counter in table.counts(records).items():
        kinds = ", ".join(f"{kind} {number}" for kind, number in sorted(counter.items()) if kind != "same")
        lines.append(f"| {row} | {counter.total()} | {counter['same']} | {kinds} |")
    lines += ["", "| kind | cases | ours, dB | OpenVINO, dB | why |", "|---|---|---|---|---|"]
    numbers = Counter(record.get("kind") for record in records)
    for kind, reason in REASONS.items():
        evidence = [record["decibels"] for record in records if record.get("kind") == kind.value]
        ours, theirs = ([pair[side] for pair in evidence] for side in (0, 1))
        if evidence:
            spans = f"{min(ours)} to {max(ours)} | {min(theirs)} to {max(theirs)}"
            lines.append(f"| {kind.value} | {numbers[kind.value]} | {spans} | {reason} |")
    return "\n".join(lines)


def main() -> None:
    """Replace what stands between the marks."""
    version, records = table.read()
    head, rest = PAGE.read_text().split(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}\n{counted(records, version)}\n{END}{rest.split(END)[1]}")


if __name__ == "__main__":
    main()

"""List each operation with its precision, why it is not integer, and what would make it so."""

from __future__ import annotations

import argparse

from lpt.cli.common import add_json, add_model, add_target, load_transformed, print_table, progress, write_json


def configure(parser: argparse.ArgumentParser) -> None:
    add_model(parser, bundled=True)
    add_target(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    import lpt
    from lpt.report.advice import summarize
    from lpt.report.explain import integer_share

    with progress("transforming"):
        rows = lpt.explain(load_transformed(options.model, options.target))
    share = integer_share((row.macs, row.precision) for row in rows)
    advice = summarize(row.reason for row in rows)
    write_json(options.json, rows, integer_macs=share, advice=advice)
    print_table(
        {"name": "left", "operation": "left", "precision": "left", "MMAC": "right", "why not integer": "left"},
        [[r.name, r.operation, r.precision, f"{r.macs / 1e6:.2f}" if r.macs else "", r.reason] for r in rows],
        caption=f"{share:.1%} of multiply-accumulates are integer",
    )
    for text, count in advice.items():
        print(f"{count} {'operation' if count == 1 else 'operations'}: {text}")
    return 0

"""Write `openvino_lpt.json` and `openvino_lpt.tar.xz` anew: what OpenVINO's LPT does with each case, and how ours compares.

    PYTHONPATH=. python tests/conformance/openvino_lpt/update.py [--only TEXT]

needs `pip install .[bench]`. `--only` prints the cases whose names contain the text, with both graphs, and writes nothing.
"""

from __future__ import annotations

import argparse
import io
import json
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import openvino as ov
import table
import theirs
from cases import Case, all_cases
from their_facts import facts_of


def names_of(model: ov.Model) -> list[str]:
    """What is asked about a model."""
    names = [node.get_friendly_name() for node in model.get_ordered_ops()]
    return [name for name in names if name in ("op", "conv", "behind") or name.startswith("fq")]


def record_of(case: Case, number: int, folder: Path, show: bool) -> tuple[dict[str, Any], bytes, bytes]:
    """The record of a case, and its model as IR."""
    model = case.network().model()
    path = folder / f"{number:04d}.xml"
    ov.save_model(model, path, compress_to_fp16=False)
    xml, blob = path.read_bytes(), path.with_suffix(".bin").read_bytes()
    names = names_of(model)
    compiled, layers = theirs.compile_model(model, folder)
    facts = facts_of(layers, names)
    record: dict[str, Any] = {"row": case.row, "case": case.builder.__name__, "params": case.params, "names": names}
    record["openvino"] = facts
    inputs = table.inputs_of(path)
    results = compiled(list(inputs.values()))
    outputs = [results[output] for output in compiled.outputs]
    record |= table.judge(record, path, outputs)
    if show:
        print(theirs.show(layers) if layers else "LPT did not run")
        print(table.transformed(path).module)
        print(json.dumps(facts), json.dumps(table.our_facts(record, path)), sep="\n")
    return record, xml, blob


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    only = parser.parse_args().only
    records, archive = [], io.BytesIO()
    cases = [case for case in all_cases() if only in case.name]
    with tempfile.TemporaryDirectory() as name, tarfile.open(fileobj=archive, mode="w:xz", preset=9) as tar:
        for number, case in enumerate(cases):
            record, xml, blob = record_of(case, number, Path(name), bool(only))
            records.append(record)
            for suffix, data in (("xml", xml), ("bin", blob)):
                member = tarfile.TarInfo(f"{number:04d}.{suffix}")
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))
    print(table.summary(records))
    if not only:
        table.DATA.write_text(table.to_text(records, ov.get_version()))
        table.MODELS.write_bytes(archive.getvalue())


if __name__ == "__main__":
    main()

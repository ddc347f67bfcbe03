"""A report of an invented network by the page's own schema, small or large, and a browser to look at it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from lpt.report.page import render

Data = dict[str, Any]
HEIGHT = 44
HOSTILE = "</script><img src=x onerror=\"document.title='taken'\">&lt;b>"


class Invention:
    """`blocks` residual blocks of two convolutions, the second's sum with the block's input; every fifth sum stays in floats."""

    def __init__(self, blocks: int) -> None:
        self.blocks = blocks
        self.versions: list[Data] = []
        self.stages: list[Data] = []
        self.rewrites: list[Data] = []

    def version(self, id: int, op: str, place: str, kind: str, operands: list[int], **more: object) -> int:
        storage = {"integer": "u8", "float": "f32", "cast": "u8", "other": "f32"}[kind]
        grid = {
            "of": "result",
            "storage": "u8",
            "scales": 1,
            "scale": [0.02, 0.02],
            "zero_point": [128, 128],
            "range": [-2.56, 2.54],
            "axis": None,
        }
        full = {
            "id": id,
            "op": op,
            "place": place,
            "kind": kind,
            "precision": {"integer": "u8s8", "float": "f32"}.get(kind, ""),
            "operands": [[operand, 0] for operand in operands],
            "results": [f"1×64×56×56 {storage}"],
            "grids": [grid] if storage == "u8" else [],
            "constants": [{"operand": 1, "type": "64×64×3×3 i8", "values": [-127, 126]}] if op.endswith("conv") else [],
            "inner": [],
            "places": [place] if place else [],
            "text": f"%{id} = {op} {', '.join(f'%{operand}' for operand in operands)} : tensor<1x64x56x56x{storage}>",
        }
        self.versions.append(full | more)
        return len(self.versions) - 1

    def stage(self, name: str, level: str, nodes: list[int] | None, rewrites: list[Data], **more: object) -> None:
        first = len(self.rewrites)
        self.rewrites += rewrites
        stage: Data = {
            "name": name,
            "what": f"What {name} does.",
            "exactness": "exact" if name.startswith("lpt-") else "",
            "seconds": 0.012,
            "verify_seconds": 0.004,
            "source": {"file": f"passes/{name}.py", "line": 20} if self.stages else None,
            "level": level,
            "same_as": None,
            "rewrites": [first, len(self.rewrites)],
        }
        if nodes is None:
            stage["same_as"] = len(self.stages) - 1
        else:
            side = [self.versions[node]["op"].endswith("dcast") and index % 4 == 3 for index, node in enumerate(nodes)]
            stage |= {
                "nodes": nodes,
                "x": [460.0 if beside else 200.0 for beside in side],
                "y": [60.0 + 92 * i for i in range(len(nodes))],
                "w": [230.0] * len(nodes),
                "bends": {},
                "width": 620.0,
                "height": 92.0 * len(nodes) + 40,
            }
        self.stages.append(stage | more)

    def rewrite(
        self, pattern: int, place: str, before: str, after: list[str], gone: list[int], new: list[int], kept: list[int]
    ) -> Data:
        names = ["normalize", "push-dequantize", "lower-conv"]
        return {
            "pattern": pattern,
            "name": names[pattern],
            "place": place,
            "before": before,
            "after": after,
            "us": 150,
            "removed": [f'%9 = "{before}"(%8) {{lpt.node = "{place}"}} : tensor<1x64x56x56xf32>'],
            "inserted": [f"%{i} = {op} %8 : tensor<1x64x56x56xu8>" for i, op in enumerate(after)],
            "changed": [["%10 = nn.relu %9 : tensor<4xf32>", "%10 = nn.relu %9 : tensor<4xu8>"]],
            "gone": gone,
            "new": new,
            "kept": kept,
        }

    def model_stages(self) -> None:
        """Floats between casts; then the same with names put right; then the same again."""
        for name in ("input", "lpt-normalize", "lpt-nothing"):
            nodes = [self.version(0, "input", "", "other", [])]
            rewrites = []
            for block in range(self.blocks):
                root, at = 10 * block, 10 * block - 2 if block else 0
                skip = at
                for half in (0, 1):
                    dcast, conv, qcast = (root + 1 + 3 * half + i for i in range(3))
                    place = HOSTILE if block == 1 and half else f"Conv_{2 * block + half}"
                    attribute = "" if name == "input" else " {pads = 1}"
                    nodes.append(self.version(dcast, "quant.dcast", f"{place}_dq", "cast", [at], results=["1×64×56×56 f32"]))
                    nodes.append(
                        self.version(conv, "nn.conv", place, "float", [dcast], text=f"%{conv} = nn.conv %{dcast}{attribute}")
                    )
                    nodes.append(self.version(qcast, "quant.qcast", f"{place}_q", "cast", [conv]))
                    if name != "input" and half == 0:
                        rewrites.append(self.rewrite(0, place, "nn.conv", ["nn.conv"], [], [], [conv]))
                    at = qcast
                nodes.append(self.version(root + 8, "nn.add", f"Add_{block}", "float", [at, skip]))
            nodes.append(self.version(10**6, "return", "", "other", [10 * self.blocks - 2]))
            same = name == "lpt-nothing"
            self.stage(name, "model", None if same else nodes, [] if same else rewrites)

    def integer_stages(self) -> None:
        """Casts are gone and convolutions integer; then kernels of both convolutions of a block."""
        nodes, rewrites = [self.version(0, "input", "", "other", [])], []
        for block in range(self.blocks):
            root, at = 10 * block, 10 * block - 2 if block else 0
            skip = at
            for half in (0, 1):
                conv = root + 2 + 3 * half
                place = HOSTILE if block == 1 and half else f"Conv_{2 * block + half}"
                nodes.append(self.version(conv, "nn.conv", place, "integer", [at]))
                nodes.append(self.version(root + 3 + 3 * half + 5 * 10**6, "lpt.requantize", place, "integer", [conv]))
                rewrites.append(
                    self.rewrite(
                        1,
                        place,
                        "quant.dcast",
                        ["nn.conv", "lpt.requantize"],
                        [conv - 1, conv + 1],
                        [root + 3 + 3 * half + 5 * 10**6],
                        [conv],
                    )
                )
                at = root + 3 + 3 * half + 5 * 10**6
            kind = "float" if block % 5 == 2 else "integer"
            nodes.append(self.version(root + 8, "nn.add", f"Add_{block}", kind, [at, skip]))
        nodes.append(self.version(10**6, "return", "", "other", [10 * self.blocks - 2]))
        self.stage("lpt-transform", "low precision", nodes, rewrites)
        nodes, rewrites = [self.version(0, "input", "", "other", [])], []
        for block in range(self.blocks):
            places = [f"Conv_{2 * block}", HOSTILE if block == 1 else f"Conv_{2 * block + 1}", f"Add_{block}"]
            at = 2 * 10**6 + block - 1 if block else 0
            kind = "float" if block % 5 == 2 else "integer"
            nodes.append(
                self.version(
                    2 * 10**6 + block,
                    "kernel.conv",
                    f"conv_{block}",
                    kind,
                    [at, at],
                    places=places,
                    inner=["nn.conv", "lpt.requantize", "nn.add"],
                    text=f"%k = kernel.conv {{\n  nn.conv\n  lpt.requantize\n  kernel.yield\n}} // {block}",
                )
            )
            rewrites.append(self.rewrite(2, places[0], "nn.conv", ["kernel.conv"], [10 * block + 2], [2 * 10**6 + block], []))
        nodes.append(self.version(10**6, "return", "", "other", [2 * 10**6 + self.blocks - 1]))
        self.stage("lower-conv", "kernels", nodes, rewrites)

    def data(self) -> Data:
        self.model_stages()
        self.integer_stages()
        floats = [block for block in range(self.blocks) if block % 5 == 2]
        refusal = "the operands have different scales"
        operations = [
            {"name": f"Conv_{i}", "operation": "conv", "precision": "u8s8", "macs": 118013952, "reason": ""}
            for i in range(2 * self.blocks)
        ]
        operations += [
            {
                "name": f"Add_{i}",
                "operation": "add",
                "precision": "f32" if i in floats else "u8",
                "macs": 0,
                "reason": refusal if i in floats else "",
            }
            for i in range(self.blocks)
        ]
        return {
            "version": 1,
            "lpt": "0.1.0",
            "model": {
                "name": "invented.onnx",
                "source": "invented.onnx",
                "inputs": [["input", "1×64×56×56 f32"]],
                "outputs": [["output", "1×64×56×56 f32"]],
            },
            "target": "x86-64-avx512vnni",
            "threads": 2,
            "pipeline": "all",
            "summary": {
                "integer_macs": 0.9,
                "macs": 236027904 * self.blocks,
                "ns": 110000 * self.blocks,
                "arena": 2 << 20,
                "arena_bound": 1 << 20,
                "advice": [["quantize the second operand of add", len(floats)]],
            },
            "machine": {"name": "A processor", "peaks": {"vpdpbusd": 400.0, "fma": 100.0}, "read_gb": 20.0},
            "versions": self.versions,
            "stages": self.stages,
            "node_height": HEIGHT,
            "rewrites": self.rewrites,
            "patterns": [
                {
                    "name": name,
                    "pass": "lpt-transform",
                    "file": f"passes/{name}.py",
                    "line": 41 + i,
                    "doc": f"{name}: what it does.",
                    "exactness": "exact",
                }
                for i, name in enumerate(["normalize", "push-dequantize", "lower-conv"])
            ],
            "refusals": [
                {
                    "pattern": "push-dequantize",
                    "pass": "lpt-transform",
                    "place": f"Add_{i}",
                    "operation": "nn.add",
                    "reason": refusal,
                }
                for i in floats
            ],
            "operations": operations,
            "kernels": [
                {
                    "id": 2 * 10**6 + i,
                    "name": f"conv_{i}",
                    "operation": "conv",
                    "precision": "f32" if i in floats else "u8s8",
                    "instructions": "fma" if i in floats else "vpdpbusd",
                    "macs": 236027904,
                    "bytes": 400000 * (i + 1),
                    "ns": 100000 + 2000 * (i * 7 % 11),
                    "gmacs": 236027904 / (100000 + 2000 * (i * 7 % 11)) / 20,
                    "peak_share": 0.3,
                    "roofline_ns": 60000,
                }
                for i in range(self.blocks)
            ],
            "drift": [
                {
                    "id": 10 * i + 8,
                    "place": f"Add_{i}",
                    "operation": "nn.add",
                    "sqnr": None if i == 0 else 60 - 40 * i / self.blocks,
                    "max_error": 0.01 * i,
                    "range": [-2.0, 3.0],
                }
                for i in range(self.blocks)
            ],
        }


@pytest.fixture(scope="session")
def invent() -> Callable[[int], Data]:
    """The data of a network of so many blocks (ten operations each at the first stage less one)."""
    return lambda blocks: Invention(blocks).data()


@pytest.fixture(scope="session")
def hostile() -> str:
    """A name that would end the script and run its own, were it taken for markup; the second convolution of block 1 has it."""
    return HOSTILE


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window: `$CHROMIUM`, else the system's. It ends with its module, as its event loop is in others' way."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.fail("the report's tests need chromium: apt-get install chromium, or name one by $CHROMIUM")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*quiet, "--disable-component-update", "--disable-sync"])
        yield browser
        browser.close()


class Opened:
    """A page that is ready, and what went wrong in it."""

    def __init__(self, page: Page) -> None:
        self.page, self.faults = page, list[str]()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda message: self.faults.append(message.text) if message.type in ("error", "warning") else None)


@pytest.fixture(scope="module")
def usual(browser: Browser) -> Iterator[Opened]:
    """The page that most tests use in turn: 1440 × 900, light, without motion."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    yield Opened(context.new_page())
    context.close()


@pytest.fixture
def open_report(browser: Browser, usual: Opened, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Writes a report, opens it, and at the end holds that the browser complained of nothing. Options make a page of its own."""
    contexts: list[BrowserContext] = []
    opened = [usual]

    def open_(data: Data, address: str = "", **options: Any) -> Page:
        path = tmp_path / f"report{len(list(tmp_path.iterdir()))}.html"
        path.write_text(render(data), encoding="utf-8")
        if options:
            settings: Data = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}
            contexts.append(browser.new_context(**(settings | options)))
            opened.append(Opened(contexts[-1].new_page()))
        page = (opened[-1] if options else usual).page
        page.mouse.move(0, 0)
        page.goto(f"{path.as_uri()}{address}")
        page.wait_for_selector("html[data-ready]", state="attached")
        return page

    yield open_
    faults = [fault for each in opened for fault in each.faults]
    usual.faults.clear()
    for context in contexts:
        context.close()
    assert faults == []

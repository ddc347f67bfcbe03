"""Draw the pictures of docs/low-precision.md: `python docs/pictures/make.py` writes the .svg files beside this one.

Integers are blue with solid outlines, floats orange with dashed ones (Okabe and Ito's colours, and no picture needs them to be told
apart). Each picture lies on a light card of its own, so that it is legible on light and dark pages alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

INK, QUIET, CARD = "#222222", "#5b5b5b", "#fcfcfa"
FILL = {"int": "#d3e6f5", "float": "#fde4cc", "none": "#eeeeea"}
STROKE = {"int": "#0072b2", "float": "#d55e00", "none": "#777777"}


@dataclass
class Picture:
    """An SVG of `width` × `height` units; `title` is read aloud instead of it."""

    width: int
    height: int
    title: str
    items: list[str] = field(default_factory=list)

    def text(
        self, x: float, y: float, words: str, *, size: int = 14, anchor: str = "middle", color: str = INK, bold: bool = False
    ) -> None:
        weight = ' font-weight="600"' if bold else ""
        self.items.append(
            f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="{color}"{weight}>{escape(words)}</text>'
        )

    def line(
        self, x1: float, y1: float, x2: float, y2: float, *, color: str = INK, width: float = 1.5, dashed: bool = False
    ) -> None:
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self.items.append(f'<path d="M{x1:g} {y1:g}L{x2:g} {y2:g}" stroke="{color}" stroke-width="{width:g}" fill="none"{dash}/>')

    def arrow(self, x1: float, y1: float, x2: float, y2: float, kind: str = "none") -> None:
        """A line with a head at its second end, dashed for floats."""
        self.line(x1, y1, x2, y2, color=STROKE[kind], width=2, dashed=kind == "float")
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        dx, dy = (x2 - x1) / length, (y2 - y1) / length
        corners = [(x2 - 9 * dx + side * 4.5 * dy, y2 - 9 * dy - side * 4.5 * dx) for side in (1, -1)]
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in [(x2, y2), *corners])
        self.items.append(f'<polygon points="{points}" fill="{STROKE[kind]}"/>')

    def rect(self, x: float, y: float, width: float, height: float, kind: str, *, fill: str = "", radius: int = 3) -> None:
        """A rectangle from its upper left corner, dashed for floats."""
        dash = ' stroke-dasharray="5 4"' if kind == "float" else ""
        self.items.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius}" '
            f'fill="{fill or FILL[kind]}" stroke="{STROKE[kind]}" stroke-width="1.6"{dash}/>'
        )

    def box(self, x: float, y: float, words: str, kind: str, *, width: float = 118, height: float = 32, note: str = "") -> None:
        """A box around (x, y), with a note on its right."""
        self.rect(x - width / 2, y - height / 2, width, height, kind, radius=6)
        self.text(x, y + 5, words)
        if note:
            self.text(x + width / 2 + 8, y + 5, note, size=12, anchor="start", color=QUIET)

    def column(self, x: float, top: float, steps: Sequence[tuple[str, str, str]], gap: float = 58) -> None:
        """Boxes below each other, (words, kind, kind of the arrow that leaves it)."""
        for i, (words, kind, edge) in enumerate(steps):
            y = top + i * gap
            self.box(x, y, words, kind)
            if edge:
                self.arrow(x, y + 16, x, y + gap - 17, edge)

    def legend(self, y: float) -> None:
        for x, kind, words in ((24, "int", "integers (solid)"), (172, "float", "floats (dashed)")):
            self.rect(x, y - 11, 20, 14, kind)
            self.text(x + 27, y, words, size=12, anchor="start", color=QUIET)

    def svg(self) -> str:
        w, h = self.width, self.height
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" '
            f'role="img" font-family="system-ui, sans-serif">\n<title>{escape(self.title)}</title>\n'
            f'<rect x="0.5" y="0.5" width="{w - 1}" height="{h - 1}" rx="10" fill="{CARD}" stroke="#c8c8c4"/>\n'
        )
        return head + "\n".join(self.items) + "\n</svg>\n"


def grid() -> Picture:
    p = Picture(
        760, 196, "A number line from -1.00 to 1.55, and below it the codes 0 to 255. The real number 0.333 is rounded to code 133."
    )

    def at(value: float) -> float:
        return 100 + (value + 1) / 2.55 * 600

    p.text(24, 89, "real", anchor="start", size=13, color=STROKE["float"], bold=True)
    p.text(24, 113, "code", anchor="start", size=13, color=STROKE["int"], bold=True)
    p.line(100, 84, 700, 84, color=STROKE["float"], width=2.5)
    p.line(100, 108, 700, 108, color=STROKE["int"], width=2.5)
    for code in (0, 50, 100, 150, 200, 255):
        value = (code - 100) / 100
        p.line(at(value), 77, at(value), 115, color=QUIET)
        p.text(at(value), 66, f"{value:.2f}", size=13)
        p.text(at(value), 132, str(code), size=13, bold=code == 100)
    p.arrow(at(0.333), 36, at(0.333), 82, "float")
    p.text(at(0.333), 28, "x = 0.333", size=13, color=STROKE["float"])
    p.arrow(at(0.333), 110, at(0.333), 146, "int")
    p.text(at(0.333), 161, "code 133 = rint(0.333 / 0.01) + 100, which stands for 0.33", size=13, color=STROKE["int"])
    p.text(
        100, 184, "scale 0.01: from one code to the next.   zero point 100: the code of 0.", size=13, anchor="start", color=QUIET
    )
    return p


def casts() -> Picture:
    p = Picture(
        760, 436, "A quantized convolution in three states: as the model says it, with the casts moved, and with both casts fused."
    )
    for x, words in ((130, "what the model says"), (380, "casts moved"), (630, "casts fused")):
        p.text(x, 32, words, bold=True, size=15)
    p.column(
        130,
        70,
        [
            ("x : u8", "int", "int"),
            ("dcast", "none", "float"),
            ("conv", "float", "float"),
            ("relu", "float", "float"),
            ("qcast", "none", "int"),
            ("y : u8", "int", ""),
        ],
    )
    p.column(
        380,
        70,
        [
            ("x : u8", "int", "int"),
            ("conv", "int", "int"),
            ("dcast", "none", "float"),
            ("qcast", "none", "int"),
            ("relu", "int", "int"),
            ("y : u8", "int", ""),
        ],
    )
    p.column(
        630,
        70,
        [
            ("x : u8", "int", "int"),
            ("conv", "int", "int"),
            ("requantize", "int", "int"),
            ("relu", "int", "int"),
            ("y : u8", "int", ""),
        ],
    )
    p.text(446, 160, "i32", size=12, anchor="start", color=QUIET)
    p.text(696, 160, "i32", size=12, anchor="start", color=QUIET)
    p.arrow(214, 130, 296, 182)
    p.text(255, 134, "down", size=13, color=QUIET)
    p.arrow(214, 302, 296, 250)
    p.text(255, 308, "up", size=13, color=QUIET)
    p.text(505, 216, "fuse", size=13, color=QUIET)
    p.arrow(466, 215, 488, 215)
    p.arrow(522, 215, 560, 215)
    p.legend(416)
    return p


def granularity() -> Picture:
    p = Picture(
        760,
        300,
        "Weights as a matrix. One scale per row, an output channel, leaves the sum. One per column, an input channel, cannot.",
    )

    def matrix(left: float, scale_of: Callable[[int, int], int], rows: bool) -> None:
        shades = ("#d3e6f5", "#9ecae8", "#63a8d6", "#3a86bd")
        for i in range(4):
            for j in range(6):
                p.rect(left + 34 * j, 74 + 30 * i, 32, 28, "int", fill=shades[scale_of(i, j)])
        labels = (
            [(left - 16, 93 + 30 * i, f"s{i}") for i in range(4)] if rows else [(left + 16 + 34 * j, 66, f"s{j}") for j in range(6)]
        )
        for x, y, words in labels:
            p.text(x, y, words, size=13, bold=True)

    p.text(180, 30, "a scale per output channel", bold=True, size=15)
    matrix(90, lambda i, j: i, True)
    p.text(192, 214, "input channels k", size=12, color=QUIET)
    p.text(180, 244, "y[i] = s[i] · s_x · Σ q[k] · w[i, k]", size=15)
    p.text(180, 270, "integers inside, scales outside", size=13, color=STROKE["int"], bold=True)
    p.text(560, 30, "a scale per input channel", bold=True, size=15)
    matrix(470, lambda i, j: min(j, 3), False)
    p.text(572, 214, "input channels k", size=12, color=QUIET)
    p.text(560, 244, "y[i] = s_x · Σ s[k] · q[k] · w[i, k]", size=15)
    p.text(560, 270, "the scale is caught in the sum: floats", size=13, color=STROKE["float"], bold=True)
    return p


def requantize() -> Picture:
    p = Picture(
        760,
        210,
        "Fine steps of an accumulator, coarse codes below. Each code takes a range, a tie lies between two, the ends saturate.",
    )
    p.text(24, 58, "accumulator, i32: steps of s_x · s_w", anchor="start", size=13, color=STROKE["int"], bold=True)
    p.line(40, 76, 720, 76, color=STROKE["int"], width=2)
    for i in range(69):
        p.line(40 + 10 * i, 72, 40 + 10 * i, 80, color=STROKE["int"], width=1)
    p.line(120, 150, 640, 150, color=STROKE["int"], width=2)
    for i in range(6):
        x = 140 + 96 * i
        p.line(x, 142, x, 158, color=STROKE["int"], width=3)
        p.text(x, 176, ("0", "1", "2", "…", "254", "255")[i], size=13)
        if 0 < i < 5:
            for offset in (-40, -20, 0, 20, 40):
                p.line(x + offset, 84, x + offset * 0.08, 138, color="#8a8a86", width=1)
    for i in range(1, 4):
        tie = 188 + 96 * i
        p.line(tie, 64, tie, 146, color=STROKE["float"], width=1.5, dashed=True)
    p.text(476, 46, "ties, midway between two codes: to the even one", size=13, color=STROKE["float"])
    for x, to in ((50, 134), (70, 136), (710, 626), (690, 624)):
        p.arrow(x, 84, to, 140)
    p.text(60, 132, "clamped", size=12, color=QUIET)
    p.text(706, 132, "clamped", size=12, color=QUIET)
    p.text(380, 199, "result, u8: steps of s_y", size=13, color=STROKE["int"], bold=True)
    return p


def branches() -> Picture:
    p = Picture(
        760,
        300,
        "Two branches on unlike grids. An addition reads both as integers and rounds once. A concat keeps each part's scale.",
    )
    p.text(190, 30, "addition: rounds once", bold=True, size=15)
    p.box(100, 80, "a : u8, step 0.5", "int", width=150)
    p.box(280, 80, "b : u8, step 0.25", "int", width=150)
    p.arrow(110, 97, 168, 150, "int")
    p.arrow(270, 97, 212, 150, "int")
    p.box(190, 168, "a · 0.5 + b · 0.25", "none", width=170)
    p.text(190, 204, "in registers, in steps of the result", size=12, color=QUIET)
    p.arrow(190, 210, 190, 232, "int")
    p.box(190, 250, "y : u8, step 1.0", "int", width=150)
    p.text(570, 30, "concat: nothing is rounded", bold=True, size=15)
    p.box(480, 80, "a : u8, step 0.5", "int", width=150)
    p.box(660, 80, "b : u8, step 0.25", "int", width=150)
    p.arrow(490, 97, 528, 150, "int")
    p.arrow(650, 97, 612, 150, "int")
    for i, step in enumerate(("0.5", "0.5", "0.25")):
        shade = ("#d3e6f5", "#d3e6f5", "#9ecae8")[i]
        p.rect(480 + 62 * i, 152, 60, 34, "int", fill=shade, radius=4)
        p.text(510 + 62 * i, 174, step, size=13)
    p.text(572, 208, "channels 0, 1, 2 keep their steps", size=12, color=QUIET)
    p.text(572, 246, "a convolution behind it becomes one", size=13)
    p.text(572, 264, "product per run of equal steps", size=13)
    return p


def levels() -> Picture:
    p = Picture(
        960,
        280,
        "A file is imported to the model level, transformed to low precision, lowered to kernels and compiled to native code. "
        "A numpy interpreter runs all three levels, and its results have the same bits as those of the native code.",
    )
    stages = (
        ("a file", (".onnx: Q/DQ, QOperator", ".xml: FakeQuantize"), "none"),
        ("model level", ("nn on float tensors", "quant.qcast, dcast"), "float"),
        ("low precision", ("nn on !quant.uniform", "lpt.requantize"), "int"),
        ("kernel level", ("layouts, epilogues", "arena offsets"), "int"),
        ("native code", ("packed weights", "schedule, threads"), "none"),
    )
    for i, (name, notes, kind) in enumerate(stages):
        x = 92 + 194 * i
        p.rect(x - 78, 70, 156, 84, kind, radius=8)
        p.text(x, 95, name, bold=True, size=15)
        for line, note in enumerate(notes):
            p.text(x, 118 + 19 * line, note, size=12, color=QUIET)
        if i < 4:
            p.arrow(x + 80, 112, x + 114, 112)
    for i, lines in enumerate((("importer",), ("prepare, markup,", "transform, cleanup"), ("lower",), ("codegen",))):
        for line, words in enumerate(lines):
            p.text(189 + 194 * i, 56 - 17 * (len(lines) - 1 - line), words, size=13)
    for i in (1, 2, 3):
        p.arrow(92 + 194 * i, 156, 92 + 194 * i, 204)
    p.rect(208, 206, 544, 44, "none", radius=8)
    p.text(480, 233, "numpy interpreter: the oracle at every level", size=14)
    p.arrow(868, 156, 868, 204)
    p.text(868, 233, "results", size=14, bold=True)
    p.arrow(756, 228, 830, 228)
    p.arrow(830, 228, 756, 228)
    p.text(793, 218, "same bits", size=13)
    return p


PICTURES = {
    "grid": grid,
    "casts": casts,
    "granularity": granularity,
    "requantize": requantize,
    "branches": branches,
    "levels": levels,
}


def main() -> None:
    for name, draw in PICTURES.items():
        (Path(__file__).parent / f"{name}.svg").write_text(draw().svg(), encoding="utf-8")


if __name__ == "__main__":
    main()

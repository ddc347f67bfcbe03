"""Reading and writing `!quant.uniform<…>` as upstream MLIR does.

Above 32 scales a type is printed as `{"digest", n, min, max}` (and `:"digest"` for zero points that differ), because a type is
printed wherever it is mentioned; `blob.print_full` gives upstream's text.
"""

from __future__ import annotations

import functools
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray
from xdsl.parser import AttrParser
from xdsl.printer import Printer

from lpt.dialects.blob import Blob, find_blob, inline_scales, print_full
from lpt.dialects.quant_params import QuantParams, Storage
from lpt.errors import LptError

_kept: dict[str, Blob] = {}
"""Scales whose digest was printed: text in a process stays readable in it."""


def number(value: float) -> str:
    """The shortest decimal that reads back as the same f64, with the point MLIR's lexer wants."""
    text = repr(float(value))
    mantissa, _, exponent = text.partition("e")
    mantissa = mantissa if "." in mantissa else f"{mantissa}.0"
    return f"{mantissa}e{exponent}" if exponent else mantissa


def parse_storage(parser: AttrParser) -> Storage:
    """`i8`, `u8<0:127>` … Raises ParseError."""
    text = parser.parse_identifier(" of a storage type (i8, u8 …)")
    match = re.fullmatch(r"(si|i|u)(\d+)", text)
    if match is None:
        parser.raise_error(f"expected a storage type such as i8 or u8, got {text}")
    low = high = None
    if parser.parse_optional_punctuation("<") is not None:
        low = parser.parse_integer()
        parser.parse_punctuation(":")
        high = parser.parse_integer()
        parser.parse_punctuation(">")
    try:
        return Storage.of(match[1] != "u", int(match[2]), low, high)
    except ValueError as error:
        parser.raise_error(str(error))


def _parse_blocks(parser: AttrParser) -> tuple[tuple[int, int], ...]:
    """What follows the second colon: nothing, an axis, or `{axis:size, …}`."""
    if parser.parse_optional_punctuation(":") is None:
        return ()
    if (axis := parser.parse_optional_integer(allow_boolean=False, allow_negative=False)) is not None:
        return ((axis, 1),)

    def entry() -> tuple[int, int]:
        axis = parser.parse_integer(allow_negative=False)
        parser.parse_punctuation(":")
        return axis, parser.parse_integer(allow_negative=False)

    return tuple(parser.parse_comma_separated_list(parser.Delimiter.BRACES, entry))


def _parse_pair(parser: AttrParser) -> tuple[float, int]:
    scale = float(parser.parse_number())
    zero_point = parser.parse_integer() if parser.parse_optional_punctuation(":") else 0
    return scale, zero_point


_SCALE = r"-?[0-9]{1,40}(?:\.[0-9]*(?:[eE][+-]?[0-9]+)?)?(?:\s*:\s*-?[0-9]{1,18})?"

_SCALES = re.compile(rf"\s*{_SCALE}(?:\s*,\s*{_SCALE})*+(?=\s*\}})", re.ASCII)
"""Scales up to the brace that closes them, written as MLIR's lexer takes them; what else it takes is left to it."""


@functools.lru_cache(maxsize=64)
def _pairs(text: str) -> NDArray[np.float64]:
    """The (scale, zero point) of each element; kept, since a type stands in text wherever a value of it does."""
    pairs = [(scale, zero_point or 0) for scale, _, zero_point in (entry.partition(":") for entry in text.split(","))]
    return np.array(pairs, dtype=np.float64)


def _parse_nested(parser: AttrParser) -> Any:
    return _parse_pair(parser) if parser.parse_optional_punctuation("{") is None else _parse_entries(parser)


def _parse_entries(parser: AttrParser) -> Any:
    """What stands between braces, and the second of them."""
    entries = [_parse_nested(parser)]
    if isinstance(entries[0], tuple) and (rest := _rest_of(parser)) is not None:
        parser.parse_punctuation("}")
        return np.vstack([entries[0], rest])
    while parser.parse_optional_punctuation(",") is not None:
        entries.append(_parse_nested(parser))
    parser.parse_punctuation("}")
    return entries


def _rest_of(parser: AttrParser) -> NDArray[np.float64] | None:
    """The (scale, zero point) of each element behind a comma that is next, up to the brace; None where they are not that simple.

    xDSL's lexer takes 15 µs for each: of resnet50 in full more than half of the time that reading it took.
    """
    lexer = parser.lexer
    if not lexer.input.content.startswith(",", parser.pos) or (found := _SCALES.match(lexer.input.content, lexer.pos)) is None:
        return None
    lexer.pos = found.end()
    parser.parse_punctuation(",")  # the token that was read already: behind it the lexer goes on with the brace
    return _pairs(found[0])


def _lookup(digest: str) -> NDArray[Any]:
    blob = find_blob(digest)
    if blob is None:
        raise LptError(f"the scales {digest} are not loaded", way_out="load the .mlir beside the .npz it was saved with")
    return blob.array


def _parse_elided(parser: AttrParser, digest: str) -> tuple[Any, Any]:
    for _ in range(3):
        parser.parse_punctuation(",")
        parser.parse_number()
    parser.parse_punctuation("}")
    zero_points: Any = 0
    if parser.parse_optional_punctuation(":") is not None:
        other = parser.parse_optional_str_literal()
        zero_points = parser.parse_integer() if other is None else _lookup(other)
    return _lookup(digest), zero_points


def _parse_scales(parser: AttrParser) -> tuple[Any, Any]:
    if parser.parse_optional_punctuation("{") is None:
        return _parse_pair(parser)
    if (digest := parser.parse_optional_str_literal()) is not None:
        return _parse_elided(parser, digest)
    entries = _parse_entries(parser)
    try:
        pairs = np.array(entries, dtype=np.float64)
    except ValueError:
        parser.raise_error("expected as many scales in each pair of braces")
    return pairs[..., 0], pairs[..., 1].astype(np.int64)


def parse_uniform(parser: AttrParser) -> QuantParams:
    """What stands behind `quant.uniform`, brackets included. Raises ParseError; LptError for digests that are not loaded."""
    with parser.in_angle_brackets():
        storage = parse_storage(parser)
        parser.parse_punctuation(":")
        expressed = parser.parse_type()
        blocks = _parse_blocks(parser)
        parser.parse_punctuation(",")
        scales, zero_points = _parse_scales(parser)
        try:
            return QuantParams(storage, scales, zero_points, block_sizes=blocks, expressed=expressed)
        except ValueError as error:
            parser.raise_error(str(error))


def _digest(array: NDArray[Any]) -> str:
    blob = Blob(array)
    return _kept.setdefault(blob.digest, blob).digest


def _elided(params: QuantParams) -> str:
    scales = params.scales
    span = f"{scales.size}, {number(scales.min())}, {number(scales.max())}"
    text = f'{{"{_digest(scales)}", {span}}}'
    first = int(params.zero_points.flat[0])
    if (params.zero_points != first).any():
        return f'{text}:"{_digest(params.zero_points)}"'
    return f"{text}:{first}" if first else text


def _nested(scales: Any, zero_points: Any) -> str:
    if scales.ndim == 0:
        return number(float(scales)) + (f":{int(zero_points)}" if zero_points else "")
    return "{" + ", ".join(_nested(s, z) for s, z in zip(scales, zero_points, strict=True)) + "}"


@functools.lru_cache(maxsize=64)
def _in_full(params: QuantParams) -> str:
    """All scales; kept, since a type is printed wherever a value of it is."""
    return _nested(params.scales, params.zero_points)


def print_uniform(printer: Printer, params: QuantParams) -> None:
    """What `parse_uniform` reads."""
    with printer.in_angle_brackets():
        printer.print_string(f"{params.storage}:")
        printer.print_attribute(params.expressed)
        if params.axis is not None:
            printer.print_string(f":{params.axis}")
        elif params.block_sizes:
            printer.print_string(":{" + ", ".join(f"{a}:{s}" for a, s in params.block_sizes) + "}")
        short = params.scales.size > inline_scales.get() and not print_full.get()
        printer.print_string(", ")
        printer.print_string(_elided(params) if short else _in_full(params))

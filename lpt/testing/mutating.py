"""Damaged models: bytes and texts with a few changes that follow from a seed.

    damaged = mutate_bytes(data, random.Random(7))
    damaged = mutate_ir(text, random.Random(7))         # OpenVINO's .xml
    damaged = mutate_mlir(text, random.Random(7))

`lpt.testing.mutating_onnx` changes graphs.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Sequence
from random import Random

NUMBERS = (0, 1, -1, 2, 3, 4, 7, 8, 127, 128, 255, 256, 65536, 10**6, 2**31 - 1, 2**31, -(2**31), 2**40, 2**62, 2**63 - 1, -(2**63))
"""Whole numbers at which something ends."""

REALS = (0.0, -0.0, 1.0, -1.0, 0.5, 1e-45, 1e-38, 1e-7, 3e38, -3e38, float("inf"), float("-inf"), float("nan"))
"""Floats at which something ends; all are floats of 32 bits."""

_NUMBER = r"(?<![\w.%])-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.])"
_WORDS = (b"\0", b"\xff", b"\x7f", b"\x80", b"\xff" * 4, b"\xff" * 8 + b"\x7f", b"\xff" * 9 + b"\x01", b"\x80" * 9)


def mutate_bytes(data: bytes, random: Random) -> bytes:
    """One to four flips, cuts, insertions, repetitions or overwritings of bytes."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 4))):
        random.choice((_flip, _flip, _flip, _overwrite, _overwrite, _insert, _repeat, _remove, _cut))(changed, random)
    return bytes(changed)


def _flip(data: bytearray, random: Random) -> None:
    if data:
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _overwrite(data: bytearray, random: Random) -> None:
    at = random.randrange(len(data) + 1)
    word = random.choice((*_WORDS, *(struct.pack("<f", value) for value in REALS), random.randbytes(random.randint(1, 8))))
    data[at : at + len(word)] = word


def _insert(data: bytearray, random: Random) -> None:
    at = random.randrange(len(data) + 1)
    data[at:at] = random.choice((*_WORDS, random.randbytes(random.randint(1, 16))))


def _repeat(data: bytearray, random: Random) -> None:
    """A piece of the data again at another place."""
    start, at = random.randrange(len(data) + 1), random.randrange(len(data) + 1)
    data[at:at] = data[start : start + random.randint(1, 64)]


def _remove(data: bytearray, random: Random) -> None:
    at = random.randrange(len(data) + 1)
    del data[at : at + random.randint(1, 32)]


def _cut(data: bytearray, random: Random) -> None:
    if random.random() < 0.3:  # little of a model is left by it
        del data[random.randrange(len(data) + 1) :]


def mutate_ir(text: str, random: Random) -> str:
    """One to three changes of an OpenVINO IR's text: values, layers, edges, ports."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        text = random.choice((_ir_value, _ir_value, _ir_value, _ir_extent, _ir_type, _ir_element, _ir_edge, _any_number))(
            text, random
        )
    return text


def mutate_mlir(text: str, random: Random) -> str:
    """One to three changes of a module's text: numbers, types, operands, operations, lines."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        text = random.choice(
            (
                _any_number,
                _everywhere,
                _everywhere,
                _everywhere,
                _mlir_types,
                _mlir_attribute,
                _mlir_value,
                _mlir_type,
                _mlir_operation,
                _line,
            )
        )(text, random)
    return text


def _substitute(text: str, pattern: str, random: Random, replacement: Callable[[str], str]) -> str:
    """One of the matches of a pattern replaced; its group if it has one."""
    found = list(re.finditer(pattern, text))
    if not found:
        return text
    match = random.choice(found)
    group = 1 if match.re.groups else 0
    return text[: match.start(group)] + replacement(match[group]) + text[match.end(group) :]


def _other(text: str, pattern: str, random: Random) -> str:
    """One of the matches of a pattern replaced by another one."""
    found: Sequence[re.Match[str]] = list(re.finditer(pattern, text))
    if not found:
        return text
    given = random.choice(found)
    return _substitute(text, pattern, random, lambda _: given[1 if given.re.groups else 0])


def number(old: str, random: Random) -> str:
    """Another number as text; mostly a whole one for a whole one."""
    whole = "." not in old and "e" not in old
    if whole != (random.random() < 0.1):
        near = int(old) + random.choice((-1, 1)) if whole and old.lstrip("-").isdigit() else 1
        return str(random.choice((near, near, *NUMBERS)))
    return str(random.choice(REALS))


def _any_number(text: str, random: Random) -> str:
    return _substitute(text, _NUMBER, random, lambda old: number(old, random))


def _everywhere(text: str, random: Random) -> str:
    """A number replaced wherever it stands, extents included: types then still agree with one another."""
    found = re.findall(random.choice((_NUMBER, r"(?<=[<x])\d+(?=x)", r"(?<=x)\d+(?=x)")), text)
    if not found:
        return text
    old = random.choice(found)
    new = number(old, random)
    return re.sub(rf"(?<![\w.%-]){re.escape(old)}(?![\w.])|(?<=[<x]){re.escape(old)}(?=x)", new, text)


def _ir_value(text: str, random: Random) -> str:
    """The value of an attribute of a layer's data: a number, a list of them, a word, nothing."""

    def replaced(old: str) -> str:
        parts = old.split(",")
        at = random.randrange(len(parts))
        choices = [
            random.choice((str(random.choice(NUMBERS)), str(random.choice(REALS)))),
            ",".join([*parts[:at], str(random.choice(NUMBERS)), *parts[at + 1 :]]),
            ",".join(parts[:at] + parts[at + 1 :]),
            ",".join([*parts, parts[at]]),
            random.choice(("", "true", "false", "f32", "i8", "u4", "auto", "explicit", "?", "x")),
        ]
        return random.choice(choices)

    return _substitute(text, r'<data [^>]*?"([^"]*)"' if random.random() < 0.2 else r'(?<= )[a-z_]+="([^"]*)"', random, replaced)


def _ir_extent(text: str, random: Random) -> str:
    return _substitute(text, r"<dim>([^<]*)</dim>", random, lambda old: str(random.choice((*NUMBERS, "", "x", "1.5"))))


def _ir_type(text: str, random: Random) -> str:
    """The type of a layer or the version of its operator set."""
    return _other(text, random.choice((r' type="([A-Z][^"]*)"', r' version="(opset\d+)"')), random)


def _ir_element(text: str, random: Random) -> str:
    types = ("f32", "f16", "f64", "i8", "u8", "i4", "u4", "i32", "i64", "boolean", "bf16", "nf4", "u1", "string", "dynamic")
    return _substitute(
        text, r'(?:element_type|precision|destination_type)="([^"]*)"', random, lambda _: random.choice(types).upper()
    )


def _ir_edge(text: str, random: Random) -> str:
    """An edge, layer, port or dimension removed or repeated, or an edge that leads elsewhere."""
    if random.random() < 0.5:
        return _other(text, r'(?:from|to)-(?:layer|port)="(\d+)"', random)
    pattern = random.choice(
        (r"<edge [^>]*>", r"(?s)<layer .*?</layer>", r"(?s)<port .*?</port>", r"<dim>[^<]*</dim>", r"<data [^>]*>")
    )
    return _substitute(text, pattern, random, lambda old: random.choice(("", old + old)))


def _mlir_value(text: str, random: Random) -> str:
    return _other(text, r"%\w+", random)


def _mlir_type(text: str, random: Random) -> str:
    pattern = random.choice(
        (r"tensor<[^<>]*>", r"tensor<[^<>]*<[^<>]*>>", r"(?<=[x<:])[fiu]\d+(?=[:>,])", r"!quant\.uniform<[^<>]*>")
    )
    types = ("f32", "f16", "f64", "i1", "i8", "u8", "i4", "u4", "i32", "u32", "i64", "i99", "index")
    if pattern.startswith("(?<=[x"):
        return _substitute(text, pattern, random, lambda _: random.choice(types))
    return _other(text, pattern, random)


def _mlir_types(text: str, random: Random) -> str:
    """A type, a quantized one's parameters or storage, replaced wherever it stands."""
    found = re.findall(random.choice((r"tensor<[^<>]*>", r"!quant\.uniform<[^<>]*>", r"quant\.uniform<([iu]\d+):")), text)
    if not found:
        return text
    new = random.choice(found)
    if re.fullmatch(r"[iu]\d+", new):
        return text.replace(
            f"<{new}:", f"<{random.choice(('i1', 'i2', 'i4', 'u4', 'i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64'))}:"
        )
    return text.replace(random.choice(found), new)


def _mlir_attribute(text: str, random: Random) -> str:
    """The value of an attribute: another number, one more in a list or one less, nothing."""

    def replaced(old: str) -> str:
        head, _, tail = old.rpartition(" ")
        near = str(random.choice(NUMBERS))
        return random.choice(("", f"{head} {near}", f"{old}, {near}", f"{head} {tail}{near.lstrip('-')}", near))

    return _substitute(text, r"array<i64([^>]*)>" if random.random() < 0.6 else r" = (-?[\d.e+-]+ )(?=: )", random, replaced)


def _mlir_operation(text: str, random: Random) -> str:
    return _other(text, r"(?m)^\s*%\S+ = ([\w.]+)", random)


def _line(text: str, random: Random) -> str:
    """A line removed, repeated, or moved."""
    lines = text.split("\n")
    at, to = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(3):
        case 0:
            del lines[at]
        case 1:
            lines.insert(to, lines[at])
        case _:
            lines.insert(to, lines.pop(at))
    return "\n".join(lines)

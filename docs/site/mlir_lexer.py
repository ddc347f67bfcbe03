"""Colours for IR: values, types and attributes, operations, symbols. Pygments has no lexer of MLIR."""

from __future__ import annotations

from pygments.lexer import RegexLexer
from pygments.lexers import LEXERS
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Text

__all__ = ["MlirLexer"]


class MlirLexer(RegexLexer):  # type: ignore[misc]
    """MLIR's text form, as xDSL prints it; what it does not know stays plain."""

    name = "MLIR"
    aliases = ("mlir",)
    filenames = ("*.mlir",)
    tokens = {
        "root": [
            (r"//.*", Comment.Single),
            (r'"(?:[^"\\\n]|\\.)*"', String.Double),
            (r"%[\w.$-]+(?:#\d+)?", Name.Variable),
            (r"\^\w+", Name.Label),
            (r"@[\w.$-]+", Name.Function),
            (r"[!#][\w.]+", Keyword.Type),
            (r"\b(?:nn|quant|lpt|kernel|func|builtin|pdl)\.[\w.]+", Name.Builtin),
            (r"\b(?:tensor|vector|memref|array|dense)\b(?=<)", Keyword.Type),
            (r"(?:(?:\d+|\?)x)+", Number.Integer),
            (r"(?:bf16|index|none|[su]?i\d+|u\d+|f\d+)\b", Keyword.Type),
            (r"\b(?:to|attributes|loc|true|false|unit)\b", Keyword),
            (r"-?(?:\d+\.\d*(?:e[-+]?\d+)?|0x[\da-fA-F]+)", Number.Float),
            (r"-?\d+", Number.Integer),
            (r"->|=", Operator),
            (r"[{}()\[\]<>:,]", Punctuation),
            (r"\s+", Text),
            (r"[A-Za-z_][\w]*", Text),
            (r".", Text),
        ]
    }


def register() -> None:
    """Let fences name `mlir` as their language."""
    LEXERS["MlirLexer"] = (__name__, MlirLexer.name, MlirLexer.aliases, MlirLexer.filenames, ())

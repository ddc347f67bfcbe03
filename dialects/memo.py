"""Results of operations that were computed before: what validation runs again and again is computed once.

Behind each pass, and each rewrite, most of a network computes what it computed before. Within `remembering()` an operation of the
same class, properties, attributes of its definition and types on operands of the same bits (by SHA-256) is not evaluated again, and
arrays of equal bits are one array. The interpreter being deterministic, nothing else changes.
"""

from __future__ import annotations

import functools
import hashlib
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np
from xdsl.ir import Operation
from xdsl.irdl import IRDLOperation

from lpt.dialects.blob import Array

LIMIT = 1 << 30
"""Bytes of results that are kept; those used longest ago go first."""

Digest = tuple[str, tuple[int, ...], bytes]


class Memo:
    """Results by operation and operands. Arrays given to it, and those it gives, must not be written."""

    def __init__(self, limit: int = LIMIT):
        self.limit, self.size, self.hits = limit, 0, 0
        self._results: OrderedDict[object, Sequence[Array]] = OrderedDict()
        self._digests: dict[int, tuple[weakref.ref[Array], Digest]] = {}
        self._arrays: weakref.WeakValueDictionary[Digest, Array] = weakref.WeakValueDictionary()

    def results(self, op: Operation, operands: Sequence[Array], compute: Callable[[], Sequence[Array]]) -> Sequence[Array]:
        """What `compute` gives, or gave for the same operation and operands."""
        key = self._key(op, operands)
        found = self._results.get(key)
        if found is not None:
            self.hits += 1
            self._results.move_to_end(key)
            return found
        found = self._results[key] = [self.one(np.asarray(array)) for array in compute()]
        self.size += _bytes(found)
        while self.size > self.limit:
            self.size -= _bytes(self._results.popitem(last=False)[1])
        return found

    def one(self, array: Array) -> Array:
        """The array itself, or the one of equal bits that came first."""
        return self._arrays.setdefault(self.digest(array), array)

    def digest(self, array: Array) -> Digest:
        """What an array holds; taken once while it lives."""
        known = self._digests.get(id(array))
        if known is not None and known[0]() is array:
            return known[1]
        bits = hashlib.sha256(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data).digest()
        digest, identity = (array.dtype.str, array.shape, bits), id(array)
        self._digests[identity] = weakref.ref(array, lambda ref: self._forget(identity, ref)), digest
        return digest

    def _forget(self, identity: int, ref: weakref.ref[Array]) -> None:
        known = self._digests.get(identity)
        if known is not None and known[0] is ref:
            del self._digests[identity]

    def _key(self, op: Operation, operands: Sequence[Array]) -> object:
        types = tuple(operand.type for operand in op.operands), op.result_types
        properties = tuple(op.properties.items()), tuple(op.attributes.get(name) for name in _attribute_names(type(op)))
        return type(op), properties, types, tuple(map(self.digest, operands))


@functools.cache
def _attribute_names(op_class: type[Operation]) -> tuple[str, ...]:
    """The attributes that a meaning may read: those of the definition. Any other is a note, such as where the operation is from."""
    return tuple(op_class.get_irdl_definition().attributes) if issubclass(op_class, IRDLOperation) else ()


def _bytes(arrays: Sequence[Array]) -> int:
    return sum(array.nbytes for array in arrays)


MEMO: ContextVar[Memo | None] = ContextVar("lpt_memo", default=None)
"""The results that the interpreter looks up; None where it evaluates everything."""


@contextmanager
def forgetting() -> Iterator[None]:
    """Within the block nothing is looked up or kept: for operands that are never the same again."""
    token = MEMO.set(None)
    try:
        yield
    finally:
        MEMO.reset(token)


@contextmanager
def remembering(limit: int = LIMIT) -> Iterator[Memo]:
    """Within the block the interpreter remembers results; a block within another shares them."""
    outer = MEMO.get()
    if outer is not None:
        yield outer
        return
    memo = Memo(limit)
    token = MEMO.set(memo)
    try:
        yield memo
    finally:
        MEMO.reset(token)

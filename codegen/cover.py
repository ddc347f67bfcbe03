"""Weights cut into dwords that no sum of 16 bits can leave, and those dwords in groups whose sum cannot either.

A dword of weights covers up to four adjacent input channels from any byte on, so where the pair (k, k + 1) could leave 16 bits
in some lane, the dword starts one channel earlier and pairs k with a zero, and k + 1 with k + 2: no pair is split, and no step
needs another sequence. Groups are found first-fit, the heaviest dwords first. Both are loops over millions of weights with
little to do for each, hence native code, run once per block of output channels.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from lpt.codegen.jit import LoadedKernel
from lpt.codegen.kernel_code import KernelCode
from lpt.target import get_target

_ZERO, _UNSAFE = 2, 1
"""What is said of a channel: all its weights are zero; it makes an unsafe pair with the next one."""

_COVER = """
define void @lpt_cover(ptr %args, i64 %begin, i64 %end) {
entry:
  %flags = load ptr, ptr %args
  %pp = getelementptr ptr, ptr %args, i64 1
  %params = load ptr, ptr %pp
  %rp = getelementptr ptr, ptr %args, i64 2
  %out = load ptr, ptr %rp
  %width = load i64, ptr %params
  %bp = getelementptr i64, ptr %params, i64 1
  %before = load i64, ptr %bp
  %lp = getelementptr i64, ptr %params, i64 2
  %last = load i64, ptr %lp
  %stride = add i64 %width, 4
  %any = icmp slt i64 %begin, %end
  br i1 %any, label %run, label %done
run:
  %r = phi i64 [ %begin, %entry ], [ %r1, %next ]
  %at = mul i64 %r, %stride
  %row = getelementptr i8, ptr %flags, i64 %at
  %oat = mul i64 %r, %width
  %orow = getelementptr i16, ptr %out, i64 %oat
  br label %head
head:
  %i = phi i64 [ 0, %run ], [ %i1, %skip ], [ %i2, %take ]
  %more = icmp slt i64 %i, %width
  br i1 %more, label %look, label %next
look:
  %p0 = getelementptr i8, ptr %row, i64 %i
  %f0 = load i8, ptr %p0
  %zero = icmp uge i8 %f0, 2
  br i1 %zero, label %skip, label %take
skip:
  %i1 = add i64 %i, 1
  br label %head
take:
  %p1 = getelementptr i8, ptr %p0, i64 1
  %f1 = load i8, ptr %p1
  %p2 = getelementptr i8, ptr %p0, i64 2
  %f2 = load i8, ptr %p2
  %b0 = trunc i8 %f0 to i1
  %b1 = trunc i8 %f1 to i1
  %b2 = trunc i8 %f2 to i1
  ; how many channels a dword covers that starts 0, 1, 2 or 3 channels before this one
  %n0a = select i1 %b2, i64 3, i64 4
  %n0 = select i1 %b0, i64 1, i64 %n0a
  %n1 = select i1 %b1, i64 2, i64 3
  %n2 = select i1 %b0, i64 1, i64 2
  %least = sub i64 %i, %last
  %most = add i64 %i, %before
  %c0 = icmp sle i64 %least, 0
  %m0 = select i1 %c0, i64 %n0, i64 0
  %c1a = icmp sle i64 %least, 1
  %c1b = icmp sge i64 %most, 1
  %c1c = icmp sgt i64 %n1, %m0
  %c1d = and i1 %c1a, %c1b
  %c1 = and i1 %c1c, %c1d
  %m1 = select i1 %c1, i64 %n1, i64 %m0
  %d1 = select i1 %c1, i64 1, i64 0
  %c2a = icmp sle i64 %least, 2
  %c2b = icmp sge i64 %most, 2
  %c2c = icmp sgt i64 %n2, %m1
  %c2d = and i1 %c2a, %c2b
  %c2 = and i1 %c2c, %c2d
  %m2 = select i1 %c2, i64 %n2, i64 %m1
  %d2 = select i1 %c2, i64 2, i64 %d1
  %c3 = icmp eq i64 %m2, 0
  %m3 = select i1 %c3, i64 1, i64 %m2
  %d3 = select i1 %c3, i64 3, i64 %d2
  %code = mul i64 %m3, 4
  %both = add i64 %code, %d3
  %small = trunc i64 %both to i16
  %o = getelementptr i16, ptr %orow, i64 %i
  store i16 %small, ptr %o
  %i2 = add i64 %i, %m3
  br label %head
next:
  %r1 = add i64 %r, 1
  %again = icmp slt i64 %r1, %end
  br i1 %again, label %run, label %done
done:
  ret void
}
"""

_GROUP = """
declare <WIDTH x i8> @llvm.uadd.sat.vWIDTHi8(<WIDTH x i8>, <WIDTH x i8>)
declare i8 @llvm.vector.reduce.umax.vWIDTHi8(<WIDTH x i8>)
define void @lpt_group(ptr %args, i64 %begin, i64 %end) {
entry:
  %loads = load ptr, ptr %args
  %pp = getelementptr ptr, ptr %args, i64 1
  %params = load ptr, ptr %pp
  %rp = getelementptr ptr, ptr %args, i64 2
  %groups = load ptr, ptr %rp
  %limit64 = load i64, ptr %params
  %limit = trunc i64 %limit64 to i8
  %mp = getelementptr i64, ptr %params, i64 1
  %most = load i64, ptr %mp
  %any = icmp slt i64 %begin, %end
  br i1 %any, label %first, label %done
first:
  %a = phi i64 [ %begin, %entry ], [ %a1, %next ]
  %ga = getelementptr i32, ptr %groups, i64 %a
  %old = load i32, ptr %ga
  %free = icmp slt i32 %old, 0
  br i1 %free, label %open, label %next
open:
  %name = trunc i64 %a to i32
  store i32 %name, ptr %ga
  %la = getelementptr <WIDTH x i8>, ptr %loads, i64 %a
  %va = load <WIDTH x i8>, ptr %la, align 1
  %a2 = add i64 %a, 1
  br label %scan
scan:
  %b = phi i64 [ %a2, %open ], [ %b1, %miss ], [ %b2, %hit ]
  %total = phi <WIDTH x i8> [ %va, %open ], [ %total, %miss ], [ %sum, %hit ]
  %count = phi i64 [ 1, %open ], [ %count, %miss ], [ %count1, %hit ]
  %room = icmp slt i64 %count, %most
  %left = icmp slt i64 %b, %end
  %go = and i1 %room, %left
  br i1 %go, label %try, label %next
try:
  %gb = getelementptr i32, ptr %groups, i64 %b
  %taken = load i32, ptr %gb
  %lb = getelementptr <WIDTH x i8>, ptr %loads, i64 %b
  %vb = load <WIDTH x i8>, ptr %lb, align 1
  %sum = call <WIDTH x i8> @llvm.uadd.sat.vWIDTHi8(<WIDTH x i8> %total, <WIDTH x i8> %vb)
  %top = call i8 @llvm.vector.reduce.umax.vWIDTHi8(<WIDTH x i8> %sum)
  %fits = icmp ule i8 %top, %limit
  %unused = icmp slt i32 %taken, 0
  %ok = and i1 %fits, %unused
  br i1 %ok, label %hit, label %miss
miss:
  %b1 = add i64 %b, 1
  br label %scan
hit:
  store i32 %name, ptr %gb
  %count1 = add i64 %count, 1
  %b2 = add i64 %b, 1
  br label %scan
next:
  %a1 = add i64 %a, 1
  %again = icmp slt i64 %a1, %end
  br i1 %again, label %first, label %done
done:
  ret void
}
"""


@dataclass(frozen=True)
class Cover:
    """Dwords of weights [n, lanes, 4] i8 of runs of adjacent channels: `run` [n] and `start` [n], the first channel."""

    run: np.ndarray
    start: np.ndarray
    values: np.ndarray


def cover(values: np.ndarray, max_x: int, before: int, after: int) -> Cover:
    """Cut weights [lanes, runs, channels] i8 into dwords without unsafe pairs, none where all lanes are zero.

    From each run's first channel on, `before` channels before and `after` behind its last one may be read.
    """
    lanes, runs, width = values.shape
    columns = np.zeros((runs, width + 6, lanes), np.int16)
    columns[:, 3 : width + 3] = values.transpose(1, 2, 0)
    flags = np.zeros((runs, width + 4), np.uint8)
    high, low = np.maximum(columns, 0), np.minimum(columns, 0)
    high, low = high[:, 3:-1] + high[:, 4:], low[:, 3:-1] + low[:, 4:]
    flags[:, : width + 2] = ((high > 32767 // max_x) | (low < -(32768 // max_x))).any(-1)
    flags[:, :width][~columns[:, 3 : width + 3].any(-1)] |= _ZERO
    codes = np.zeros((runs, width), np.int16)
    params = np.array([width, before, width + after - 4], np.int64)
    _native("cover", _COVER)([flags, params], codes, 0, runs)
    run, first = np.nonzero(codes)
    code = codes[run, first]
    back, count = code & 3, code >> 2
    start = first - back
    # Channel i of the run is column i + 3; what lies outside a dword's own channels is another's.
    at = np.minimum(start[:, None] + np.arange(4), width + 2)
    own = (np.arange(4) >= back[:, None]) & (np.arange(4) < (back + count)[:, None])
    dwords = np.where(own[..., None], columns[run[:, None], at + 3], 0)
    return Cover(run, start, np.ascontiguousarray(dwords.transpose(0, 2, 1), np.int8))


def group(values: np.ndarray, max_x: int, most: int) -> list[np.ndarray]:
    """Groups of dwords [n, lanes, 4] i8 whose sums of pairs stay in 16 bits: indices [groups, 1], [groups, 2] … [groups, most]."""
    wide = values.astype(np.int16).reshape(len(values), 2 * values.shape[1], 2)
    parts = np.maximum(wide, 0).sum(-1), -np.minimum(wide, 0).sum(-1)
    sums = np.concatenate(parts, 1)
    limit, shift = 32767 // max_x, 0
    while limit >> shift > 254:
        shift += 1
    loads = (-(-sums >> shift)).astype(np.uint8)
    order = np.argsort(-sums.max(1, initial=0) * 4096 - sums.sum(1), kind="stable")
    groups = np.full(len(values), -1, np.int32)
    params = np.array([limit >> shift, most], np.int64)
    text = _GROUP.replace("WIDTH", str(loads.shape[1]))
    _native("group", text)([np.ascontiguousarray(loads[order]), params], groups, 0, len(values))
    by_group = np.argsort(groups, kind="stable")
    _, begins, sizes = np.unique(groups[by_group], return_index=True, return_counts=True)
    return [order[by_group[begins[sizes == n][:, None] + np.arange(n)]] for n in range(1, most + 1)]


@functools.cache
def _native(name: str, text: str) -> LoadedKernel:
    return LoadedKernel(KernelCode(f"lpt_{name}", text, (), 0, "", 0, 0), get_target("native"))

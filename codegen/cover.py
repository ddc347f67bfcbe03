"""Weights cut into dwords that no sum of 16 bits can leave, and those dwords in groups whose sum cannot either.

A dword of weights covers up to four adjacent input channels from any byte on. Where the pair (k, k + 1) could leave 16 bits in
some lane, the dword ends with as much of k + 1 as fits, and the next one starts there with the rest; or it starts one channel
earlier and pairs k with what is done already. No step needs another sequence. Groups are found first-fit, the heaviest dwords
first. Both are loops over millions of weights with little to do for each, hence native code, run once per layer.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from lpt.codegen.jit import LoadedKernel
from lpt.codegen.kernel_code import KernelCode
from lpt.target import get_target

_NEAR = 256
"""Dwords among which those that are summed in 16 bits are chosen."""

_CALM = 0.5
"""The share of 16 bits that the dword keeps which shares a channel with the next: with others it can be summed."""

_PAD = 4
"""Channels of zeros before and behind each run, so that a dword may reach over its ends."""

_COVER = """
declare <L x i16> @llvm.smax.vLi16(<L x i16>, <L x i16>)
declare <L x i16> @llvm.smin.vLi16(<L x i16>, <L x i16>)
declare i1 @llvm.vector.reduce.or.vLi1(<L x i1>)
; As much of b as fits beside a: both signs have their own room, and what a takes of it.
define internal <L x i16> @fitting(<L x i16> %a, <L x i16> %b, <L x i16> %high, <L x i16> %low) alwaysinline {
  %above = call <L x i16> @llvm.smax.vLi16(<L x i16> %a, <L x i16> zeroinitializer)
  %below = call <L x i16> @llvm.smin.vLi16(<L x i16> %a, <L x i16> zeroinitializer)
  %most = sub <L x i16> %high, %above
  %least = sub <L x i16> %low, %below
  %cut = call <L x i16> @llvm.smin.vLi16(<L x i16> %b, <L x i16> %most)
  %fits = call <L x i16> @llvm.smax.vLi16(<L x i16> %cut, <L x i16> %least)
  ret <L x i16> %fits
}
define internal <L x i16> @column(ptr %row, i64 %channel) alwaysinline {
  %p = getelementptr <L x i8>, ptr %row, i64 %channel
  %v = load <L x i8>, ptr %p, align 1
  %w = sext <L x i8> %v to <L x i16>
  ret <L x i16> %w
}
define internal void @keep(ptr %row, i64 %channel, <L x i16> %v) alwaysinline {
  %p = getelementptr <L x i8>, ptr %row, i64 %channel
  %n = trunc <L x i16> %v to <L x i8>
  store <L x i8> %n, ptr %p, align 1
  ret void
}
define internal i1 @differ(<L x i16> %a, <L x i16> %b) alwaysinline {
  %ne = icmp ne <L x i16> %a, %b
  %any = call i1 @llvm.vector.reduce.or.vLi1(<L x i1> %ne)
  ret i1 %any
}
define internal i1 @unsafe(<L x i16> %a, <L x i16> %b, <L x i16> %high, <L x i16> %low) alwaysinline {
  %t = call <L x i16> @fitting(<L x i16> %a, <L x i16> %b, <L x i16> %high, <L x i16> %low)
  %u = call i1 @differ(<L x i16> %t, <L x i16> %b)
  ret i1 %u
}
; What a dword takes of b: all, else so much that the pair stays within `calm` where it can.
define internal <L x i16> @taken(<L x i16> %a, <L x i16> %b, <L x i16> %high, <L x i16> %low, <L x i16> %calm) alwaysinline {
  %u = call i1 @unsafe(<L x i16> %a, <L x i16> %b, <L x i16> %high, <L x i16> %low)
  %above = call <L x i16> @llvm.smax.vLi16(<L x i16> %a, <L x i16> zeroinitializer)
  %below = call <L x i16> @llvm.smin.vLi16(<L x i16> %a, <L x i16> zeroinitializer)
  %most = sub <L x i16> %calm, %above
  %most0 = call <L x i16> @llvm.smax.vLi16(<L x i16> %most, <L x i16> zeroinitializer)
  %least = add <L x i16> %calm, %below
  %least0 = call <L x i16> @llvm.smax.vLi16(<L x i16> %least, <L x i16> zeroinitializer)
  %least1 = sub <L x i16> zeroinitializer, %least0
  %cut = call <L x i16> @llvm.smin.vLi16(<L x i16> %b, <L x i16> %most0)
  %part = call <L x i16> @llvm.smax.vLi16(<L x i16> %cut, <L x i16> %least1)
  %t = select i1 %u, <L x i16> %part, <L x i16> %b
  ret <L x i16> %t
}
define void @lpt_cover(ptr %args, i64 %begin, i64 %end) {
entry:
  %rest = load ptr, ptr %args
  %pp = getelementptr ptr, ptr %args, i64 1
  %params = load ptr, ptr %pp
  %sp = getelementptr ptr, ptr %args, i64 2
  %starts = load ptr, ptr %sp
  %rp = getelementptr ptr, ptr %args, i64 3
  %out = load ptr, ptr %rp
  %width = load i64, ptr %params
  %bp = getelementptr i64, ptr %params, i64 1
  %before = load i64, ptr %bp
  %lp = getelementptr i64, ptr %params, i64 2
  %last = load i64, ptr %lp
  %hp = getelementptr i64, ptr %params, i64 3
  %high64 = load i64, ptr %hp
  %np = getelementptr i64, ptr %params, i64 4
  %low64 = load i64, ptr %np
  %kp = getelementptr i64, ptr %params, i64 5
  %calm64 = load i64, ptr %kp
  %calm16 = trunc i64 %calm64 to i16
  %calm1 = insertelement <L x i16> poison, i16 %calm16, i64 0
  %calm = shufflevector <L x i16> %calm1, <L x i16> poison, <L x i32> zeroinitializer
  %high16 = trunc i64 %high64 to i16
  %low16 = trunc i64 %low64 to i16
  %high1 = insertelement <L x i16> poison, i16 %high16, i64 0
  %low1 = insertelement <L x i16> poison, i16 %low16, i64 0
  %high = shufflevector <L x i16> %high1, <L x i16> poison, <L x i32> zeroinitializer
  %low = shufflevector <L x i16> %low1, <L x i16> poison, <L x i32> zeroinitializer
  %stride = add i64 %width, 8
  %any = icmp slt i64 %begin, %end
  br i1 %any, label %run, label %done
run:
  %r = phi i64 [ %begin, %entry ], [ %r1, %next ]
  %rat = mul i64 %r, %stride
  %rat4 = add i64 %rat, 4
  %row = getelementptr <L x i8>, ptr %rest, i64 %rat4
  %oat = mul i64 %r, %width
  br label %head
head:
  %i = phi i64 [ 0, %run ], [ %i1, %skip ], [ %i2, %take ]
  %o = phi i64 [ %oat, %run ], [ %o, %skip ], [ %o1, %take ]
  %more = icmp slt i64 %i, %width
  br i1 %more, label %look, label %next
look:
  %a = call <L x i16> @column(ptr %row, i64 %i)
  %some = call i1 @differ(<L x i16> %a, <L x i16> zeroinitializer)
  br i1 %some, label %take, label %skip
skip:
  %i1 = add i64 %i, 1
  br label %head
take:
  %ib = add i64 %i, 1
  %ic = add i64 %i, 2
  %id = add i64 %i, 3
  %b = call <L x i16> @column(ptr %row, i64 %ib)
  %c = call <L x i16> @column(ptr %row, i64 %ic)
  %d = call <L x i16> @column(ptr %row, i64 %id)
  %b0 = call i1 @unsafe(<L x i16> %a, <L x i16> %b, <L x i16> %high, <L x i16> %low)
  %b1 = call i1 @unsafe(<L x i16> %b, <L x i16> %c, <L x i16> %high, <L x i16> %low)
  %b2 = call i1 @unsafe(<L x i16> %c, <L x i16> %d, <L x i16> %high, <L x i16> %low)
  ; how many channels a dword finishes that starts 0, 1, 2 or 3 channels before this one
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
  %s0 = sub i64 %i, %d3
  %s1 = add i64 %s0, 1
  %s2 = add i64 %s0, 2
  %s3 = add i64 %s0, 3
  %x0 = call <L x i16> @column(ptr %row, i64 %s0)
  %x1 = call <L x i16> @column(ptr %row, i64 %s1)
  %x2 = call <L x i16> @column(ptr %row, i64 %s2)
  %x3 = call <L x i16> @column(ptr %row, i64 %s3)
  %t1 = call <L x i16> @taken(<L x i16> %x0, <L x i16> %x1, <L x i16> %high, <L x i16> %low, <L x i16> %calm)
  %t3 = call <L x i16> @taken(<L x i16> %x2, <L x i16> %x3, <L x i16> %high, <L x i16> %low, <L x i16> %calm)
  %y1 = sub <L x i16> %x1, %t1
  %y3 = sub <L x i16> %x3, %t3
  call void @keep(ptr %row, i64 %s0, <L x i16> zeroinitializer)
  call void @keep(ptr %row, i64 %s1, <L x i16> %y1)
  call void @keep(ptr %row, i64 %s2, <L x i16> zeroinitializer)
  call void @keep(ptr %row, i64 %s3, <L x i16> %y3)
  %first = shufflevector <L x i16> %x0, <L x i16> %t1, <2L x i32> <JOIN>
  %second = shufflevector <L x i16> %x2, <L x i16> %t3, <2L x i32> <JOIN>
  %both = shufflevector <2L x i16> %first, <2L x i16> %second, <4L x i32> <MIX>
  %bytes = trunc <4L x i16> %both to <4L x i8>
  %po = getelementptr <4L x i8>, ptr %out, i64 %o
  store <4L x i8> %bytes, ptr %po, align 1
  %ps = getelementptr i32, ptr %starts, i64 %o
  %start = trunc i64 %s0 to i32
  store i32 %start, ptr %ps
  %o1 = add i64 %o, 1
  %i2 = add i64 %i, %m3
  br label %head
next:
  %tp = getelementptr i64, ptr %params, i64 6
  %tr = getelementptr i64, ptr %tp, i64 %r
  %made = sub i64 %o, %oat
  store i64 %made, ptr %tr
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
define void @lpt_group(ptr %args, i64 %from, i64 %to) {
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
  %some = icmp slt i64 %from, %to
  br i1 %some, label %chunk, label %done
chunk:
  %c = phi i64 [ %from, %entry ], [ %c1, %close ]
  %bounds = getelementptr i64, ptr %params, i64 2
  %cb = getelementptr i64, ptr %bounds, i64 %c
  %begin = load i64, ptr %cb
  %c1 = add i64 %c, 1
  %ce = getelementptr i64, ptr %bounds, i64 %c1
  %end = load i64, ptr %ce
  %any = icmp slt i64 %begin, %end
  br i1 %any, label %first, label %close
first:
  %a = phi i64 [ %begin, %chunk ], [ %a1, %next ]
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
  br i1 %again, label %first, label %close
close:
  %others = icmp slt i64 %c1, %to
  br i1 %others, label %chunk, label %done
done:
  ret void
}
"""


@dataclass(frozen=True)
class Cover:
    """Dwords of weights [n, lanes, 4] i8 of runs of adjacent channels: `run` [n] and `start` [n], the first channel.

    They are in order of their runs, and within one in order of the channels that they finish.
    """

    run: np.ndarray
    start: np.ndarray
    values: np.ndarray


def cover(values: np.ndarray, max_x: int, before: int, after: int) -> Cover:
    """Cut weights [runs, lanes, channels] i8 into dwords without unsafe pairs, none where all lanes are zero.

    From each run's first channel on, `before` channels before and `after` behind its last one may be read. In Cover.values all
    that covers a channel adds up to its weights.
    """
    runs, lanes, width = values.shape
    rest = np.zeros((runs, width + 2 * _PAD, lanes), np.int8)
    rest[:, _PAD:-_PAD] = values.transpose(0, 2, 1)
    params = np.zeros(6 + runs, np.int64)
    params[:6] = width, before, width + after - 4, 32767 // max_x, -(32768 // max_x), int(_CALM * 32767) // max_x
    starts, dwords = np.zeros((runs, width), np.int32), np.empty((runs, width, lanes, 4), np.int8)
    join = range(2 * lanes)
    mix = (part * lanes + lane for lane in range(lanes) for part in range(4))
    text = _COVER.replace("JOIN", _indices(join)).replace("MIX", _indices(mix))
    text = text.replace("<4L x", f"<{4 * lanes} x").replace("<2L x", f"<{2 * lanes} x")
    text = text.replace("<L x", f"<{lanes} x").replace(".vL", f".v{lanes}")
    _native("cover", text)([rest, params, starts], dwords, 0, runs)
    counts = params[6:]
    made = np.arange(width) < counts[:, None]
    return Cover(np.repeat(np.arange(runs), counts), starts[made], dwords[made])


def group(values: np.ndarray, block: np.ndarray, max_x: int, most: int) -> list[np.ndarray]:
    """Groups of dwords [n, lanes, 4] i8 whose sums of pairs stay in 16 bits: indices [groups, 1], [groups, 2] … [groups, most].

    Only dwords of one block are grouped; `block` [n] ascends from 0 on. Within a block, partners are sought nearby; groups are
    in order of their first dword.
    """
    count = len(values)
    pairs = values.reshape(count, 2 * values.shape[1], 2)
    parts = np.maximum(pairs, 0).view(np.uint8), np.negative(np.minimum(pairs, 0).view(np.uint8))
    sums = np.concatenate([np.add(part[..., 0], part[..., 1], dtype=np.uint16) for part in parts], 1)
    limit, shift = 32767 // max_x, 0
    while limit >> shift > 254:
        shift += 1
    loads = (-(-sums.astype(np.int32) >> shift) if shift else sums).astype(np.uint8)
    chunk, bounds = _chunks(block)
    heavy = sums.max(1, initial=0).astype(np.int64) * 65536 + sums.sum(1, dtype=np.int64)
    order = np.argsort((chunk << 32) - heavy, kind="stable")
    groups = np.full(count, -1, np.int32)
    params = np.concatenate([np.array([limit >> shift, most], np.int64), bounds])
    text = _GROUP.replace("WIDTH", str(loads.shape[1]))
    _native("group", text)([np.ascontiguousarray(loads[order]), params], groups, 0, len(bounds) - 1)
    by_group = np.argsort(groups, kind="stable")
    sizes = np.bincount(groups, minlength=1)
    begins = np.cumsum(sizes) - sizes
    found = [order[by_group[begins[sizes == n][:, None] + np.arange(n)]] for n in range(1, most + 1)]
    return [chosen[np.argsort(chosen.min(1), kind="stable")] for chosen in found]


def _chunks(block: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each dword's chunk of about `_NEAR` in its block, and where chunks begin, the end included."""
    sizes = np.bincount(block, minlength=1)
    chunks = np.maximum(1, np.rint(sizes / _NEAR).astype(np.int64))
    rank = np.arange(len(block)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    chunk = np.repeat(np.cumsum(chunks) - chunks, sizes) + rank * chunks[block] // sizes[block]
    return chunk, np.searchsorted(chunk, np.arange(chunks.sum() + 1))


def _indices(indices: Iterable[int]) -> str:
    """The lanes of a shuffle, as LLVM writes them."""
    return ", ".join(f"i32 {index}" for index in indices)


@functools.cache
def _native(name: str, text: str) -> LoadedKernel:
    return LoadedKernel(KernelCode(f"lpt_{name}", text, (), 0, "", 0, 0), get_target("native"))

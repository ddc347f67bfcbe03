"""The LLVM IR of the two loops of `lpt.codegen.cover`, with placeholders for vectors of as many lanes as a block has."""

COVER = """
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
"""Dwords of runs [begin, end).

Arguments: what is left of the weights [runs, 4 + width + 4, L] i8; parameters (width, channels that may be read before, the last
start, the most and the least of a pair, `calm`, then the dwords made per run); starts [runs, width] i32; and the dwords
[runs, width, L, 4] i8. `L` stands for the lanes of a block, JOIN and MIX for the shuffles that bring four channels together.
"""

GROUP = """
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
"""Groups of chunks [from, to).

Arguments: loads [n, WIDTH] u8, the heaviest dwords of a chunk first; parameters (limit, most, then where chunks begin); and the
groups [n] i32, -1 before: each dword's group is the first of its members.
"""

"""The native driver's LLVM IR for a program's steps: who does which units, and when a step is over. See `lpt.codegen.driver`."""

STEPS_IR = r"""
; the later of the time and what is there, in times[index]
define internal void @stamp(ptr %times, i64 %index) {
  %clock = alloca { i64, i64 }
  call i32 @clock_gettime(i32 1, ptr %clock)
  %seconds = load i64, ptr %clock
  %rest = getelementptr i64, ptr %clock, i64 1
  %ns = load i64, ptr %rest
  %scaled = mul i64 %seconds, 1000000000
  %time = add i64 %scaled, %ns
  %slot = getelementptr i64, ptr %times, i64 %index
  atomicrmw max ptr %slot, i64 %time monotonic
  ret void
}

define internal void @fill(ptr %spans, i64 %begin, i64 %end) {
entry:
  br label %next.span
next.span:
  %i = phi i64 [ %begin, %entry ], [ %i.next, %bytes ]
  %more = icmp slt i64 %i, %end
  br i1 %more, label %span, label %exit
span:
  %base = getelementptr %span, ptr %spans, i64 %i
  %start = load ptr, ptr %base
  %length.at = getelementptr %span, ptr %base, i64 0, i32 1
  %length = load i64, ptr %length.at
  %value.at = getelementptr %span, ptr %base, i64 0, i32 2
  %value = load i64, ptr %value.at
  %whole = and i64 %length, -8
  br label %words
words:
  %w = phi i64 [ 0, %span ], [ %w.next, %word ]
  %word.left = icmp slt i64 %w, %whole
  br i1 %word.left, label %word, label %bytes
word:
  %word.at = getelementptr i8, ptr %start, i64 %w
  store i64 %value, ptr %word.at, align 1
  %w.next = add i64 %w, 8
  br label %words
bytes:
  %b = phi i64 [ %whole, %words ], [ %b.next, %byte ]
  %bits = phi i64 [ %value, %words ], [ %bits.next, %byte ]
  %i.next = add i64 %i, 1
  %byte.left = icmp slt i64 %b, %length
  br i1 %byte.left, label %byte, label %next.span
byte:
  %low = trunc i64 %bits to i8
  %byte.at = getelementptr i8, ptr %start, i64 %b
  store i8 %low, ptr %byte.at
  %bits.next = lshr i64 %bits, 8
  %b.next = add i64 %b, 1
  br label %bytes
exit:
  ret void
}

; add units that this thread has done to those of the step; the last ones wake who sleeps
define internal void @report(ptr %team, i64 %tag, i64 %units, i64 %count) {
entry:
  %done = getelementptr i64, ptr %team, i64 8
  %goal = or i64 %tag, %units
  br label %look
look:
  %seen = load atomic i64, ptr %done monotonic, align 8
  %seen.tag = and i64 %seen, -16777216
  %current = icmp eq i64 %seen.tag, %tag
  %base = select i1 %current, i64 %seen, i64 %tag
  %sum = add i64 %base, %count
  %pair = cmpxchg ptr %done, i64 %seen, i64 %sum seq_cst monotonic
  %stored = extractvalue { i64, i1 } %pair, 1
  br i1 %stored, label %end, label %look
end:
  %over = icmp eq i64 %sum, %goal
  br i1 %over, label %awaited, label %exit
awaited:
  %waiters.at = getelementptr i64, ptr %team, i64 17
  %waiters = load atomic i32, ptr %waiters.at seq_cst, align 4
  %any = icmp ne i32 %waiters, 0
  br i1 %any, label %call, label %exit
call:
  ; futex(done, FUTEX_WAKE_PRIVATE, all)
  call i64 (i64, ...) @syscall(i64 202, ptr %done, i32 129, i32 2147483647)
  br label %exit
exit:
  ret void
}

; wait until a step's units are done, or those of a later one
define internal void @meet(ptr %team, i64 %tag, i64 %units, i64 %spin) {
entry:
  %done = getelementptr i64, ptr %team, i64 8
  %waiters = getelementptr i64, ptr %team, i64 17
  %goal = or i64 %tag, %units
  br label %poll
poll:
  %polls = phi i64 [ 0, %entry ], [ %polls.next, %relax ]
  %word = load atomic i64, ptr %done acquire, align 8
  %left = sub i64 %goal, %word
  %more = icmp sgt i64 %left, 0
  br i1 %more, label %wait, label %exit
wait:
  %patient = icmp ult i64 %polls, %spin
  br i1 %patient, label %relax, label %register
relax:
  call void @llvm.x86.sse2.pause()
  %polls.next = add i64 %polls, 1
  br label %poll
register:
  atomicrmw add ptr %waiters, i32 1 seq_cst
  br label %again
again:
  %last = load atomic i64, ptr %done seq_cst, align 8
  %last.left = sub i64 %goal, %last
  %last.more = icmp sgt i64 %last.left, 0
  br i1 %last.more, label %sleep, label %leave
sleep:
  ; futex(done, FUTEX_WAIT_PRIVATE, last): returns at once if the lower half has changed meanwhile, and after 10 ms: no more
  ; than the lower half is compared, and it might be back at the same value
  %low = trunc i64 %last to i32
  call i64 (i64, ...) @syscall(i64 202, ptr %done, i32 128, i32 %low, ptr @nap)
  br label %again
leave:
  atomicrmw sub ptr %waiters, i32 1 seq_cst
  br label %exit
exit:
  ret void
}

; do units of a step, from all shares, its own first; returns how many
define internal i64 @share(ptr %step, i64 %thread, i64 %threads, ptr %queues, i64 %tag) {
entry:
  %args.at = getelementptr %step, ptr %step, i64 0, i32 1
  %units.at = getelementptr %step, ptr %step, i64 0, i32 2
  %spans.at = getelementptr %step, ptr %step, i64 0, i32 3
  %count.at = getelementptr %step, ptr %step, i64 0, i32 4
  %kernel = load ptr, ptr %step
  %args = load ptr, ptr %args.at
  %units = load i64, ptr %units.at
  %spans = load ptr, ptr %spans.at
  %count = load i64, ptr %count.at
  %bordered = icmp ne i64 %count, 0
  %part = udiv i64 %units, %threads
  %quarter = lshr i64 %part, 2
  %large = icmp ugt i64 %quarter, 1
  %piece = select i1 %large, i64 %quarter, i64 1
  br label %next.owner
next.owner:
  %k = phi i64 [ 0, %entry ], [ %k.next, %exhausted ]
  %done.before = phi i64 [ 0, %entry ], [ %done, %exhausted ]
  %more = icmp ult i64 %k, %threads
  br i1 %more, label %owner, label %exit
owner:
  %sum = add i64 %thread, %k
  %o = urem i64 %sum, %threads
  %begin.scaled = mul i64 %units, %o
  %begin = udiv i64 %begin.scaled, %threads
  %end.scaled = add i64 %begin.scaled, %units
  %end = udiv i64 %end.scaled, %threads
  %queue.word = shl i64 %o, 3
  %queue = getelementptr i64, ptr %queues, i64 %queue.word
  br label %look
look:
  %done = phi i64 [ %done.before, %owner ], [ %done, %take ], [ %done.next, %filled ]
  %seen = load atomic i64, ptr %queue monotonic, align 8
  %seen.tag = and i64 %seen, -16777216
  %seen.count = and i64 %seen, 16777215
  %age = sub i64 %tag, %seen.tag
  %current = icmp eq i64 %age, 0
  %later = icmp slt i64 %age, 0
  %taken = select i1 %current, i64 %seen.count, i64 0
  %from = add i64 %begin, %taken
  %closed = icmp uge i64 %from, %end
  %none = or i1 %later, %closed
  br i1 %none, label %exhausted, label %take
take:
  %beyond = add i64 %from, %piece
  %over = icmp ugt i64 %beyond, %end
  %to = select i1 %over, i64 %end, i64 %beyond
  %taken.next = sub i64 %to, %begin
  %word.next = or i64 %tag, %taken.next
  %pair = cmpxchg ptr %queue, i64 %seen, i64 %word.next monotonic monotonic
  %got = extractvalue { i64, i1 } %pair, 1
  br i1 %got, label %call, label %look
call:
  call void %kernel(ptr %args, i64 %from, i64 %to)
  %got.units = sub i64 %to, %from
  %done.next = add i64 %done, %got.units
  br i1 %bordered, label %border, label %filled
border:
  %low.scaled = mul i64 %count, %from
  %low = udiv i64 %low.scaled, %units
  %high.scaled = mul i64 %count, %to
  %high = udiv i64 %high.scaled, %units
  call void @fill(ptr %spans, i64 %low, i64 %high)
  br label %filled
filled:
  br label %look
exhausted:
  %k.next = add i64 %k, 1
  br label %next.owner
exit:
  ret i64 %done.before
}

define internal void @run_steps(ptr %team, i64 %thread, i64 %first, i64 %last, i64 %before, ptr %times) {
entry:
  %threads.at = getelementptr i64, ptr %team, i64 24
  %threads = load i64, ptr %threads.at
  %spin.at = getelementptr i64, ptr %team, i64 25
  %spin = load i64, ptr %spin.at
  %steps.at = getelementptr i64, ptr %team, i64 27
  %steps = load ptr, ptr %steps.at
  %queues.at = getelementptr i64, ptr %team, i64 28
  %queues = load ptr, ptr %queues.at
  %saved = alloca i32
  %ours = alloca i32
  call void @llvm.x86.sse.stmxcsr(ptr %saved)
  store i32 8064, ptr %ours
  call void @llvm.x86.sse.ldmxcsr(ptr %ours)
  %stamps = icmp ne ptr %times, null
  %leads = icmp eq i64 %thread, 0
  %stamps.here = and i1 %stamps, %leads
  %alone = icmp eq i64 %threads, 1
  br label %next.step
next.step:
  %i = phi i64 [ %first, %entry ], [ %i.next, %done ]
  %number = phi i64 [ %before, %entry ], [ %number.next, %done ]
  %more = icmp slt i64 %i, %last
  br i1 %more, label %step, label %exit
step:
  %i.next = add i64 %i, 1
  %number.next = add i64 %number, 1
  %record = getelementptr %step, ptr %steps, i64 %i
  %units.at = getelementptr %step, ptr %record, i64 0, i32 2
  %units = load i64, ptr %units.at
  br i1 %alone, label %whole, label %divided
whole:
  %kernel = load ptr, ptr %record
  %args.at = getelementptr %step, ptr %record, i64 0, i32 1
  %args = load ptr, ptr %args.at
  %spans.at = getelementptr %step, ptr %record, i64 0, i32 3
  %spans = load ptr, ptr %spans.at
  %count.at = getelementptr %step, ptr %record, i64 0, i32 4
  %count = load i64, ptr %count.at
  call void %kernel(ptr %args, i64 0, i64 %units)
  call void @fill(ptr %spans, i64 0, i64 %count)
  br label %undivided
undivided:
  br i1 %stamps.here, label %whole.time, label %done
whole.time:
  call void @stamp(ptr %times, i64 %i.next)
  br label %done
divided:
  %void = icmp eq i64 %units, 0
  br i1 %void, label %undivided, label %units.left
units.left:
  %tag = shl i64 %number.next, 24
  %mine = call i64 @share(ptr %record, i64 %thread, i64 %threads, ptr %queues, i64 %tag)
  %idle = icmp eq i64 %mine, 0
  br i1 %idle, label %wait, label %tell
tell:
  ; before the units are told: afterwards the call, and the memory of the times, may be gone
  br i1 %stamps, label %time, label %told
time:
  call void @stamp(ptr %times, i64 %i.next)
  br label %told
told:
  call void @report(ptr %team, i64 %tag, i64 %units, i64 %mine)
  br label %wait
wait:
  call void @meet(ptr %team, i64 %tag, i64 %units, i64 %spin)
  br label %done
done:
  br label %next.step
exit:
  call void @llvm.x86.sse.ldmxcsr(ptr %saved)
  ret void
}

"""

"""The native driver: runs a program's steps on every worker thread, and keeps the workers.

The driver is the same for all programs and processors, so it is written down as LLVM IR instead of being built. Linux,
x86-64. Its records are arrays of 64-bit words that Python fills; their layout is described by the constants below.

- A *step* calls one kernel on its units of work and fills the halo of the kernel's result. Units [units·t/T, units·(t+1)/T)
  are thread t's of T: it takes them in about four pieces, then helps the others with theirs. A step of one unit belongs
  to the last thread, so that two such steps in a row need no barrier between them.
- A *queue* is how many units of a thread's share are taken. Every thread has two, for even and odd steps, and empties
  the one while the other is in use.
- A *span* is a run of bytes that holds one repeated value of 1, 2, 4 or 8 bytes: a piece of a halo.
- A *team* is `T` threads: the caller and T − 1 workers, which wait for the team's epoch to change, run the steps
  with the caller, and meet it at the barrier after the last one.

The barrier counts arrivals and never goes back: arrival number a belongs to round a // T, which is over when the count
reaches (a // T + 1)·T. Waiting threads spin, then give their time slice away, so that more threads than processors
still make progress. Idle workers spin, then sleep on a futex.

Kernels compute with MXCSR = 0x1F80 (round to nearest even, no flush to zero, no traps), whatever the caller had set.
"""

from __future__ import annotations

STEP_WORDS = 6
"""Words of a step: kernel address, address of its argument pointers, units, address of its spans, number of spans, and
whether a barrier must follow."""

SPAN_WORDS = 3
"""Words of a span: address, length in bytes, value repeated to 64 bits."""

TEAM_WORDS = 40
"""Words of a team, the epoch, the arrivals and the sleepers each on a cache line of their own."""

TEAM_THREADS, TEAM_SPIN, TEAM_IDLE_SPIN, TEAM_STEPS, TEAM_QUEUES = 24, 25, 26, 27, 33
"""Words of a team that the caller sets: number of threads, polls of the barrier before yielding, polls of the epoch
before sleeping, addresses of the steps and of the queues. The others start as zero."""

QUEUE_WORDS = 8
"""Words of a queue: the count, on a cache line of its own. Two queues per thread, one after the other."""

WORKER_WORDS = 3
"""Words of a worker: address of its team, thread number, thread handle. A team's workers follow it in memory."""

EXPORTS = ("lpt_start", "lpt_run", "lpt_stop")
"""int64 lpt_start(team): create the workers; 0, or the error number of pthread_create.
void lpt_run(team, first, last, times): run steps [first, last). Where `times` is not null, times[first] is the time at
the start and times[i + 1] after step i, in nanoseconds of the monotonic clock.
void lpt_stop(team): end the workers and wait for them."""

DRIVER_IR = r"""
%step = type { ptr, ptr, i64, ptr, i64, i64 }
%span = type { ptr, i64, i64 }
%worker = type { ptr, i64, i64 }
; epoch | arrivals | sleepers | threads, spin, idle spin, steps, first, last, times, stop, started, queues, steps before
%team = type { i32, [60 x i8], i64, [56 x i8], i32, [60 x i8],
               i64, i64, i64, ptr, i64, i64, ptr, i64, i64, ptr, i64, [40 x i8] }

declare i64 @syscall(i64, ...)
declare i32 @sched_yield()
declare i32 @pthread_create(ptr, ptr, ptr, ptr)
declare i32 @pthread_join(i64, ptr)
declare i32 @clock_gettime(i32, ptr)
declare void @llvm.x86.sse2.pause()
declare void @llvm.x86.sse.stmxcsr(ptr)
declare void @llvm.x86.sse.ldmxcsr(ptr)

define internal void @stamp(ptr %times, i64 %index) {
  %clock = alloca { i64, i64 }
  call i32 @clock_gettime(i32 1, ptr %clock)
  %seconds = load i64, ptr %clock
  %rest = getelementptr i64, ptr %clock, i64 1
  %ns = load i64, ptr %rest
  %scaled = mul i64 %seconds, 1000000000
  %time = add i64 %scaled, %ns
  %slot = getelementptr i64, ptr %times, i64 %index
  store i64 %time, ptr %slot
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

define internal void @meet(ptr %arrivals, i64 %threads, i64 %spin) {
entry:
  %arrival = atomicrmw add ptr %arrivals, i64 1 acq_rel
  %round = udiv i64 %arrival, %threads
  %following = add i64 %round, 1
  %goal = mul i64 %following, %threads
  br label %poll
poll:
  %polls = phi i64 [ 0, %entry ], [ %polls.next, %relax ], [ %polls, %yield ]
  %count = load atomic i64, ptr %arrivals acquire, align 8
  %over = icmp uge i64 %count, %goal
  br i1 %over, label %exit, label %wait
wait:
  %patient = icmp ult i64 %polls, %spin
  br i1 %patient, label %relax, label %yield
relax:
  call void @llvm.x86.sse2.pause()
  %polls.next = add i64 %polls, 1
  br label %poll
yield:
  call i32 @sched_yield()
  br label %poll
exit:
  ret void
}

; units of a step, from all shares, its own first
define internal void @share(ptr %kernel, ptr %args, i64 %units, i64 %thread, i64 %threads, ptr %queues, i64 %parity) {
entry:
  %part = udiv i64 %units, %threads
  %quarter = lshr i64 %part, 2
  %large = icmp ugt i64 %quarter, 1
  %piece = select i1 %large, i64 %quarter, i64 1
  br label %next.owner
next.owner:
  %k = phi i64 [ 0, %entry ], [ %k.next, %exhausted ]
  %more = icmp ult i64 %k, %threads
  br i1 %more, label %owner, label %exit
owner:
  %sum = add i64 %thread, %k
  %o = urem i64 %sum, %threads
  %begin.scaled = mul i64 %units, %o
  %begin = udiv i64 %begin.scaled, %threads
  %end.scaled = add i64 %begin.scaled, %units
  %end = udiv i64 %end.scaled, %threads
  %pair = shl i64 %o, 1
  %line = or i64 %pair, %parity
  %word = shl i64 %line, 3
  %queue = getelementptr i64, ptr %queues, i64 %word
  br label %look
look:
  %seen = load atomic i64, ptr %queue monotonic, align 8
  %seen.at = add i64 %begin, %seen
  %open = icmp ult i64 %seen.at, %end
  br i1 %open, label %take, label %exhausted
take:
  %taken = atomicrmw add ptr %queue, i64 %piece monotonic
  %from = add i64 %begin, %taken
  %got = icmp ult i64 %from, %end
  br i1 %got, label %call, label %exhausted
call:
  %beyond = add i64 %from, %piece
  %over = icmp ugt i64 %beyond, %end
  %to = select i1 %over, i64 %end, i64 %beyond
  call void %kernel(ptr %args, i64 %from, i64 %to)
  br label %look
exhausted:
  %k.next = add i64 %k, 1
  br label %next.owner
exit:
  ret void
}

define internal void @run_steps(ptr %steps, i64 %first, i64 %last, i64 %thread, i64 %threads,
                                ptr %arrivals, ptr %times, i64 %spin, ptr %queues, i64 %before) {
entry:
  %saved = alloca i32
  %ours = alloca i32
  call void @llvm.x86.sse.stmxcsr(ptr %saved)
  store i32 8064, ptr %ours
  call void @llvm.x86.sse.ldmxcsr(ptr %ours)
  %profiled = icmp ne ptr %times, null
  %leads = icmp eq i64 %thread, 0
  %stamps = and i1 %profiled, %leads
  %alone = icmp eq i64 %threads, 1
  %thread.next = add i64 %thread, 1
  br i1 %stamps, label %first.stamp, label %next.step
first.stamp:
  call void @stamp(ptr %times, i64 %first)
  br label %next.step
next.step:
  %i = phi i64 [ %first, %entry ], [ %first, %first.stamp ], [ %i.next, %done ]
  %before.step = phi i64 [ %before, %entry ], [ %before, %first.stamp ], [ %before.next, %done ]
  %more = icmp slt i64 %i, %last
  br i1 %more, label %step, label %exit
step:
  %i.next = add i64 %i, 1
  %record = getelementptr %step, ptr %steps, i64 %i
  %args.at = getelementptr %step, ptr %record, i64 0, i32 1
  %units.at = getelementptr %step, ptr %record, i64 0, i32 2
  %spans.at = getelementptr %step, ptr %record, i64 0, i32 3
  %count.at = getelementptr %step, ptr %record, i64 0, i32 4
  %barrier.at = getelementptr %step, ptr %record, i64 0, i32 5
  %units = load i64, ptr %units.at
  %kernel = load ptr, ptr %record
  %args = load ptr, ptr %args.at
  %single = icmp eq i64 %units, 1
  %undivided = or i1 %single, %alone
  br i1 %undivided, label %whole, label %divided
whole:
  %is.last = icmp eq i64 %thread.next, %threads
  br i1 %is.last, label %call, label %empty
call:
  call void %kernel(ptr %args, i64 0, i64 %units)
  br label %empty
divided:
  %parity = and i64 %before.step, 1
  call void @share(ptr %kernel, ptr %args, i64 %units, i64 %thread, i64 %threads, ptr %queues, i64 %parity)
  br label %empty
empty:
  ; the next step's queue: nobody uses it now, and the barrier before that step shows it empty to all
  %before.next = add i64 %before.step, 1
  %parity.next = and i64 %before.next, 1
  %pair = shl i64 %thread, 1
  %line = or i64 %pair, %parity.next
  %word = shl i64 %line, 3
  %queue = getelementptr i64, ptr %queues, i64 %word
  store atomic i64 0, ptr %queue monotonic, align 8
  br label %halo
halo:
  %count = load i64, ptr %count.at
  %bordered = icmp ne i64 %count, 0
  br i1 %bordered, label %share, label %after
share:
  ; a step of one unit is filled by the thread that runs it, because no barrier may follow
  %spans = load ptr, ptr %spans.at
  %split = select i1 %single, i64 %units, i64 %count
  %rest = udiv i64 %count, %split
  %low.scaled = mul i64 %split, %thread
  %low.share = udiv i64 %low.scaled, %threads
  %low = mul i64 %low.share, %rest
  %high.scaled = mul i64 %split, %thread.next
  %high.share = udiv i64 %high.scaled, %threads
  %high = mul i64 %high.share, %rest
  call void @fill(ptr %spans, i64 %low, i64 %high)
  br label %after
after:
  %flag = load i64, ptr %barrier.at
  %asked = icmp ne i64 %flag, 0
  %final = icmp eq i64 %i.next, %last
  %needed.here = or i1 %asked, %final
  %needed = or i1 %needed.here, %profiled
  %skip = xor i1 %needed, true
  %free = or i1 %alone, %skip
  br i1 %free, label %met, label %barrier
barrier:
  call void @meet(ptr %arrivals, i64 %threads, i64 %spin)
  br label %met
met:
  br i1 %stamps, label %next.stamp, label %done
next.stamp:
  call void @stamp(ptr %times, i64 %i.next)
  br label %done
done:
  br label %next.step
exit:
  call void @llvm.x86.sse.ldmxcsr(ptr %saved)
  ret void
}

define internal void @run_as(ptr %team, i64 %thread) {
  %arrivals = getelementptr %team, ptr %team, i64 0, i32 2
  %threads.at = getelementptr %team, ptr %team, i64 0, i32 6
  %threads = load i64, ptr %threads.at
  %spin.at = getelementptr %team, ptr %team, i64 0, i32 7
  %spin = load i64, ptr %spin.at
  %steps.at = getelementptr %team, ptr %team, i64 0, i32 9
  %steps = load ptr, ptr %steps.at
  %first.at = getelementptr %team, ptr %team, i64 0, i32 10
  %first = load i64, ptr %first.at
  %last.at = getelementptr %team, ptr %team, i64 0, i32 11
  %last = load i64, ptr %last.at
  %times.at = getelementptr %team, ptr %team, i64 0, i32 12
  %times = load ptr, ptr %times.at
  %queues.at = getelementptr %team, ptr %team, i64 0, i32 15
  %queues = load ptr, ptr %queues.at
  %before.at = getelementptr %team, ptr %team, i64 0, i32 16
  %before = load i64, ptr %before.at
  call void @run_steps(ptr %steps, i64 %first, i64 %last, i64 %thread, i64 %threads,
                       ptr %arrivals, ptr %times, i64 %spin, ptr %queues, i64 %before)
  ret void
}

define internal ptr @work(ptr %self) {
entry:
  %team = load ptr, ptr %self
  %thread.at = getelementptr %worker, ptr %self, i64 0, i32 1
  %thread = load i64, ptr %thread.at
  %sleepers = getelementptr %team, ptr %team, i64 0, i32 4
  %idle.at = getelementptr %team, ptr %team, i64 0, i32 8
  %idle = load i64, ptr %idle.at
  %stop.at = getelementptr %team, ptr %team, i64 0, i32 13
  br label %await
await:
  %seen = phi i32 [ 0, %entry ], [ %epoch, %run ]
  br label %poll
poll:
  %polls = phi i64 [ 0, %await ], [ %polls.next, %relax ], [ %polls, %sleep ]
  %epoch = load atomic i32, ptr %team acquire, align 4
  %changed = icmp ne i32 %epoch, %seen
  br i1 %changed, label %go, label %wait
wait:
  %patient = icmp ult i64 %polls, %idle
  br i1 %patient, label %relax, label %sleep
relax:
  call void @llvm.x86.sse2.pause()
  %polls.next = add i64 %polls, 1
  br label %poll
sleep:
  ; futex(epoch, FUTEX_WAIT_PRIVATE, seen): returns at once if the epoch has changed meanwhile
  atomicrmw add ptr %sleepers, i32 1 seq_cst
  call i64 (i64, ...) @syscall(i64 202, ptr %team, i32 128, i32 %seen, ptr null)
  atomicrmw sub ptr %sleepers, i32 1 seq_cst
  br label %poll
go:
  %stop = load i64, ptr %stop.at
  %stopped = icmp ne i64 %stop, 0
  br i1 %stopped, label %exit, label %run
run:
  call void @run_as(ptr %team, i64 %thread)
  br label %await
exit:
  ret ptr null
}

define internal void @wake(ptr %team) {
  atomicrmw add ptr %team, i32 1 seq_cst
  %sleepers = getelementptr %team, ptr %team, i64 0, i32 4
  %asleep = load atomic i32, ptr %sleepers seq_cst, align 4
  %any = icmp ne i32 %asleep, 0
  br i1 %any, label %call, label %exit
call:
  ; futex(epoch, FUTEX_WAKE_PRIVATE, all)
  call i64 (i64, ...) @syscall(i64 202, ptr %team, i32 129, i32 2147483647)
  br label %exit
exit:
  ret void
}

define i64 @lpt_start(ptr %team) {
entry:
  %threads.at = getelementptr %team, ptr %team, i64 0, i32 6
  %threads = load i64, ptr %threads.at
  %started.at = getelementptr %team, ptr %team, i64 0, i32 14
  %workers = getelementptr %team, ptr %team, i64 1
  br label %next
next:
  %thread = phi i64 [ 1, %entry ], [ %thread.next, %started ]
  %more = icmp slt i64 %thread, %threads
  br i1 %more, label %create, label %success
create:
  %started.before = sub i64 %thread, 1
  %self = getelementptr %worker, ptr %workers, i64 %started.before
  store ptr %team, ptr %self
  %thread.at = getelementptr %worker, ptr %self, i64 0, i32 1
  store i64 %thread, ptr %thread.at
  %handle.at = getelementptr %worker, ptr %self, i64 0, i32 2
  %error = call i32 @pthread_create(ptr %handle.at, ptr null, ptr @work, ptr %self)
  %failed = icmp ne i32 %error, 0
  br i1 %failed, label %failure, label %started
started:
  store i64 %thread, ptr %started.at
  %thread.next = add i64 %thread, 1
  br label %next
failure:
  %code = sext i32 %error to i64
  ret i64 %code
success:
  ret i64 0
}

define void @lpt_run(ptr %team, i64 %first, i64 %last, ptr %times) {
  %first.at = getelementptr %team, ptr %team, i64 0, i32 10
  store i64 %first, ptr %first.at
  %last.at = getelementptr %team, ptr %team, i64 0, i32 11
  store i64 %last, ptr %last.at
  %times.at = getelementptr %team, ptr %team, i64 0, i32 12
  store ptr %times, ptr %times.at
  %work = icmp slt i64 %first, %last
  br i1 %work, label %start, label %exit
start:
  %threads.at = getelementptr %team, ptr %team, i64 0, i32 6
  %threads = load i64, ptr %threads.at
  %alone = icmp eq i64 %threads, 1
  br i1 %alone, label %run, label %call
call:
  call void @wake(ptr %team)
  br label %run
run:
  call void @run_as(ptr %team, i64 0)
  %before.at = getelementptr %team, ptr %team, i64 0, i32 16
  %before = load i64, ptr %before.at
  %steps = sub i64 %last, %first
  %behind = add i64 %before, %steps
  store i64 %behind, ptr %before.at
  br label %exit
exit:
  ret void
}

define void @lpt_stop(ptr %team) {
entry:
  %stop.at = getelementptr %team, ptr %team, i64 0, i32 13
  store i64 1, ptr %stop.at
  call void @wake(ptr %team)
  %started.at = getelementptr %team, ptr %team, i64 0, i32 14
  %started = load i64, ptr %started.at
  %workers = getelementptr %team, ptr %team, i64 1
  br label %next
next:
  %i = phi i64 [ 0, %entry ], [ %i.next, %join ]
  %more = icmp slt i64 %i, %started
  br i1 %more, label %join, label %exit
join:
  %self = getelementptr %worker, ptr %workers, i64 %i
  %handle.at = getelementptr %worker, ptr %self, i64 0, i32 2
  %handle = load i64, ptr %handle.at
  call i32 @pthread_join(i64 %handle, ptr null)
  %i.next = add i64 %i, 1
  br label %next
exit:
  ret void
}
"""

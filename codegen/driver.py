"""The native driver: runs a program's steps on every worker thread, and keeps the workers.

The driver is the same for all programs and processors, so it is written down as LLVM IR instead of being built. Linux,
x86-64. Its records are arrays of 64-bit words that Python fills; their layout is described by the constants below.

- A *step* calls one kernel on its units of work and fills the halo of the kernel's result, a part with each unit. Units
  [units·t/T, units·(t+1)/T) are thread t's of T: it takes them in about four pieces, then helps the others with theirs.
- A *queue* is how many units of a thread's share are taken.
- A *span* is a run of bytes that holds one repeated value of 1, 2, 4 or 8 bytes: a piece of a halo.
- A *team* is `T` threads: the caller and T − 1 workers, which wait for the team's epoch to change and run the steps
  with the caller.

A step is over when all its units are done, which is not when all threads have come: a thread that the system holds up delays
the others only while it has units, and one that wakes late finds the steps before over and goes on. So that it can tell,
queues and the count of units done are words whose upper 40 bits are the number of the step since the team began (they wrap
around; only differences count) and whose lower 24 bits are the count. A word of an earlier step counts as zero, one of a later
step says that this one is over. For the same reason what a call runs is written to one of two records in turn, and a worker
believes it only if the epoch has not changed meanwhile.

Threads that wait for the end of a step spin, then sleep on a futex. So do idle workers.

Kernels compute with MXCSR = 0x1F80 (round to nearest even, no flush to zero, no traps), whatever the caller had set.
"""

from __future__ import annotations

from lpt.codegen.driver_steps import STEPS_IR
from lpt.codegen.driver_team import TEAM_IR

STEP_WORDS = 5
"""Words of a step: kernel address, address of its argument pointers, units, address of its spans, number of spans."""

MAX_UNITS = (1 << 24) - 1
"""The most units of a step."""

SPAN_WORDS = 3
"""Words of a span: address, length in bytes, value repeated to 64 bits."""

TEAM_WORDS = 40
"""Words of a team: epoch (0), units done (8), sleepers and waiters (16, 17), each pair on a cache line of its own; what the
caller sets; stop (29), workers started (30), steps before (31); two records of a call (32, 36): first step, last step, steps
before, times."""

TEAM_THREADS, TEAM_SPIN, TEAM_IDLE_SPIN, TEAM_STEPS, TEAM_QUEUES = 24, 25, 26, 27, 28
"""Words of a team that the caller sets: number of threads, polls of a step before sleeping, polls of the epoch before sleeping,
addresses of the steps and of the queues. The others start as zero."""

QUEUE_WORDS = 8
"""Words of a queue: the count, on a cache line of its own. One queue per thread."""

WORKER_WORDS = 3
"""Words of a worker: address of its team, thread number, thread handle. A team's workers follow it in memory."""

EXPORTS = ("lpt_start", "lpt_run", "lpt_stop")
"""int64 lpt_start(team): create the workers; 0, or the error number of pthread_create.
void lpt_run(team, first, last, times): run steps [first, last). Where `times` is not null, times[first] is the time at
the start and times[i + 1] after step i, in nanoseconds of the monotonic clock; they must be zero before.
void lpt_stop(team): end the workers and wait for them."""

DRIVER_IR = (
    r"""
%step = type { ptr, ptr, i64, ptr, i64 }
%span = type { ptr, i64, i64 }
%worker = type { ptr, i64, i64 }

@nap = internal constant { i64, i64 } { i64 0, i64 10000000 }

declare i64 @syscall(i64, ...)
declare i32 @pthread_create(ptr, ptr, ptr, ptr)
declare i32 @pthread_join(i64, ptr)
declare i32 @clock_gettime(i32, ptr)
declare void @llvm.x86.sse2.pause()
declare void @llvm.x86.sse.stmxcsr(ptr)
declare void @llvm.x86.sse.ldmxcsr(ptr)
"""
    + STEPS_IR
    + TEAM_IR
)
"""The whole driver's module."""

"""The native driver's LLVM IR for a team of threads: what workers wait for, and calls. See `lpt.codegen.driver`."""

TEAM_IR = r"""
define internal ptr @work(ptr %self) {
entry:
  %team = load ptr, ptr %self
  %thread.at = getelementptr %worker, ptr %self, i64 0, i32 1
  %thread = load i64, ptr %thread.at
  %sleepers = getelementptr i64, ptr %team, i64 16
  %idle.at = getelementptr i64, ptr %team, i64 26
  %idle = load i64, ptr %idle.at
  %stop.at = getelementptr i64, ptr %team, i64 29
  br label %await
await:
  %seen = phi i64 [ 0, %entry ], [ %seen, %read ], [ %epoch, %run ]
  br label %poll
poll:
  %polls = phi i64 [ 0, %await ], [ %polls.next, %relax ], [ %polls, %sleep ]
  %epoch = load atomic i64, ptr %team acquire, align 8
  %changed = icmp ne i64 %epoch, %seen
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
  %seen.low = trunc i64 %seen to i32
  call i64 (i64, ...) @syscall(i64 202, ptr %team, i32 128, i32 %seen.low, ptr null)
  atomicrmw sub ptr %sleepers, i32 1 seq_cst
  br label %poll
go:
  %stop = load atomic i64, ptr %stop.at monotonic, align 8
  %stopped = icmp ne i64 %stop, 0
  br i1 %stopped, label %exit, label %read
read:
  %odd = and i64 %epoch, 1
  %four = shl i64 %odd, 2
  %word = add i64 %four, 32
  %first.at = getelementptr i64, ptr %team, i64 %word
  %last.at = getelementptr i64, ptr %first.at, i64 1
  %before.at = getelementptr i64, ptr %first.at, i64 2
  %first = load atomic i64, ptr %first.at monotonic, align 8
  %last = load atomic i64, ptr %last.at monotonic, align 8
  %before = load atomic i64, ptr %before.at monotonic, align 8
  %times.at = getelementptr i64, ptr %first.at, i64 3
  %times = load atomic ptr, ptr %times.at monotonic, align 8
  fence acquire
  ; the record is written again once the epoch has changed
  %again = load atomic i64, ptr %team acquire, align 8
  %valid = icmp eq i64 %again, %epoch
  br i1 %valid, label %run, label %await
run:
  call void @run_steps(ptr %team, i64 %thread, i64 %first, i64 %last, i64 %before, ptr %times)
  br label %await
exit:
  ret ptr null
}

define internal void @wake(ptr %team) {
  atomicrmw add ptr %team, i64 1 seq_cst
  %sleepers = getelementptr i64, ptr %team, i64 16
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
  %threads.at = getelementptr i64, ptr %team, i64 24
  %threads = load i64, ptr %threads.at
  %started.at = getelementptr i64, ptr %team, i64 30
  %workers = getelementptr i64, ptr %team, i64 40
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
entry:
  %work = icmp slt i64 %first, %last
  br i1 %work, label %start, label %exit
start:
  %before.at = getelementptr i64, ptr %team, i64 31
  %before = load i64, ptr %before.at
  %steps = sub i64 %last, %first
  %behind = add i64 %before, %steps
  store i64 %behind, ptr %before.at
  %threads.at = getelementptr i64, ptr %team, i64 24
  %threads = load i64, ptr %threads.at
  %alone = icmp eq i64 %threads, 1
  %stamps = icmp ne ptr %times, null
  br i1 %stamps, label %time, label %ready
time:
  call void @stamp(ptr %times, i64 %first)
  br label %ready
ready:
  br i1 %alone, label %run, label %call
call:
  %epoch = load atomic i64, ptr %team monotonic, align 8
  %epoch.next = add i64 %epoch, 1
  %odd = and i64 %epoch.next, 1
  %four = shl i64 %odd, 2
  %word = add i64 %four, 32
  %first.at = getelementptr i64, ptr %team, i64 %word
  %last.at = getelementptr i64, ptr %first.at, i64 1
  %record.before.at = getelementptr i64, ptr %first.at, i64 2
  store atomic i64 %first, ptr %first.at monotonic, align 8
  store atomic i64 %last, ptr %last.at monotonic, align 8
  store atomic i64 %before, ptr %record.before.at monotonic, align 8
  %times.at = getelementptr i64, ptr %first.at, i64 3
  store atomic ptr %times, ptr %times.at monotonic, align 8
  call void @wake(ptr %team)
  br label %run
run:
  call void @run_steps(ptr %team, i64 0, i64 %first, i64 %last, i64 %before, ptr %times)
  br label %exit
exit:
  ret void
}

define void @lpt_stop(ptr %team) {
entry:
  %stop.at = getelementptr i64, ptr %team, i64 29
  store atomic i64 1, ptr %stop.at monotonic, align 8
  call void @wake(ptr %team)
  %started.at = getelementptr i64, ptr %team, i64 30
  %started = load i64, ptr %started.at
  %workers = getelementptr i64, ptr %team, i64 40
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

# vectors on the stack: 0

loop:
	movslq	(%r13,%r11,4), %r8
	vpbroadcastd	(%rax,%r8), %ymm3
	vpmaddubsw	(%rdi), %ymm3, %ymm3
	vpmaddwd	%ymm0, %ymm3, %ymm3
	vpaddd	%ymm3, %ymm2, %ymm2
	incq	%r11
	addq	$32, %rdi
	cmpq	%rsi, %r11
	jl	LOOP

loop:
	movslq	-4(%r14,%rsi,8), %r8
	movslq	(%r14,%rsi,8), %r9
	vpbroadcastd	(%rax,%r8), %ymm3
	vpbroadcastd	(%rax,%r9), %ymm4
	vpmaddubsw	-32(%rbx), %ymm3, %ymm3
	vpmaddubsw	(%rbx), %ymm4, %ymm4
	vpaddw	%ymm4, %ymm3, %ymm3
	vpmaddwd	%ymm0, %ymm3, %ymm3
	vpaddd	%ymm3, %ymm2, %ymm2
	incq	%rsi
	addq	$64, %rbx
	cmpq	%r11, %rsi
	jl	LOOP

loop:
	movslq	-8(%r13,%rdi), %r8
	movslq	-4(%r13,%rdi), %r9
	movslq	(%r13,%rdi), %rbx
	vpbroadcastd	(%rax,%r8), %ymm3
	vpbroadcastd	(%rax,%r9), %ymm4
	vpbroadcastd	(%rax,%rbx), %ymm5
	vpmaddubsw	-64(%r12,%rdi,8), %ymm3, %ymm3
	vpmaddubsw	-32(%r12,%rdi,8), %ymm4, %ymm4
	vpaddw	%ymm4, %ymm3, %ymm3
	vpmaddubsw	(%r12,%rdi,8), %ymm5, %ymm4
	vpaddw	%ymm4, %ymm3, %ymm3
	vpmaddwd	%ymm0, %ymm3, %ymm3
	vpaddd	%ymm3, %ymm2, %ymm2
	incq	%r11
	addq	$12, %rdi
	cmpq	%rsi, %r11
	jl	LOOP

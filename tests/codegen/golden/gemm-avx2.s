# vectors on the stack: 0

loop:
	movslq	(%rbp,%r8,4), %r9
	vpbroadcastd	(%rax,%r9), %ymm3
	vpmaddubsw	(%rbx), %ymm3, %ymm3
	vpmaddwd	%ymm0, %ymm3, %ymm3
	vpaddd	%ymm3, %ymm2, %ymm2
	incq	%r8
	addq	$32, %rbx
	cmpq	%r12, %r8
	jl	LOOP

loop:
	movslq	(%rbp,%rbx,8), %r8
	movslq	-4(%rbp,%rbx,8), %r9
	vpbroadcastd	(%rax,%r9), %ymm3
	vpbroadcastd	(%rax,%r8), %ymm4
	vpmaddubsw	-32(%r15), %ymm3, %ymm3
	vpmaddubsw	(%r15), %ymm4, %ymm4
	vpaddw	%ymm4, %ymm3, %ymm3
	vpmaddwd	%ymm0, %ymm3, %ymm3
	vpaddd	%ymm3, %ymm2, %ymm2
	incq	%rbx
	addq	$64, %r15
	cmpq	%r13, %rbx
	jl	LOOP

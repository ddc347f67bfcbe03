# vectors on the stack: 0

loop:
	movslq	(%r8,%r9,4), %r11
	vpbroadcastd	(%rax,%r11), %ymm3
	vpmaddubsw	(%r14), %ymm3, %ymm3
	vpmaddwd	%ymm0, %ymm3, %ymm3
	vpaddd	%ymm3, %ymm2, %ymm2
	incq	%r9
	addq	$32, %r14
	cmpq	%rbp, %r9
	jl	LOOP

loop:
	movslq	-4(%r13,%r8,8), %r9
	movslq	(%r13,%r8,8), %r11
	vpbroadcastd	(%rax,%r9), %ymm3
	vpbroadcastd	(%rax,%r11), %ymm4
	vpmaddubsw	-32(%r12), %ymm3, %ymm3
	vpmaddubsw	(%r12), %ymm4, %ymm4
	vpaddw	%ymm4, %ymm3, %ymm3
	vpmaddwd	%ymm0, %ymm3, %ymm3
	vpaddd	%ymm3, %ymm2, %ymm2
	incq	%r8
	addq	$64, %r12
	cmpq	%rbx, %r8
	jl	LOOP

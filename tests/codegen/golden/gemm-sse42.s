# vectors on the stack: 0

loop:
	movslq	(%rbp,%r8,4), %r9
	movdqu	(%rbx), %xmm3
	movd	(%rax,%r9), %xmm4
	pshufd	$0, %xmm4, %xmm4
	pmaddubsw	%xmm3, %xmm4
	pmaddwd	%xmm0, %xmm4
	paddd	%xmm4, %xmm2
	incq	%r8
	addq	$16, %rbx
	cmpq	%r12, %r8
	jl	LOOP

loop:
	movslq	(%rbp,%r12,8), %r8
	movslq	-4(%rbp,%r12,8), %r9
	movdqu	-16(%r15), %xmm3
	movdqu	(%r15), %xmm4
	movd	(%rax,%r9), %xmm5
	pshufd	$0, %xmm5, %xmm5
	pmaddubsw	%xmm3, %xmm5
	movd	(%rax,%r8), %xmm3
	pshufd	$0, %xmm3, %xmm3
	pmaddubsw	%xmm4, %xmm3
	paddw	%xmm5, %xmm3
	pmaddwd	%xmm0, %xmm3
	paddd	%xmm3, %xmm2
	incq	%r12
	addq	$32, %r15
	cmpq	%r13, %r12
	jl	LOOP

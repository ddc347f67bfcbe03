# vectors on the stack: 0

loop:
	movslq	(%r8,%r9,4), %r11
	movdqu	(%r14), %xmm3
	movd	(%rax,%r11), %xmm4
	pshufd	$0, %xmm4, %xmm4
	pmaddubsw	%xmm3, %xmm4
	pmaddwd	%xmm0, %xmm4
	paddd	%xmm4, %xmm2
	incq	%r9
	addq	$16, %r14
	cmpq	%rbp, %r9
	jl	LOOP

loop:
	movslq	-4(%r13,%rbp,8), %r8
	movslq	(%r13,%rbp,8), %r9
	movdqu	-16(%r12), %xmm3
	movdqu	(%r12), %xmm4
	movd	(%rax,%r8), %xmm5
	pshufd	$0, %xmm5, %xmm5
	pmaddubsw	%xmm3, %xmm5
	movd	(%rax,%r9), %xmm3
	pshufd	$0, %xmm3, %xmm3
	pmaddubsw	%xmm4, %xmm3
	paddw	%xmm5, %xmm3
	pmaddwd	%xmm0, %xmm3
	paddd	%xmm3, %xmm2
	incq	%rbp
	addq	$32, %r12
	cmpq	%rbx, %rbp
	jl	LOOP

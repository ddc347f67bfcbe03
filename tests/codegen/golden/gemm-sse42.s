# vectors on the stack: 0

loop:
	movslq	(%r13,%r11,4), %r8
	movdqu	(%rdi), %xmm3
	movd	(%rax,%r8), %xmm4
	pshufd	$0, %xmm4, %xmm4
	pmaddubsw	%xmm3, %xmm4
	pmaddwd	%xmm0, %xmm4
	paddd	%xmm4, %xmm2
	incq	%r11
	addq	$16, %rdi
	cmpq	%rsi, %r11
	jl	LOOP

loop:
	movslq	-4(%r14,%rsi,8), %r8
	movslq	(%r14,%rsi,8), %r9
	movdqu	-16(%rbx), %xmm3
	movdqu	(%rbx), %xmm4
	movd	(%rax,%r8), %xmm5
	pshufd	$0, %xmm5, %xmm5
	pmaddubsw	%xmm3, %xmm5
	movd	(%rax,%r9), %xmm3
	pshufd	$0, %xmm3, %xmm3
	pmaddubsw	%xmm4, %xmm3
	paddw	%xmm5, %xmm3
	pmaddwd	%xmm0, %xmm3
	paddd	%xmm3, %xmm2
	incq	%rsi
	addq	$32, %rbx
	cmpq	%r11, %rsi
	jl	LOOP

loop:
	movslq	-8(%r13,%rdi), %r8
	movslq	-4(%r13,%rdi), %r9
	movslq	(%r13,%rdi), %rbx
	movdqu	-32(%r12,%rdi,4), %xmm3
	movdqu	-16(%r12,%rdi,4), %xmm4
	movdqu	(%r12,%rdi,4), %xmm5
	movd	(%rax,%r8), %xmm6
	pshufd	$0, %xmm6, %xmm6
	pmaddubsw	%xmm3, %xmm6
	movd	(%rax,%r9), %xmm3
	pshufd	$0, %xmm3, %xmm3
	pmaddubsw	%xmm4, %xmm3
	paddw	%xmm6, %xmm3
	movd	(%rax,%rbx), %xmm4
	pshufd	$0, %xmm4, %xmm4
	pmaddubsw	%xmm5, %xmm4
	paddw	%xmm3, %xmm4
	pmaddwd	%xmm0, %xmm4
	paddd	%xmm4, %xmm2
	incq	%r11
	addq	$12, %rdi
	cmpq	%rsi, %r11
	jl	LOOP

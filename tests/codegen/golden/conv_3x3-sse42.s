# vectors on the stack: 0

loop:
	movslq	(%rcx,%rdx,4), %rsi
	movdqu	(%rax), %xmm9
	movd	(%r14,%rsi), %xmm10
	pshufd	$0, %xmm10, %xmm10
	pmaddubsw	%xmm9, %xmm10
	pmaddwd	%xmm0, %xmm10
	paddd	%xmm10, %xmm4
	movd	64(%r14,%rsi), %xmm10
	pshufd	$0, %xmm10, %xmm10
	pmaddubsw	%xmm9, %xmm10
	pmaddwd	%xmm0, %xmm10
	paddd	%xmm10, %xmm8
	movd	128(%r14,%rsi), %xmm10
	pshufd	$0, %xmm10, %xmm10
	pmaddubsw	%xmm9, %xmm10
	pmaddwd	%xmm0, %xmm10
	paddd	%xmm10, %xmm7
	movd	192(%r14,%rsi), %xmm10
	pshufd	$0, %xmm10, %xmm10
	pmaddubsw	%xmm9, %xmm10
	pmaddwd	%xmm0, %xmm10
	paddd	%xmm10, %xmm6
	movd	256(%r14,%rsi), %xmm10
	pshufd	$0, %xmm10, %xmm10
	pmaddubsw	%xmm9, %xmm10
	pmaddwd	%xmm0, %xmm10
	paddd	%xmm10, %xmm5
	movd	320(%r14,%rsi), %xmm10
	pshufd	$0, %xmm10, %xmm10
	pmaddubsw	%xmm9, %xmm10
	pmaddwd	%xmm0, %xmm10
	paddd	%xmm10, %xmm3
	movd	384(%r14,%rsi), %xmm10
	pshufd	$0, %xmm10, %xmm10
	pmaddubsw	%xmm9, %xmm10
	pmaddwd	%xmm0, %xmm10
	paddd	%xmm10, %xmm2
	incq	%rdx
	addq	$16, %rax
	cmpq	%r15, %rdx
	jl	LOOP

loop:
	movslq	-4(%r12,%rdi,8), %rdx
	movslq	(%r12,%rdi,8), %rax
	movdqu	-16(%rsi), %xmm10
	movdqu	(%rsi), %xmm9
	movd	(%r14,%rdx), %xmm11
	pshufd	$0, %xmm11, %xmm11
	movd	(%r14,%rax), %xmm12
	pshufd	$0, %xmm12, %xmm12
	pmaddubsw	%xmm10, %xmm11
	pmaddubsw	%xmm9, %xmm12
	paddw	%xmm11, %xmm12
	pmaddwd	%xmm0, %xmm12
	paddd	%xmm12, %xmm4
	movd	64(%r14,%rdx), %xmm11
	pshufd	$0, %xmm11, %xmm11
	movd	64(%r14,%rax), %xmm12
	pshufd	$0, %xmm12, %xmm12
	pmaddubsw	%xmm10, %xmm11
	pmaddubsw	%xmm9, %xmm12
	paddw	%xmm11, %xmm12
	pmaddwd	%xmm0, %xmm12
	paddd	%xmm12, %xmm8
	movd	128(%r14,%rdx), %xmm11
	pshufd	$0, %xmm11, %xmm11
	movd	128(%r14,%rax), %xmm12
	pshufd	$0, %xmm12, %xmm12
	pmaddubsw	%xmm10, %xmm11
	pmaddubsw	%xmm9, %xmm12
	paddw	%xmm11, %xmm12
	pmaddwd	%xmm0, %xmm12
	paddd	%xmm12, %xmm7
	movd	192(%r14,%rdx), %xmm11
	pshufd	$0, %xmm11, %xmm11
	movd	192(%r14,%rax), %xmm12
	pshufd	$0, %xmm12, %xmm12
	pmaddubsw	%xmm10, %xmm11
	pmaddubsw	%xmm9, %xmm12
	paddw	%xmm11, %xmm12
	pmaddwd	%xmm0, %xmm12
	paddd	%xmm12, %xmm6
	movd	256(%r14,%rdx), %xmm11
	pshufd	$0, %xmm11, %xmm11
	movd	256(%r14,%rax), %xmm12
	pshufd	$0, %xmm12, %xmm12
	pmaddubsw	%xmm10, %xmm11
	pmaddubsw	%xmm9, %xmm12
	paddw	%xmm11, %xmm12
	pmaddwd	%xmm0, %xmm12
	paddd	%xmm12, %xmm5
	movd	320(%r14,%rdx), %xmm11
	pshufd	$0, %xmm11, %xmm11
	movd	320(%r14,%rax), %xmm12
	pshufd	$0, %xmm12, %xmm12
	pmaddubsw	%xmm10, %xmm11
	pmaddubsw	%xmm9, %xmm12
	paddw	%xmm11, %xmm12
	pmaddwd	%xmm0, %xmm12
	paddd	%xmm12, %xmm3
	movd	384(%r14,%rdx), %xmm11
	pshufd	$0, %xmm11, %xmm11
	movd	384(%r14,%rax), %xmm12
	pshufd	$0, %xmm12, %xmm12
	pmaddubsw	%xmm10, %xmm11
	pmaddubsw	%xmm9, %xmm12
	paddw	%xmm11, %xmm12
	pmaddwd	%xmm0, %xmm12
	paddd	%xmm12, %xmm2
	incq	%rdi
	addq	$32, %rsi
	cmpq	%r8, %rdi
	jl	LOOP

loop:
	movslq	-8(%rcx,%rdi), %rax
	movslq	-4(%rcx,%rdi), %rdx
	movslq	(%rcx,%rdi), %rbx
	movdqu	-32(%r10,%rdi,4), %xmm11
	movdqu	-16(%r10,%rdi,4), %xmm10
	movdqu	(%r10,%rdi,4), %xmm9
	movd	(%r14,%rax), %xmm12
	pshufd	$0, %xmm12, %xmm12
	movd	(%r14,%rdx), %xmm13
	pshufd	$0, %xmm13, %xmm13
	movd	(%r14,%rbx), %xmm14
	pshufd	$0, %xmm14, %xmm14
	pmaddubsw	%xmm11, %xmm12
	pmaddubsw	%xmm10, %xmm13
	paddw	%xmm12, %xmm13
	pmaddubsw	%xmm9, %xmm14
	paddw	%xmm13, %xmm14
	pmaddwd	%xmm0, %xmm14
	paddd	%xmm14, %xmm4
	movd	64(%r14,%rax), %xmm12
	pshufd	$0, %xmm12, %xmm12
	movd	64(%r14,%rdx), %xmm13
	pshufd	$0, %xmm13, %xmm13
	movd	64(%r14,%rbx), %xmm14
	pshufd	$0, %xmm14, %xmm14
	pmaddubsw	%xmm11, %xmm12
	pmaddubsw	%xmm10, %xmm13
	paddw	%xmm12, %xmm13
	pmaddubsw	%xmm9, %xmm14
	paddw	%xmm13, %xmm14
	pmaddwd	%xmm0, %xmm14
	paddd	%xmm14, %xmm8
	movd	128(%r14,%rax), %xmm12
	pshufd	$0, %xmm12, %xmm12
	movd	128(%r14,%rdx), %xmm13
	pshufd	$0, %xmm13, %xmm13
	movd	128(%r14,%rbx), %xmm14
	pshufd	$0, %xmm14, %xmm14
	pmaddubsw	%xmm11, %xmm12
	pmaddubsw	%xmm10, %xmm13
	paddw	%xmm12, %xmm13
	pmaddubsw	%xmm9, %xmm14
	paddw	%xmm13, %xmm14
	pmaddwd	%xmm0, %xmm14
	paddd	%xmm14, %xmm7
	movd	192(%r14,%rax), %xmm12
	pshufd	$0, %xmm12, %xmm12
	movd	192(%r14,%rdx), %xmm13
	pshufd	$0, %xmm13, %xmm13
	movd	192(%r14,%rbx), %xmm14
	pshufd	$0, %xmm14, %xmm14
	pmaddubsw	%xmm11, %xmm12
	pmaddubsw	%xmm10, %xmm13
	paddw	%xmm12, %xmm13
	pmaddubsw	%xmm9, %xmm14
	paddw	%xmm13, %xmm14
	pmaddwd	%xmm0, %xmm14
	paddd	%xmm14, %xmm6
	movd	256(%r14,%rax), %xmm12
	pshufd	$0, %xmm12, %xmm12
	movd	256(%r14,%rdx), %xmm13
	pshufd	$0, %xmm13, %xmm13
	movd	256(%r14,%rbx), %xmm14
	pshufd	$0, %xmm14, %xmm14
	pmaddubsw	%xmm11, %xmm12
	pmaddubsw	%xmm10, %xmm13
	paddw	%xmm12, %xmm13
	pmaddubsw	%xmm9, %xmm14
	paddw	%xmm13, %xmm14
	pmaddwd	%xmm0, %xmm14
	paddd	%xmm14, %xmm5
	movd	320(%r14,%rax), %xmm12
	pshufd	$0, %xmm12, %xmm12
	movd	320(%r14,%rdx), %xmm13
	pshufd	$0, %xmm13, %xmm13
	movd	320(%r14,%rbx), %xmm14
	pshufd	$0, %xmm14, %xmm14
	pmaddubsw	%xmm11, %xmm12
	pmaddubsw	%xmm10, %xmm13
	paddw	%xmm12, %xmm13
	pmaddubsw	%xmm9, %xmm14
	paddw	%xmm13, %xmm14
	pmaddwd	%xmm0, %xmm14
	paddd	%xmm14, %xmm3
	movd	384(%r14,%rax), %xmm12
	pshufd	$0, %xmm12, %xmm12
	movd	384(%r14,%rdx), %xmm13
	pshufd	$0, %xmm13, %xmm13
	movd	384(%r14,%rbx), %xmm14
	pshufd	$0, %xmm14, %xmm14
	pmaddubsw	%xmm11, %xmm12
	pmaddubsw	%xmm10, %xmm13
	paddw	%xmm12, %xmm13
	pmaddubsw	%xmm9, %xmm14
	paddw	%xmm13, %xmm14
	pmaddwd	%xmm0, %xmm14
	paddd	%xmm14, %xmm2
	incq	%rsi
	addq	$12, %rdi
	cmpq	%r9, %rsi
	jl	LOOP

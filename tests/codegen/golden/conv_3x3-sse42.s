# vectors on the stack: 0

loop:
	movslq	(%r10,%r11,4), %rsi
	movdqu	(%rax), %xmm9
	movd	(%rdx,%rsi), %xmm10
	pshufd	$0, %xmm10, %xmm10
	pmaddubsw	%xmm9, %xmm10
	pmaddwd	%xmm0, %xmm10
	paddd	%xmm10, %xmm4
	movd	64(%rdx,%rsi), %xmm10
	pshufd	$0, %xmm10, %xmm10
	pmaddubsw	%xmm9, %xmm10
	pmaddwd	%xmm0, %xmm10
	paddd	%xmm10, %xmm8
	movd	128(%rdx,%rsi), %xmm10
	pshufd	$0, %xmm10, %xmm10
	pmaddubsw	%xmm9, %xmm10
	pmaddwd	%xmm0, %xmm10
	paddd	%xmm10, %xmm7
	movd	192(%rdx,%rsi), %xmm10
	pshufd	$0, %xmm10, %xmm10
	pmaddubsw	%xmm9, %xmm10
	pmaddwd	%xmm0, %xmm10
	paddd	%xmm10, %xmm6
	movd	256(%rdx,%rsi), %xmm10
	pshufd	$0, %xmm10, %xmm10
	pmaddubsw	%xmm9, %xmm10
	pmaddwd	%xmm0, %xmm10
	paddd	%xmm10, %xmm5
	movd	320(%rdx,%rsi), %xmm10
	pshufd	$0, %xmm10, %xmm10
	pmaddubsw	%xmm9, %xmm10
	pmaddwd	%xmm0, %xmm10
	paddd	%xmm10, %xmm3
	movd	384(%rdx,%rsi), %xmm10
	pshufd	$0, %xmm10, %xmm10
	pmaddubsw	%xmm9, %xmm10
	pmaddwd	%xmm0, %xmm10
	paddd	%xmm10, %xmm2
	incq	%r11
	addq	$16, %rax
	cmpq	%r15, %r11
	jl	LOOP

loop:
	movslq	(%rcx,%r11,8), %rdi
	movslq	-4(%rcx,%r11,8), %rsi
	movdqu	-16(%rax), %xmm10
	movdqu	(%rax), %xmm9
	movd	(%rdx,%rsi), %xmm11
	pshufd	$0, %xmm11, %xmm11
	movd	(%rdx,%rdi), %xmm12
	pshufd	$0, %xmm12, %xmm12
	pmaddubsw	%xmm10, %xmm11
	pmaddubsw	%xmm9, %xmm12
	paddw	%xmm11, %xmm12
	pmaddwd	%xmm0, %xmm12
	paddd	%xmm12, %xmm4
	movd	64(%rdx,%rsi), %xmm11
	pshufd	$0, %xmm11, %xmm11
	movd	64(%rdx,%rdi), %xmm12
	pshufd	$0, %xmm12, %xmm12
	pmaddubsw	%xmm10, %xmm11
	pmaddubsw	%xmm9, %xmm12
	paddw	%xmm11, %xmm12
	pmaddwd	%xmm0, %xmm12
	paddd	%xmm12, %xmm8
	movd	128(%rdx,%rsi), %xmm11
	pshufd	$0, %xmm11, %xmm11
	movd	128(%rdx,%rdi), %xmm12
	pshufd	$0, %xmm12, %xmm12
	pmaddubsw	%xmm10, %xmm11
	pmaddubsw	%xmm9, %xmm12
	paddw	%xmm11, %xmm12
	pmaddwd	%xmm0, %xmm12
	paddd	%xmm12, %xmm7
	movd	192(%rdx,%rsi), %xmm11
	pshufd	$0, %xmm11, %xmm11
	movd	192(%rdx,%rdi), %xmm12
	pshufd	$0, %xmm12, %xmm12
	pmaddubsw	%xmm10, %xmm11
	pmaddubsw	%xmm9, %xmm12
	paddw	%xmm11, %xmm12
	pmaddwd	%xmm0, %xmm12
	paddd	%xmm12, %xmm6
	movd	256(%rdx,%rsi), %xmm11
	pshufd	$0, %xmm11, %xmm11
	movd	256(%rdx,%rdi), %xmm12
	pshufd	$0, %xmm12, %xmm12
	pmaddubsw	%xmm10, %xmm11
	pmaddubsw	%xmm9, %xmm12
	paddw	%xmm11, %xmm12
	pmaddwd	%xmm0, %xmm12
	paddd	%xmm12, %xmm5
	movd	320(%rdx,%rsi), %xmm11
	pshufd	$0, %xmm11, %xmm11
	movd	320(%rdx,%rdi), %xmm12
	pshufd	$0, %xmm12, %xmm12
	pmaddubsw	%xmm10, %xmm11
	pmaddubsw	%xmm9, %xmm12
	paddw	%xmm11, %xmm12
	pmaddwd	%xmm0, %xmm12
	paddd	%xmm12, %xmm3
	movd	384(%rdx,%rsi), %xmm11
	pshufd	$0, %xmm11, %xmm11
	movd	384(%rdx,%rdi), %xmm12
	pshufd	$0, %xmm12, %xmm12
	pmaddubsw	%xmm10, %xmm11
	pmaddubsw	%xmm9, %xmm12
	paddw	%xmm11, %xmm12
	pmaddwd	%xmm0, %xmm12
	paddd	%xmm12, %xmm2
	incq	%r11
	addq	$32, %rax
	cmpq	%r8, %r11
	jl	LOOP

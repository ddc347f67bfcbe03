# vectors on the stack: 8

loop:
	movslq	(%r12,%r8,4), %r10
	movdqu	(%rdx), %xmm1
	movd	11968(%r9,%r10), %xmm2
	pshufd	$0, %xmm2, %xmm2
	pmaddubsw	%xmm1, %xmm2
	pmaddwd	%xmm0, %xmm2
	paddd	%xmm2, %xmm13
	movd	12032(%r9,%r10), %xmm2
	pshufd	$0, %xmm2, %xmm2
	pmaddubsw	%xmm1, %xmm2
	pmaddwd	%xmm0, %xmm2
	paddd	%xmm2, %xmm12
	movd	12096(%r9,%r10), %xmm2
	pshufd	$0, %xmm2, %xmm2
	pmaddubsw	%xmm1, %xmm2
	pmaddwd	%xmm0, %xmm2
	paddd	%xmm2, %xmm11
	movd	12160(%r9,%r10), %xmm2
	pshufd	$0, %xmm2, %xmm2
	pmaddubsw	%xmm1, %xmm2
	pmaddwd	%xmm0, %xmm2
	paddd	%xmm2, %xmm10
	movd	12224(%r9,%r10), %xmm2
	pshufd	$0, %xmm2, %xmm2
	pmaddubsw	%xmm1, %xmm2
	pmaddwd	%xmm0, %xmm2
	paddd	%xmm2, %xmm5
	movd	12288(%r9,%r10), %xmm2
	pshufd	$0, %xmm2, %xmm2
	pmaddubsw	%xmm1, %xmm2
	pmaddwd	%xmm0, %xmm2
	paddd	%xmm2, %xmm9
	movd	12352(%r9,%r10), %xmm2
	pshufd	$0, %xmm2, %xmm2
	pmaddubsw	%xmm1, %xmm2
	pmaddwd	%xmm0, %xmm2
	paddd	%xmm2, %xmm8
	movd	12416(%r9,%r10), %xmm2
	pshufd	$0, %xmm2, %xmm2
	pmaddubsw	%xmm1, %xmm2
	pmaddwd	%xmm0, %xmm2
	paddd	%xmm2, %xmm7
	movd	12480(%r9,%r10), %xmm2
	pshufd	$0, %xmm2, %xmm2
	pmaddubsw	%xmm1, %xmm2
	pmaddwd	%xmm0, %xmm2
	paddd	%xmm2, %xmm6
	incq	%r8
	addq	$16, %rdx
	cmpq	%r11, %r8
	jl	LOOP

loop:
	movslq	(%r12,%r14,4), %r15
	movdqu	(%r10), %xmm1
	movd	(%rdx,%r15), %xmm2
	pshufd	$0, %xmm2, %xmm2
	pmaddubsw	%xmm1, %xmm2
	pmaddwd	%xmm0, %xmm2
	paddd	%xmm2, %xmm15
	movd	64(%rdx,%r15), %xmm2
	pshufd	$0, %xmm2, %xmm2
	pmaddubsw	%xmm1, %xmm2
	pmaddwd	%xmm0, %xmm2
	paddd	%xmm2, %xmm5
	movd	128(%rdx,%r15), %xmm2
	pshufd	$0, %xmm2, %xmm2
	pmaddubsw	%xmm1, %xmm2
	pmaddwd	%xmm0, %xmm2
	paddd	%xmm2, %xmm14
	movd	192(%rdx,%r15), %xmm2
	pshufd	$0, %xmm2, %xmm2
	pmaddubsw	%xmm1, %xmm2
	pmaddwd	%xmm0, %xmm2
	paddd	%xmm2, %xmm13
	movd	256(%rdx,%r15), %xmm2
	pshufd	$0, %xmm2, %xmm2
	pmaddubsw	%xmm1, %xmm2
	pmaddwd	%xmm0, %xmm2
	paddd	%xmm2, %xmm12
	movd	320(%rdx,%r15), %xmm2
	pshufd	$0, %xmm2, %xmm2
	pmaddubsw	%xmm1, %xmm2
	pmaddwd	%xmm0, %xmm2
	paddd	%xmm2, %xmm11
	movd	384(%rdx,%r15), %xmm2
	pshufd	$0, %xmm2, %xmm2
	pmaddubsw	%xmm1, %xmm2
	pmaddwd	%xmm0, %xmm2
	paddd	%xmm2, %xmm10
	movd	448(%rdx,%r15), %xmm2
	pshufd	$0, %xmm2, %xmm2
	pmaddubsw	%xmm1, %xmm2
	pmaddwd	%xmm0, %xmm2
	paddd	%xmm2, %xmm9
	movd	512(%rdx,%r15), %xmm2
	pshufd	$0, %xmm2, %xmm2
	pmaddubsw	%xmm1, %xmm2
	pmaddwd	%xmm0, %xmm2
	paddd	%xmm2, %xmm8
	movd	576(%rdx,%r15), %xmm2
	pshufd	$0, %xmm2, %xmm2
	pmaddubsw	%xmm1, %xmm2
	pmaddwd	%xmm0, %xmm2
	paddd	%xmm2, %xmm7
	movd	640(%rdx,%r15), %xmm2
	pshufd	$0, %xmm2, %xmm2
	pmaddubsw	%xmm1, %xmm2
	pmaddwd	%xmm0, %xmm2
	paddd	%xmm2, %xmm6
	incq	%r14
	addq	$16, %r10
	cmpq	%r11, %r14
	jl	LOOP

loop:
	movslq	(%rbp,%r8,8), %r10
	movslq	-4(%rbp,%r8,8), %r14
	movdqu	-16(%rdx), %xmm2
	movdqu	(%rdx), %xmm1
	movd	11968(%r9,%r14), %xmm14
	pshufd	$0, %xmm14, %xmm14
	movd	11968(%r9,%r10), %xmm15
	pshufd	$0, %xmm15, %xmm15
	pmaddubsw	%xmm2, %xmm14
	pmaddubsw	%xmm1, %xmm15
	paddw	%xmm14, %xmm15
	pmaddwd	%xmm0, %xmm15
	paddd	%xmm15, %xmm13
	movd	12032(%r9,%r14), %xmm14
	pshufd	$0, %xmm14, %xmm14
	movd	12032(%r9,%r10), %xmm15
	pshufd	$0, %xmm15, %xmm15
	pmaddubsw	%xmm2, %xmm14
	pmaddubsw	%xmm1, %xmm15
	paddw	%xmm14, %xmm15
	pmaddwd	%xmm0, %xmm15
	paddd	%xmm15, %xmm12
	movd	12096(%r9,%r14), %xmm14
	pshufd	$0, %xmm14, %xmm14
	movd	12096(%r9,%r10), %xmm15
	pshufd	$0, %xmm15, %xmm15
	pmaddubsw	%xmm2, %xmm14
	pmaddubsw	%xmm1, %xmm15
	paddw	%xmm14, %xmm15
	pmaddwd	%xmm0, %xmm15
	paddd	%xmm15, %xmm11
	movd	12160(%r9,%r14), %xmm14
	pshufd	$0, %xmm14, %xmm14
	movd	12160(%r9,%r10), %xmm15
	pshufd	$0, %xmm15, %xmm15
	pmaddubsw	%xmm2, %xmm14
	pmaddubsw	%xmm1, %xmm15
	paddw	%xmm14, %xmm15
	pmaddwd	%xmm0, %xmm15
	paddd	%xmm15, %xmm10
	movd	12224(%r9,%r14), %xmm14
	pshufd	$0, %xmm14, %xmm14
	movd	12224(%r9,%r10), %xmm15
	pshufd	$0, %xmm15, %xmm15
	pmaddubsw	%xmm2, %xmm14
	pmaddubsw	%xmm1, %xmm15
	paddw	%xmm14, %xmm15
	pmaddwd	%xmm0, %xmm15
	paddd	%xmm15, %xmm5
	movd	12288(%r9,%r14), %xmm14
	pshufd	$0, %xmm14, %xmm14
	movd	12288(%r9,%r10), %xmm15
	pshufd	$0, %xmm15, %xmm15
	pmaddubsw	%xmm2, %xmm14
	pmaddubsw	%xmm1, %xmm15
	paddw	%xmm14, %xmm15
	pmaddwd	%xmm0, %xmm15
	paddd	%xmm15, %xmm9
	movd	12352(%r9,%r14), %xmm14
	pshufd	$0, %xmm14, %xmm14
	movd	12352(%r9,%r10), %xmm15
	pshufd	$0, %xmm15, %xmm15
	pmaddubsw	%xmm2, %xmm14
	pmaddubsw	%xmm1, %xmm15
	paddw	%xmm14, %xmm15
	pmaddwd	%xmm0, %xmm15
	paddd	%xmm15, %xmm8
	movd	12416(%r9,%r14), %xmm14
	pshufd	$0, %xmm14, %xmm14
	movd	12416(%r9,%r10), %xmm15
	pshufd	$0, %xmm15, %xmm15
	pmaddubsw	%xmm2, %xmm14
	pmaddubsw	%xmm1, %xmm15
	paddw	%xmm14, %xmm15
	pmaddwd	%xmm0, %xmm15
	paddd	%xmm15, %xmm7
	movd	12480(%r9,%r14), %xmm14
	pshufd	$0, %xmm14, %xmm14
	movd	12480(%r9,%r10), %xmm15
	pshufd	$0, %xmm15, %xmm15
	pmaddubsw	%xmm2, %xmm14
	pmaddubsw	%xmm1, %xmm15
	paddw	%xmm14, %xmm15
	pmaddwd	%xmm0, %xmm15
	paddd	%xmm15, %xmm6
	incq	%r8
	addq	$32, %rdx
	cmpq	%rbx, %r8
	jl	LOOP

loop:
	movslq	(%rbp,%r14,8), %r15
	movslq	-4(%rbp,%r14,8), %r13
	movdqu	-16(%r10), %xmm2
	movdqu	(%r10), %xmm1
	movd	(%rdx,%r13), %xmm4
	pshufd	$0, %xmm4, %xmm4
	movd	(%rdx,%r15), %xmm3
	pshufd	$0, %xmm3, %xmm3
	pmaddubsw	%xmm2, %xmm4
	pmaddubsw	%xmm1, %xmm3
	paddw	%xmm4, %xmm3
	pmaddwd	%xmm0, %xmm3
	paddd	%xmm3, %xmm15
	movd	64(%rdx,%r13), %xmm3
	pshufd	$0, %xmm3, %xmm3
	movd	64(%rdx,%r15), %xmm4
	pshufd	$0, %xmm4, %xmm4
	pmaddubsw	%xmm2, %xmm3
	pmaddubsw	%xmm1, %xmm4
	paddw	%xmm3, %xmm4
	pmaddwd	%xmm0, %xmm4
	paddd	%xmm4, %xmm5
	movd	128(%rdx,%r13), %xmm3
	pshufd	$0, %xmm3, %xmm3
	movd	128(%rdx,%r15), %xmm4
	pshufd	$0, %xmm4, %xmm4
	pmaddubsw	%xmm2, %xmm3
	pmaddubsw	%xmm1, %xmm4
	paddw	%xmm3, %xmm4
	pmaddwd	%xmm0, %xmm4
	paddd	%xmm4, %xmm14
	movd	192(%rdx,%r13), %xmm3
	pshufd	$0, %xmm3, %xmm3
	movd	192(%rdx,%r15), %xmm4
	pshufd	$0, %xmm4, %xmm4
	pmaddubsw	%xmm2, %xmm3
	pmaddubsw	%xmm1, %xmm4
	paddw	%xmm3, %xmm4
	pmaddwd	%xmm0, %xmm4
	paddd	%xmm4, %xmm13
	movd	256(%rdx,%r13), %xmm3
	pshufd	$0, %xmm3, %xmm3
	movd	256(%rdx,%r15), %xmm4
	pshufd	$0, %xmm4, %xmm4
	pmaddubsw	%xmm2, %xmm3
	pmaddubsw	%xmm1, %xmm4
	paddw	%xmm3, %xmm4
	pmaddwd	%xmm0, %xmm4
	paddd	%xmm4, %xmm12
	movd	320(%rdx,%r13), %xmm3
	pshufd	$0, %xmm3, %xmm3
	movd	320(%rdx,%r15), %xmm4
	pshufd	$0, %xmm4, %xmm4
	pmaddubsw	%xmm2, %xmm3
	pmaddubsw	%xmm1, %xmm4
	paddw	%xmm3, %xmm4
	pmaddwd	%xmm0, %xmm4
	paddd	%xmm4, %xmm11
	movd	384(%rdx,%r13), %xmm3
	pshufd	$0, %xmm3, %xmm3
	movd	384(%rdx,%r15), %xmm4
	pshufd	$0, %xmm4, %xmm4
	pmaddubsw	%xmm2, %xmm3
	pmaddubsw	%xmm1, %xmm4
	paddw	%xmm3, %xmm4
	pmaddwd	%xmm0, %xmm4
	paddd	%xmm4, %xmm10
	movd	448(%rdx,%r13), %xmm3
	pshufd	$0, %xmm3, %xmm3
	movd	448(%rdx,%r15), %xmm4
	pshufd	$0, %xmm4, %xmm4
	pmaddubsw	%xmm2, %xmm3
	pmaddubsw	%xmm1, %xmm4
	paddw	%xmm3, %xmm4
	pmaddwd	%xmm0, %xmm4
	paddd	%xmm4, %xmm9
	movd	512(%rdx,%r13), %xmm3
	pshufd	$0, %xmm3, %xmm3
	movd	512(%rdx,%r15), %xmm4
	pshufd	$0, %xmm4, %xmm4
	pmaddubsw	%xmm2, %xmm3
	pmaddubsw	%xmm1, %xmm4
	paddw	%xmm3, %xmm4
	pmaddwd	%xmm0, %xmm4
	paddd	%xmm4, %xmm8
	movd	576(%rdx,%r13), %xmm3
	pshufd	$0, %xmm3, %xmm3
	movd	576(%rdx,%r15), %xmm4
	pshufd	$0, %xmm4, %xmm4
	pmaddubsw	%xmm2, %xmm3
	pmaddubsw	%xmm1, %xmm4
	paddw	%xmm3, %xmm4
	pmaddwd	%xmm0, %xmm4
	paddd	%xmm4, %xmm7
	movd	640(%rdx,%r13), %xmm3
	pshufd	$0, %xmm3, %xmm3
	movd	640(%rdx,%r15), %xmm4
	pshufd	$0, %xmm4, %xmm4
	pmaddubsw	%xmm2, %xmm3
	pmaddubsw	%xmm1, %xmm4
	paddw	%xmm3, %xmm4
	pmaddwd	%xmm0, %xmm4
	paddd	%xmm4, %xmm6
	incq	%r14
	addq	$32, %r10
	cmpq	%rbx, %r14
	jl	LOOP

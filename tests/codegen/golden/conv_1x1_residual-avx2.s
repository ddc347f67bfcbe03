# vectors on the stack: 14

loop:
	movslq	(%r11,%r14,4), %rsi
	vmovdqu	(%rbx), %ymm0
	vpbroadcastd	11968(%r8,%rsi), %ymm1
	vpmaddubsw	%ymm0, %ymm1, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpaddd	%ymm1, %ymm13, %ymm13
	vpbroadcastd	12032(%r8,%rsi), %ymm1
	vpmaddubsw	%ymm0, %ymm1, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpaddd	%ymm1, %ymm12, %ymm12
	vpbroadcastd	12096(%r8,%rsi), %ymm1
	vpmaddubsw	%ymm0, %ymm1, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpbroadcastd	12160(%r8,%rsi), %ymm4
	vpaddd	%ymm1, %ymm6, %ymm6
	vpmaddubsw	%ymm0, %ymm4, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpaddd	%ymm1, %ymm5, %ymm5
	vpbroadcastd	12224(%r8,%rsi), %ymm1
	vpmaddubsw	%ymm0, %ymm1, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpaddd	%ymm1, %ymm11, %ymm11
	vpbroadcastd	12288(%r8,%rsi), %ymm1
	vpmaddubsw	%ymm0, %ymm1, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpaddd	%ymm1, %ymm10, %ymm10
	vpbroadcastd	12352(%r8,%rsi), %ymm1
	vpmaddubsw	%ymm0, %ymm1, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpbroadcastd	12416(%r8,%rsi), %ymm4
	vpaddd	%ymm1, %ymm9, %ymm9
	vpmaddubsw	%ymm0, %ymm4, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpaddd	%ymm1, %ymm8, %ymm8
	vpbroadcastd	12480(%r8,%rsi), %ymm1
	vpmaddubsw	%ymm0, %ymm1, %ymm0
	vpmaddwd	%ymm3, %ymm0, %ymm0
	vpaddd	%ymm0, %ymm7, %ymm7
	incq	%r14
	addq	$32, %rbx
	cmpq	%r15, %r14
	jl	LOOP

loop:
	movslq	(%r11,%r14,4), %rsi
	vmovdqu	(%rbx), %ymm0
	vpbroadcastd	(%r10,%rsi), %ymm1
	vpmaddubsw	%ymm0, %ymm1, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpbroadcastd	64(%r10,%rsi), %ymm4
	vpaddd	%ymm1, %ymm6, %ymm6
	vpmaddubsw	%ymm0, %ymm4, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpaddd	%ymm1, %ymm5, %ymm5
	vpbroadcastd	128(%r10,%rsi), %ymm1
	vpmaddubsw	%ymm0, %ymm1, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpaddd	%ymm1, %ymm15, %ymm15
	vpbroadcastd	192(%r10,%rsi), %ymm1
	vpmaddubsw	%ymm0, %ymm1, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpaddd	%ymm1, %ymm14, %ymm14
	vpbroadcastd	256(%r10,%rsi), %ymm1
	vpmaddubsw	%ymm0, %ymm1, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpbroadcastd	320(%r10,%rsi), %ymm4
	vpaddd	%ymm1, %ymm13, %ymm13
	vpmaddubsw	%ymm0, %ymm4, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpaddd	%ymm1, %ymm12, %ymm12
	vpbroadcastd	384(%r10,%rsi), %ymm1
	vpmaddubsw	%ymm0, %ymm1, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpaddd	%ymm1, %ymm11, %ymm11
	vpbroadcastd	448(%r10,%rsi), %ymm1
	vpmaddubsw	%ymm0, %ymm1, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpaddd	%ymm1, %ymm10, %ymm10
	vpbroadcastd	512(%r10,%rsi), %ymm1
	vpmaddubsw	%ymm0, %ymm1, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpbroadcastd	576(%r10,%rsi), %ymm4
	vpaddd	%ymm1, %ymm9, %ymm9
	vpmaddubsw	%ymm0, %ymm4, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpaddd	%ymm1, %ymm8, %ymm8
	vpbroadcastd	640(%r10,%rsi), %ymm1
	vpmaddubsw	%ymm0, %ymm1, %ymm0
	vpmaddwd	%ymm3, %ymm0, %ymm0
	vpaddd	%ymm0, %ymm7, %ymm7
	incq	%r14
	addq	$32, %rbx
	cmpq	%r15, %r14
	jl	LOOP

loop:
	movslq	(%rcx,%r14,8), %rsi
	movslq	-4(%rcx,%r14,8), %r12
	vmovdqu	-32(%rbx), %ymm0
	vmovdqu	(%rbx), %ymm4
	vpbroadcastd	11968(%r8,%r12), %ymm1
	vpbroadcastd	11968(%r8,%rsi), %ymm14
	vpmaddubsw	%ymm0, %ymm1, %ymm1
	vpmaddubsw	%ymm4, %ymm14, %ymm14
	vpaddw	%ymm1, %ymm14, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpbroadcastd	12032(%r8,%r12), %ymm14
	vpbroadcastd	12032(%r8,%rsi), %ymm15
	vpaddd	%ymm1, %ymm13, %ymm13
	vpmaddubsw	%ymm0, %ymm14, %ymm1
	vpmaddubsw	%ymm4, %ymm15, %ymm14
	vpaddw	%ymm1, %ymm14, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpaddd	%ymm1, %ymm12, %ymm12
	vpbroadcastd	12096(%r8,%r12), %ymm1
	vpbroadcastd	12096(%r8,%rsi), %ymm14
	vpmaddubsw	%ymm0, %ymm1, %ymm1
	vpmaddubsw	%ymm4, %ymm14, %ymm14
	vpaddw	%ymm1, %ymm14, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpbroadcastd	12160(%r8,%r12), %ymm14
	vpaddd	%ymm1, %ymm6, %ymm6
	vpbroadcastd	12160(%r8,%rsi), %ymm1
	vpmaddubsw	%ymm0, %ymm14, %ymm14
	vpmaddubsw	%ymm4, %ymm1, %ymm1
	vpaddw	%ymm1, %ymm14, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpaddd	%ymm1, %ymm5, %ymm5
	vpbroadcastd	12224(%r8,%r12), %ymm1
	vpbroadcastd	12224(%r8,%rsi), %ymm14
	vpmaddubsw	%ymm0, %ymm1, %ymm1
	vpmaddubsw	%ymm4, %ymm14, %ymm14
	vpaddw	%ymm1, %ymm14, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpbroadcastd	12288(%r8,%r12), %ymm14
	vpbroadcastd	12288(%r8,%rsi), %ymm15
	vpaddd	%ymm1, %ymm11, %ymm11
	vpmaddubsw	%ymm0, %ymm14, %ymm1
	vpmaddubsw	%ymm4, %ymm15, %ymm14
	vpaddw	%ymm1, %ymm14, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpaddd	%ymm1, %ymm10, %ymm10
	vpbroadcastd	12352(%r8,%r12), %ymm1
	vpbroadcastd	12352(%r8,%rsi), %ymm14
	vpmaddubsw	%ymm0, %ymm1, %ymm1
	vpmaddubsw	%ymm4, %ymm14, %ymm14
	vpaddw	%ymm1, %ymm14, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpbroadcastd	12416(%r8,%r12), %ymm14
	vpaddd	%ymm1, %ymm9, %ymm9
	vpbroadcastd	12416(%r8,%rsi), %ymm1
	vpmaddubsw	%ymm0, %ymm14, %ymm14
	vpmaddubsw	%ymm4, %ymm1, %ymm1
	vpaddw	%ymm1, %ymm14, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpaddd	%ymm1, %ymm8, %ymm8
	vpbroadcastd	12480(%r8,%r12), %ymm1
	vpbroadcastd	12480(%r8,%rsi), %ymm14
	vpmaddubsw	%ymm0, %ymm1, %ymm0
	vpmaddubsw	%ymm4, %ymm14, %ymm1
	vpaddw	%ymm1, %ymm0, %ymm0
	vpmaddwd	%ymm3, %ymm0, %ymm0
	vpaddd	%ymm0, %ymm7, %ymm7
	incq	%r14
	addq	$64, %rbx
	cmpq	%r9, %r14
	jl	LOOP

loop:
	movslq	(%rcx,%rbx,8), %rsi
	movslq	-4(%rcx,%rbx,8), %r13
	vmovdqu	-32(%r14), %ymm0
	vmovdqu	(%r14), %ymm4
	vpbroadcastd	(%r10,%r13), %ymm1
	vpbroadcastd	(%r10,%rsi), %ymm2
	vpmaddubsw	%ymm0, %ymm1, %ymm1
	vpmaddubsw	%ymm4, %ymm2, %ymm2
	vpaddw	%ymm2, %ymm1, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpbroadcastd	64(%r10,%r13), %ymm2
	vpaddd	%ymm1, %ymm6, %ymm6
	vpbroadcastd	64(%r10,%rsi), %ymm1
	vpmaddubsw	%ymm0, %ymm2, %ymm2
	vpmaddubsw	%ymm4, %ymm1, %ymm1
	vpaddw	%ymm1, %ymm2, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpaddd	%ymm1, %ymm5, %ymm5
	vpbroadcastd	128(%r10,%r13), %ymm1
	vpbroadcastd	128(%r10,%rsi), %ymm2
	vpmaddubsw	%ymm0, %ymm1, %ymm1
	vpmaddubsw	%ymm4, %ymm2, %ymm2
	vpaddw	%ymm2, %ymm1, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpbroadcastd	192(%r10,%r13), %ymm2
	vpbroadcastd	192(%r10,%rsi), %ymm3
	vpaddd	%ymm1, %ymm15, %ymm15
	vpmaddubsw	%ymm0, %ymm2, %ymm1
	vpmaddubsw	%ymm4, %ymm3, %ymm2
	vpaddw	%ymm2, %ymm1, %ymm1
	vpmaddwd	CONST(%rip), %ymm1, %ymm1
	vpaddd	%ymm1, %ymm14, %ymm14
	vpbroadcastd	256(%r10,%r13), %ymm1
	vpbroadcastd	256(%r10,%rsi), %ymm2
	vpmaddubsw	%ymm0, %ymm1, %ymm1
	vpmaddubsw	%ymm4, %ymm2, %ymm2
	vpaddw	%ymm2, %ymm1, %ymm1
	vpmaddwd	CONST(%rip), %ymm1, %ymm1
	vpbroadcastd	320(%r10,%r13), %ymm2
	vpaddd	%ymm1, %ymm13, %ymm13
	vpbroadcastd	320(%r10,%rsi), %ymm1
	vpmaddubsw	%ymm0, %ymm2, %ymm2
	vpmaddubsw	%ymm4, %ymm1, %ymm1
	vpaddw	%ymm1, %ymm2, %ymm1
	vpmaddwd	CONST(%rip), %ymm1, %ymm1
	vpaddd	%ymm1, %ymm12, %ymm12
	vpbroadcastd	384(%r10,%r13), %ymm1
	vpbroadcastd	384(%r10,%rsi), %ymm2
	vpmaddubsw	%ymm0, %ymm1, %ymm1
	vpmaddubsw	%ymm4, %ymm2, %ymm2
	vpaddw	%ymm2, %ymm1, %ymm1
	vpmaddwd	CONST(%rip), %ymm1, %ymm1
	vpbroadcastd	448(%r10,%r13), %ymm2
	vpbroadcastd	448(%r10,%rsi), %ymm3
	vpaddd	%ymm1, %ymm11, %ymm11
	vpmaddubsw	%ymm0, %ymm2, %ymm1
	vpmaddubsw	%ymm4, %ymm3, %ymm2
	vpbroadcastw	CONST(%rip), %ymm3
	vpaddw	%ymm2, %ymm1, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpaddd	%ymm1, %ymm10, %ymm10
	vpbroadcastd	512(%r10,%r13), %ymm1
	vpbroadcastd	512(%r10,%rsi), %ymm2
	vpmaddubsw	%ymm0, %ymm1, %ymm1
	vpmaddubsw	%ymm4, %ymm2, %ymm2
	vpaddw	%ymm2, %ymm1, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpbroadcastd	576(%r10,%r13), %ymm2
	vpaddd	%ymm1, %ymm9, %ymm9
	vpbroadcastd	576(%r10,%rsi), %ymm1
	vpmaddubsw	%ymm0, %ymm2, %ymm2
	vpmaddubsw	%ymm4, %ymm1, %ymm1
	vpaddw	%ymm1, %ymm2, %ymm1
	vpmaddwd	%ymm3, %ymm1, %ymm1
	vpaddd	%ymm1, %ymm8, %ymm8
	vpbroadcastd	640(%r10,%r13), %ymm1
	vpbroadcastd	640(%r10,%rsi), %ymm2
	vpmaddubsw	%ymm0, %ymm1, %ymm0
	vpmaddubsw	%ymm4, %ymm2, %ymm1
	vpaddw	%ymm1, %ymm0, %ymm0
	vpmaddwd	%ymm3, %ymm0, %ymm0
	vpaddd	%ymm0, %ymm7, %ymm7
	incq	%rbx
	addq	$64, %r14
	cmpq	%r9, %rbx
	jl	LOOP

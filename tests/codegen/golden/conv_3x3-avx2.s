# vectors on the stack: 0

loop:
	movslq	(%r10,%rdi,4), %rsi
	vmovdqu	(%rax), %ymm11
	vpbroadcastd	(%rdx,%rsi), %ymm12
	vpmaddubsw	%ymm11, %ymm12, %ymm12
	vpmaddwd	%ymm0, %ymm12, %ymm12
	vpbroadcastd	64(%rdx,%rsi), %ymm13
	vpaddd	%ymm6, %ymm12, %ymm6
	vpmaddubsw	%ymm11, %ymm13, %ymm12
	vpmaddwd	%ymm0, %ymm12, %ymm12
	vpaddd	%ymm7, %ymm12, %ymm7
	vpbroadcastd	128(%rdx,%rsi), %ymm12
	vpmaddubsw	%ymm11, %ymm12, %ymm12
	vpmaddwd	%ymm0, %ymm12, %ymm12
	vpaddd	%ymm12, %ymm8, %ymm8
	vpbroadcastd	192(%rdx,%rsi), %ymm12
	vpmaddubsw	%ymm11, %ymm12, %ymm12
	vpmaddwd	%ymm0, %ymm12, %ymm12
	vpaddd	%ymm12, %ymm9, %ymm9
	vpbroadcastd	256(%rdx,%rsi), %ymm12
	vpmaddubsw	%ymm11, %ymm12, %ymm12
	vpmaddwd	%ymm0, %ymm12, %ymm12
	vpbroadcastd	320(%rdx,%rsi), %ymm13
	vpaddd	%ymm12, %ymm10, %ymm10
	vpmaddubsw	%ymm11, %ymm13, %ymm12
	vpmaddwd	%ymm0, %ymm12, %ymm12
	vpaddd	%ymm5, %ymm12, %ymm5
	vpbroadcastd	384(%rdx,%rsi), %ymm12
	vpmaddubsw	%ymm11, %ymm12, %ymm11
	vpmaddwd	%ymm0, %ymm11, %ymm11
	vpaddd	%ymm4, %ymm11, %ymm4
	incq	%rdi
	addq	$32, %rax
	cmpq	%r14, %rdi
	jl	LOOP

loop:
	movslq	(%rcx,%rdi,8), %r11
	movslq	-4(%rcx,%rdi,8), %rsi
	vmovdqu	-32(%rax), %ymm11
	vmovdqu	(%rax), %ymm12
	vpbroadcastd	(%rdx,%rsi), %ymm13
	vpbroadcastd	(%rdx,%r11), %ymm14
	vpmaddubsw	%ymm11, %ymm13, %ymm13
	vpmaddubsw	%ymm12, %ymm14, %ymm14
	vpaddw	%ymm14, %ymm13, %ymm13
	vpmaddwd	%ymm0, %ymm13, %ymm13
	vpbroadcastd	64(%rdx,%rsi), %ymm14
	vpaddd	%ymm6, %ymm13, %ymm6
	vpbroadcastd	64(%rdx,%r11), %ymm13
	vpmaddubsw	%ymm11, %ymm14, %ymm14
	vpmaddubsw	%ymm12, %ymm13, %ymm13
	vpaddw	%ymm13, %ymm14, %ymm13
	vpmaddwd	%ymm0, %ymm13, %ymm13
	vpaddd	%ymm7, %ymm13, %ymm7
	vpbroadcastd	128(%rdx,%rsi), %ymm13
	vpbroadcastd	128(%rdx,%r11), %ymm14
	vpmaddubsw	%ymm11, %ymm13, %ymm13
	vpmaddubsw	%ymm12, %ymm14, %ymm14
	vpaddw	%ymm14, %ymm13, %ymm13
	vpmaddwd	%ymm0, %ymm13, %ymm13
	vpbroadcastd	192(%rdx,%rsi), %ymm14
	vpbroadcastd	192(%rdx,%r11), %ymm15
	vpaddd	%ymm13, %ymm8, %ymm8
	vpmaddubsw	%ymm11, %ymm14, %ymm13
	vpmaddubsw	%ymm12, %ymm15, %ymm14
	vpaddw	%ymm14, %ymm13, %ymm13
	vpmaddwd	%ymm0, %ymm13, %ymm13
	vpaddd	%ymm13, %ymm9, %ymm9
	vpbroadcastd	256(%rdx,%rsi), %ymm13
	vpbroadcastd	256(%rdx,%r11), %ymm14
	vpmaddubsw	%ymm11, %ymm13, %ymm13
	vpmaddubsw	%ymm12, %ymm14, %ymm14
	vpaddw	%ymm14, %ymm13, %ymm13
	vpmaddwd	%ymm0, %ymm13, %ymm13
	vpbroadcastd	320(%rdx,%rsi), %ymm14
	vpaddd	%ymm13, %ymm10, %ymm10
	vpbroadcastd	320(%rdx,%r11), %ymm13
	vpmaddubsw	%ymm11, %ymm14, %ymm14
	vpmaddubsw	%ymm12, %ymm13, %ymm13
	vpaddw	%ymm13, %ymm14, %ymm13
	vpmaddwd	%ymm0, %ymm13, %ymm13
	vpaddd	%ymm5, %ymm13, %ymm5
	vpbroadcastd	384(%rdx,%rsi), %ymm13
	vpbroadcastd	384(%rdx,%r11), %ymm14
	vpmaddubsw	%ymm11, %ymm13, %ymm11
	vpmaddubsw	%ymm12, %ymm14, %ymm12
	vpaddw	%ymm12, %ymm11, %ymm11
	vpmaddwd	%ymm0, %ymm11, %ymm11
	vpaddd	%ymm4, %ymm11, %ymm4
	incq	%rdi
	addq	$64, %rax
	cmpq	%r8, %rdi
	jl	LOOP

# vectors on the stack: 0

loop:
	movslq	(%rcx,%rdi,4), %rax
	vmovdqu	(%rsi), %ymm11
	vpbroadcastd	(%rbx,%rax), %ymm12
	vpmaddubsw	%ymm11, %ymm12, %ymm12
	vpmaddwd	%ymm0, %ymm12, %ymm12
	vpbroadcastd	64(%rbx,%rax), %ymm13
	vpaddd	%ymm6, %ymm12, %ymm6
	vpmaddubsw	%ymm11, %ymm13, %ymm12
	vpmaddwd	%ymm0, %ymm12, %ymm12
	vpaddd	%ymm7, %ymm12, %ymm7
	vpbroadcastd	128(%rbx,%rax), %ymm12
	vpmaddubsw	%ymm11, %ymm12, %ymm12
	vpmaddwd	%ymm0, %ymm12, %ymm12
	vpaddd	%ymm12, %ymm8, %ymm8
	vpbroadcastd	192(%rbx,%rax), %ymm12
	vpmaddubsw	%ymm11, %ymm12, %ymm12
	vpmaddwd	%ymm0, %ymm12, %ymm12
	vpaddd	%ymm12, %ymm9, %ymm9
	vpbroadcastd	256(%rbx,%rax), %ymm12
	vpmaddubsw	%ymm11, %ymm12, %ymm12
	vpmaddwd	%ymm0, %ymm12, %ymm12
	vpbroadcastd	320(%rbx,%rax), %ymm13
	vpaddd	%ymm12, %ymm10, %ymm10
	vpmaddubsw	%ymm11, %ymm13, %ymm12
	vpmaddwd	%ymm0, %ymm12, %ymm12
	vpaddd	%ymm5, %ymm12, %ymm5
	vpbroadcastd	384(%rbx,%rax), %ymm12
	vpmaddubsw	%ymm11, %ymm12, %ymm11
	vpmaddwd	%ymm0, %ymm11, %ymm11
	vpaddd	%ymm4, %ymm11, %ymm4
	incq	%rdi
	addq	$32, %rsi
	cmpq	%r14, %rdi
	jl	LOOP

loop:
	movslq	-4(%r15,%rdi,8), %rax
	movslq	(%r15,%rdi,8), %rdx
	vmovdqu	-32(%rsi), %ymm11
	vmovdqu	(%rsi), %ymm12
	vpbroadcastd	(%rbx,%rax), %ymm13
	vpbroadcastd	(%rbx,%rdx), %ymm14
	vpmaddubsw	%ymm11, %ymm13, %ymm13
	vpmaddubsw	%ymm12, %ymm14, %ymm14
	vpaddw	%ymm14, %ymm13, %ymm13
	vpmaddwd	%ymm0, %ymm13, %ymm13
	vpbroadcastd	64(%rbx,%rax), %ymm14
	vpaddd	%ymm6, %ymm13, %ymm6
	vpbroadcastd	64(%rbx,%rdx), %ymm13
	vpmaddubsw	%ymm11, %ymm14, %ymm14
	vpmaddubsw	%ymm12, %ymm13, %ymm13
	vpaddw	%ymm13, %ymm14, %ymm13
	vpmaddwd	%ymm0, %ymm13, %ymm13
	vpaddd	%ymm7, %ymm13, %ymm7
	vpbroadcastd	128(%rbx,%rax), %ymm13
	vpbroadcastd	128(%rbx,%rdx), %ymm14
	vpmaddubsw	%ymm11, %ymm13, %ymm13
	vpmaddubsw	%ymm12, %ymm14, %ymm14
	vpaddw	%ymm14, %ymm13, %ymm13
	vpmaddwd	%ymm0, %ymm13, %ymm13
	vpbroadcastd	192(%rbx,%rax), %ymm14
	vpbroadcastd	192(%rbx,%rdx), %ymm15
	vpaddd	%ymm13, %ymm8, %ymm8
	vpmaddubsw	%ymm11, %ymm14, %ymm13
	vpmaddubsw	%ymm12, %ymm15, %ymm14
	vpaddw	%ymm14, %ymm13, %ymm13
	vpmaddwd	%ymm0, %ymm13, %ymm13
	vpaddd	%ymm13, %ymm9, %ymm9
	vpbroadcastd	256(%rbx,%rax), %ymm13
	vpbroadcastd	256(%rbx,%rdx), %ymm14
	vpmaddubsw	%ymm11, %ymm13, %ymm13
	vpmaddubsw	%ymm12, %ymm14, %ymm14
	vpaddw	%ymm14, %ymm13, %ymm13
	vpmaddwd	%ymm0, %ymm13, %ymm13
	vpbroadcastd	320(%rbx,%rax), %ymm14
	vpaddd	%ymm13, %ymm10, %ymm10
	vpbroadcastd	320(%rbx,%rdx), %ymm13
	vpmaddubsw	%ymm11, %ymm14, %ymm14
	vpmaddubsw	%ymm12, %ymm13, %ymm13
	vpaddw	%ymm13, %ymm14, %ymm13
	vpmaddwd	%ymm0, %ymm13, %ymm13
	vpaddd	%ymm5, %ymm13, %ymm5
	vpbroadcastd	384(%rbx,%rax), %ymm13
	vpbroadcastd	384(%rbx,%rdx), %ymm14
	vpmaddubsw	%ymm11, %ymm13, %ymm11
	vpmaddubsw	%ymm12, %ymm14, %ymm12
	vpaddw	%ymm12, %ymm11, %ymm11
	vpmaddwd	%ymm0, %ymm11, %ymm11
	vpaddd	%ymm4, %ymm11, %ymm4
	incq	%rdi
	addq	$64, %rsi
	cmpq	%r8, %rdi
	jl	LOOP

loop:
	movslq	-8(%rcx,%rdi), %rbp
	movslq	-4(%rcx,%rdi), %rdx
	movslq	(%rcx,%rdi), %rax
	vmovdqu	-64(%r10,%rdi,8), %ymm12
	vmovdqu	-32(%r10,%rdi,8), %ymm13
	vmovdqu	(%r10,%rdi,8), %ymm11
	vpbroadcastd	(%rbx,%rbp), %ymm14
	vpbroadcastd	(%rbx,%rdx), %ymm15
	vpbroadcastd	(%rbx,%rax), %ymm2
	vpmaddubsw	%ymm12, %ymm14, %ymm14
	vpmaddubsw	%ymm13, %ymm15, %ymm15
	vpaddw	%ymm15, %ymm14, %ymm14
	vpmaddubsw	%ymm11, %ymm2, %ymm2
	vpaddw	%ymm2, %ymm14, %ymm2
	vpmaddwd	%ymm0, %ymm2, %ymm2
	vpbroadcastd	64(%rbx,%rbp), %ymm14
	vpbroadcastd	64(%rbx,%rdx), %ymm15
	vpbroadcastd	64(%rbx,%rax), %ymm3
	vpaddd	%ymm2, %ymm6, %ymm6
	vpmaddubsw	%ymm12, %ymm14, %ymm2
	vpmaddubsw	%ymm13, %ymm15, %ymm14
	vpaddw	%ymm2, %ymm14, %ymm2
	vpmaddubsw	%ymm11, %ymm3, %ymm3
	vpaddw	%ymm3, %ymm2, %ymm2
	vpmaddwd	%ymm0, %ymm2, %ymm2
	vpaddd	%ymm2, %ymm7, %ymm7
	vpbroadcastd	128(%rbx,%rbp), %ymm2
	vpbroadcastd	128(%rbx,%rdx), %ymm3
	vpbroadcastd	128(%rbx,%rax), %ymm14
	vpmaddubsw	%ymm12, %ymm2, %ymm2
	vpmaddubsw	%ymm13, %ymm3, %ymm3
	vpaddw	%ymm3, %ymm2, %ymm2
	vpmaddubsw	%ymm11, %ymm14, %ymm3
	vpaddw	%ymm3, %ymm2, %ymm2
	vpmaddwd	%ymm0, %ymm2, %ymm2
	vpbroadcastd	192(%rbx,%rbp), %ymm3
	vpbroadcastd	192(%rbx,%rdx), %ymm14
	vpaddd	%ymm2, %ymm8, %ymm8
	vpbroadcastd	192(%rbx,%rax), %ymm2
	vpmaddubsw	%ymm12, %ymm3, %ymm3
	vpmaddubsw	%ymm13, %ymm14, %ymm14
	vpaddw	%ymm3, %ymm14, %ymm3
	vpmaddubsw	%ymm11, %ymm2, %ymm2
	vpaddw	%ymm2, %ymm3, %ymm2
	vpmaddwd	%ymm0, %ymm2, %ymm2
	vpaddd	%ymm2, %ymm9, %ymm9
	vpbroadcastd	256(%rbx,%rbp), %ymm2
	vpbroadcastd	256(%rbx,%rdx), %ymm3
	vpbroadcastd	256(%rbx,%rax), %ymm14
	vpmaddubsw	%ymm12, %ymm2, %ymm2
	vpmaddubsw	%ymm13, %ymm3, %ymm3
	vpaddw	%ymm3, %ymm2, %ymm2
	vpmaddubsw	%ymm11, %ymm14, %ymm3
	vpaddw	%ymm3, %ymm2, %ymm2
	vpmaddwd	%ymm0, %ymm2, %ymm2
	vpbroadcastd	320(%rbx,%rbp), %ymm3
	vpbroadcastd	320(%rbx,%rdx), %ymm14
	vpbroadcastd	320(%rbx,%rax), %ymm15
	vpaddd	%ymm2, %ymm10, %ymm10
	vpmaddubsw	%ymm12, %ymm3, %ymm2
	vpmaddubsw	%ymm13, %ymm14, %ymm3
	vpaddw	%ymm3, %ymm2, %ymm2
	vpmaddubsw	%ymm11, %ymm15, %ymm3
	vpaddw	%ymm3, %ymm2, %ymm2
	vpmaddwd	%ymm0, %ymm2, %ymm2
	vpaddd	%ymm2, %ymm5, %ymm5
	vpbroadcastd	384(%rbx,%rbp), %ymm2
	vpbroadcastd	384(%rbx,%rdx), %ymm3
	vpbroadcastd	384(%rbx,%rax), %ymm14
	vpmaddubsw	%ymm12, %ymm2, %ymm2
	vpmaddubsw	%ymm13, %ymm3, %ymm3
	vpaddw	%ymm3, %ymm2, %ymm2
	vpmaddubsw	%ymm11, %ymm14, %ymm3
	vpaddw	%ymm3, %ymm2, %ymm2
	vpmaddwd	%ymm0, %ymm2, %ymm2
	vpaddd	%ymm2, %ymm4, %ymm4
	incq	%rsi
	addq	$12, %rdi
	cmpq	%r9, %rsi
	jl	LOOP

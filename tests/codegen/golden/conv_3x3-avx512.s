# vectors on the stack: 0

loop:
	movslq	(%r8,%rcx,4), %rsi
	vpbroadcastd	(%rdx,%rsi), %zmm17
	vmovdqu64	(%rax), %zmm18
	vpmaddubsw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm3, %zmm3
	vpbroadcastd	64(%rdx,%rsi), %zmm17
	vpmaddubsw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm4, %zmm4
	vpbroadcastd	128(%rdx,%rsi), %zmm17
	vpmaddubsw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm5, %zmm5
	vpbroadcastd	192(%rdx,%rsi), %zmm17
	vpmaddubsw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpbroadcastd	256(%rdx,%rsi), %zmm19
	vpaddd	%zmm17, %zmm6, %zmm6
	vpmaddubsw	%zmm18, %zmm19, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm7, %zmm7
	vpbroadcastd	320(%rdx,%rsi), %zmm17
	vpmaddubsw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm8, %zmm8
	vpbroadcastd	384(%rdx,%rsi), %zmm17
	vpmaddubsw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm9, %zmm9
	vpbroadcastd	448(%rdx,%rsi), %zmm17
	vpmaddubsw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpbroadcastd	512(%rdx,%rsi), %zmm19
	vpaddd	%zmm17, %zmm10, %zmm10
	vpmaddubsw	%zmm18, %zmm19, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm11, %zmm11
	vpbroadcastd	576(%rdx,%rsi), %zmm17
	vpmaddubsw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm12, %zmm12
	vpbroadcastd	640(%rdx,%rsi), %zmm17
	vpmaddubsw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm13, %zmm13
	vpbroadcastd	704(%rdx,%rsi), %zmm17
	vpmaddubsw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpbroadcastd	768(%rdx,%rsi), %zmm19
	vpaddd	%zmm17, %zmm14, %zmm14
	vpmaddubsw	%zmm18, %zmm19, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm15, %zmm15
	vpbroadcastd	832(%rdx,%rsi), %zmm17
	vpmaddubsw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm16, %zmm16
	incq	%rcx
	addq	$64, %rax
	cmpq	%r14, %rcx
	jl	LOOP

loop:
	movslq	-4(%r10,%rcx,8), %rsi
	movslq	(%r10,%rcx,8), %rdi
	vmovdqu64	-64(%rax), %zmm17
	vpbroadcastd	(%rdx,%rsi), %zmm19
	vmovdqu64	(%rax), %zmm18
	vpbroadcastd	(%rdx,%rdi), %zmm20
	vpmaddubsw	%zmm17, %zmm19, %zmm19
	vpmaddubsw	%zmm18, %zmm20, %zmm20
	vpaddw	%zmm20, %zmm19, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpaddd	%zmm19, %zmm3, %zmm3
	vpbroadcastd	64(%rdx,%rsi), %zmm19
	vpbroadcastd	64(%rdx,%rdi), %zmm20
	vpmaddubsw	%zmm17, %zmm19, %zmm19
	vpmaddubsw	%zmm18, %zmm20, %zmm20
	vpaddw	%zmm20, %zmm19, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpbroadcastd	128(%rdx,%rsi), %zmm20
	vpbroadcastd	128(%rdx,%rdi), %zmm21
	vpaddd	%zmm19, %zmm4, %zmm4
	vpmaddubsw	%zmm17, %zmm20, %zmm19
	vpmaddubsw	%zmm18, %zmm21, %zmm20
	vpaddw	%zmm20, %zmm19, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpaddd	%zmm19, %zmm5, %zmm5
	vpbroadcastd	192(%rdx,%rsi), %zmm19
	vpbroadcastd	192(%rdx,%rdi), %zmm20
	vpmaddubsw	%zmm17, %zmm19, %zmm19
	vpmaddubsw	%zmm18, %zmm20, %zmm20
	vpaddw	%zmm20, %zmm19, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpbroadcastd	256(%rdx,%rsi), %zmm20
	vpaddd	%zmm19, %zmm6, %zmm6
	vpbroadcastd	256(%rdx,%rdi), %zmm19
	vpmaddubsw	%zmm17, %zmm20, %zmm20
	vpmaddubsw	%zmm18, %zmm19, %zmm19
	vpaddw	%zmm19, %zmm20, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpaddd	%zmm19, %zmm7, %zmm7
	vpbroadcastd	320(%rdx,%rsi), %zmm19
	vpbroadcastd	320(%rdx,%rdi), %zmm20
	vpmaddubsw	%zmm17, %zmm19, %zmm19
	vpmaddubsw	%zmm18, %zmm20, %zmm20
	vpaddw	%zmm20, %zmm19, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpbroadcastd	384(%rdx,%rsi), %zmm20
	vpbroadcastd	384(%rdx,%rdi), %zmm21
	vpaddd	%zmm19, %zmm8, %zmm8
	vpmaddubsw	%zmm17, %zmm20, %zmm19
	vpmaddubsw	%zmm18, %zmm21, %zmm20
	vpaddw	%zmm20, %zmm19, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpaddd	%zmm19, %zmm9, %zmm9
	vpbroadcastd	448(%rdx,%rsi), %zmm19
	vpbroadcastd	448(%rdx,%rdi), %zmm20
	vpmaddubsw	%zmm17, %zmm19, %zmm19
	vpmaddubsw	%zmm18, %zmm20, %zmm20
	vpaddw	%zmm20, %zmm19, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpbroadcastd	512(%rdx,%rsi), %zmm20
	vpaddd	%zmm19, %zmm10, %zmm10
	vpbroadcastd	512(%rdx,%rdi), %zmm19
	vpmaddubsw	%zmm17, %zmm20, %zmm20
	vpmaddubsw	%zmm18, %zmm19, %zmm19
	vpaddw	%zmm19, %zmm20, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpaddd	%zmm19, %zmm11, %zmm11
	vpbroadcastd	576(%rdx,%rsi), %zmm19
	vpbroadcastd	576(%rdx,%rdi), %zmm20
	vpmaddubsw	%zmm17, %zmm19, %zmm19
	vpmaddubsw	%zmm18, %zmm20, %zmm20
	vpaddw	%zmm20, %zmm19, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpbroadcastd	640(%rdx,%rsi), %zmm20
	vpbroadcastd	640(%rdx,%rdi), %zmm21
	vpaddd	%zmm19, %zmm12, %zmm12
	vpmaddubsw	%zmm17, %zmm20, %zmm19
	vpmaddubsw	%zmm18, %zmm21, %zmm20
	vpaddw	%zmm20, %zmm19, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpaddd	%zmm19, %zmm13, %zmm13
	vpbroadcastd	704(%rdx,%rsi), %zmm19
	vpbroadcastd	704(%rdx,%rdi), %zmm20
	vpmaddubsw	%zmm17, %zmm19, %zmm19
	vpmaddubsw	%zmm18, %zmm20, %zmm20
	vpaddw	%zmm20, %zmm19, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpbroadcastd	768(%rdx,%rsi), %zmm20
	vpaddd	%zmm19, %zmm14, %zmm14
	vpbroadcastd	768(%rdx,%rdi), %zmm19
	vpmaddubsw	%zmm17, %zmm20, %zmm20
	vpmaddubsw	%zmm18, %zmm19, %zmm19
	vpaddw	%zmm19, %zmm20, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpaddd	%zmm19, %zmm15, %zmm15
	vpbroadcastd	832(%rdx,%rsi), %zmm19
	vpbroadcastd	832(%rdx,%rdi), %zmm20
	vpmaddubsw	%zmm17, %zmm19, %zmm17
	vpmaddubsw	%zmm18, %zmm20, %zmm18
	vpaddw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm16, %zmm16
	incq	%rcx
	subq	$-128, %rax
	cmpq	%r15, %rcx
	jl	LOOP

loop:
	movslq	-8(%rcx), %rsi
	movslq	-4(%rcx), %rdi
	movslq	(%rcx), %r13
	vmovdqu64	-128(%rax), %zmm18
	vmovdqu64	-64(%rax), %zmm19
	vmovdqu64	(%rax), %zmm17
	vpbroadcastd	(%rdx,%rsi), %zmm20
	vpbroadcastd	(%rdx,%rdi), %zmm21
	vpbroadcastd	(%rdx,%r13), %zmm22
	vpmaddubsw	%zmm18, %zmm20, %zmm20
	vpmaddubsw	%zmm19, %zmm21, %zmm21
	vpaddw	%zmm21, %zmm20, %zmm20
	vpmaddubsw	%zmm17, %zmm22, %zmm21
	vpaddw	%zmm21, %zmm20, %zmm20
	vpmaddwd	%zmm0, %zmm20, %zmm20
	vpbroadcastd	64(%rdx,%rsi), %zmm21
	vpbroadcastd	64(%rdx,%rdi), %zmm22
	vpbroadcastd	64(%rdx,%r13), %zmm23
	vpaddd	%zmm20, %zmm3, %zmm3
	vpmaddubsw	%zmm18, %zmm21, %zmm20
	vpmaddubsw	%zmm19, %zmm22, %zmm21
	vpaddw	%zmm21, %zmm20, %zmm20
	vpmaddubsw	%zmm17, %zmm23, %zmm21
	vpaddw	%zmm21, %zmm20, %zmm20
	vpmaddwd	%zmm0, %zmm20, %zmm20
	vpaddd	%zmm20, %zmm4, %zmm4
	vpbroadcastd	128(%rdx,%rsi), %zmm20
	vpbroadcastd	128(%rdx,%rdi), %zmm21
	vpbroadcastd	128(%rdx,%r13), %zmm22
	vpmaddubsw	%zmm18, %zmm20, %zmm20
	vpmaddubsw	%zmm19, %zmm21, %zmm21
	vpaddw	%zmm21, %zmm20, %zmm20
	vpmaddubsw	%zmm17, %zmm22, %zmm21
	vpaddw	%zmm21, %zmm20, %zmm20
	vpmaddwd	%zmm0, %zmm20, %zmm20
	vpbroadcastd	192(%rdx,%rsi), %zmm21
	vpbroadcastd	192(%rdx,%rdi), %zmm22
	vpaddd	%zmm20, %zmm5, %zmm5
	vpbroadcastd	192(%rdx,%r13), %zmm20
	vpmaddubsw	%zmm18, %zmm21, %zmm21
	vpmaddubsw	%zmm19, %zmm22, %zmm22
	vpaddw	%zmm22, %zmm21, %zmm21
	vpmaddubsw	%zmm17, %zmm20, %zmm20
	vpaddw	%zmm20, %zmm21, %zmm20
	vpmaddwd	%zmm0, %zmm20, %zmm20
	vpaddd	%zmm20, %zmm6, %zmm6
	vpbroadcastd	256(%rdx,%rsi), %zmm20
	vpbroadcastd	256(%rdx,%rdi), %zmm21
	vpbroadcastd	256(%rdx,%r13), %zmm22
	vpmaddubsw	%zmm18, %zmm20, %zmm20
	vpmaddubsw	%zmm19, %zmm21, %zmm21
	vpaddw	%zmm21, %zmm20, %zmm20
	vpmaddubsw	%zmm17, %zmm22, %zmm21
	vpaddw	%zmm21, %zmm20, %zmm20
	vpmaddwd	%zmm0, %zmm20, %zmm20
	vpbroadcastd	320(%rdx,%rsi), %zmm21
	vpbroadcastd	320(%rdx,%rdi), %zmm22
	vpbroadcastd	320(%rdx,%r13), %zmm23
	vpaddd	%zmm20, %zmm7, %zmm7
	vpmaddubsw	%zmm18, %zmm21, %zmm20
	vpmaddubsw	%zmm19, %zmm22, %zmm21
	vpaddw	%zmm21, %zmm20, %zmm20
	vpmaddubsw	%zmm17, %zmm23, %zmm21
	vpaddw	%zmm21, %zmm20, %zmm20
	vpmaddwd	%zmm0, %zmm20, %zmm20
	vpaddd	%zmm20, %zmm8, %zmm8
	vpbroadcastd	384(%rdx,%rsi), %zmm20
	vpbroadcastd	384(%rdx,%rdi), %zmm21
	vpbroadcastd	384(%rdx,%r13), %zmm22
	vpmaddubsw	%zmm18, %zmm20, %zmm20
	vpmaddubsw	%zmm19, %zmm21, %zmm21
	vpaddw	%zmm21, %zmm20, %zmm20
	vpmaddubsw	%zmm17, %zmm22, %zmm21
	vpaddw	%zmm21, %zmm20, %zmm20
	vpmaddwd	%zmm0, %zmm20, %zmm20
	vpbroadcastd	448(%rdx,%rsi), %zmm21
	vpbroadcastd	448(%rdx,%rdi), %zmm22
	vpaddd	%zmm20, %zmm9, %zmm9
	vpbroadcastd	448(%rdx,%r13), %zmm20
	vpmaddubsw	%zmm18, %zmm21, %zmm21
	vpmaddubsw	%zmm19, %zmm22, %zmm22
	vpaddw	%zmm22, %zmm21, %zmm21
	vpmaddubsw	%zmm17, %zmm20, %zmm20
	vpaddw	%zmm20, %zmm21, %zmm20
	vpmaddwd	%zmm0, %zmm20, %zmm20
	vpaddd	%zmm20, %zmm10, %zmm10
	vpbroadcastd	512(%rdx,%rsi), %zmm20
	vpbroadcastd	512(%rdx,%rdi), %zmm21
	vpbroadcastd	512(%rdx,%r13), %zmm22
	vpmaddubsw	%zmm18, %zmm20, %zmm20
	vpmaddubsw	%zmm19, %zmm21, %zmm21
	vpaddw	%zmm21, %zmm20, %zmm20
	vpmaddubsw	%zmm17, %zmm22, %zmm21
	vpaddw	%zmm21, %zmm20, %zmm20
	vpmaddwd	%zmm0, %zmm20, %zmm20
	vpbroadcastd	576(%rdx,%rsi), %zmm21
	vpbroadcastd	576(%rdx,%rdi), %zmm22
	vpbroadcastd	576(%rdx,%r13), %zmm23
	vpaddd	%zmm20, %zmm11, %zmm11
	vpmaddubsw	%zmm18, %zmm21, %zmm20
	vpmaddubsw	%zmm19, %zmm22, %zmm21
	vpaddw	%zmm21, %zmm20, %zmm20
	vpmaddubsw	%zmm17, %zmm23, %zmm21
	vpaddw	%zmm21, %zmm20, %zmm20
	vpmaddwd	%zmm0, %zmm20, %zmm20
	vpaddd	%zmm20, %zmm12, %zmm12
	vpbroadcastd	640(%rdx,%rsi), %zmm20
	vpbroadcastd	640(%rdx,%rdi), %zmm21
	vpbroadcastd	640(%rdx,%r13), %zmm22
	vpmaddubsw	%zmm18, %zmm20, %zmm20
	vpmaddubsw	%zmm19, %zmm21, %zmm21
	vpaddw	%zmm21, %zmm20, %zmm20
	vpmaddubsw	%zmm17, %zmm22, %zmm21
	vpaddw	%zmm21, %zmm20, %zmm20
	vpmaddwd	%zmm0, %zmm20, %zmm20
	vpbroadcastd	704(%rdx,%rsi), %zmm21
	vpbroadcastd	704(%rdx,%rdi), %zmm22
	vpaddd	%zmm20, %zmm13, %zmm13
	vpbroadcastd	704(%rdx,%r13), %zmm20
	vpmaddubsw	%zmm18, %zmm21, %zmm21
	vpmaddubsw	%zmm19, %zmm22, %zmm22
	vpaddw	%zmm22, %zmm21, %zmm21
	vpmaddubsw	%zmm17, %zmm20, %zmm20
	vpaddw	%zmm20, %zmm21, %zmm20
	vpmaddwd	%zmm0, %zmm20, %zmm20
	vpaddd	%zmm20, %zmm14, %zmm14
	vpbroadcastd	768(%rdx,%rsi), %zmm20
	vpbroadcastd	768(%rdx,%rdi), %zmm21
	vpbroadcastd	768(%rdx,%r13), %zmm22
	vpmaddubsw	%zmm18, %zmm20, %zmm20
	vpmaddubsw	%zmm19, %zmm21, %zmm21
	vpaddw	%zmm21, %zmm20, %zmm20
	vpmaddubsw	%zmm17, %zmm22, %zmm21
	vpaddw	%zmm21, %zmm20, %zmm20
	vpmaddwd	%zmm0, %zmm20, %zmm20
	vpbroadcastd	832(%rdx,%rsi), %zmm21
	vpbroadcastd	832(%rdx,%rdi), %zmm22
	vpbroadcastd	832(%rdx,%r13), %zmm23
	vpaddd	%zmm20, %zmm15, %zmm15
	vpmaddubsw	%zmm18, %zmm21, %zmm18
	vpmaddubsw	%zmm19, %zmm22, %zmm19
	vpaddw	%zmm19, %zmm18, %zmm18
	vpmaddubsw	%zmm17, %zmm23, %zmm17
	vpaddw	%zmm17, %zmm18, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm16, %zmm16
	incq	%r11
	addq	$192, %rax
	addq	$12, %rcx
	cmpq	%r12, %r11
	jl	LOOP

# vectors on the stack: 4

loop:
	vpmovzxbw	12288(%r8,%rax), %zmm7
	vmovdqu64	%zmm7, 128(%rsp,%rax,2)
	addq	$32, %rax
	cmpq	$32, %rax
	je	LOOP

loop:
	vpmovzxbw	12352(%r8,%rax), %zmm7
	vmovdqu64	%zmm7, 256(%rsp,%rax,2)
	addq	$32, %rax
	cmpq	$32, %rax
	je	LOOP

loop:
	vpmovzxbw	12416(%r8,%rax), %zmm7
	vmovdqu64	%zmm7, 384(%rsp,%rax,2)
	addq	$32, %rax
	cmpq	$32, %rax
	je	LOOP

loop:
	vpmovzxbw	12480(%r8,%rax), %zmm7
	vmovdqu64	%zmm7, 512(%rsp,%rax,2)
	addq	$32, %rax
	cmpq	$32, %rax
	je	LOOP

loop:
	vmovdqu64	-448(%rcx), %zmm26
	vmovdqu64	-384(%rcx), %zmm18
	vmovdqu64	-320(%rcx), %zmm27
	vmovdqu64	-256(%rcx), %zmm23
	vmovdqu64	-192(%rcx), %zmm28
	vmovdqu64	-128(%rcx), %zmm24
	vmovdqu64	-64(%rcx), %zmm29
	vmovdqu64	(%rcx), %zmm25
	vpbroadcastd	136(%rsp,%rax,8), %zmm30
	vpmaddwd	%zmm26, %zmm30, %zmm31
	vpaddd	%zmm31, %zmm17, %zmm17
	vpmaddwd	%zmm27, %zmm30, %zmm31
	vpaddd	%zmm31, %zmm12, %zmm12
	vpmaddwd	%zmm28, %zmm30, %zmm31
	vpaddd	%zmm31, %zmm8, %zmm8
	vpmaddwd	%zmm29, %zmm30, %zmm30
	vpbroadcastd	264(%rsp,%rax,8), %zmm31
	vpaddd	%zmm30, %zmm6, %zmm6
	vpmaddwd	%zmm26, %zmm31, %zmm30
	vpaddd	%zmm30, %zmm19, %zmm19
	vpmaddwd	%zmm27, %zmm31, %zmm30
	vpaddd	%zmm30, %zmm22, %zmm22
	vpmaddwd	%zmm28, %zmm31, %zmm30
	vpaddd	%zmm30, %zmm14, %zmm14
	vpmaddwd	%zmm29, %zmm31, %zmm30
	vpaddd	%zmm30, %zmm10, %zmm10
	vpbroadcastd	392(%rsp,%rax,8), %zmm30
	vpmaddwd	%zmm26, %zmm30, %zmm31
	vpaddd	%zmm31, %zmm20, %zmm20
	vpmaddwd	%zmm27, %zmm30, %zmm31
	vpaddd	%zmm31, %zmm16, %zmm16
	vpmaddwd	%zmm28, %zmm30, %zmm31
	vpaddd	%zmm31, %zmm13, %zmm13
	vpmaddwd	%zmm29, %zmm30, %zmm30
	vpbroadcastd	520(%rsp,%rax,8), %zmm31
	vpaddd	%zmm30, %zmm9, %zmm9
	vpmaddwd	%zmm26, %zmm31, %zmm26
	vpaddd	%zmm26, %zmm21, %zmm21
	vpmaddwd	%zmm27, %zmm31, %zmm26
	vpaddd	%zmm26, %zmm15, %zmm15
	vpmaddwd	%zmm28, %zmm31, %zmm26
	vpaddd	%zmm26, %zmm11, %zmm11
	vpmaddwd	%zmm29, %zmm31, %zmm26
	vpaddd	%zmm26, %zmm7, %zmm7
	vpbroadcastd	140(%rsp,%rax,8), %zmm26
	vpmaddwd	%zmm18, %zmm26, %zmm27
	vpaddd	%zmm27, %zmm17, %zmm17
	vpmaddwd	%zmm23, %zmm26, %zmm27
	vpaddd	%zmm27, %zmm12, %zmm12
	vpmaddwd	%zmm24, %zmm26, %zmm27
	vpaddd	%zmm27, %zmm8, %zmm8
	vpmaddwd	%zmm25, %zmm26, %zmm26
	vpbroadcastd	268(%rsp,%rax,8), %zmm27
	vpaddd	%zmm26, %zmm6, %zmm6
	vpmaddwd	%zmm18, %zmm27, %zmm26
	vpaddd	%zmm26, %zmm19, %zmm19
	vpmaddwd	%zmm23, %zmm27, %zmm26
	vpaddd	%zmm26, %zmm22, %zmm22
	vpmaddwd	%zmm24, %zmm27, %zmm26
	vpaddd	%zmm26, %zmm14, %zmm14
	vpmaddwd	%zmm25, %zmm27, %zmm26
	vpaddd	%zmm26, %zmm10, %zmm10
	vpbroadcastd	396(%rsp,%rax,8), %zmm26
	vpmaddwd	%zmm18, %zmm26, %zmm27
	vpaddd	%zmm27, %zmm20, %zmm20
	vpmaddwd	%zmm23, %zmm26, %zmm27
	vpaddd	%zmm27, %zmm16, %zmm16
	vpmaddwd	%zmm24, %zmm26, %zmm27
	vpaddd	%zmm27, %zmm13, %zmm13
	vpmaddwd	%zmm25, %zmm26, %zmm26
	vpbroadcastd	524(%rsp,%rax,8), %zmm27
	vpaddd	%zmm26, %zmm9, %zmm9
	vpmaddwd	%zmm18, %zmm27, %zmm18
	vpaddd	%zmm18, %zmm21, %zmm21
	vpmaddwd	%zmm23, %zmm27, %zmm18
	vpaddd	%zmm18, %zmm15, %zmm15
	vpmaddwd	%zmm24, %zmm27, %zmm18
	vpaddd	%zmm18, %zmm11, %zmm11
	vpmaddwd	%zmm25, %zmm27, %zmm18
	vpaddd	%zmm18, %zmm7, %zmm7
	incq	%rax
	addq	$512, %rcx
	cmpq	$15, %rax
	jb	LOOP

loop:
	vpmovzxbw	(%rdi,%r12), %zmm7
	vmovdqu64	%zmm7, 128(%rsp,%r12,2)
	addq	$32, %r12
	cmpq	$32, %r12
	je	LOOP

loop:
	vpmovzxbw	(%r13,%rdi), %zmm7
	vmovdqu64	%zmm7, 256(%rsp,%rdi,2)
	addq	$32, %rdi
	cmpq	$32, %rdi
	je	LOOP

loop:
	vpmovzxbw	(%rsi,%rdi), %zmm7
	vmovdqu64	%zmm7, 384(%rsp,%rdi,2)
	addq	$32, %rdi
	cmpq	$32, %rdi
	je	LOOP

loop:
	vpmovzxbw	(%r10,%rsi), %zmm7
	vmovdqu64	%zmm7, 512(%rsp,%rsi,2)
	addq	$32, %rsi
	cmpq	$32, %rsi
	je	LOOP

loop:
	vpmovzxbw	(%r9,%rsi), %zmm7
	vmovdqu64	%zmm7, 640(%rsp,%rsi,2)
	addq	$32, %rsi
	cmpq	$32, %rsi
	je	LOOP

loop:
	vpmovzxbw	(%rcx,%rsi), %zmm7
	vmovdqu64	%zmm7, 768(%rsp,%rsi,2)
	addq	$32, %rsi
	cmpq	$32, %rsi
	je	LOOP

loop:
	vmovdqu64	-448(%rcx), %zmm30
	vmovdqu64	-320(%rcx), %zmm31
	vmovdqu64	-192(%rcx), %zmm5
	vmovdqu64	-64(%rcx), %zmm4
	vpbroadcastd	136(%rsp,%r9,8), %zmm0
	vpmaddwd	%zmm30, %zmm0, %zmm1
	vpaddd	%zmm1, %zmm19, %zmm1
	vpmaddwd	%zmm31, %zmm0, %zmm19
	vpaddd	%zmm19, %zmm16, %zmm16
	vpmaddwd	%zmm5, %zmm0, %zmm19
	vpaddd	%zmm19, %zmm10, %zmm10
	vpmaddwd	%zmm4, %zmm0, %zmm0
	vpbroadcastd	264(%rsp,%r9,8), %zmm19
	vpaddd	%zmm0, %zmm6, %zmm0
	vpmaddwd	%zmm30, %zmm19, %zmm6
	vpaddd	%zmm6, %zmm20, %zmm20
	vpmaddwd	%zmm31, %zmm19, %zmm6
	vpaddd	%zmm6, %zmm29, %zmm29
	vpmaddwd	%zmm5, %zmm19, %zmm6
	vpaddd	%zmm6, %zmm18, %zmm18
	vpmaddwd	%zmm4, %zmm19, %zmm6
	vpaddd	%zmm6, %zmm12, %zmm12
	vpbroadcastd	392(%rsp,%r9,8), %zmm6
	vpmaddwd	%zmm30, %zmm6, %zmm19
	vpaddd	%zmm19, %zmm21, %zmm21
	vpmaddwd	%zmm31, %zmm6, %zmm19
	vpaddd	%zmm19, %zmm28, %zmm28
	vpmaddwd	%zmm5, %zmm6, %zmm19
	vpaddd	%zmm19, %zmm17, %zmm17
	vpmaddwd	%zmm4, %zmm6, %zmm6
	vpbroadcastd	520(%rsp,%r9,8), %zmm19
	vpaddd	%zmm6, %zmm11, %zmm11
	vpmaddwd	%zmm30, %zmm19, %zmm6
	vpaddd	%zmm6, %zmm22, %zmm22
	vpmaddwd	%zmm31, %zmm19, %zmm6
	vpaddd	%zmm6, %zmm27, %zmm27
	vpmaddwd	%zmm5, %zmm19, %zmm6
	vpaddd	%zmm6, %zmm15, %zmm15
	vpmaddwd	%zmm4, %zmm19, %zmm6
	vpaddd	%zmm6, %zmm9, %zmm9
	vpbroadcastd	648(%rsp,%r9,8), %zmm6
	vpmaddwd	%zmm30, %zmm6, %zmm19
	vpaddd	%zmm19, %zmm23, %zmm23
	vpmaddwd	%zmm31, %zmm6, %zmm19
	vpaddd	%zmm19, %zmm26, %zmm26
	vpmaddwd	%zmm5, %zmm6, %zmm19
	vpaddd	%zmm19, %zmm14, %zmm14
	vmovdqu64	-384(%rcx), %zmm3
	vpmaddwd	%zmm4, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm8, %zmm8
	vpbroadcastd	776(%rsp,%r9,8), %zmm6
	vpmaddwd	%zmm30, %zmm6, %zmm19
	vpaddd	%zmm19, %zmm24, %zmm24
	vmovdqu64	-256(%rcx), %zmm30
	vpmaddwd	%zmm31, %zmm6, %zmm19
	vpaddd	%zmm19, %zmm25, %zmm25
	vmovdqu64	-128(%rcx), %zmm31
	vpmaddwd	%zmm5, %zmm6, %zmm5
	vpaddd	%zmm5, %zmm13, %zmm5
	vmovdqu64	(%rcx), %zmm2
	vpmaddwd	%zmm4, %zmm6, %zmm4
	vpaddd	%zmm4, %zmm7, %zmm4
	vpbroadcastd	140(%rsp,%r9,8), %zmm6
	vpmaddwd	%zmm3, %zmm6, %zmm7
	vpaddd	%zmm7, %zmm1, %zmm19
	vpmaddwd	%zmm30, %zmm6, %zmm1
	vpaddd	%zmm1, %zmm16, %zmm16
	vpmaddwd	%zmm31, %zmm6, %zmm1
	vpaddd	%zmm1, %zmm10, %zmm10
	vpmaddwd	%zmm2, %zmm6, %zmm1
	vpbroadcastd	268(%rsp,%r9,8), %zmm7
	vpaddd	%zmm1, %zmm0, %zmm6
	vpmaddwd	%zmm3, %zmm7, %zmm0
	vpaddd	%zmm0, %zmm20, %zmm20
	vpmaddwd	%zmm30, %zmm7, %zmm0
	vpaddd	%zmm0, %zmm29, %zmm29
	vpmaddwd	%zmm31, %zmm7, %zmm0
	vpaddd	%zmm0, %zmm18, %zmm18
	vpmaddwd	%zmm2, %zmm7, %zmm0
	vpaddd	%zmm0, %zmm12, %zmm12
	vpbroadcastd	396(%rsp,%r9,8), %zmm0
	vpmaddwd	%zmm3, %zmm0, %zmm1
	vpaddd	%zmm1, %zmm21, %zmm21
	vpmaddwd	%zmm30, %zmm0, %zmm1
	vpaddd	%zmm1, %zmm28, %zmm28
	vpmaddwd	%zmm31, %zmm0, %zmm1
	vpaddd	%zmm1, %zmm17, %zmm17
	vpmaddwd	%zmm2, %zmm0, %zmm0
	vpbroadcastd	524(%rsp,%r9,8), %zmm1
	vpaddd	%zmm0, %zmm11, %zmm11
	vpmaddwd	%zmm3, %zmm1, %zmm0
	vpaddd	%zmm0, %zmm22, %zmm22
	vpmaddwd	%zmm30, %zmm1, %zmm0
	vpaddd	%zmm0, %zmm27, %zmm27
	vpmaddwd	%zmm31, %zmm1, %zmm0
	vpaddd	%zmm0, %zmm15, %zmm15
	vpmaddwd	%zmm2, %zmm1, %zmm0
	vpaddd	%zmm0, %zmm9, %zmm9
	vpbroadcastd	652(%rsp,%r9,8), %zmm0
	vpmaddwd	%zmm3, %zmm0, %zmm1
	vpaddd	%zmm1, %zmm23, %zmm23
	vpmaddwd	%zmm30, %zmm0, %zmm1
	vpaddd	%zmm1, %zmm26, %zmm26
	vpmaddwd	%zmm31, %zmm0, %zmm1
	vpaddd	%zmm1, %zmm14, %zmm14
	vpmaddwd	%zmm2, %zmm0, %zmm0
	vpbroadcastd	780(%rsp,%r9,8), %zmm1
	vpaddd	%zmm0, %zmm8, %zmm8
	vpmaddwd	%zmm3, %zmm1, %zmm0
	vpaddd	%zmm0, %zmm24, %zmm24
	vpmaddwd	%zmm30, %zmm1, %zmm0
	vpaddd	%zmm0, %zmm25, %zmm25
	vpmaddwd	%zmm31, %zmm1, %zmm0
	vpaddd	%zmm0, %zmm5, %zmm13
	vpmaddwd	%zmm2, %zmm1, %zmm0
	vpaddd	%zmm0, %zmm4, %zmm7
	incq	%r9
	addq	$512, %rcx
	cmpq	$15, %r9
	jb	LOOP

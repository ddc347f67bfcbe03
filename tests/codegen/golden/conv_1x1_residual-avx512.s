# vectors on the stack: 0

loop:
	vpmovzxbw	(%r14,%rcx), %zmm6
	vmovdqu64	%zmm6, (%r15,%rcx,2)
	addq	$32, %rcx
	cmpq	$32, %rcx
	je	LOOP

loop:
	vmovdqu64	-448(%r9), %zmm26
	vmovdqu64	-384(%r9), %zmm16
	vmovdqu64	-320(%r9), %zmm27
	vmovdqu64	-256(%r9), %zmm23
	vmovdqu64	-192(%r9), %zmm28
	vmovdqu64	-128(%r9), %zmm24
	vmovdqu64	-64(%r9), %zmm29
	vmovdqu64	(%r9), %zmm25
	vpbroadcastd	-572(%rbx,%r14,8), %zmm30
	vpmaddwd	%zmm26, %zmm30, %zmm31
	vpaddd	%zmm31, %zmm14, %zmm14
	vpmaddwd	%zmm27, %zmm30, %zmm31
	vpaddd	%zmm31, %zmm22, %zmm22
	vpmaddwd	%zmm28, %zmm30, %zmm31
	vpaddd	%zmm31, %zmm13, %zmm13
	vpmaddwd	%zmm29, %zmm30, %zmm30
	vpbroadcastd	-380(%rbx,%r14,8), %zmm31
	vpaddd	%zmm30, %zmm9, %zmm9
	vpmaddwd	%zmm26, %zmm31, %zmm30
	vpaddd	%zmm30, %zmm17, %zmm17
	vpmaddwd	%zmm27, %zmm31, %zmm30
	vpaddd	%zmm30, %zmm21, %zmm21
	vpmaddwd	%zmm28, %zmm31, %zmm30
	vpaddd	%zmm30, %zmm12, %zmm12
	vpmaddwd	%zmm29, %zmm31, %zmm30
	vpaddd	%zmm30, %zmm8, %zmm8
	vpbroadcastd	-188(%rbx,%r14,8), %zmm30
	vpmaddwd	%zmm26, %zmm30, %zmm31
	vpaddd	%zmm31, %zmm18, %zmm18
	vpmaddwd	%zmm27, %zmm30, %zmm31
	vpaddd	%zmm31, %zmm20, %zmm20
	vpmaddwd	%zmm28, %zmm30, %zmm31
	vpaddd	%zmm31, %zmm11, %zmm11
	vpmaddwd	%zmm29, %zmm30, %zmm30
	vpbroadcastd	4(%rbx,%r14,8), %zmm31
	vpaddd	%zmm30, %zmm7, %zmm7
	vpmaddwd	%zmm26, %zmm31, %zmm26
	vpaddd	%zmm26, %zmm19, %zmm19
	vpmaddwd	%zmm27, %zmm31, %zmm26
	vpaddd	%zmm26, %zmm15, %zmm15
	vpmaddwd	%zmm28, %zmm31, %zmm26
	vpaddd	%zmm26, %zmm10, %zmm10
	vpmaddwd	%zmm29, %zmm31, %zmm26
	vpaddd	%zmm26, %zmm6, %zmm6
	vpbroadcastd	-568(%rbx,%r14,8), %zmm26
	vpmaddwd	%zmm16, %zmm26, %zmm27
	vpaddd	%zmm27, %zmm14, %zmm14
	vpmaddwd	%zmm23, %zmm26, %zmm27
	vpaddd	%zmm27, %zmm22, %zmm22
	vpmaddwd	%zmm24, %zmm26, %zmm27
	vpaddd	%zmm27, %zmm13, %zmm13
	vpmaddwd	%zmm25, %zmm26, %zmm26
	vpbroadcastd	-376(%rbx,%r14,8), %zmm27
	vpaddd	%zmm26, %zmm9, %zmm9
	vpmaddwd	%zmm16, %zmm27, %zmm26
	vpaddd	%zmm26, %zmm17, %zmm17
	vpmaddwd	%zmm23, %zmm27, %zmm26
	vpaddd	%zmm26, %zmm21, %zmm21
	vpmaddwd	%zmm24, %zmm27, %zmm26
	vpaddd	%zmm26, %zmm12, %zmm12
	vpmaddwd	%zmm25, %zmm27, %zmm26
	vpaddd	%zmm26, %zmm8, %zmm8
	vpbroadcastd	-184(%rbx,%r14,8), %zmm26
	vpmaddwd	%zmm16, %zmm26, %zmm27
	vpaddd	%zmm27, %zmm18, %zmm18
	vpmaddwd	%zmm23, %zmm26, %zmm27
	vpaddd	%zmm27, %zmm20, %zmm20
	vpmaddwd	%zmm24, %zmm26, %zmm27
	vpaddd	%zmm27, %zmm11, %zmm11
	vpmaddwd	%zmm25, %zmm26, %zmm26
	vpbroadcastd	8(%rbx,%r14,8), %zmm27
	vpaddd	%zmm26, %zmm7, %zmm7
	vpmaddwd	%zmm16, %zmm27, %zmm16
	vpaddd	%zmm16, %zmm19, %zmm19
	vpmaddwd	%zmm23, %zmm27, %zmm16
	vpaddd	%zmm16, %zmm15, %zmm15
	vpmaddwd	%zmm24, %zmm27, %zmm16
	vpaddd	%zmm16, %zmm10, %zmm10
	vpmaddwd	%zmm25, %zmm27, %zmm16
	vpaddd	%zmm16, %zmm6, %zmm6
	incq	%r14
	addq	$512, %r9
	cmpq	$15, %r14
	jb	LOOP

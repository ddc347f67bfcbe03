# vectors on the stack: 0

loop:
	vpmovzxbd	16(%rax,%rcx), %zmm3
	vpaddd	%zmm0, %zmm3, %zmm3
	vcvtdq2ps	%zmm3, %zmm3
	vmulps	%zmm1, %zmm3, %zmm3
	vmaxps	%zmm3, %zmm2, %zmm2
	addq	$16, %rcx
	cmpq	$976, %rcx
	jb	LOOP

loop:
	vpmovzxbd	16(%rax,%rcx), %zmm19
	vpaddd	%zmm0, %zmm19, %zmm19
	vcvtdq2ps	%zmm19, %zmm19
	vmulps	%zmm1, %zmm19, %zmm19
	vsubps	%zmm13, %zmm19, %zmm19
	vmaxps	%zmm19, %zmm2, %zmm20
	vminps	%zmm20, %zmm3, %zmm20
	vcmpordps	%zmm17, %zmm19, %k1
	vmulps	%zmm4, %zmm20, %zmm19 {%k1} {z}
	vcvtps2dq	%zmm19, %zmm19
	vcvtdq2ps	%zmm19, %zmm21
	vmulps	%zmm5, %zmm21, %zmm22
	vmulps	%zmm6, %zmm21, %zmm21
	vaddps	%zmm22, %zmm20, %zmm20
	vaddps	%zmm21, %zmm20, %zmm20
	vmulps	%zmm7, %zmm20, %zmm21
	vaddps	%zmm8, %zmm21, %zmm21
	vmulps	%zmm20, %zmm21, %zmm21
	vaddps	%zmm9, %zmm21, %zmm21
	vmulps	%zmm20, %zmm21, %zmm21
	vaddps	%zmm10, %zmm21, %zmm21
	vmulps	%zmm20, %zmm20, %zmm22
	vmulps	%zmm20, %zmm21, %zmm21
	vaddps	%zmm11, %zmm21, %zmm21
	vmulps	%zmm21, %zmm22, %zmm21
	vaddps	%zmm20, %zmm21, %zmm20
	vaddps	%zmm12, %zmm20, %zmm20
	vpsrad	$1, %zmm19, %zmm21
	vpslld	$23, %zmm21, %zmm22
	vpaddd	%zmm14, %zmm22, %zmm22
	vmulps	%zmm22, %zmm20, %zmm20
	vpsubd	%zmm21, %zmm19, %zmm19
	vpslld	$23, %zmm19, %zmm19
	vpaddd	%zmm14, %zmm19, %zmm19
	vmulps	%zmm19, %zmm20, %zmm19
	vaddps	%zmm19, %zmm18, %zmm18
	addq	$16, %rcx
	cmpq	$976, %rcx
	jb	LOOP

loop:
	vpmovzxbd	16(%rax,%rcx), %zmm15
	vpaddd	%zmm0, %zmm15, %zmm15
	vcvtdq2ps	%zmm15, %zmm15
	vmulps	%zmm1, %zmm15, %zmm15
	vsubps	%zmm13, %zmm15, %zmm15
	vmaxps	%zmm15, %zmm2, %zmm25
	vminps	%zmm25, %zmm3, %zmm25
	vcmpordps	%zmm19, %zmm15, %k1
	vmulps	%zmm4, %zmm25, %zmm15 {%k1} {z}
	vcvtps2dq	%zmm15, %zmm15
	vcvtdq2ps	%zmm15, %zmm26
	vmulps	%zmm5, %zmm26, %zmm27
	vaddps	%zmm27, %zmm25, %zmm25
	vmulps	%zmm6, %zmm26, %zmm26
	vaddps	%zmm26, %zmm25, %zmm25
	vmulps	%zmm25, %zmm25, %zmm26
	vmulps	%zmm7, %zmm25, %zmm27
	vaddps	%zmm8, %zmm27, %zmm27
	vmulps	%zmm25, %zmm27, %zmm27
	vaddps	%zmm9, %zmm27, %zmm27
	vmulps	%zmm25, %zmm27, %zmm27
	vaddps	%zmm10, %zmm27, %zmm27
	vmulps	%zmm25, %zmm27, %zmm27
	vaddps	%zmm11, %zmm27, %zmm27
	vmulps	%zmm27, %zmm26, %zmm26
	vaddps	%zmm25, %zmm26, %zmm25
	vaddps	%zmm12, %zmm25, %zmm25
	vpsrad	$1, %zmm15, %zmm26
	vpslld	$23, %zmm26, %zmm27
	vpaddd	%zmm14, %zmm27, %zmm27
	vmulps	%zmm27, %zmm25, %zmm25
	vpsubd	%zmm26, %zmm15, %zmm15
	vpslld	$23, %zmm15, %zmm15
	vpaddd	%zmm14, %zmm15, %zmm15
	vmulps	%zmm15, %zmm25, %zmm15
	vdivps	%zmm20, %zmm15, %zmm15
	vmulps	%zmm21, %zmm15, %zmm15
	vmaxps	%zmm19, %zmm15, %zmm15
	vminps	%zmm22, %zmm15, %zmm15
	vcvtps2dq	%zmm15, %zmm15
	vcvtdq2ps	%zmm15, %zmm15
	vmulps	%zmm23, %zmm15, %zmm15
	vmovups	%zmm15, 64(%rdi,%rcx,4)
	addq	$16, %rcx
	cmpq	$976, %rcx
	jb	LOOP

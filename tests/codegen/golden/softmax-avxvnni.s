# vectors on the stack: 13

loop:
	vpmovzxbd	24(%rax,%rcx), %ymm4
	vpmovzxbd	16(%rax,%rcx), %ymm5
	vpaddd	%ymm0, %ymm5, %ymm5
	vpaddd	%ymm0, %ymm4, %ymm4
	vcvtdq2ps	%ymm4, %ymm4
	vcvtdq2ps	%ymm5, %ymm5
	vmulps	%ymm1, %ymm5, %ymm5
	vmaxps	%ymm5, %ymm3, %ymm3
	vmulps	%ymm1, %ymm4, %ymm4
	vmaxps	%ymm4, %ymm2, %ymm2
	addq	$16, %rcx
	cmpq	$976, %rcx
	jb	LOOP

loop:
	vpmovzxbd	24(%rax,%rcx), %ymm5
	vpmovzxbd	16(%rax,%rcx), %ymm6
	vpaddd	%ymm0, %ymm6, %ymm6
	vpaddd	%ymm0, %ymm5, %ymm5
	vcvtdq2ps	%ymm5, %ymm5
	vcvtdq2ps	%ymm6, %ymm6
	vmulps	%ymm1, %ymm6, %ymm6
	vmulps	%ymm1, %ymm5, %ymm5
	vsubps	%ymm11, %ymm5, %ymm5
	vsubps	%ymm11, %ymm6, %ymm6
	vbroadcastss	CONST(%rip), %ymm8
	vmaxps	%ymm6, %ymm8, %ymm7
	vmaxps	%ymm5, %ymm8, %ymm8
	vbroadcastss	CONST(%rip), %ymm9
	vminps	%ymm8, %ymm9, %ymm8
	vminps	%ymm7, %ymm9, %ymm7
	vbroadcastss	CONST(%rip), %ymm10
	vmulps	%ymm7, %ymm10, %ymm9
	vmulps	%ymm10, %ymm8, %ymm10
	vcmpordps	%ymm5, %ymm15, %ymm5
	vandps	%ymm5, %ymm10, %ymm10
	vcmpordps	%ymm6, %ymm15, %ymm5
	vandps	%ymm5, %ymm9, %ymm5
	vcvtps2dq	%ymm5, %ymm5
	vcvtps2dq	%ymm10, %ymm6
	vcvtdq2ps	%ymm6, %ymm9
	vcvtdq2ps	%ymm5, %ymm10
	vbroadcastss	CONST(%rip), %ymm13
	vmulps	%ymm13, %ymm9, %ymm12
	vaddps	%ymm12, %ymm8, %ymm8
	vmulps	%ymm13, %ymm10, %ymm12
	vaddps	%ymm7, %ymm12, %ymm7
	vbroadcastss	CONST(%rip), %ymm12
	vmulps	%ymm12, %ymm9, %ymm9
	vaddps	%ymm9, %ymm8, %ymm8
	vmulps	%ymm12, %ymm10, %ymm9
	vaddps	%ymm7, %ymm9, %ymm7
	vmulps	%ymm8, %ymm8, %ymm9
	vbroadcastss	CONST(%rip), %ymm12
	vmulps	%ymm7, %ymm12, %ymm10
	vmulps	%ymm12, %ymm8, %ymm12
	vbroadcastss	CONST(%rip), %ymm13
	vaddps	%ymm13, %ymm12, %ymm12
	vaddps	%ymm13, %ymm10, %ymm10
	vmulps	%ymm7, %ymm10, %ymm10
	vmulps	%ymm8, %ymm12, %ymm12
	vbroadcastss	CONST(%rip), %ymm13
	vaddps	%ymm13, %ymm12, %ymm12
	vaddps	%ymm13, %ymm10, %ymm10
	vmulps	%ymm7, %ymm10, %ymm10
	vmulps	%ymm8, %ymm12, %ymm12
	vaddps	%ymm14, %ymm12, %ymm12
	vmulps	%ymm8, %ymm12, %ymm12
	vbroadcastss	CONST(%rip), %ymm13
	vaddps	%ymm13, %ymm12, %ymm12
	vmulps	%ymm12, %ymm9, %ymm9
	vmulps	%ymm7, %ymm7, %ymm12
	vaddps	%ymm14, %ymm10, %ymm10
	vmulps	%ymm7, %ymm10, %ymm10
	vaddps	%ymm13, %ymm10, %ymm10
	vmulps	%ymm10, %ymm12, %ymm10
	vaddps	%ymm8, %ymm9, %ymm8
	vaddps	%ymm7, %ymm10, %ymm7
	vbroadcastss	CONST(%rip), %ymm9
	vaddps	%ymm7, %ymm9, %ymm7
	vaddps	%ymm9, %ymm8, %ymm8
	vpsrad	$1, %ymm5, %ymm9
	vpsrad	$1, %ymm6, %ymm10
	vpslld	$23, %ymm9, %ymm12
	vpaddd	%ymm2, %ymm12, %ymm12
	vmulps	%ymm7, %ymm12, %ymm7
	vpslld	$23, %ymm10, %ymm12
	vpaddd	%ymm2, %ymm12, %ymm12
	vmulps	%ymm12, %ymm8, %ymm8
	vpsubd	%ymm10, %ymm6, %ymm6
	vpsubd	%ymm9, %ymm5, %ymm5
	vpslld	$23, %ymm6, %ymm6
	vpaddd	%ymm2, %ymm6, %ymm6
	vmulps	%ymm6, %ymm8, %ymm6
	vaddps	%ymm6, %ymm4, %ymm4
	vpslld	$23, %ymm5, %ymm5
	vpaddd	%ymm2, %ymm5, %ymm5
	vmulps	%ymm5, %ymm7, %ymm5
	vaddps	%ymm5, %ymm3, %ymm3
	addq	$16, %rcx
	cmpq	$976, %rcx
	jb	LOOP

loop:
	vpmovzxbd	24(%rax,%rcx), %ymm4
	vpmovzxbd	16(%rax,%rcx), %ymm5
	vpaddd	%ymm0, %ymm5, %ymm5
	vpaddd	%ymm0, %ymm4, %ymm4
	vcvtdq2ps	%ymm4, %ymm4
	vcvtdq2ps	%ymm5, %ymm5
	vmulps	%ymm1, %ymm5, %ymm5
	vmulps	%ymm1, %ymm4, %ymm4
	vsubps	%ymm11, %ymm4, %ymm4
	vsubps	%ymm11, %ymm5, %ymm5
	vbroadcastss	CONST(%rip), %ymm3
	vmaxps	%ymm5, %ymm3, %ymm6
	vmaxps	%ymm4, %ymm3, %ymm7
	vbroadcastss	CONST(%rip), %ymm3
	vminps	%ymm7, %ymm3, %ymm7
	vminps	%ymm6, %ymm3, %ymm6
	vbroadcastss	CONST(%rip), %ymm3
	vmulps	%ymm3, %ymm6, %ymm8
	vmulps	%ymm3, %ymm7, %ymm9
	vmovaps	%ymm11, %ymm0
	vxorps	%xmm11, %xmm11, %xmm11
	vcmpordps	%ymm4, %ymm11, %ymm4
	vandps	%ymm4, %ymm9, %ymm9
	vcmpordps	%ymm5, %ymm11, %ymm4
	vandps	%ymm4, %ymm8, %ymm4
	vcvtps2dq	%ymm4, %ymm4
	vcvtps2dq	%ymm9, %ymm5
	vcvtdq2ps	%ymm5, %ymm8
	vcvtdq2ps	%ymm4, %ymm9
	vbroadcastss	CONST(%rip), %ymm3
	vmulps	%ymm3, %ymm8, %ymm10
	vaddps	%ymm7, %ymm10, %ymm7
	vmulps	%ymm3, %ymm9, %ymm10
	vaddps	%ymm6, %ymm10, %ymm6
	vbroadcastss	CONST(%rip), %ymm3
	vmulps	%ymm3, %ymm8, %ymm8
	vaddps	%ymm7, %ymm8, %ymm7
	vmulps	%ymm3, %ymm9, %ymm8
	vaddps	%ymm6, %ymm8, %ymm6
	vmulps	%ymm7, %ymm7, %ymm8
	vmulps	%ymm6, %ymm6, %ymm9
	vmulps	%ymm7, %ymm15, %ymm10
	vbroadcastss	CONST(%rip), %ymm3
	vaddps	%ymm3, %ymm10, %ymm10
	vmulps	%ymm7, %ymm10, %ymm10
	vaddps	%ymm12, %ymm10, %ymm10
	vmulps	%ymm7, %ymm10, %ymm10
	vaddps	%ymm14, %ymm10, %ymm10
	vmulps	%ymm7, %ymm10, %ymm10
	vaddps	%ymm13, %ymm10, %ymm10
	vmulps	%ymm10, %ymm8, %ymm8
	vmulps	%ymm6, %ymm15, %ymm10
	vaddps	%ymm3, %ymm10, %ymm10
	vmulps	%ymm6, %ymm10, %ymm10
	vaddps	%ymm12, %ymm10, %ymm10
	vmulps	%ymm6, %ymm10, %ymm10
	vaddps	%ymm14, %ymm10, %ymm10
	vmulps	%ymm6, %ymm10, %ymm10
	vaddps	%ymm13, %ymm10, %ymm10
	vmulps	%ymm10, %ymm9, %ymm9
	vaddps	%ymm7, %ymm8, %ymm7
	vaddps	%ymm6, %ymm9, %ymm6
	vbroadcastss	CONST(%rip), %ymm3
	vaddps	%ymm3, %ymm6, %ymm6
	vaddps	%ymm3, %ymm7, %ymm7
	vpsrad	$1, %ymm4, %ymm8
	vpsrad	$1, %ymm5, %ymm9
	vpslld	$23, %ymm8, %ymm10
	vpaddd	%ymm2, %ymm10, %ymm10
	vmulps	%ymm6, %ymm10, %ymm6
	vpslld	$23, %ymm9, %ymm10
	vpaddd	%ymm2, %ymm10, %ymm10
	vmulps	%ymm7, %ymm10, %ymm7
	vpsubd	%ymm9, %ymm5, %ymm5
	vpsubd	%ymm8, %ymm4, %ymm4
	vpslld	$23, %ymm5, %ymm5
	vpaddd	%ymm2, %ymm5, %ymm5
	vmulps	%ymm5, %ymm7, %ymm5
	vpslld	$23, %ymm4, %ymm4
	vpaddd	%ymm2, %ymm4, %ymm4
	vmovups	-128(%rsp), %ymm3
	vdivps	%ymm3, %ymm5, %ymm5
	vmulps	%ymm4, %ymm6, %ymm4
	vdivps	%ymm3, %ymm4, %ymm4
	vbroadcastss	CONST(%rip), %ymm3
	vmulps	%ymm3, %ymm4, %ymm4
	vmulps	%ymm3, %ymm5, %ymm5
	vcmpltps	%ymm4, %ymm11, %ymm6
	vandps	%ymm4, %ymm6, %ymm4
	vcmpltps	%ymm5, %ymm11, %ymm6
	vmovaps	%ymm0, %ymm11
	vmovdqu	(%rsp), %ymm0
	vandps	%ymm5, %ymm6, %ymm5
	vbroadcastss	CONST(%rip), %ymm6
	vminps	%ymm6, %ymm5, %ymm5
	vcvtps2dq	%ymm5, %ymm5
	vcvtdq2ps	%ymm5, %ymm5
	vbroadcastss	CONST(%rip), %ymm3
	vmulps	%ymm3, %ymm5, %ymm5
	vmovups	%ymm5, 96(%rdi,%rcx,4)
	vminps	%ymm6, %ymm4, %ymm4
	vcvtps2dq	%ymm4, %ymm4
	vcvtdq2ps	%ymm4, %ymm4
	vmulps	%ymm3, %ymm4, %ymm4
	vmovups	%ymm4, 64(%rdi,%rcx,4)
	addq	$16, %rcx
	cmpq	$976, %rcx
	jb	LOOP

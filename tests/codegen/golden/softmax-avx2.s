# vectors on the stack: 6

loop:
	vpmovzxbd	24(%rax,%rcx), %ymm3
	vpmovzxbd	16(%rax,%rcx), %ymm4
	vpaddd	%ymm0, %ymm4, %ymm4
	vpmaxsd	%ymm4, %ymm2, %ymm2
	vpaddd	%ymm0, %ymm3, %ymm3
	vpmaxsd	%ymm3, %ymm1, %ymm1
	addq	$16, %rcx
	cmpq	$976, %rcx
	jb	LOOP

loop:
	vpmovzxbd	24(%rax,%rcx), %ymm2
	vpmovzxbd	16(%rax,%rcx), %ymm4
	vpaddd	%ymm0, %ymm4, %ymm4
	vpaddd	%ymm0, %ymm2, %ymm2
	vcvtdq2ps	%ymm2, %ymm2
	vcvtdq2ps	%ymm4, %ymm4
	vbroadcastss	CONST(%rip), %ymm5
	vmulps	%ymm5, %ymm4, %ymm4
	vmulps	%ymm5, %ymm2, %ymm2
	vsubps	%ymm15, %ymm2, %ymm6
	vsubps	%ymm15, %ymm4, %ymm7
	vbroadcastss	CONST(%rip), %ymm4
	vmulps	%ymm4, %ymm7, %ymm2
	vmulps	%ymm4, %ymm6, %ymm4
	vcvtps2dq	%ymm4, %ymm4
	vcvtps2dq	%ymm2, %ymm2
	vcvtdq2ps	%ymm2, %ymm8
	vcvtdq2ps	%ymm4, %ymm9
	vbroadcastss	CONST(%rip), %ymm5
	vmulps	%ymm5, %ymm8, %ymm10
	vaddps	%ymm7, %ymm10, %ymm7
	vmulps	%ymm5, %ymm9, %ymm10
	vaddps	%ymm6, %ymm10, %ymm6
	vbroadcastss	CONST(%rip), %ymm5
	vmulps	%ymm5, %ymm8, %ymm8
	vaddps	%ymm7, %ymm8, %ymm7
	vmulps	%ymm5, %ymm9, %ymm8
	vaddps	%ymm6, %ymm8, %ymm6
	vmulps	%ymm7, %ymm7, %ymm8
	vmulps	%ymm6, %ymm6, %ymm9
	vmulps	%ymm7, %ymm14, %ymm10
	vbroadcastss	CONST(%rip), %ymm5
	vaddps	%ymm5, %ymm10, %ymm10
	vmulps	%ymm7, %ymm10, %ymm10
	vaddps	%ymm13, %ymm10, %ymm10
	vmulps	%ymm7, %ymm10, %ymm10
	vaddps	%ymm12, %ymm10, %ymm10
	vmulps	%ymm7, %ymm10, %ymm10
	vaddps	%ymm11, %ymm10, %ymm10
	vmulps	%ymm10, %ymm8, %ymm8
	vmulps	%ymm6, %ymm14, %ymm10
	vaddps	%ymm5, %ymm10, %ymm10
	vmulps	%ymm6, %ymm10, %ymm10
	vaddps	%ymm13, %ymm10, %ymm10
	vmulps	%ymm6, %ymm10, %ymm10
	vaddps	%ymm12, %ymm10, %ymm10
	vmulps	%ymm6, %ymm10, %ymm10
	vaddps	%ymm11, %ymm10, %ymm10
	vmulps	%ymm10, %ymm9, %ymm9
	vaddps	%ymm7, %ymm8, %ymm7
	vaddps	%ymm6, %ymm9, %ymm6
	vbroadcastss	CONST(%rip), %ymm8
	vaddps	%ymm6, %ymm8, %ymm6
	vpslld	$23, %ymm4, %ymm4
	vmovdqa	(%rsp), %ymm5
	vpaddd	%ymm5, %ymm4, %ymm4
	vmulps	%ymm4, %ymm6, %ymm4
	vaddps	%ymm7, %ymm8, %ymm6
	vpslld	$23, %ymm2, %ymm2
	vpaddd	%ymm5, %ymm2, %ymm2
	vmulps	%ymm2, %ymm6, %ymm2
	vmovups	%ymm4, 160(%rsp,%rcx,4)
	vaddps	%ymm4, %ymm1, %ymm1
	vmovups	%ymm2, 128(%rsp,%rcx,4)
	vaddps	%ymm2, %ymm3, %ymm3
	addq	$16, %rcx
	cmpq	$976, %rcx
	jb	LOOP

loop:
	vmulps	160(%rsp,%rax,4), %ymm4, %ymm6
	vmulps	128(%rsp,%rax,4), %ymm4, %ymm7
	vmulps	%ymm5, %ymm7, %ymm7
	vmulps	%ymm5, %ymm6, %ymm6
	vcmpltps	%ymm6, %ymm2, %ymm8
	vcmpltps	%ymm7, %ymm2, %ymm9
	vandps	%ymm7, %ymm9, %ymm7
	vandps	%ymm6, %ymm8, %ymm6
	vminps	%ymm3, %ymm6, %ymm6
	vminps	%ymm3, %ymm7, %ymm7
	vcvtps2dq	%ymm7, %ymm7
	vcvtps2dq	%ymm6, %ymm6
	vcvtdq2ps	%ymm6, %ymm6
	vcvtdq2ps	%ymm7, %ymm7
	vmulps	%ymm1, %ymm7, %ymm7
	vmulps	%ymm1, %ymm6, %ymm6
	vmovups	%ymm6, 96(%rdi,%rax,4)
	vmovups	%ymm7, 64(%rdi,%rax,4)
	addq	$16, %rax
	cmpq	$976, %rax
	jb	LOOP

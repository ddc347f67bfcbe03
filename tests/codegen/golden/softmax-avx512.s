# vectors on the stack: 1

loop:
	vpmovzxbd	16(%rax,%rcx), %zmm2
	vpaddd	%zmm0, %zmm2, %zmm2
	vpmaxsd	%zmm2, %zmm1, %zmm1
	addq	$16, %rcx
	cmpq	$976, %rcx
	jb	LOOP

loop:
	vpmovzxbd	16(%rax,%rcx), %zmm16
	vpaddd	%zmm0, %zmm16, %zmm16
	vcvtdq2ps	%zmm16, %zmm16
	vmulps	%zmm4, %zmm16, %zmm16
	vsubps	%zmm5, %zmm16, %zmm16
	vmulps	%zmm6, %zmm16, %zmm17
	vcvtps2dq	%zmm17, %zmm17
	vcvtdq2ps	%zmm17, %zmm18
	vmulps	%zmm7, %zmm18, %zmm19
	vaddps	%zmm19, %zmm16, %zmm16
	vmulps	%zmm8, %zmm18, %zmm18
	vaddps	%zmm18, %zmm16, %zmm16
	vmulps	%zmm16, %zmm16, %zmm18
	vmulps	%zmm9, %zmm16, %zmm19
	vaddps	%zmm10, %zmm19, %zmm19
	vmulps	%zmm16, %zmm19, %zmm19
	vaddps	%zmm11, %zmm19, %zmm19
	vmulps	%zmm16, %zmm19, %zmm19
	vaddps	%zmm12, %zmm19, %zmm19
	vmulps	%zmm16, %zmm19, %zmm19
	vaddps	%zmm13, %zmm19, %zmm19
	vmulps	%zmm19, %zmm18, %zmm18
	vaddps	%zmm16, %zmm18, %zmm16
	vaddps	%zmm14, %zmm16, %zmm16
	vpslld	$23, %zmm17, %zmm17
	vpaddd	%zmm15, %zmm17, %zmm17
	vmulps	%zmm17, %zmm16, %zmm16
	vmovups	%zmm16, 64(%rsp,%rcx,4)
	vaddps	%zmm16, %zmm1, %zmm1
	addq	$16, %rcx
	cmpq	$976, %rcx
	jb	LOOP

loop:
	vmulps	64(%rsp,%rax,4), %zmm2, %zmm7
	vmulps	%zmm3, %zmm7, %zmm7
	vmaxps	%zmm4, %zmm7, %zmm7
	vminps	%zmm5, %zmm7, %zmm7
	vcvtps2dq	%zmm7, %zmm7
	vcvtdq2ps	%zmm7, %zmm7
	vmulps	%zmm6, %zmm7, %zmm7
	vmovups	%zmm7, 64(%rdi,%rax,4)
	addq	$16, %rax
	cmpq	$976, %rax
	jb	LOOP

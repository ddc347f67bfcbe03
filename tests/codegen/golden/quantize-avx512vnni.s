# vectors on the stack: 0

loop:
	vmovss	9408(%r15), %xmm6
	vinsertps	$16, 10192(%r15), %xmm6, %xmm6
	vinsertps	$32, 10976(%r15), %xmm6, %xmm6
	vinsertps	$48, 11760(%r15), %xmm6, %xmm6
	vmovss	6272(%r15), %xmm7
	vinsertps	$16, 7056(%r15), %xmm7, %xmm7
	vinsertps	$32, 7840(%r15), %xmm7, %xmm7
	vinsertps	$48, 8624(%r15), %xmm7, %xmm7
	vmovss	3136(%r15), %xmm8
	vinsertps	$16, 3920(%r15), %xmm8, %xmm8
	vinsertps	$32, 4704(%r15), %xmm8, %xmm8
	vinsertps	$48, 5488(%r15), %xmm8, %xmm8
	vmovss	(%r15), %xmm9
	vinsertps	$16, 784(%r15), %xmm9, %xmm9
	vinsertps	$32, 1568(%r15), %xmm9, %xmm9
	vinsertf128	$1, %xmm6, %ymm7, %ymm6
	vinsertps	$48, 2352(%r15), %xmm9, %xmm7
	vmovss	21952(%r15), %xmm9
	vinsertps	$16, 22736(%r15), %xmm9, %xmm9
	vinsertps	$32, 23520(%r15), %xmm9, %xmm9
	vinsertf128	$1, %xmm8, %ymm7, %ymm7
	vinsertps	$48, 24304(%r15), %xmm9, %xmm8
	vmovss	18816(%r15), %xmm9
	vinsertps	$16, 19600(%r15), %xmm9, %xmm9
	vinsertps	$32, 20384(%r15), %xmm9, %xmm9
	vinsertf64x4	$1, %ymm6, %zmm7, %zmm6
	vinsertps	$48, 21168(%r15), %xmm9, %xmm7
	vmovss	15680(%r15), %xmm9
	vinsertps	$16, 16464(%r15), %xmm9, %xmm9
	vinsertps	$32, 17248(%r15), %xmm9, %xmm9
	vinsertf128	$1, %xmm8, %ymm7, %ymm7
	vinsertps	$48, 18032(%r15), %xmm9, %xmm8
	vmovss	12544(%r15), %xmm9
	vinsertps	$16, 13328(%r15), %xmm9, %xmm9
	vinsertps	$32, 14112(%r15), %xmm9, %xmm9
	vinsertps	$48, 14896(%r15), %xmm9, %xmm9
	vinsertf128	$1, %xmm8, %ymm9, %ymm8
	vinsertf64x4	$1, %ymm7, %zmm8, %zmm7
	vmaxps	%zmm0, %zmm7, %zmm7
	vmaxps	%zmm0, %zmm6, %zmm6
	vminps	%zmm1, %zmm6, %zmm6
	vminps	%zmm1, %zmm7, %zmm7
	vmulps	%zmm2, %zmm7, %zmm8
	vmulps	%zmm2, %zmm6, %zmm9
	vfmadd231ps	%zmm3, %zmm9, %zmm6
	vfmadd231ps	%zmm3, %zmm8, %zmm7
	vfmadd213ps	%zmm8, %zmm2, %zmm7
	vfmadd213ps	%zmm9, %zmm2, %zmm6
	vcvtps2dq	%zmm6, %zmm6
	vcvtps2dq	%zmm7, %zmm7
	vpaddd	%zmm4, %zmm7, %zmm7
	vpaddd	%zmm4, %zmm6, %zmm6
	vpmaxsd	%zmm5, %zmm6, %zmm6
	vpmaxsd	%zmm5, %zmm7, %zmm7
	vpmovusdb	%zmm7, 16(%rbx,%r12)
	vpmovusdb	%zmm6, (%rbx,%r12)
	addq	$32, %r12
	addq	$25088, %r15
	cmpq	$32, %r12
	je	LOOP

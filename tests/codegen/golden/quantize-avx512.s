# vectors on the stack: 0

loop:
	vmovss	21952(%r15), %xmm4
	vinsertps	$16, 22736(%r15), %xmm4, %xmm4
	vmovss	18816(%r15), %xmm5
	vinsertps	$16, 19600(%r15), %xmm5, %xmm5
	vmovss	15680(%r15), %xmm6
	vinsertps	$16, 16464(%r15), %xmm6, %xmm6
	vmovss	12544(%r15), %xmm7
	vinsertps	$32, 23520(%r15), %xmm4, %xmm4
	vinsertps	$16, 13328(%r15), %xmm7, %xmm7
	vinsertps	$32, 20384(%r15), %xmm5, %xmm5
	vmovss	9408(%r15), %xmm8
	vinsertps	$32, 17248(%r15), %xmm6, %xmm6
	vinsertps	$16, 10192(%r15), %xmm8, %xmm8
	vinsertps	$32, 14112(%r15), %xmm7, %xmm7
	vmovss	6272(%r15), %xmm9
	vinsertps	$32, 10976(%r15), %xmm8, %xmm8
	vinsertps	$16, 7056(%r15), %xmm9, %xmm9
	vinsertps	$48, 24304(%r15), %xmm4, %xmm4
	vinsertps	$32, 7840(%r15), %xmm9, %xmm9
	vinsertps	$48, 21168(%r15), %xmm5, %xmm5
	vmovss	3136(%r15), %xmm10
	vinsertps	$48, 18032(%r15), %xmm6, %xmm6
	vinsertps	$16, 3920(%r15), %xmm10, %xmm10
	vinsertps	$48, 14896(%r15), %xmm7, %xmm7
	vinsertps	$32, 4704(%r15), %xmm10, %xmm10
	vinsertps	$48, 11760(%r15), %xmm8, %xmm8
	vmovss	(%r15), %xmm11
	vinsertps	$48, 8624(%r15), %xmm9, %xmm9
	vinsertps	$16, 784(%r15), %xmm11, %xmm11
	vinsertps	$48, 5488(%r15), %xmm10, %xmm10
	vinsertf128	$1, %xmm4, %ymm5, %ymm4
	vinsertps	$32, 1568(%r15), %xmm11, %xmm5
	vinsertf128	$1, %xmm6, %ymm7, %ymm6
	vinsertf128	$1, %xmm8, %ymm9, %ymm7
	vinsertps	$48, 2352(%r15), %xmm5, %xmm5
	vinsertf128	$1, %xmm10, %ymm5, %ymm5
	vinsertf64x4	$1, %ymm7, %zmm5, %zmm5
	vdivps	%zmm0, %zmm5, %zmm5
	vinsertf64x4	$1, %ymm4, %zmm6, %zmm4
	vdivps	%zmm0, %zmm4, %zmm4
	vmaxps	%zmm1, %zmm4, %zmm4
	vmaxps	%zmm1, %zmm5, %zmm5
	vminps	%zmm2, %zmm5, %zmm5
	vminps	%zmm2, %zmm4, %zmm4
	vcvtps2dq	%zmm4, %zmm4
	vcvtps2dq	%zmm5, %zmm5
	vpmovdb	%zmm5, %xmm5
	vpmovdb	%zmm4, %xmm4
	vinserti128	$1, %xmm4, %ymm5, %ymm4
	vpaddb	%ymm3, %ymm4, %ymm4
	vmovdqu	%ymm4, (%rbx,%r12)
	addq	$32, %r12
	addq	$25088, %r15
	cmpq	$32, %r12
	je	LOOP

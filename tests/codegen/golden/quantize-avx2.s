# vectors on the stack: 0

loop:
	vmovss	3136(%r12), %xmm5
	vinsertps	$16, 3920(%r12), %xmm5, %xmm5
	vinsertps	$32, 4704(%r12), %xmm5, %xmm5
	vinsertps	$48, 5488(%r12), %xmm5, %xmm5
	vmovss	(%r12), %xmm6
	vinsertps	$16, 784(%r12), %xmm6, %xmm6
	vinsertps	$32, 1568(%r12), %xmm6, %xmm6
	vinsertps	$48, 2352(%r12), %xmm6, %xmm6
	vmovss	9408(%r12), %xmm7
	vinsertps	$16, 10192(%r12), %xmm7, %xmm7
	vinsertps	$32, 10976(%r12), %xmm7, %xmm7
	vinsertps	$48, 11760(%r12), %xmm7, %xmm7
	vmovss	6272(%r12), %xmm8
	vinsertps	$16, 7056(%r12), %xmm8, %xmm8
	vinsertps	$32, 7840(%r12), %xmm8, %xmm8
	vinsertps	$48, 8624(%r12), %xmm8, %xmm8
	vinsertf128	$1, %xmm5, %ymm6, %ymm5
	vinsertf128	$1, %xmm7, %ymm8, %ymm6
	vmaxps	%ymm0, %ymm6, %ymm6
	vmaxps	%ymm0, %ymm5, %ymm5
	vminps	%ymm1, %ymm5, %ymm5
	vminps	%ymm1, %ymm6, %ymm6
	vmulps	%ymm2, %ymm6, %ymm7
	vmulps	%ymm2, %ymm5, %ymm8
	vfmadd231ps	%ymm3, %ymm8, %ymm5
	vfmadd231ps	%ymm3, %ymm7, %ymm6
	vfmadd213ps	%ymm7, %ymm2, %ymm6
	vfmadd213ps	%ymm8, %ymm2, %ymm5
	vcvtps2dq	%ymm5, %ymm5
	vcvtps2dq	%ymm6, %ymm6
	vpaddd	%ymm4, %ymm6, %ymm6
	vpaddd	%ymm4, %ymm5, %ymm5
	vpackssdw	%ymm6, %ymm5, %ymm5
	vextracti128	$1, %ymm5, %xmm6
	vpackuswb	%xmm6, %xmm5, %xmm5
	vpshufd	$216, %xmm5, %xmm5
	vmovdqu	%xmm5, 16(%rbx,%r15)
	addq	$16, %r15
	addq	$12544, %r12
	cmpq	$48, %r15
	jb	LOOP

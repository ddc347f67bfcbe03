# vectors on the stack: 4

loop:
	vpmovzxbw	16(%r9,%r15), %ymm6
	vmovdqu	%ymm6, 32(%r10,%r15,2)
	addq	$16, %r15
	cmpq	$48, %r15
	jb	LOOP

loop:
	vmovdqu	-96(%r9), %ymm5
	vmovdqu	-64(%r9), %ymm14
	vmovdqu	-32(%r9), %ymm4
	vmovdqu	(%r9), %ymm15
	vpbroadcastd	-572(%r10,%r14,8), %ymm0
	vpmaddwd	%ymm5, %ymm0, %ymm1
	vpaddd	%ymm1, %ymm12, %ymm1
	vpmaddwd	%ymm4, %ymm0, %ymm0
	vpbroadcastd	-380(%r10,%r14,8), %ymm12
	vpaddd	%ymm0, %ymm9, %ymm0
	vpmaddwd	%ymm5, %ymm12, %ymm9
	vpaddd	%ymm9, %ymm13, %ymm13
	vpmaddwd	%ymm4, %ymm12, %ymm9
	vpaddd	%ymm9, %ymm8, %ymm8
	vpbroadcastd	-188(%r10,%r14,8), %ymm9
	vpmaddwd	%ymm5, %ymm9, %ymm12
	vpaddd	%ymm12, %ymm11, %ymm11
	vpmaddwd	%ymm4, %ymm9, %ymm9
	vpbroadcastd	4(%r10,%r14,8), %ymm12
	vpaddd	%ymm7, %ymm9, %ymm7
	vpmaddwd	%ymm5, %ymm12, %ymm5
	vpaddd	%ymm5, %ymm10, %ymm5
	vpmaddwd	%ymm4, %ymm12, %ymm4
	vpaddd	%ymm4, %ymm6, %ymm4
	vpbroadcastd	-568(%r10,%r14,8), %ymm6
	vpmaddwd	%ymm6, %ymm14, %ymm9
	vpaddd	%ymm1, %ymm9, %ymm12
	vpmaddwd	%ymm6, %ymm15, %ymm1
	vpbroadcastd	-376(%r10,%r14,8), %ymm6
	vpaddd	%ymm1, %ymm0, %ymm9
	vpmaddwd	%ymm6, %ymm14, %ymm0
	vpaddd	%ymm0, %ymm13, %ymm13
	vpmaddwd	%ymm6, %ymm15, %ymm0
	vpaddd	%ymm0, %ymm8, %ymm8
	vpbroadcastd	-184(%r10,%r14,8), %ymm0
	vpmaddwd	%ymm0, %ymm14, %ymm1
	vpaddd	%ymm1, %ymm11, %ymm11
	vpmaddwd	%ymm0, %ymm15, %ymm0
	vpbroadcastd	8(%r10,%r14,8), %ymm1
	vpaddd	%ymm0, %ymm7, %ymm7
	vpmaddwd	%ymm1, %ymm14, %ymm0
	vpaddd	%ymm0, %ymm5, %ymm10
	vpmaddwd	%ymm1, %ymm15, %ymm0
	vpaddd	%ymm0, %ymm4, %ymm6
	incq	%r14
	subq	$-128, %r9
	cmpq	$15, %r14
	jb	LOOP

# vectors on the stack: 9

loop:
	vpmovzxbw	12496(%r8,%rcx), %ymm8
	vmovdqu	%ymm8, 224(%rsp,%rcx,2)
	addq	$16, %rcx
	cmpq	$48, %rcx
	jb	LOOP

loop:
	vpbroadcastd	200(%rsp,%rcx,8), %ymm8
	vpmaddwd	-96(%r9), %ymm8, %ymm9
	vpaddd	%ymm7, %ymm9, %ymm7
	vpmaddwd	-32(%r9), %ymm8, %ymm8
	vpbroadcastd	204(%rsp,%rcx,8), %ymm9
	vpmaddwd	-64(%r9), %ymm9, %ymm10
	vpaddd	%ymm5, %ymm8, %ymm5
	vpaddd	%ymm7, %ymm10, %ymm7
	vpmaddwd	(%r9), %ymm9, %ymm8
	vpaddd	%ymm5, %ymm8, %ymm5
	incq	%rcx
	subq	$-128, %r9
	cmpq	$15, %rcx
	jb	LOOP

loop:
	vpmovzxbw	16(%r10,%r11), %ymm5
	vmovdqu	%ymm5, 224(%rsp,%r11,2)
	addq	$16, %r11
	cmpq	$48, %r11
	jb	LOOP

loop:
	vpmovzxbw	16(%r9,%r10), %ymm5
	vmovdqu	%ymm5, 352(%rsp,%r10,2)
	addq	$16, %r10
	cmpq	$48, %r10
	jb	LOOP

loop:
	vpmovzxbw	16(%r15,%r9), %ymm5
	vmovdqu	%ymm5, 480(%rsp,%r9,2)
	addq	$16, %r9
	cmpq	$48, %r9
	jb	LOOP

loop:
	vmovdqu	-96(%r9), %ymm5
	vmovdqu	-64(%r9), %ymm13
	vmovdqu	-32(%r9), %ymm14
	vmovdqu	(%r9), %ymm15
	vpbroadcastd	200(%rsp,%r10,8), %ymm6
	vpmaddwd	%ymm5, %ymm6, %ymm4
	vpaddd	%ymm4, %ymm9, %ymm4
	vpmaddwd	%ymm6, %ymm14, %ymm6
	vpbroadcastd	328(%rsp,%r10,8), %ymm9
	vpaddd	%ymm6, %ymm7, %ymm6
	vpmaddwd	%ymm5, %ymm9, %ymm7
	vpaddd	%ymm7, %ymm12, %ymm12
	vpmaddwd	%ymm14, %ymm9, %ymm7
	vpaddd	%ymm7, %ymm10, %ymm10
	vpbroadcastd	456(%rsp,%r10,8), %ymm7
	vpmaddwd	%ymm5, %ymm7, %ymm5
	vpaddd	%ymm5, %ymm11, %ymm5
	vpmaddwd	%ymm7, %ymm14, %ymm7
	vpbroadcastd	204(%rsp,%r10,8), %ymm11
	vpaddd	%ymm7, %ymm8, %ymm8
	vpmaddwd	%ymm13, %ymm11, %ymm7
	vpaddd	%ymm7, %ymm4, %ymm9
	vpmaddwd	%ymm15, %ymm11, %ymm4
	vpaddd	%ymm4, %ymm6, %ymm7
	vpbroadcastd	332(%rsp,%r10,8), %ymm4
	vpmaddwd	%ymm4, %ymm13, %ymm6
	vpaddd	%ymm6, %ymm12, %ymm12
	vpmaddwd	%ymm4, %ymm15, %ymm4
	vpbroadcastd	460(%rsp,%r10,8), %ymm6
	vpaddd	%ymm4, %ymm10, %ymm10
	vpmaddwd	%ymm6, %ymm13, %ymm4
	vpaddd	%ymm4, %ymm5, %ymm11
	vpmaddwd	%ymm6, %ymm15, %ymm4
	vpaddd	%ymm4, %ymm8, %ymm8
	incq	%r10
	subq	$-128, %r9
	cmpq	$15, %r10
	jb	LOOP

loop:
	vpmovzxbw	12496(%r8,%rcx), %ymm4
	vmovdqu	%ymm4, 224(%rsp,%rcx,2)
	addq	$16, %rcx
	cmpq	$48, %rcx
	jb	LOOP

loop:
	vpbroadcastd	200(%rsp,%rcx,8), %ymm4
	vpmaddwd	-160(%r9), %ymm4, %ymm6
	vpaddd	%ymm6, %ymm8, %ymm6
	vpmaddwd	-96(%r9), %ymm4, %ymm8
	vpmaddwd	-32(%r9), %ymm4, %ymm4
	vpaddd	%ymm5, %ymm8, %ymm5
	vpaddd	%ymm4, %ymm7, %ymm4
	vpbroadcastd	204(%rsp,%rcx,8), %ymm7
	vpmaddwd	-128(%r9), %ymm7, %ymm8
	vpmaddwd	-64(%r9), %ymm7, %ymm9
	vpaddd	%ymm6, %ymm8, %ymm8
	vpaddd	%ymm5, %ymm9, %ymm5
	vpmaddwd	(%r9), %ymm7, %ymm6
	vpaddd	%ymm6, %ymm4, %ymm7
	incq	%rcx
	addq	$192, %r9
	cmpq	$15, %rcx
	jb	LOOP

loop:
	vpmovzxbw	16(%rcx,%r12), %ymm4
	vmovdqu	%ymm4, 224(%rsp,%r12,2)
	addq	$16, %r12
	cmpq	$48, %r12
	jb	LOOP

loop:
	vpmovzxbw	16(%r11,%r12), %ymm4
	vmovdqu	%ymm4, 352(%rsp,%r12,2)
	addq	$16, %r12
	cmpq	$48, %r12
	jb	LOOP

loop:
	vpmovzxbw	16(%rdi,%r11), %ymm4
	vmovdqu	%ymm4, 480(%rsp,%r11,2)
	addq	$16, %r11
	cmpq	$48, %r11
	jb	LOOP

loop:
	vmovdqu	-160(%rdi), %ymm4
	vmovdqu	-96(%rdi), %ymm5
	vmovdqu	-32(%rdi), %ymm6
	vpbroadcastd	200(%rsp,%r11,8), %ymm0
	vpmaddwd	%ymm4, %ymm0, %ymm1
	vpaddd	%ymm1, %ymm15, %ymm1
	vpmaddwd	%ymm5, %ymm0, %ymm15
	vpaddd	%ymm15, %ymm9, %ymm9
	vpmaddwd	%ymm6, %ymm0, %ymm0
	vpaddd	%ymm0, %ymm7, %ymm0
	vpbroadcastd	328(%rsp,%r11,8), %ymm7
	vpmaddwd	%ymm4, %ymm7, %ymm15
	vpaddd	%ymm15, %ymm14, %ymm14
	vpmaddwd	%ymm5, %ymm7, %ymm15
	vpaddd	%ymm15, %ymm13, %ymm13
	vpmaddwd	%ymm6, %ymm7, %ymm7
	vpaddd	%ymm7, %ymm10, %ymm10
	vpbroadcastd	456(%rsp,%r11,8), %ymm7
	vmovdqu	-128(%rdi), %ymm2
	vpmaddwd	%ymm4, %ymm7, %ymm4
	vpaddd	%ymm4, %ymm12, %ymm4
	vmovdqu	-64(%rdi), %ymm3
	vpmaddwd	%ymm5, %ymm7, %ymm5
	vpaddd	%ymm5, %ymm11, %ymm5
	vmovdqu	(%rdi), %ymm8
	vpmaddwd	%ymm6, %ymm7, %ymm6
	vpaddd	160(%rsp), %ymm6, %ymm6
	vpbroadcastd	204(%rsp,%r11,8), %ymm7
	vpmaddwd	%ymm2, %ymm7, %ymm11
	vpaddd	%ymm1, %ymm11, %ymm15
	vpmaddwd	%ymm3, %ymm7, %ymm1
	vpaddd	%ymm1, %ymm9, %ymm9
	vpmaddwd	%ymm7, %ymm8, %ymm1
	vpaddd	%ymm1, %ymm0, %ymm7
	vpbroadcastd	332(%rsp,%r11,8), %ymm0
	vpmaddwd	%ymm2, %ymm0, %ymm1
	vpaddd	%ymm1, %ymm14, %ymm14
	vpmaddwd	%ymm3, %ymm0, %ymm1
	vpaddd	%ymm1, %ymm13, %ymm13
	vpmaddwd	%ymm0, %ymm8, %ymm0
	vpaddd	%ymm0, %ymm10, %ymm10
	vpbroadcastd	460(%rsp,%r11,8), %ymm0
	vpmaddwd	%ymm2, %ymm0, %ymm1
	vpaddd	%ymm1, %ymm4, %ymm12
	vpmaddwd	%ymm3, %ymm0, %ymm1
	vpaddd	%ymm1, %ymm5, %ymm11
	vpmaddwd	%ymm0, %ymm8, %ymm0
	vpaddd	%ymm0, %ymm6, %ymm0
	vmovdqa	%ymm0, 160(%rsp)
	incq	%r11
	addq	$192, %rdi
	cmpq	$15, %r11
	jb	LOOP

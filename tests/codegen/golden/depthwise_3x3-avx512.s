# vectors on the stack: 248

loop:
	vmovdqu64	(%r8), %zmm17
	vmovdqu64	%zmm17, 640(%rsp)
	vmovdqu64	64(%r8), %zmm16
	vmovdqu64	%zmm16, 1216(%rsp)
	vmovdqu64	128(%r8), %zmm13
	vmovdqu64	%zmm13, 2816(%rsp)
	vmovdqu64	192(%r8), %zmm10
	vmovdqu64	%zmm10, 1984(%rsp)
	vmovdqu64	256(%r8), %zmm11
	vmovdqu64	%zmm11, 1600(%rsp)
	vmovdqu64	320(%r8), %zmm12
	vmovdqu64	%zmm12, 1408(%rsp)
	vmovdqu64	384(%r8), %zmm14
	vmovdqu64	%zmm14, 1152(%rsp)
	vmovdqu64	448(%r8), %zmm15
	vmovdqu64	%zmm15, 1856(%rsp)
	vmovdqu64	512(%r8), %zmm22
	vmovdqu64	%zmm22, 1536(%rsp)
	vmovdqu64	576(%r8), %zmm18
	vmovdqu64	%zmm18, 1472(%rsp)
	vmovdqu64	640(%r8), %zmm20
	vmovdqu64	%zmm20, 512(%rsp)
	vmovdqu64	704(%r8), %zmm19
	vmovdqu64	%zmm19, -64(%rsp)
	vmovdqu64	(%rax), %zmm25
	vmovdqu64	%zmm25, 1280(%rsp)
	vmovdqu64	64(%rax), %zmm24
	vmovdqu64	%zmm24, 832(%rsp)
	vmovdqu64	128(%rax), %zmm21
	vmovdqu64	%zmm21, 768(%rsp)
	vmovdqu64	192(%rax), %zmm23
	vmovdqu64	%zmm23, 1920(%rsp)
	vmovdqu64	-1088(%r9,%r10), %zmm1
	vmovdqu64	-64(%r9,%r10), %zmm2
	vmovdqu64	-2112(%r9,%r10), %zmm3
	vmovdqu64	-2048(%r9,%r10), %zmm4
	vmovdqu64	-1984(%r9,%r10), %zmm0
	vpunpcklbw	%zmm1, %zmm3, %zmm5
	vpunpcklbw	%zmm2, %zmm2, %zmm6
	vpunpcklwd	%zmm6, %zmm5, %zmm7
	vpunpckhwd	%zmm6, %zmm5, %zmm5
	vpunpckhbw	%zmm1, %zmm3, %zmm1
	vpunpckhbw	%zmm2, %zmm2, %zmm2
	vpunpcklwd	%zmm2, %zmm1, %zmm3
	vpunpckhwd	%zmm2, %zmm1, %zmm1
	vpandq	%zmm26, %zmm7, %zmm2
	vpandq	%zmm26, %zmm5, %zmm6
	vpandq	%zmm26, %zmm3, %zmm8
	vpandq	%zmm26, %zmm1, %zmm9
	vpmaddwd	%zmm17, %zmm2, %zmm2
	vpaddd	%zmm2, %zmm25, %zmm2
	vpmaddwd	%zmm16, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm24, %zmm6
	vpmaddwd	%zmm13, %zmm8, %zmm8
	vpaddd	%zmm8, %zmm21, %zmm8
	vpmaddwd	%zmm10, %zmm9, %zmm9
	vpaddd	%zmm9, %zmm23, %zmm9
	vpsrlw	$8, %zmm7, %zmm7
	vpsrlw	$8, %zmm5, %zmm5
	vpsrlw	$8, %zmm3, %zmm3
	vpsrlw	$8, %zmm1, %zmm1
	vpmaddwd	%zmm11, %zmm7, %zmm10
	vpmaddwd	%zmm12, %zmm5, %zmm11
	vpmaddwd	%zmm14, %zmm3, %zmm13
	vpmaddwd	%zmm15, %zmm1, %zmm14
	vmovdqu64	-1024(%r9,%r10), %zmm1
	vmovdqu64	(%r9,%r10), %zmm3
	vpunpcklbw	%zmm1, %zmm4, %zmm5
	vpunpcklbw	%zmm3, %zmm3, %zmm7
	vpunpcklwd	%zmm7, %zmm5, %zmm15
	vpunpckhwd	%zmm7, %zmm5, %zmm16
	vpunpckhbw	%zmm1, %zmm4, %zmm1
	vpunpckhbw	%zmm3, %zmm3, %zmm3
	vpunpcklwd	%zmm3, %zmm1, %zmm4
	vpunpckhwd	%zmm3, %zmm1, %zmm17
	vpandq	%zmm26, %zmm15, %zmm7
	vpandq	%zmm26, %zmm16, %zmm5
	vpmaddwd	%zmm22, %zmm7, %zmm1
	vpaddd	%zmm1, %zmm10, %zmm1
	vpandq	%zmm26, %zmm4, %zmm3
	vmovdqu64	%zmm3, 384(%rsp)
	vpaddd	%zmm1, %zmm2, %zmm12
	vpmaddwd	%zmm18, %zmm5, %zmm1
	vpaddd	%zmm1, %zmm11, %zmm1
	vpandq	%zmm26, %zmm17, %zmm2
	vmovdqu64	%zmm2, -128(%rsp)
	vpaddd	%zmm1, %zmm6, %zmm18
	vpmaddwd	%zmm20, %zmm3, %zmm1
	vpaddd	%zmm1, %zmm13, %zmm1
	vpaddd	%zmm1, %zmm8, %zmm3
	vpmaddwd	%zmm19, %zmm2, %zmm6
	vpaddd	%zmm6, %zmm14, %zmm6
	vpaddd	%zmm6, %zmm9, %zmm11
	vmovdqu64	-960(%r9,%r10), %zmm6
	vmovdqu64	64(%r9,%r10), %zmm8
	vpunpcklbw	%zmm6, %zmm0, %zmm9
	vpunpcklbw	%zmm8, %zmm8, %zmm10
	vpunpcklwd	%zmm10, %zmm9, %zmm13
	vpunpckhwd	%zmm10, %zmm9, %zmm24
	vpunpckhbw	%zmm6, %zmm0, %zmm0
	vpunpckhbw	%zmm8, %zmm8, %zmm6
	vpunpcklwd	%zmm6, %zmm0, %zmm25
	vpunpckhwd	%zmm6, %zmm0, %zmm19
	vpsrlw	$8, %zmm15, %zmm14
	vmovdqu64	768(%r8), %zmm29
	vmovdqu64	1024(%r8), %zmm23
	vpmaddwd	%zmm29, %zmm14, %zmm0
	vmovdqu64	%zmm29, 2560(%rsp)
	vpandq	%zmm26, %zmm13, %zmm1
	vpmaddwd	%zmm23, %zmm1, %zmm6
	vmovdqu64	%zmm1, 256(%rsp)
	vmovdqu64	%zmm23, 576(%rsp)
	vpaddd	%zmm6, %zmm0, %zmm0
	vpsrlw	$8, %zmm16, %zmm15
	vmovdqu64	832(%r8), %zmm2
	vmovdqu64	%zmm2, 1088(%rsp)
	vmovdqu64	1088(%r8), %zmm8
	vmovdqu64	%zmm8, 704(%rsp)
	vpmaddwd	%zmm2, %zmm15, %zmm6
	vpandq	%zmm26, %zmm24, %zmm2
	vpmaddwd	%zmm8, %zmm2, %zmm10
	vmovdqu64	%zmm2, 192(%rsp)
	vpaddd	%zmm10, %zmm6, %zmm27
	vpsrlw	$8, %zmm4, %zmm16
	vmovdqu64	896(%r8), %zmm4
	vmovdqu64	%zmm4, 896(%rsp)
	vmovdqu64	1152(%r8), %zmm30
	vpmaddwd	%zmm4, %zmm16, %zmm4
	vpandq	%zmm26, %zmm25, %zmm21
	vpmaddwd	%zmm30, %zmm21, %zmm10
	vmovdqu64	%zmm21, 320(%rsp)
	vmovdqu64	%zmm30, 448(%rsp)
	vpaddd	%zmm10, %zmm4, %zmm28
	vpsrlw	$8, %zmm17, %zmm17
	vmovdqu64	960(%r8), %zmm6
	vmovdqu64	%zmm6, 2752(%rsp)
	vmovdqu64	1216(%r8), %zmm4
	vmovdqu64	%zmm4, (%rsp)
	vpmaddwd	%zmm6, %zmm17, %zmm22
	vpandq	%zmm26, %zmm19, %zmm10
	vpmaddwd	%zmm4, %zmm10, %zmm31
	vmovdqu64	%zmm10, 2496(%rsp)
	vpaddd	%zmm31, %zmm22, %zmm31
	vpsrlw	$8, %zmm13, %zmm13
	vmovdqu64	1280(%r8), %zmm4
	vmovdqu64	%zmm4, 1792(%rsp)
	vpmaddwd	%zmm4, %zmm13, %zmm20
	vmovdqu64	%zmm13, 2944(%rsp)
	vpaddd	%zmm20, %zmm0, %zmm0
	vpaddd	%zmm0, %zmm12, %zmm20
	vpsrlw	$8, %zmm24, %zmm22
	vmovdqu64	1344(%r8), %zmm0
	vmovdqu64	%zmm0, 1728(%rsp)
	vpmaddwd	%zmm0, %zmm22, %zmm0
	vmovdqu64	%zmm22, 2048(%rsp)
	vpaddd	%zmm0, %zmm27, %zmm0
	vpaddd	%zmm0, %zmm18, %zmm18
	vpsrlw	$8, %zmm25, %zmm4
	vmovdqu64	1408(%r8), %zmm0
	vmovdqu64	%zmm0, 1664(%rsp)
	vpmaddwd	%zmm0, %zmm4, %zmm27
	vmovdqu64	%zmm4, 2112(%rsp)
	vpaddd	%zmm27, %zmm28, %zmm27
	vpaddd	%zmm27, %zmm3, %zmm27
	vpsrlw	$8, %zmm19, %zmm24
	vmovdqu64	1472(%r8), %zmm0
	vmovdqu64	%zmm0, 1344(%rsp)
	vpmaddwd	%zmm0, %zmm24, %zmm28
	vmovdqu64	%zmm24, 128(%rsp)
	vpaddd	%zmm28, %zmm31, %zmm28
	vpaddd	%zmm28, %zmm11, %zmm11
	vcvtdq2ps	%zmm20, %zmm28
	vmovups	(%rsi), %zmm0
	vmovups	%zmm0, 1024(%rsp)
	vmulps	%zmm28, %zmm0, %zmm31
	vcvtdq2ps	%zmm18, %zmm18
	vmovups	64(%rsi), %zmm0
	vmovups	%zmm0, 2688(%rsp)
	vmulps	%zmm18, %zmm0, %zmm18
	vcvtps2dq	%zmm31, %zmm31
	vcvtps2dq	%zmm18, %zmm18
	vpackssdw	%zmm18, %zmm31, %zmm18
	vcvtdq2ps	%zmm27, %zmm27
	vmovups	128(%rsi), %zmm0
	vmovups	%zmm0, 2624(%rsp)
	vmulps	%zmm27, %zmm0, %zmm27
	vcvtdq2ps	%zmm11, %zmm19
	vmovups	192(%rsi), %zmm0
	vmovups	%zmm0, 960(%rsp)
	vmulps	%zmm19, %zmm0, %zmm19
	vcvtps2dq	%zmm27, %zmm27
	vcvtps2dq	%zmm19, %zmm19
	vpackssdw	%zmm19, %zmm27, %zmm19
	vmovdqa64	CONST(%rip), %zmm0
	vpaddsw	%zmm0, %zmm18, %zmm18
	vpaddsw	%zmm0, %zmm19, %zmm19
	vpackuswb	%zmm19, %zmm18, %zmm18
	vmovdqu64	%zmm18, 64(%rdi,%r10)
	vmovdqu64	1600(%rsp), %zmm12
	vpmaddwd	%zmm12, %zmm14, %zmm14
	vmovdqu64	1536(%rsp), %zmm9
	vpmaddwd	%zmm9, %zmm1, %zmm18
	vpaddd	%zmm18, %zmm14, %zmm14
	vpmaddwd	640(%rsp), %zmm7, %zmm7
	vmovdqu64	1280(%rsp), %zmm8
	vpaddd	%zmm7, %zmm8, %zmm7
	vpaddd	%zmm14, %zmm7, %zmm14
	vmovdqu64	1408(%rsp), %zmm11
	vpmaddwd	%zmm11, %zmm15, %zmm7
	vmovdqu64	1472(%rsp), %zmm20
	vpmaddwd	%zmm20, %zmm2, %zmm15
	vpaddd	%zmm15, %zmm7, %zmm7
	vmovdqu64	1216(%rsp), %zmm0
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vmovdqu64	832(%rsp), %zmm6
	vpaddd	%zmm5, %zmm6, %zmm5
	vpaddd	%zmm7, %zmm5, %zmm1
	vmovdqu64	%zmm1, 64(%rsp)
	vmovdqu64	1152(%rsp), %zmm15
	vpmaddwd	%zmm15, %zmm16, %zmm5
	vpmaddwd	512(%rsp), %zmm21, %zmm7
	vpaddd	%zmm7, %zmm5, %zmm5
	vmovdqu64	2816(%rsp), %zmm25
	vpmaddwd	384(%rsp), %zmm25, %zmm3
	vpaddd	768(%rsp), %zmm3, %zmm3
	vpaddd	%zmm5, %zmm3, %zmm18
	vpmaddwd	1856(%rsp), %zmm17, %zmm3
	vpmaddwd	-64(%rsp), %zmm10, %zmm5
	vpaddd	%zmm5, %zmm3, %zmm3
	vmovdqu64	1984(%rsp), %zmm10
	vpmaddwd	-128(%rsp), %zmm10, %zmm2
	vpaddd	1920(%rsp), %zmm2, %zmm2
	vpaddd	%zmm3, %zmm2, %zmm19
	vmovdqu64	-1920(%r9,%r10), %zmm2
	vmovdqu64	-896(%r9,%r10), %zmm3
	vmovdqu64	128(%r9,%r10), %zmm5
	vpunpcklbw	%zmm3, %zmm2, %zmm7
	vpunpcklbw	%zmm5, %zmm5, %zmm16
	vpunpcklwd	%zmm16, %zmm7, %zmm17
	vpunpckhwd	%zmm16, %zmm7, %zmm16
	vpunpckhbw	%zmm3, %zmm2, %zmm2
	vpunpckhbw	%zmm5, %zmm5, %zmm3
	vpunpcklwd	%zmm3, %zmm2, %zmm27
	vpunpckhwd	%zmm3, %zmm2, %zmm21
	vpmaddwd	%zmm29, %zmm13, %zmm2
	vpandq	%zmm26, %zmm17, %zmm3
	vpmaddwd	%zmm23, %zmm3, %zmm5
	vmovdqu64	%zmm3, 2368(%rsp)
	vpaddd	%zmm5, %zmm2, %zmm23
	vpmaddwd	1088(%rsp), %zmm22, %zmm5
	vpandq	%zmm26, %zmm16, %zmm1
	vmovdqu64	704(%rsp), %zmm28
	vpmaddwd	%zmm28, %zmm1, %zmm7
	vmovdqu64	%zmm1, 2432(%rsp)
	vpaddd	%zmm7, %zmm5, %zmm29
	vpmaddwd	896(%rsp), %zmm4, %zmm7
	vpandq	%zmm26, %zmm27, %zmm4
	vpmaddwd	%zmm30, %zmm4, %zmm22
	vmovdqu64	%zmm4, 2240(%rsp)
	vpaddd	%zmm22, %zmm7, %zmm22
	vmovdqu64	2752(%rsp), %zmm31
	vpmaddwd	%zmm31, %zmm24, %zmm30
	vpandq	%zmm26, %zmm21, %zmm2
	vpmaddwd	(%rsp), %zmm2, %zmm24
	vmovdqu64	%zmm2, 2304(%rsp)
	vpaddd	%zmm24, %zmm30, %zmm24
	vpsrlw	$8, %zmm17, %zmm5
	vpmaddwd	1792(%rsp), %zmm5, %zmm30
	vmovdqu64	%zmm5, 2880(%rsp)
	vpaddd	%zmm30, %zmm23, %zmm23
	vpaddd	%zmm23, %zmm14, %zmm23
	vpsrlw	$8, %zmm16, %zmm7
	vmovdqu64	%zmm7, 2176(%rsp)
	vpmaddwd	1728(%rsp), %zmm7, %zmm14
	vpaddd	%zmm14, %zmm29, %zmm14
	vpaddd	64(%rsp), %zmm14, %zmm29
	vpsrlw	$8, %zmm27, %zmm27
	vpmaddwd	1664(%rsp), %zmm27, %zmm14
	vmovdqu64	%zmm27, 3008(%rsp)
	vpaddd	%zmm14, %zmm22, %zmm14
	vpaddd	%zmm14, %zmm18, %zmm18
	vpsrlw	$8, %zmm21, %zmm30
	vmovdqu64	1344(%rsp), %zmm7
	vpmaddwd	%zmm7, %zmm30, %zmm21
	vmovdqu64	%zmm30, 64(%rsp)
	vpaddd	%zmm21, %zmm24, %zmm21
	vpaddd	%zmm21, %zmm19, %zmm19
	vcvtdq2ps	%zmm23, %zmm21
	vmovups	1024(%rsp), %zmm14
	vmulps	%zmm21, %zmm14, %zmm21
	vcvtdq2ps	%zmm29, %zmm22
	vmovups	2688(%rsp), %zmm16
	vmulps	%zmm22, %zmm16, %zmm22
	vcvtps2dq	%zmm21, %zmm21
	vcvtps2dq	%zmm22, %zmm22
	vpackssdw	%zmm22, %zmm21, %zmm21
	vcvtdq2ps	%zmm18, %zmm18
	vmovups	2624(%rsp), %zmm17
	vmulps	%zmm18, %zmm17, %zmm18
	vcvtdq2ps	%zmm19, %zmm19
	vmulps	960(%rsp), %zmm19, %zmm19
	vcvtps2dq	%zmm18, %zmm18
	vcvtps2dq	%zmm19, %zmm19
	vpackssdw	%zmm19, %zmm18, %zmm18
	vpaddsw	CONST(%rip), %zmm21, %zmm19
	vpaddsw	CONST(%rip), %zmm18, %zmm18
	vpackuswb	%zmm18, %zmm19, %zmm18
	vmovdqu64	%zmm18, 128(%rdi,%r10)
	vpmaddwd	2944(%rsp), %zmm12, %zmm13
	vpmaddwd	%zmm9, %zmm3, %zmm18
	vpaddd	%zmm18, %zmm13, %zmm13
	vmovdqu64	640(%rsp), %zmm3
	vpmaddwd	256(%rsp), %zmm3, %zmm9
	vpaddd	%zmm9, %zmm8, %zmm9
	vpaddd	%zmm13, %zmm9, %zmm13
	vpmaddwd	2048(%rsp), %zmm11, %zmm9
	vpmaddwd	%zmm20, %zmm1, %zmm12
	vpaddd	%zmm12, %zmm9, %zmm9
	vpmaddwd	192(%rsp), %zmm0, %zmm8
	vpaddd	%zmm8, %zmm6, %zmm8
	vpaddd	%zmm9, %zmm8, %zmm12
	vpmaddwd	2112(%rsp), %zmm15, %zmm0
	vmovdqu64	512(%rsp), %zmm20
	vpmaddwd	%zmm20, %zmm4, %zmm8
	vpaddd	%zmm8, %zmm0, %zmm0
	vpmaddwd	320(%rsp), %zmm25, %zmm6
	vpaddd	768(%rsp), %zmm6, %zmm6
	vpaddd	%zmm0, %zmm6, %zmm11
	vmovdqu64	1856(%rsp), %zmm15
	vpmaddwd	128(%rsp), %zmm15, %zmm1
	vpmaddwd	-64(%rsp), %zmm2, %zmm6
	vpaddd	%zmm6, %zmm1, %zmm1
	vpmaddwd	2496(%rsp), %zmm10, %zmm4
	vmovdqu64	1920(%rsp), %zmm25
	vpaddd	%zmm4, %zmm25, %zmm4
	vpaddd	%zmm1, %zmm4, %zmm19
	vmovdqu64	-1856(%r9,%r10), %zmm1
	vmovdqu64	-832(%r9,%r10), %zmm4
	vmovdqu64	192(%r9,%r10), %zmm6
	vpunpcklbw	%zmm4, %zmm1, %zmm8
	vpunpcklbw	%zmm6, %zmm6, %zmm9
	vpunpcklwd	%zmm9, %zmm8, %zmm18
	vpunpckhwd	%zmm9, %zmm8, %zmm21
	vpunpckhbw	%zmm4, %zmm1, %zmm1
	vpunpckhbw	%zmm6, %zmm6, %zmm4
	vpunpcklwd	%zmm4, %zmm1, %zmm22
	vpunpckhwd	%zmm4, %zmm1, %zmm23
	vmovdqu64	2560(%rsp), %zmm6
	vpmaddwd	%zmm6, %zmm5, %zmm1
	vpandq	%zmm26, %zmm18, %zmm8
	vpmaddwd	576(%rsp), %zmm8, %zmm4
	vmovdqu64	%zmm8, 192(%rsp)
	vpaddd	%zmm4, %zmm1, %zmm1
	vmovdqu64	2176(%rsp), %zmm5
	vpmaddwd	1088(%rsp), %zmm5, %zmm4
	vpandq	%zmm26, %zmm21, %zmm2
	vpmaddwd	%zmm28, %zmm2, %zmm9
	vmovdqu64	%zmm2, 256(%rsp)
	vpaddd	%zmm9, %zmm4, %zmm24
	vpmaddwd	896(%rsp), %zmm27, %zmm9
	vpandq	%zmm26, %zmm22, %zmm10
	vpmaddwd	448(%rsp), %zmm10, %zmm27
	vmovdqu64	%zmm10, 320(%rsp)
	vpaddd	%zmm27, %zmm9, %zmm27
	vpmaddwd	%zmm31, %zmm30, %zmm29
	vpandq	%zmm26, %zmm23, %zmm31
	vpmaddwd	(%rsp), %zmm31, %zmm30
	vmovdqu64	%zmm31, 384(%rsp)
	vpaddd	%zmm30, %zmm29, %zmm29
	vpsrlw	$8, %zmm18, %zmm4
	vmovdqu64	1792(%rsp), %zmm28
	vpmaddwd	%zmm28, %zmm4, %zmm30
	vmovdqu64	%zmm4, 2048(%rsp)
	vpaddd	%zmm30, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm13, %zmm13
	vpsrlw	$8, %zmm21, %zmm0
	vmovdqu64	%zmm0, 128(%rsp)
	vmovdqu64	1728(%rsp), %zmm1
	vpmaddwd	%zmm1, %zmm0, %zmm21
	vpaddd	%zmm21, %zmm24, %zmm21
	vpaddd	%zmm21, %zmm12, %zmm21
	vpsrlw	$8, %zmm22, %zmm30
	vmovdqu64	1664(%rsp), %zmm18
	vpmaddwd	%zmm18, %zmm30, %zmm22
	vmovdqu64	%zmm30, 2112(%rsp)
	vpaddd	%zmm22, %zmm27, %zmm22
	vpaddd	%zmm22, %zmm11, %zmm22
	vpsrlw	$8, %zmm23, %zmm0
	vmovdqu64	%zmm0, -128(%rsp)
	vpmaddwd	%zmm7, %zmm0, %zmm23
	vpaddd	%zmm23, %zmm29, %zmm23
	vpaddd	%zmm23, %zmm19, %zmm19
	vcvtdq2ps	%zmm13, %zmm13
	vmulps	%zmm13, %zmm14, %zmm13
	vcvtdq2ps	%zmm21, %zmm21
	vmulps	%zmm21, %zmm16, %zmm21
	vcvtps2dq	%zmm13, %zmm13
	vcvtps2dq	%zmm21, %zmm21
	vpackssdw	%zmm21, %zmm13, %zmm13
	vcvtdq2ps	%zmm22, %zmm21
	vmulps	%zmm21, %zmm17, %zmm21
	vcvtdq2ps	%zmm19, %zmm19
	vmulps	960(%rsp), %zmm19, %zmm19
	vcvtps2dq	%zmm21, %zmm21
	vcvtps2dq	%zmm19, %zmm19
	vpackssdw	%zmm19, %zmm21, %zmm19
	vpaddsw	CONST(%rip), %zmm13, %zmm13
	vpaddsw	CONST(%rip), %zmm19, %zmm19
	vpackuswb	%zmm19, %zmm13, %zmm13
	vmovdqu64	%zmm13, 192(%rdi,%r10)
	vmovdqu64	1600(%rsp), %zmm11
	vpmaddwd	2880(%rsp), %zmm11, %zmm13
	vpmaddwd	1536(%rsp), %zmm8, %zmm17
	vpaddd	%zmm17, %zmm13, %zmm13
	vmovdqu64	2368(%rsp), %zmm0
	vpmaddwd	640(%rsp), %zmm0, %zmm3
	vmovdqu64	1280(%rsp), %zmm8
	vpaddd	%zmm3, %zmm8, %zmm3
	vpaddd	%zmm13, %zmm3, %zmm13
	vpmaddwd	1408(%rsp), %zmm5, %zmm3
	vpmaddwd	1472(%rsp), %zmm2, %zmm16
	vpaddd	%zmm16, %zmm3, %zmm3
	vmovdqu64	1216(%rsp), %zmm12
	vpmaddwd	2432(%rsp), %zmm12, %zmm2
	vpaddd	832(%rsp), %zmm2, %zmm2
	vpaddd	%zmm3, %zmm2, %zmm17
	vmovdqu64	1152(%rsp), %zmm9
	vpmaddwd	3008(%rsp), %zmm9, %zmm2
	vpmaddwd	%zmm20, %zmm10, %zmm3
	vpaddd	%zmm3, %zmm2, %zmm2
	vmovdqu64	2816(%rsp), %zmm10
	vpmaddwd	2240(%rsp), %zmm10, %zmm3
	vpaddd	768(%rsp), %zmm3, %zmm3
	vpaddd	%zmm2, %zmm3, %zmm20
	vpmaddwd	64(%rsp), %zmm15, %zmm2
	vpmaddwd	-64(%rsp), %zmm31, %zmm3
	vpaddd	%zmm3, %zmm2, %zmm2
	vmovdqu64	2304(%rsp), %zmm0
	vpmaddwd	1984(%rsp), %zmm0, %zmm3
	vpaddd	%zmm3, %zmm25, %zmm3
	vpaddd	%zmm2, %zmm3, %zmm19
	vmovdqu64	-1792(%r9,%r10), %zmm2
	vmovdqu64	-768(%r9,%r10), %zmm3
	vmovdqu64	256(%r9,%r10), %zmm7
	vpunpcklbw	%zmm3, %zmm2, %zmm14
	vpunpcklbw	%zmm7, %zmm7, %zmm15
	vpunpcklwd	%zmm15, %zmm14, %zmm16
	vpunpckhwd	%zmm15, %zmm14, %zmm15
	vpunpckhbw	%zmm3, %zmm2, %zmm2
	vpunpckhbw	%zmm7, %zmm7, %zmm3
	vpunpcklwd	%zmm3, %zmm2, %zmm21
	vpunpckhwd	%zmm3, %zmm2, %zmm22
	vpmaddwd	%zmm6, %zmm4, %zmm3
	vpandq	%zmm26, %zmm16, %zmm25
	vpmaddwd	576(%rsp), %zmm25, %zmm7
	vmovdqu64	%zmm25, 2304(%rsp)
	vpaddd	%zmm7, %zmm3, %zmm23
	vmovdqu64	1088(%rsp), %zmm7
	vmovdqu64	128(%rsp), %zmm4
	vpmaddwd	%zmm7, %zmm4, %zmm3
	vpandq	%zmm26, %zmm15, %zmm0
	vpmaddwd	704(%rsp), %zmm0, %zmm14
	vmovdqu64	%zmm0, 2368(%rsp)
	vpaddd	%zmm14, %zmm3, %zmm24
	vpmaddwd	896(%rsp), %zmm30, %zmm14
	vpandq	%zmm26, %zmm21, %zmm2
	vpmaddwd	448(%rsp), %zmm2, %zmm27
	vmovdqu64	%zmm2, 2432(%rsp)
	vpaddd	%zmm27, %zmm14, %zmm27
	vmovdqu64	2752(%rsp), %zmm5
	vpmaddwd	-128(%rsp), %zmm5, %zmm29
	vpandq	%zmm26, %zmm22, %zmm3
	vpmaddwd	(%rsp), %zmm3, %zmm30
	vmovdqu64	%zmm3, 2496(%rsp)
	vpaddd	%zmm30, %zmm29, %zmm29
	vpsrlw	$8, %zmm16, %zmm6
	vmovdqu64	%zmm6, 2176(%rsp)
	vpmaddwd	%zmm28, %zmm6, %zmm30
	vpaddd	%zmm30, %zmm23, %zmm23
	vpaddd	%zmm23, %zmm13, %zmm23
	vpsrlw	$8, %zmm15, %zmm30
	vpmaddwd	%zmm1, %zmm30, %zmm13
	vmovdqu64	%zmm30, 64(%rsp)
	vpaddd	%zmm13, %zmm24, %zmm13
	vpaddd	%zmm13, %zmm17, %zmm17
	vpsrlw	$8, %zmm21, %zmm31
	vpmaddwd	%zmm18, %zmm31, %zmm21
	vpaddd	%zmm21, %zmm27, %zmm21
	vpaddd	%zmm21, %zmm20, %zmm21
	vpsrlw	$8, %zmm22, %zmm1
	vmovdqu64	%zmm1, 2240(%rsp)
	vpmaddwd	1344(%rsp), %zmm1, %zmm22
	vpaddd	%zmm22, %zmm29, %zmm22
	vpaddd	%zmm22, %zmm19, %zmm19
	vcvtdq2ps	%zmm23, %zmm22
	vmulps	1024(%rsp), %zmm22, %zmm22
	vcvtdq2ps	%zmm17, %zmm17
	vmovups	2688(%rsp), %zmm13
	vmulps	%zmm17, %zmm13, %zmm17
	vcvtps2dq	%zmm22, %zmm22
	vcvtps2dq	%zmm17, %zmm17
	vpackssdw	%zmm17, %zmm22, %zmm17
	vcvtdq2ps	%zmm21, %zmm21
	vmovups	2624(%rsp), %zmm14
	vmulps	%zmm21, %zmm14, %zmm21
	vcvtdq2ps	%zmm19, %zmm19
	vmovups	960(%rsp), %zmm16
	vmulps	%zmm19, %zmm16, %zmm19
	vcvtps2dq	%zmm21, %zmm21
	vcvtps2dq	%zmm19, %zmm19
	vpackssdw	%zmm19, %zmm21, %zmm19
	vpaddsw	CONST(%rip), %zmm17, %zmm17
	vpaddsw	CONST(%rip), %zmm19, %zmm19
	vpackuswb	%zmm19, %zmm17, %zmm17
	vmovdqu64	%zmm17, 256(%rdi,%r10)
	vpmaddwd	2048(%rsp), %zmm11, %zmm17
	vmovdqu64	1536(%rsp), %zmm15
	vpmaddwd	%zmm15, %zmm25, %zmm18
	vpaddd	%zmm18, %zmm17, %zmm17
	vmovdqu64	640(%rsp), %zmm28
	vpmaddwd	192(%rsp), %zmm28, %zmm6
	vpaddd	%zmm6, %zmm8, %zmm6
	vpaddd	%zmm17, %zmm6, %zmm17
	vmovdqu64	1408(%rsp), %zmm25
	vpmaddwd	%zmm25, %zmm4, %zmm1
	vmovdqu64	1472(%rsp), %zmm20
	vpmaddwd	%zmm20, %zmm0, %zmm6
	vpaddd	%zmm6, %zmm1, %zmm1
	vpmaddwd	256(%rsp), %zmm12, %zmm6
	vpaddd	832(%rsp), %zmm6, %zmm6
	vpaddd	%zmm1, %zmm6, %zmm18
	vpmaddwd	2112(%rsp), %zmm9, %zmm1
	vpmaddwd	512(%rsp), %zmm2, %zmm6
	vpaddd	%zmm6, %zmm1, %zmm1
	vpmaddwd	320(%rsp), %zmm10, %zmm4
	vpaddd	768(%rsp), %zmm4, %zmm4
	vpaddd	%zmm1, %zmm4, %zmm19
	vmovdqu64	1856(%rsp), %zmm10
	vpmaddwd	-128(%rsp), %zmm10, %zmm0
	vpmaddwd	-64(%rsp), %zmm3, %zmm1
	vpaddd	%zmm1, %zmm0, %zmm0
	vmovdqu64	384(%rsp), %zmm1
	vpmaddwd	1984(%rsp), %zmm1, %zmm1
	vpaddd	1920(%rsp), %zmm1, %zmm1
	vpaddd	%zmm0, %zmm1, %zmm21
	vmovdqu64	-1728(%r9,%r10), %zmm0
	vmovdqu64	-704(%r9,%r10), %zmm1
	vmovdqu64	320(%r9,%r10), %zmm4
	vpunpcklbw	%zmm1, %zmm0, %zmm6
	vpunpcklbw	%zmm4, %zmm4, %zmm8
	vpunpcklwd	%zmm8, %zmm6, %zmm9
	vpunpckhwd	%zmm8, %zmm6, %zmm12
	vpunpckhbw	%zmm1, %zmm0, %zmm0
	vpunpckhbw	%zmm4, %zmm4, %zmm1
	vpunpcklwd	%zmm1, %zmm0, %zmm22
	vpunpckhwd	%zmm1, %zmm0, %zmm23
	vmovdqu64	2560(%rsp), %zmm11
	vmovdqu64	2176(%rsp), %zmm3
	vpmaddwd	%zmm11, %zmm3, %zmm1
	vpandq	%zmm26, %zmm9, %zmm2
	vpmaddwd	576(%rsp), %zmm2, %zmm4
	vmovdqu64	%zmm2, -128(%rsp)
	vpaddd	%zmm4, %zmm1, %zmm24
	vpmaddwd	%zmm7, %zmm30, %zmm1
	vpandq	%zmm26, %zmm12, %zmm7
	vpmaddwd	704(%rsp), %zmm7, %zmm6
	vmovdqu64	%zmm7, 384(%rsp)
	vpaddd	%zmm6, %zmm1, %zmm27
	vmovdqa64	%zmm31, %zmm6
	vpmaddwd	896(%rsp), %zmm31, %zmm1
	vpandq	%zmm26, %zmm22, %zmm0
	vpmaddwd	448(%rsp), %zmm0, %zmm8
	vmovdqu64	%zmm0, 320(%rsp)
	vpaddd	%zmm8, %zmm1, %zmm29
	vmovdqu64	2240(%rsp), %zmm1
	vpmaddwd	%zmm5, %zmm1, %zmm8
	vpandq	%zmm26, %zmm23, %zmm31
	vpmaddwd	(%rsp), %zmm31, %zmm30
	vmovdqu64	%zmm31, 128(%rsp)
	vpaddd	%zmm30, %zmm8, %zmm30
	vpsrlw	$8, %zmm9, %zmm8
	vmovdqu64	1792(%rsp), %zmm4
	vpmaddwd	%zmm4, %zmm8, %zmm9
	vpaddd	%zmm9, %zmm24, %zmm9
	vpaddd	%zmm9, %zmm17, %zmm24
	vpsrlw	$8, %zmm12, %zmm9
	vpmaddwd	1728(%rsp), %zmm9, %zmm12
	vpaddd	%zmm12, %zmm27, %zmm12
	vpaddd	%zmm12, %zmm18, %zmm18
	vpsrlw	$8, %zmm22, %zmm5
	vmovdqu64	%zmm5, 256(%rsp)
	vpmaddwd	1664(%rsp), %zmm5, %zmm17
	vpaddd	%zmm17, %zmm29, %zmm17
	vpaddd	%zmm17, %zmm19, %zmm19
	vpsrlw	$8, %zmm23, %zmm5
	vmovdqu64	%zmm5, 192(%rsp)
	vpmaddwd	1344(%rsp), %zmm5, %zmm22
	vpaddd	%zmm22, %zmm30, %zmm22
	vpaddd	%zmm22, %zmm21, %zmm21
	vcvtdq2ps	%zmm24, %zmm22
	vmulps	1024(%rsp), %zmm22, %zmm22
	vcvtdq2ps	%zmm18, %zmm18
	vmulps	%zmm18, %zmm13, %zmm18
	vcvtps2dq	%zmm22, %zmm22
	vcvtps2dq	%zmm18, %zmm18
	vpackssdw	%zmm18, %zmm22, %zmm18
	vcvtdq2ps	%zmm19, %zmm19
	vmulps	%zmm19, %zmm14, %zmm19
	vcvtdq2ps	%zmm21, %zmm21
	vmulps	%zmm21, %zmm16, %zmm21
	vcvtps2dq	%zmm19, %zmm19
	vcvtps2dq	%zmm21, %zmm21
	vpackssdw	%zmm21, %zmm19, %zmm19
	vpaddsw	CONST(%rip), %zmm18, %zmm18
	vpaddsw	CONST(%rip), %zmm19, %zmm19
	vpackuswb	%zmm19, %zmm18, %zmm18
	vmovdqu64	%zmm18, 320(%rdi,%r10)
	vpmaddwd	1600(%rsp), %zmm3, %zmm16
	vpmaddwd	%zmm15, %zmm2, %zmm18
	vpaddd	%zmm18, %zmm16, %zmm16
	vpmaddwd	2304(%rsp), %zmm28, %zmm2
	vpaddd	1280(%rsp), %zmm2, %zmm2
	vpaddd	%zmm16, %zmm2, %zmm16
	vpmaddwd	64(%rsp), %zmm25, %zmm2
	vpmaddwd	%zmm20, %zmm7, %zmm15
	vpaddd	%zmm15, %zmm2, %zmm2
	vmovdqu64	1216(%rsp), %zmm3
	vpmaddwd	2368(%rsp), %zmm3, %zmm7
	vpaddd	832(%rsp), %zmm7, %zmm7
	vpaddd	%zmm2, %zmm7, %zmm15
	vpmaddwd	1152(%rsp), %zmm6, %zmm2
	vpmaddwd	512(%rsp), %zmm0, %zmm7
	vpaddd	%zmm7, %zmm2, %zmm2
	vmovdqu64	2816(%rsp), %zmm6
	vpmaddwd	2432(%rsp), %zmm6, %zmm3
	vmovdqu64	768(%rsp), %zmm28
	vpaddd	%zmm3, %zmm28, %zmm3
	vpaddd	%zmm2, %zmm3, %zmm18
	vpmaddwd	%zmm10, %zmm1, %zmm2
	vpmaddwd	-64(%rsp), %zmm31, %zmm3
	vpaddd	%zmm3, %zmm2, %zmm2
	vmovdqu64	1984(%rsp), %zmm1
	vpmaddwd	2496(%rsp), %zmm1, %zmm3
	vmovdqu64	1920(%rsp), %zmm12
	vpaddd	%zmm3, %zmm12, %zmm3
	vpaddd	%zmm2, %zmm3, %zmm14
	vmovdqu64	-1664(%r9,%r10), %zmm2
	vmovdqu64	-640(%r9,%r10), %zmm3
	vmovdqu64	384(%r9,%r10), %zmm5
	vpunpcklbw	%zmm3, %zmm2, %zmm7
	vpunpcklbw	%zmm5, %zmm5, %zmm13
	vpunpcklwd	%zmm13, %zmm7, %zmm19
	vpunpckhwd	%zmm13, %zmm7, %zmm21
	vpunpckhbw	%zmm3, %zmm2, %zmm2
	vpunpckhbw	%zmm5, %zmm5, %zmm3
	vpunpcklwd	%zmm3, %zmm2, %zmm22
	vpunpckhwd	%zmm3, %zmm2, %zmm23
	vpmaddwd	%zmm11, %zmm8, %zmm3
	vpandq	%zmm26, %zmm19, %zmm11
	vpmaddwd	576(%rsp), %zmm11, %zmm5
	vpaddd	%zmm5, %zmm3, %zmm24
	vmovdqu64	1088(%rsp), %zmm25
	vpmaddwd	%zmm25, %zmm9, %zmm5
	vpandq	%zmm26, %zmm21, %zmm10
	vpmaddwd	704(%rsp), %zmm10, %zmm7
	vpaddd	%zmm7, %zmm5, %zmm27
	vmovdqu64	896(%rsp), %zmm20
	vmovdqu64	256(%rsp), %zmm3
	vpmaddwd	%zmm20, %zmm3, %zmm7
	vpandq	%zmm26, %zmm22, %zmm5
	vpmaddwd	448(%rsp), %zmm5, %zmm13
	vpaddd	%zmm13, %zmm7, %zmm29
	vmovdqu64	2752(%rsp), %zmm17
	vmovdqu64	192(%rsp), %zmm2
	vpmaddwd	%zmm17, %zmm2, %zmm13
	vpandq	%zmm26, %zmm23, %zmm7
	vpmaddwd	(%rsp), %zmm7, %zmm30
	vpaddd	%zmm30, %zmm13, %zmm30
	vpsrlw	$8, %zmm19, %zmm13
	vpmaddwd	%zmm4, %zmm13, %zmm19
	vpaddd	%zmm19, %zmm24, %zmm19
	vpaddd	%zmm19, %zmm16, %zmm16
	vpsrlw	$8, %zmm21, %zmm19
	vmovdqu64	1728(%rsp), %zmm24
	vpmaddwd	%zmm24, %zmm19, %zmm21
	vpaddd	%zmm21, %zmm27, %zmm21
	vpaddd	%zmm21, %zmm15, %zmm15
	vpsrlw	$8, %zmm22, %zmm21
	vmovdqu64	1664(%rsp), %zmm27
	vpmaddwd	%zmm27, %zmm21, %zmm22
	vpaddd	%zmm22, %zmm29, %zmm22
	vpaddd	%zmm22, %zmm18, %zmm18
	vpsrlw	$8, %zmm23, %zmm22
	vmovdqu64	1344(%rsp), %zmm29
	vpmaddwd	%zmm29, %zmm22, %zmm23
	vpaddd	%zmm23, %zmm30, %zmm23
	vpaddd	%zmm23, %zmm14, %zmm14
	vcvtdq2ps	%zmm16, %zmm16
	vmovups	1024(%rsp), %zmm31
	vmulps	%zmm16, %zmm31, %zmm16
	vcvtdq2ps	%zmm15, %zmm15
	vmovups	2688(%rsp), %zmm30
	vmulps	%zmm15, %zmm30, %zmm15
	vcvtps2dq	%zmm16, %zmm16
	vcvtps2dq	%zmm15, %zmm15
	vpackssdw	%zmm15, %zmm16, %zmm15
	vcvtdq2ps	%zmm18, %zmm16
	vmovups	2624(%rsp), %zmm18
	vmulps	%zmm16, %zmm18, %zmm16
	vcvtdq2ps	%zmm14, %zmm14
	vmovups	960(%rsp), %zmm23
	vmulps	%zmm14, %zmm23, %zmm14
	vcvtps2dq	%zmm16, %zmm16
	vcvtps2dq	%zmm14, %zmm14
	vpackssdw	%zmm14, %zmm16, %zmm14
	vpaddsw	CONST(%rip), %zmm15, %zmm15
	vpaddsw	CONST(%rip), %zmm14, %zmm14
	vpackuswb	%zmm14, %zmm15, %zmm14
	vmovdqu64	%zmm14, 384(%rdi,%r10)
	vmovdqu64	640(%rsp), %zmm0
	vpmaddwd	-128(%rsp), %zmm0, %zmm0
	vpaddd	1280(%rsp), %zmm0, %zmm0
	vmovdqu64	1216(%rsp), %zmm4
	vpmaddwd	384(%rsp), %zmm4, %zmm4
	vpaddd	832(%rsp), %zmm4, %zmm4
	vpmaddwd	320(%rsp), %zmm6, %zmm6
	vpaddd	%zmm6, %zmm28, %zmm6
	vpmaddwd	128(%rsp), %zmm1, %zmm1
	vpaddd	%zmm1, %zmm12, %zmm1
	vpmaddwd	1600(%rsp), %zmm8, %zmm8
	vpmaddwd	1408(%rsp), %zmm9, %zmm9
	vpmaddwd	1152(%rsp), %zmm3, %zmm12
	vpmaddwd	1856(%rsp), %zmm2, %zmm14
	vpmaddwd	1536(%rsp), %zmm11, %zmm2
	vpaddd	%zmm2, %zmm8, %zmm2
	vpaddd	%zmm2, %zmm0, %zmm0
	vpmaddwd	1472(%rsp), %zmm10, %zmm2
	vpaddd	%zmm2, %zmm9, %zmm2
	vpaddd	%zmm2, %zmm4, %zmm2
	vpmaddwd	512(%rsp), %zmm5, %zmm3
	vpaddd	%zmm3, %zmm12, %zmm3
	vpaddd	%zmm3, %zmm6, %zmm3
	vpmaddwd	-64(%rsp), %zmm7, %zmm4
	vpaddd	%zmm4, %zmm14, %zmm4
	vpaddd	%zmm4, %zmm1, %zmm1
	vpmaddwd	2560(%rsp), %zmm13, %zmm4
	vpmaddwd	%zmm25, %zmm19, %zmm5
	vpmaddwd	%zmm20, %zmm21, %zmm6
	vmovdqa64	CONST(%rip), %zmm21
	vpmaddwd	%zmm17, %zmm22, %zmm7
	vmovdqu64	-1600(%r9,%r10), %zmm8
	vmovdqu64	-576(%r9,%r10), %zmm9
	vmovdqu64	448(%r9,%r10), %zmm10
	vpunpcklbw	%zmm9, %zmm8, %zmm12
	vpunpcklbw	%zmm10, %zmm10, %zmm13
	vpunpcklwd	%zmm13, %zmm12, %zmm14
	vpunpckhwd	%zmm13, %zmm12, %zmm12
	vpunpckhbw	%zmm9, %zmm8, %zmm8
	vpunpckhbw	%zmm10, %zmm10, %zmm9
	vpunpcklwd	%zmm9, %zmm8, %zmm10
	vpunpckhwd	%zmm9, %zmm8, %zmm8
	vpandq	%zmm26, %zmm14, %zmm9
	vpmaddwd	576(%rsp), %zmm9, %zmm9
	vpaddd	%zmm9, %zmm4, %zmm4
	vpandq	%zmm26, %zmm12, %zmm9
	vpmaddwd	704(%rsp), %zmm9, %zmm9
	vpaddd	%zmm9, %zmm5, %zmm5
	vpandq	%zmm26, %zmm10, %zmm9
	vpmaddwd	448(%rsp), %zmm9, %zmm9
	vpaddd	%zmm9, %zmm6, %zmm6
	vpandq	%zmm26, %zmm8, %zmm9
	vpmaddwd	(%rsp), %zmm9, %zmm9
	vpaddd	%zmm9, %zmm7, %zmm7
	vpsrlw	$8, %zmm14, %zmm9
	vpmaddwd	1792(%rsp), %zmm9, %zmm9
	vpaddd	%zmm9, %zmm4, %zmm4
	vpaddd	%zmm4, %zmm0, %zmm0
	vpsrlw	$8, %zmm12, %zmm4
	vpmaddwd	%zmm24, %zmm4, %zmm4
	vpaddd	%zmm4, %zmm5, %zmm4
	vpaddd	%zmm4, %zmm2, %zmm2
	vpsrlw	$8, %zmm10, %zmm4
	vpmaddwd	%zmm27, %zmm4, %zmm4
	vpaddd	%zmm4, %zmm6, %zmm4
	vpaddd	%zmm4, %zmm3, %zmm3
	vpsrlw	$8, %zmm8, %zmm4
	vpmaddwd	%zmm29, %zmm4, %zmm4
	vpaddd	%zmm4, %zmm7, %zmm4
	vpaddd	%zmm4, %zmm1, %zmm1
	vcvtdq2ps	%zmm0, %zmm0
	vmulps	%zmm0, %zmm31, %zmm0
	vcvtdq2ps	%zmm2, %zmm2
	vmulps	%zmm2, %zmm30, %zmm2
	vcvtdq2ps	%zmm3, %zmm3
	vmulps	%zmm3, %zmm18, %zmm3
	vcvtdq2ps	%zmm1, %zmm1
	vmulps	%zmm1, %zmm23, %zmm1
	vcvtps2dq	%zmm0, %zmm0
	vcvtps2dq	%zmm2, %zmm2
	vpackssdw	%zmm2, %zmm0, %zmm0
	vcvtps2dq	%zmm3, %zmm2
	vcvtps2dq	%zmm1, %zmm1
	vpackssdw	%zmm1, %zmm2, %zmm1
	vpaddsw	%zmm21, %zmm0, %zmm0
	vpaddsw	%zmm21, %zmm1, %zmm1
	vpackuswb	%zmm1, %zmm0, %zmm0
	vmovdqu64	%zmm0, 448(%rdi,%r10)
	addq	$448, %r10
	je	LOOP

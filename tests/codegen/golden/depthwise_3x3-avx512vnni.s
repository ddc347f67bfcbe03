# vectors on the stack: 42

loop:
	vmovdqu64	(%r8), %zmm20
	vmovdqu64	64(%r8), %zmm12
	vmovdqu64	128(%r8), %zmm13
	vmovdqu64	192(%r8), %zmm9
	vmovdqu64	256(%r8), %zmm27
	vmovdqu64	%zmm27, 64(%rsp)
	vmovdqu64	320(%r8), %zmm11
	vmovdqu64	384(%r8), %zmm8
	vmovdqu64	448(%r8), %zmm7
	vmovdqu64	%zmm7, 128(%rsp)
	vmovdqu64	512(%r8), %zmm6
	vmovdqu64	576(%r8), %zmm19
	vmovdqu64	640(%r8), %zmm3
	vmovdqu64	704(%r8), %zmm0
	vmovdqu64	(%rax), %zmm5
	vmovdqu64	%zmm5, 896(%rsp)
	vmovdqu64	64(%rax), %zmm24
	vmovdqu64	%zmm24, (%rsp)
	vmovdqu64	128(%rax), %zmm2
	vmovdqu64	192(%rax), %zmm1
	vmovdqu64	-1088(%r9,%r10), %zmm15
	vmovdqu64	-64(%r9,%r10), %zmm16
	vmovdqu64	-2112(%r9,%r10), %zmm17
	vmovdqu64	-2048(%r9,%r10), %zmm18
	vmovdqu64	-1984(%r9,%r10), %zmm21
	vpunpcklbw	%zmm15, %zmm17, %zmm22
	vpunpcklbw	%zmm16, %zmm16, %zmm23
	vpunpckhbw	%zmm15, %zmm17, %zmm15
	vpunpckhbw	%zmm16, %zmm16, %zmm16
	vpunpcklwd	%zmm23, %zmm22, %zmm17
	vpunpckhwd	%zmm23, %zmm22, %zmm22
	vpunpcklwd	%zmm16, %zmm15, %zmm23
	vpunpckhwd	%zmm16, %zmm15, %zmm15
	vmovdqa64	%zmm5, %zmm16
	vpdpbusd	%zmm20, %zmm17, %zmm16
	vpdpbusd	%zmm12, %zmm22, %zmm24
	vmovdqa64	%zmm2, %zmm22
	vmovdqu64	%zmm2, -64(%rsp)
	vpdpbusd	%zmm13, %zmm23, %zmm22
	vmovdqa64	%zmm1, %zmm25
	vmovdqa64	%zmm1, %zmm10
	vpdpbusd	%zmm9, %zmm15, %zmm25
	vmovdqa64	%zmm9, %zmm1
	vmovdqu64	%zmm9, 704(%rsp)
	vmovdqu64	-1024(%r9,%r10), %zmm15
	vmovdqu64	(%r9,%r10), %zmm17
	vpunpcklbw	%zmm15, %zmm18, %zmm23
	vpunpcklbw	%zmm17, %zmm17, %zmm26
	vpunpckhbw	%zmm15, %zmm18, %zmm15
	vpunpckhbw	%zmm17, %zmm17, %zmm17
	vpunpcklwd	%zmm26, %zmm23, %zmm28
	vpunpckhwd	%zmm26, %zmm23, %zmm29
	vpunpcklwd	%zmm17, %zmm15, %zmm30
	vpunpckhwd	%zmm17, %zmm15, %zmm31
	vpdpbusd	%zmm27, %zmm28, %zmm16
	vpdpbusd	%zmm11, %zmm29, %zmm24
	vmovdqa64	%zmm11, %zmm9
	vpdpbusd	%zmm8, %zmm30, %zmm22
	vmovdqa64	%zmm8, %zmm11
	vpdpbusd	%zmm7, %zmm31, %zmm25
	vmovdqu64	-960(%r9,%r10), %zmm15
	vmovdqu64	64(%r9,%r10), %zmm17
	vpunpcklbw	%zmm15, %zmm21, %zmm18
	vpunpcklbw	%zmm17, %zmm17, %zmm23
	vpunpckhbw	%zmm15, %zmm21, %zmm15
	vpunpckhbw	%zmm17, %zmm17, %zmm17
	vpunpcklwd	%zmm23, %zmm18, %zmm27
	vpunpckhwd	%zmm23, %zmm18, %zmm26
	vpunpcklwd	%zmm17, %zmm15, %zmm23
	vpunpckhwd	%zmm17, %zmm15, %zmm21
	vpdpbusd	%zmm6, %zmm27, %zmm16
	vpdpbusd	%zmm19, %zmm26, %zmm24
	vpdpbusd	%zmm3, %zmm23, %zmm22
	vmovdqa64	%zmm3, %zmm7
	vpdpbusd	%zmm0, %zmm21, %zmm25
	vmovdqa64	%zmm0, %zmm8
	vcvtdq2ps	%zmm16, %zmm0
	vmovups	(%rsi), %zmm14
	vmovups	%zmm14, -128(%rsp)
	vmovups	64(%rsi), %zmm18
	vmovups	128(%rsi), %zmm17
	vmovups	192(%rsi), %zmm16
	vmulps	%zmm0, %zmm14, %zmm0
	vcvtdq2ps	%zmm24, %zmm24
	vmulps	%zmm24, %zmm18, %zmm24
	vcvtdq2ps	%zmm22, %zmm22
	vmulps	%zmm22, %zmm17, %zmm22
	vcvtdq2ps	%zmm25, %zmm25
	vmulps	%zmm25, %zmm16, %zmm25
	vmovups	%zmm16, 256(%rsp)
	vcvtps2dq	%zmm0, %zmm0
	vcvtps2dq	%zmm24, %zmm24
	vpackssdw	%zmm24, %zmm0, %zmm0
	vcvtps2dq	%zmm22, %zmm22
	vcvtps2dq	%zmm25, %zmm24
	vpackssdw	%zmm24, %zmm22, %zmm22
	vpaddsw	%zmm4, %zmm0, %zmm0
	vpaddsw	%zmm4, %zmm22, %zmm22
	vpackuswb	%zmm22, %zmm0, %zmm0
	vmovdqu64	%zmm0, 64(%rdi,%r10)
	vmovdqu64	896(%rsp), %zmm15
	vmovdqa64	%zmm15, %zmm0
	vpdpbusd	%zmm20, %zmm28, %zmm0
	vmovdqu64	(%rsp), %zmm4
	vmovdqa64	%zmm4, %zmm3
	vmovdqa64	%zmm12, %zmm14
	vpdpbusd	%zmm12, %zmm29, %zmm3
	vmovdqa64	%zmm2, %zmm29
	vpdpbusd	%zmm13, %zmm30, %zmm29
	vmovdqa64	%zmm10, %zmm2
	vmovdqu64	%zmm10, 512(%rsp)
	vmovdqa64	%zmm10, %zmm30
	vpdpbusd	%zmm1, %zmm31, %zmm30
	vmovdqu64	-1920(%r9,%r10), %zmm22
	vmovdqu64	-896(%r9,%r10), %zmm24
	vmovdqu64	128(%r9,%r10), %zmm25
	vpunpcklbw	%zmm24, %zmm22, %zmm31
	vpunpckhbw	%zmm24, %zmm22, %zmm22
	vpunpcklbw	%zmm25, %zmm25, %zmm24
	vpunpcklwd	%zmm24, %zmm31, %zmm28
	vpunpckhwd	%zmm24, %zmm31, %zmm24
	vpunpckhbw	%zmm25, %zmm25, %zmm31
	vpunpcklwd	%zmm31, %zmm22, %zmm25
	vpunpckhwd	%zmm31, %zmm22, %zmm22
	vmovdqu64	64(%rsp), %zmm5
	vpdpbusd	%zmm5, %zmm27, %zmm0
	vpdpbusd	%zmm9, %zmm26, %zmm3
	vmovdqu64	%zmm11, 320(%rsp)
	vpdpbusd	%zmm11, %zmm23, %zmm29
	vmovdqu64	128(%rsp), %zmm10
	vpdpbusd	%zmm10, %zmm21, %zmm30
	vmovdqa64	%zmm6, %zmm12
	vmovdqu64	%zmm6, 576(%rsp)
	vpdpbusd	%zmm6, %zmm28, %zmm0
	vmovdqu64	%zmm19, 640(%rsp)
	vpdpbusd	%zmm19, %zmm24, %zmm3
	vpdpbusd	%zmm7, %zmm25, %zmm29
	vmovdqu64	%zmm8, 192(%rsp)
	vpdpbusd	%zmm8, %zmm22, %zmm30
	vcvtdq2ps	%zmm0, %zmm0
	vmovups	-128(%rsp), %zmm6
	vmulps	%zmm0, %zmm6, %zmm0
	vcvtdq2ps	%zmm3, %zmm3
	vmovups	%zmm18, 384(%rsp)
	vmulps	%zmm3, %zmm18, %zmm3
	vcvtdq2ps	%zmm29, %zmm29
	vmovups	%zmm17, 448(%rsp)
	vmulps	%zmm29, %zmm17, %zmm29
	vcvtdq2ps	%zmm30, %zmm30
	vmulps	%zmm30, %zmm16, %zmm30
	vcvtps2dq	%zmm0, %zmm0
	vcvtps2dq	%zmm3, %zmm3
	vpackssdw	%zmm3, %zmm0, %zmm0
	vcvtps2dq	%zmm29, %zmm3
	vcvtps2dq	%zmm30, %zmm29
	vpackssdw	%zmm29, %zmm3, %zmm3
	vpaddsw	CONST(%rip), %zmm0, %zmm0
	vpaddsw	CONST(%rip), %zmm3, %zmm3
	vpackuswb	%zmm3, %zmm0, %zmm0
	vmovdqu64	%zmm0, 128(%rdi,%r10)
	vmovdqa64	%zmm15, %zmm0
	vmovdqa64	%zmm15, %zmm16
	vpdpbusd	%zmm20, %zmm27, %zmm0
	vmovdqa64	%zmm4, %zmm3
	vpdpbusd	%zmm14, %zmm26, %zmm3
	vmovdqa64	%zmm14, %zmm15
	vmovdqu64	-64(%rsp), %zmm1
	vmovdqa64	%zmm1, %zmm30
	vpdpbusd	%zmm13, %zmm23, %zmm30
	vmovdqa64	%zmm13, %zmm14
	vmovdqa64	%zmm2, %zmm23
	vmovdqu64	704(%rsp), %zmm13
	vpdpbusd	%zmm13, %zmm21, %zmm23
	vmovdqu64	-1856(%r9,%r10), %zmm21
	vmovdqu64	-832(%r9,%r10), %zmm26
	vmovdqu64	192(%r9,%r10), %zmm27
	vpunpcklbw	%zmm26, %zmm21, %zmm31
	vpunpckhbw	%zmm26, %zmm21, %zmm21
	vpunpcklbw	%zmm27, %zmm27, %zmm26
	vpunpcklwd	%zmm26, %zmm31, %zmm29
	vpunpckhwd	%zmm26, %zmm31, %zmm26
	vpunpckhbw	%zmm27, %zmm27, %zmm31
	vpunpcklwd	%zmm31, %zmm21, %zmm27
	vpunpckhwd	%zmm31, %zmm21, %zmm21
	vpdpbusd	%zmm5, %zmm28, %zmm0
	vpdpbusd	%zmm9, %zmm24, %zmm3
	vmovdqa64	%zmm9, %zmm2
	vmovdqu64	%zmm9, 768(%rsp)
	vpdpbusd	%zmm11, %zmm25, %zmm30
	vpdpbusd	%zmm10, %zmm22, %zmm23
	vmovdqa64	%zmm10, %zmm11
	vpdpbusd	%zmm12, %zmm29, %zmm0
	vpdpbusd	%zmm19, %zmm26, %zmm3
	vpdpbusd	%zmm7, %zmm27, %zmm30
	vmovdqa64	%zmm7, %zmm19
	vpdpbusd	%zmm8, %zmm21, %zmm23
	vcvtdq2ps	%zmm0, %zmm0
	vmulps	%zmm0, %zmm6, %zmm0
	vcvtdq2ps	%zmm3, %zmm3
	vmulps	%zmm3, %zmm18, %zmm3
	vcvtdq2ps	%zmm30, %zmm30
	vmulps	%zmm30, %zmm17, %zmm30
	vcvtdq2ps	%zmm23, %zmm23
	vmovups	256(%rsp), %zmm6
	vmulps	%zmm23, %zmm6, %zmm23
	vcvtps2dq	%zmm0, %zmm0
	vcvtps2dq	%zmm3, %zmm3
	vpackssdw	%zmm3, %zmm0, %zmm0
	vcvtps2dq	%zmm30, %zmm3
	vcvtps2dq	%zmm23, %zmm23
	vpackssdw	%zmm23, %zmm3, %zmm3
	vpaddsw	CONST(%rip), %zmm0, %zmm0
	vpaddsw	CONST(%rip), %zmm3, %zmm3
	vpackuswb	%zmm3, %zmm0, %zmm0
	vmovdqu64	%zmm0, 192(%rdi,%r10)
	vmovdqa64	%zmm16, %zmm5
	vmovdqa64	%zmm16, %zmm0
	vpdpbusd	%zmm20, %zmm28, %zmm0
	vmovdqa64	%zmm4, %zmm3
	vmovdqu64	%zmm15, 832(%rsp)
	vpdpbusd	%zmm15, %zmm24, %zmm3
	vmovdqa64	%zmm1, %zmm28
	vpdpbusd	%zmm14, %zmm25, %zmm28
	vmovdqu64	512(%rsp), %zmm1
	vmovdqa64	%zmm1, %zmm30
	vmovdqa64	%zmm13, %zmm9
	vpdpbusd	%zmm13, %zmm22, %zmm30
	vmovdqu64	-1792(%r9,%r10), %zmm22
	vmovdqu64	-768(%r9,%r10), %zmm23
	vmovdqu64	256(%r9,%r10), %zmm24
	vpunpcklbw	%zmm23, %zmm22, %zmm31
	vpunpckhbw	%zmm23, %zmm22, %zmm22
	vpunpcklbw	%zmm24, %zmm24, %zmm23
	vpunpcklwd	%zmm23, %zmm31, %zmm25
	vpunpckhwd	%zmm23, %zmm31, %zmm23
	vpunpckhbw	%zmm24, %zmm24, %zmm31
	vpunpcklwd	%zmm31, %zmm22, %zmm24
	vpunpckhwd	%zmm31, %zmm22, %zmm22
	vmovdqu64	64(%rsp), %zmm10
	vpdpbusd	%zmm10, %zmm29, %zmm0
	vpdpbusd	%zmm2, %zmm26, %zmm3
	vmovdqu64	320(%rsp), %zmm12
	vpdpbusd	%zmm12, %zmm27, %zmm28
	vpdpbusd	%zmm11, %zmm21, %zmm30
	vmovdqu64	576(%rsp), %zmm7
	vpdpbusd	%zmm7, %zmm25, %zmm0
	vmovdqu64	640(%rsp), %zmm8
	vpdpbusd	%zmm8, %zmm23, %zmm3
	vpdpbusd	%zmm19, %zmm24, %zmm28
	vmovdqa64	%zmm19, %zmm11
	vmovdqu64	%zmm19, 960(%rsp)
	vmovdqu64	192(%rsp), %zmm13
	vpdpbusd	%zmm13, %zmm22, %zmm30
	vcvtdq2ps	%zmm0, %zmm0
	vmovups	-128(%rsp), %zmm18
	vmulps	%zmm0, %zmm18, %zmm0
	vcvtdq2ps	%zmm3, %zmm3
	vmovups	384(%rsp), %zmm17
	vmulps	%zmm3, %zmm17, %zmm3
	vcvtdq2ps	%zmm28, %zmm28
	vmovups	448(%rsp), %zmm16
	vmulps	%zmm28, %zmm16, %zmm28
	vcvtdq2ps	%zmm30, %zmm30
	vmovaps	%zmm6, %zmm4
	vmulps	%zmm30, %zmm6, %zmm30
	vcvtps2dq	%zmm0, %zmm0
	vcvtps2dq	%zmm3, %zmm3
	vpackssdw	%zmm3, %zmm0, %zmm0
	vcvtps2dq	%zmm28, %zmm3
	vcvtps2dq	%zmm30, %zmm28
	vpackssdw	%zmm28, %zmm3, %zmm3
	vpaddsw	CONST(%rip), %zmm0, %zmm0
	vpaddsw	CONST(%rip), %zmm3, %zmm3
	vpackuswb	%zmm3, %zmm0, %zmm0
	vmovdqu64	%zmm0, 256(%rdi,%r10)
	vmovdqa64	%zmm5, %zmm0
	vpdpbusd	%zmm20, %zmm29, %zmm0
	vmovdqu64	(%rsp), %zmm6
	vmovdqa64	%zmm6, %zmm3
	vpdpbusd	%zmm15, %zmm26, %zmm3
	vmovdqu64	-64(%rsp), %zmm2
	vmovdqa64	%zmm2, %zmm29
	vmovdqa64	%zmm14, %zmm19
	vpdpbusd	%zmm14, %zmm27, %zmm29
	vmovdqa64	%zmm1, %zmm30
	vmovdqa64	%zmm1, %zmm15
	vpdpbusd	%zmm9, %zmm21, %zmm30
	vmovdqa64	%zmm9, %zmm1
	vmovdqu64	-1728(%r9,%r10), %zmm21
	vmovdqu64	-704(%r9,%r10), %zmm26
	vmovdqu64	320(%r9,%r10), %zmm31
	vpunpcklbw	%zmm26, %zmm21, %zmm27
	vpunpckhbw	%zmm26, %zmm21, %zmm21
	vpunpcklbw	%zmm31, %zmm31, %zmm26
	vpunpcklwd	%zmm26, %zmm27, %zmm28
	vpunpckhwd	%zmm26, %zmm27, %zmm27
	vpunpckhbw	%zmm31, %zmm31, %zmm31
	vpunpcklwd	%zmm31, %zmm21, %zmm26
	vpunpckhwd	%zmm31, %zmm21, %zmm21
	vpdpbusd	%zmm10, %zmm25, %zmm0
	vmovdqu64	768(%rsp), %zmm14
	vpdpbusd	%zmm14, %zmm23, %zmm3
	vpdpbusd	%zmm7, %zmm28, %zmm0
	vmovdqa64	%zmm7, %zmm31
	vpdpbusd	%zmm8, %zmm27, %zmm3
	vmovdqa64	%zmm8, %zmm7
	vcvtdq2ps	%zmm0, %zmm0
	vmulps	%zmm0, %zmm18, %zmm0
	vcvtdq2ps	%zmm3, %zmm3
	vmulps	%zmm3, %zmm17, %zmm3
	vcvtps2dq	%zmm0, %zmm0
	vcvtps2dq	%zmm3, %zmm3
	vpackssdw	%zmm3, %zmm0, %zmm0
	vmovdqa64	%zmm12, %zmm9
	vpdpbusd	%zmm12, %zmm24, %zmm29
	vmovdqu64	128(%rsp), %zmm8
	vpdpbusd	%zmm8, %zmm22, %zmm30
	vpdpbusd	%zmm11, %zmm26, %zmm29
	vpdpbusd	%zmm13, %zmm21, %zmm30
	vcvtdq2ps	%zmm29, %zmm3
	vmulps	%zmm3, %zmm16, %zmm3
	vcvtdq2ps	%zmm30, %zmm29
	vmulps	%zmm29, %zmm4, %zmm29
	vmovaps	%zmm4, %zmm30
	vcvtps2dq	%zmm3, %zmm3
	vcvtps2dq	%zmm29, %zmm29
	vpackssdw	%zmm29, %zmm3, %zmm3
	vpaddsw	CONST(%rip), %zmm0, %zmm0
	vpaddsw	CONST(%rip), %zmm3, %zmm3
	vpackuswb	%zmm3, %zmm0, %zmm0
	vmovdqu64	%zmm0, 320(%rdi,%r10)
	vmovdqa64	%zmm5, %zmm29
	vpdpbusd	%zmm20, %zmm25, %zmm29
	vmovdqa64	%zmm6, %zmm4
	vmovdqa64	%zmm6, %zmm25
	vmovdqu64	832(%rsp), %zmm0
	vpdpbusd	%zmm0, %zmm23, %zmm25
	vmovdqa64	%zmm2, %zmm23
	vpdpbusd	%zmm19, %zmm24, %zmm23
	vmovdqa64	%zmm15, %zmm24
	vmovdqa64	%zmm1, %zmm6
	vpdpbusd	%zmm1, %zmm22, %zmm24
	vpdpbusd	%zmm20, %zmm28, %zmm5
	vmovdqa64	%zmm10, %zmm11
	vpdpbusd	%zmm10, %zmm28, %zmm29
	vpdpbusd	%zmm0, %zmm27, %zmm4
	vmovdqa64	%zmm14, %zmm10
	vpdpbusd	%zmm14, %zmm27, %zmm25
	vpdpbusd	%zmm12, %zmm26, %zmm23
	vpdpbusd	%zmm8, %zmm21, %zmm24
	vmovdqu64	-1664(%r9,%r10), %zmm0
	vpdpbusd	%zmm19, %zmm26, %zmm2
	vmovdqu64	-640(%r9,%r10), %zmm3
	vmovdqu64	384(%r9,%r10), %zmm14
	vmovdqa64	%zmm15, %zmm1
	vpdpbusd	%zmm6, %zmm21, %zmm1
	vpunpcklbw	%zmm3, %zmm0, %zmm13
	vpunpcklbw	%zmm14, %zmm14, %zmm19
	vpunpckhbw	%zmm3, %zmm0, %zmm0
	vpunpckhbw	%zmm14, %zmm14, %zmm3
	vpunpcklwd	%zmm19, %zmm13, %zmm14
	vpunpckhwd	%zmm19, %zmm13, %zmm13
	vpunpcklwd	%zmm3, %zmm0, %zmm19
	vpunpckhwd	%zmm3, %zmm0, %zmm0
	vpdpbusd	%zmm11, %zmm14, %zmm5
	vpdpbusd	%zmm31, %zmm14, %zmm29
	vpdpbusd	%zmm7, %zmm13, %zmm25
	vcvtdq2ps	%zmm29, %zmm3
	vmulps	%zmm3, %zmm18, %zmm3
	vcvtdq2ps	%zmm25, %zmm12
	vmulps	%zmm12, %zmm17, %zmm12
	vcvtps2dq	%zmm3, %zmm3
	vcvtps2dq	%zmm12, %zmm12
	vpackssdw	%zmm12, %zmm3, %zmm3
	vmovdqu64	960(%rsp), %zmm21
	vpdpbusd	%zmm21, %zmm19, %zmm23
	vmovdqu64	192(%rsp), %zmm20
	vpdpbusd	%zmm20, %zmm0, %zmm24
	vcvtdq2ps	%zmm23, %zmm12
	vmulps	%zmm12, %zmm16, %zmm12
	vcvtdq2ps	%zmm24, %zmm14
	vmulps	%zmm14, %zmm30, %zmm14
	vcvtps2dq	%zmm12, %zmm12
	vcvtps2dq	%zmm14, %zmm14
	vpackssdw	%zmm14, %zmm12, %zmm12
	vpaddsw	CONST(%rip), %zmm3, %zmm3
	vpaddsw	CONST(%rip), %zmm12, %zmm12
	vpackuswb	%zmm12, %zmm3, %zmm3
	vmovdqu64	%zmm3, 384(%rdi,%r10)
	vpdpbusd	%zmm10, %zmm13, %zmm4
	vpdpbusd	%zmm9, %zmm19, %zmm2
	vpdpbusd	%zmm8, %zmm0, %zmm1
	vmovdqu64	-1600(%r9,%r10), %zmm0
	vmovdqu64	-576(%r9,%r10), %zmm3
	vmovdqu64	448(%r9,%r10), %zmm9
	vpunpcklbw	%zmm3, %zmm0, %zmm10
	vpunpcklbw	%zmm9, %zmm9, %zmm11
	vpunpcklwd	%zmm11, %zmm10, %zmm12
	vpdpbusd	%zmm31, %zmm12, %zmm5
	vpunpckhwd	%zmm11, %zmm10, %zmm8
	vpdpbusd	%zmm7, %zmm8, %zmm4
	vpunpckhbw	%zmm3, %zmm0, %zmm0
	vpunpckhbw	%zmm9, %zmm9, %zmm3
	vpunpcklwd	%zmm3, %zmm0, %zmm7
	vpdpbusd	%zmm21, %zmm7, %zmm2
	vpunpckhwd	%zmm3, %zmm0, %zmm0
	vmovdqa64	%zmm1, %zmm3
	vpdpbusd	%zmm20, %zmm0, %zmm3
	vcvtdq2ps	%zmm5, %zmm0
	vmulps	%zmm0, %zmm18, %zmm0
	vcvtdq2ps	%zmm4, %zmm1
	vmulps	%zmm1, %zmm17, %zmm1
	vcvtdq2ps	%zmm2, %zmm2
	vmulps	%zmm2, %zmm16, %zmm2
	vcvtdq2ps	%zmm3, %zmm3
	vmulps	%zmm3, %zmm30, %zmm3
	vcvtps2dq	%zmm0, %zmm0
	vcvtps2dq	%zmm1, %zmm1
	vpackssdw	%zmm1, %zmm0, %zmm0
	vcvtps2dq	%zmm2, %zmm1
	vcvtps2dq	%zmm3, %zmm2
	vmovdqa64	CONST(%rip), %zmm4
	vpackssdw	%zmm2, %zmm1, %zmm1
	vpaddsw	%zmm4, %zmm0, %zmm0
	vpaddsw	%zmm4, %zmm1, %zmm1
	vpackuswb	%zmm1, %zmm0, %zmm0
	vmovdqu64	%zmm0, 448(%rdi,%r10)
	addq	$448, %r10
	je	LOOP

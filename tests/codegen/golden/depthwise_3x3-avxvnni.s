# vectors on the stack: 146

loop:
	vmovdqu	(%r8,%r15), %ymm8
	vmovdqu	%ymm8, 256(%rsp)
	vmovdqu	32(%r8,%r15), %ymm11
	vmovdqu	%ymm11, 352(%rsp)
	vmovdqu	64(%r8,%r15), %ymm10
	vmovdqu	96(%r8,%r15), %ymm9
	vmovdqu	%ymm9, 96(%rsp)
	vmovdqu	(%rax,%r12), %ymm15
	vmovdqu	%ymm15, 288(%rsp)
	vmovdqu	32(%rax,%r12), %ymm14
	vmovdqu	%ymm14, 416(%rsp)
	vmovdqu	64(%rax,%r12), %ymm7
	vmovdqu	%ymm7, 160(%rsp)
	vmovdqu	96(%rax,%r12), %ymm6
	vmovdqu	%ymm6, 192(%rsp)
	vmovdqu	-1088(%r10,%r14), %ymm0
	vmovdqu	-64(%r10,%r14), %ymm1
	vmovdqu	-2112(%r10,%r14), %ymm2
	vmovdqu	-2048(%r10,%r14), %ymm3
	vpunpcklbw	%ymm0, %ymm2, %ymm4
	vpunpcklbw	%ymm1, %ymm1, %ymm5
	vpunpckhbw	%ymm0, %ymm2, %ymm0
	vpunpckhbw	%ymm1, %ymm1, %ymm1
	vpunpcklwd	%ymm5, %ymm4, %ymm2
	vpunpckhwd	%ymm5, %ymm4, %ymm4
	vpunpcklwd	%ymm1, %ymm0, %ymm5
	vpunpckhwd	%ymm1, %ymm0, %ymm0
	{vex}	vpdpbusd	%ymm8, %ymm2, %ymm15
	{vex}	vpdpbusd	%ymm11, %ymm4, %ymm14
	vmovdqa	%ymm7, %ymm11
	{vex}	vpdpbusd	%ymm10, %ymm5, %ymm11
	vmovdqu	%ymm10, 672(%rsp)
	vmovdqa	%ymm6, %ymm7
	{vex}	vpdpbusd	%ymm9, %ymm0, %ymm7
	vmovdqu	-1024(%r10,%r14), %ymm0
	vmovdqu	(%r10,%r14), %ymm2
	vpunpcklbw	%ymm0, %ymm3, %ymm1
	vpunpckhbw	%ymm0, %ymm3, %ymm0
	vpunpcklbw	%ymm2, %ymm2, %ymm3
	vpunpcklwd	%ymm3, %ymm1, %ymm6
	vpunpckhwd	%ymm3, %ymm1, %ymm1
	vpunpckhbw	%ymm2, %ymm2, %ymm3
	vpunpcklwd	%ymm3, %ymm0, %ymm2
	vpunpckhwd	%ymm3, %ymm0, %ymm0
	vmovdqu	-1984(%r10,%r14), %ymm3
	vmovdqu	-960(%r10,%r14), %ymm4
	vpunpcklbw	%ymm4, %ymm3, %ymm5
	vpunpckhbw	%ymm4, %ymm3, %ymm8
	vmovdqu	64(%r10,%r14), %ymm9
	vpunpcklbw	%ymm9, %ymm9, %ymm4
	vpunpcklwd	%ymm4, %ymm5, %ymm12
	vmovdqu	%ymm12, (%rsp)
	vpunpckhwd	%ymm4, %ymm5, %ymm5
	vpunpckhbw	%ymm9, %ymm9, %ymm9
	vpunpcklwd	%ymm9, %ymm8, %ymm13
	vmovdqu	%ymm13, -32(%rsp)
	vpunpckhwd	%ymm9, %ymm8, %ymm4
	vmovdqu	%ymm4, -64(%rsp)
	vmovdqu	128(%r8,%r15), %ymm3
	vmovdqu	%ymm3, 384(%rsp)
	{vex}	vpdpbusd	%ymm3, %ymm6, %ymm15
	vmovdqu	160(%r8,%r15), %ymm3
	vmovdqu	%ymm3, 320(%rsp)
	{vex}	vpdpbusd	%ymm3, %ymm1, %ymm14
	vmovdqu	256(%r8,%r15), %ymm3
	vmovdqu	%ymm3, 32(%rsp)
	{vex}	vpdpbusd	%ymm3, %ymm12, %ymm15
	vmovdqu	288(%r8,%r15), %ymm3
	vmovdqu	%ymm3, 64(%rsp)
	{vex}	vpdpbusd	%ymm3, %ymm5, %ymm14
	vcvtdq2ps	%ymm15, %ymm8
	vmovups	(%rsi,%r12), %ymm3
	vmovups	%ymm3, -128(%rsp)
	vmulps	%ymm3, %ymm8, %ymm8
	vcvtdq2ps	%ymm14, %ymm12
	vmovups	32(%rsi,%r12), %ymm14
	vmulps	%ymm12, %ymm14, %ymm12
	vcvtps2dq	%ymm8, %ymm8
	vcvtps2dq	%ymm12, %ymm12
	vpackssdw	%ymm12, %ymm8, %ymm8
	vmovdqu	192(%r8,%r15), %ymm3
	vmovdqu	%ymm3, 224(%rsp)
	{vex}	vpdpbusd	%ymm3, %ymm2, %ymm11
	vmovdqu	224(%r8,%r15), %ymm3
	vmovdqu	%ymm3, 128(%rsp)
	{vex}	vpdpbusd	%ymm3, %ymm0, %ymm7
	vmovdqu	320(%r8,%r15), %ymm3
	vmovdqu	%ymm3, 480(%rsp)
	{vex}	vpdpbusd	%ymm3, %ymm13, %ymm11
	vmovdqu	352(%r8,%r15), %ymm13
	{vex}	vpdpbusd	%ymm13, %ymm4, %ymm7
	vmovdqu	%ymm13, 448(%rsp)
	vcvtdq2ps	%ymm11, %ymm11
	vmovups	64(%rsi,%r12), %ymm3
	vmovups	%ymm3, -96(%rsp)
	vmulps	%ymm3, %ymm11, %ymm11
	vcvtdq2ps	%ymm7, %ymm7
	vmovups	96(%rsi,%r12), %ymm3
	vmovups	%ymm3, 640(%rsp)
	vmulps	%ymm7, %ymm3, %ymm7
	vcvtps2dq	%ymm11, %ymm11
	vcvtps2dq	%ymm7, %ymm7
	vpackssdw	%ymm7, %ymm11, %ymm7
	vpaddsw	CONST(%rip), %ymm8, %ymm8
	vpaddsw	CONST(%rip), %ymm7, %ymm7
	vpackuswb	%ymm7, %ymm8, %ymm7
	vmovdqu	%ymm7, 64(%r11,%r14)
	vmovdqu	288(%rsp), %ymm8
	{vex}	vpdpbusd	256(%rsp), %ymm6, %ymm8
	vmovdqu	416(%rsp), %ymm12
	{vex}	vpdpbusd	352(%rsp), %ymm1, %ymm12
	vmovdqu	160(%rsp), %ymm9
	vmovdqa	%ymm9, %ymm7
	{vex}	vpdpbusd	%ymm10, %ymm2, %ymm7
	vmovdqu	192(%rsp), %ymm10
	vmovdqa	%ymm10, %ymm11
	vmovdqu	96(%rsp), %ymm15
	{vex}	vpdpbusd	%ymm15, %ymm0, %ymm11
	vmovdqu	-1920(%r10,%r14), %ymm0
	vmovdqu	-896(%r10,%r14), %ymm1
	vpunpcklbw	%ymm1, %ymm0, %ymm2
	vpunpckhbw	%ymm1, %ymm0, %ymm6
	vmovdqu	128(%r10,%r14), %ymm1
	vpunpcklbw	%ymm1, %ymm1, %ymm0
	vpunpcklwd	%ymm0, %ymm2, %ymm3
	vmovdqu	%ymm3, 544(%rsp)
	vpunpckhwd	%ymm0, %ymm2, %ymm2
	vmovdqu	%ymm2, 512(%rsp)
	vpunpckhbw	%ymm1, %ymm1, %ymm0
	vpunpcklwd	%ymm0, %ymm6, %ymm1
	vmovdqu	%ymm1, 576(%rsp)
	vpunpckhwd	%ymm0, %ymm6, %ymm6
	vmovdqu	%ymm6, 608(%rsp)
	vmovdqu	(%rsp), %ymm4
	{vex}	vpdpbusd	384(%rsp), %ymm4, %ymm8
	{vex}	vpdpbusd	320(%rsp), %ymm5, %ymm12
	{vex}	vpdpbusd	32(%rsp), %ymm3, %ymm8
	{vex}	vpdpbusd	64(%rsp), %ymm2, %ymm12
	vcvtdq2ps	%ymm8, %ymm0
	vmulps	-128(%rsp), %ymm0, %ymm0
	vcvtdq2ps	%ymm12, %ymm8
	vmovups	%ymm14, 704(%rsp)
	vmulps	%ymm8, %ymm14, %ymm8
	vcvtps2dq	%ymm0, %ymm0
	vcvtps2dq	%ymm8, %ymm8
	vpackssdw	%ymm8, %ymm0, %ymm0
	vmovdqu	-32(%rsp), %ymm3
	{vex}	vpdpbusd	224(%rsp), %ymm3, %ymm7
	vmovdqu	-64(%rsp), %ymm2
	{vex}	vpdpbusd	128(%rsp), %ymm2, %ymm11
	{vex}	vpdpbusd	480(%rsp), %ymm1, %ymm7
	{vex}	vpdpbusd	%ymm13, %ymm6, %ymm11
	vcvtdq2ps	%ymm7, %ymm7
	vmulps	-96(%rsp), %ymm7, %ymm7
	vcvtdq2ps	%ymm11, %ymm8
	vmovups	640(%rsp), %ymm13
	vmulps	%ymm8, %ymm13, %ymm8
	vcvtps2dq	%ymm7, %ymm7
	vcvtps2dq	%ymm8, %ymm8
	vpackssdw	%ymm8, %ymm7, %ymm7
	vpaddsw	CONST(%rip), %ymm0, %ymm0
	vpaddsw	CONST(%rip), %ymm7, %ymm7
	vpackuswb	%ymm7, %ymm0, %ymm0
	vmovdqu	%ymm0, 128(%r11,%r14)
	vmovdqu	288(%rsp), %ymm8
	{vex}	vpdpbusd	256(%rsp), %ymm4, %ymm8
	vmovdqu	416(%rsp), %ymm6
	vmovdqa	%ymm6, %ymm12
	{vex}	vpdpbusd	352(%rsp), %ymm5, %ymm12
	vmovdqa	%ymm9, %ymm7
	{vex}	vpdpbusd	672(%rsp), %ymm3, %ymm7
	vmovdqa	%ymm10, %ymm11
	{vex}	vpdpbusd	%ymm15, %ymm2, %ymm11
	vmovdqu	-1856(%r10,%r14), %ymm0
	vmovdqu	-832(%r10,%r14), %ymm4
	vpunpcklbw	%ymm4, %ymm0, %ymm5
	vpunpckhbw	%ymm4, %ymm0, %ymm0
	vmovdqu	192(%r10,%r14), %ymm10
	vpunpcklbw	%ymm10, %ymm10, %ymm4
	vpunpcklwd	%ymm4, %ymm5, %ymm3
	vmovdqu	%ymm3, (%rsp)
	vpunpckhwd	%ymm4, %ymm5, %ymm1
	vmovdqu	%ymm1, -64(%rsp)
	vpunpckhbw	%ymm10, %ymm10, %ymm10
	vpunpcklwd	%ymm10, %ymm0, %ymm4
	vmovdqu	%ymm4, 736(%rsp)
	vpunpckhwd	%ymm10, %ymm0, %ymm2
	vmovdqu	%ymm2, -32(%rsp)
	vmovdqu	384(%rsp), %ymm10
	vmovdqu	544(%rsp), %ymm15
	{vex}	vpdpbusd	%ymm10, %ymm15, %ymm8
	vmovdqu	512(%rsp), %ymm5
	{vex}	vpdpbusd	320(%rsp), %ymm5, %ymm12
	{vex}	vpdpbusd	32(%rsp), %ymm3, %ymm8
	{vex}	vpdpbusd	64(%rsp), %ymm1, %ymm12
	vcvtdq2ps	%ymm8, %ymm0
	vmulps	-128(%rsp), %ymm0, %ymm0
	vcvtdq2ps	%ymm12, %ymm8
	vmulps	%ymm8, %ymm14, %ymm8
	vcvtps2dq	%ymm0, %ymm0
	vcvtps2dq	%ymm8, %ymm8
	vpackssdw	%ymm8, %ymm0, %ymm0
	vmovdqu	576(%rsp), %ymm3
	{vex}	vpdpbusd	224(%rsp), %ymm3, %ymm7
	vmovdqu	608(%rsp), %ymm1
	{vex}	vpdpbusd	128(%rsp), %ymm1, %ymm11
	vmovdqu	480(%rsp), %ymm9
	{vex}	vpdpbusd	%ymm9, %ymm4, %ymm7
	{vex}	vpdpbusd	448(%rsp), %ymm2, %ymm11
	vcvtdq2ps	%ymm7, %ymm7
	vmulps	-96(%rsp), %ymm7, %ymm7
	vcvtdq2ps	%ymm11, %ymm8
	vmulps	%ymm8, %ymm13, %ymm8
	vcvtps2dq	%ymm7, %ymm7
	vcvtps2dq	%ymm8, %ymm8
	vpackssdw	%ymm8, %ymm7, %ymm7
	vpaddsw	CONST(%rip), %ymm0, %ymm0
	vpaddsw	CONST(%rip), %ymm7, %ymm7
	vpackuswb	%ymm7, %ymm0, %ymm0
	vmovdqu	%ymm0, 192(%r11,%r14)
	vmovdqu	288(%rsp), %ymm8
	{vex}	vpdpbusd	256(%rsp), %ymm15, %ymm8
	vmovdqa	%ymm6, %ymm12
	vmovdqu	352(%rsp), %ymm15
	{vex}	vpdpbusd	%ymm15, %ymm5, %ymm12
	vmovdqu	160(%rsp), %ymm7
	vmovdqu	672(%rsp), %ymm14
	{vex}	vpdpbusd	%ymm14, %ymm3, %ymm7
	vmovdqu	192(%rsp), %ymm11
	{vex}	vpdpbusd	96(%rsp), %ymm1, %ymm11
	vmovdqu	-1792(%r10,%r14), %ymm0
	vmovdqu	-768(%r10,%r14), %ymm1
	vpunpcklbw	%ymm1, %ymm0, %ymm2
	vpunpckhbw	%ymm1, %ymm0, %ymm0
	vmovdqu	256(%r10,%r14), %ymm3
	vpunpcklbw	%ymm3, %ymm3, %ymm1
	vpunpcklwd	%ymm1, %ymm2, %ymm4
	vmovdqu	%ymm4, 544(%rsp)
	vpunpckhwd	%ymm1, %ymm2, %ymm13
	vmovdqu	%ymm13, 512(%rsp)
	vpunpckhbw	%ymm3, %ymm3, %ymm3
	vpunpcklwd	%ymm3, %ymm0, %ymm5
	vmovdqu	%ymm5, 576(%rsp)
	vpunpckhwd	%ymm3, %ymm0, %ymm6
	vmovdqu	%ymm6, 608(%rsp)
	vmovdqu	(%rsp), %ymm0
	{vex}	vpdpbusd	%ymm10, %ymm0, %ymm8
	vmovdqu	320(%rsp), %ymm2
	vmovdqu	-64(%rsp), %ymm1
	{vex}	vpdpbusd	%ymm2, %ymm1, %ymm12
	{vex}	vpdpbusd	32(%rsp), %ymm4, %ymm8
	{vex}	vpdpbusd	64(%rsp), %ymm13, %ymm12
	vcvtdq2ps	%ymm8, %ymm3
	vmulps	-128(%rsp), %ymm3, %ymm3
	vcvtdq2ps	%ymm12, %ymm8
	vmovups	704(%rsp), %ymm13
	vmulps	%ymm8, %ymm13, %ymm8
	vcvtps2dq	%ymm3, %ymm3
	vcvtps2dq	%ymm8, %ymm8
	vpackssdw	%ymm8, %ymm3, %ymm3
	vmovdqu	736(%rsp), %ymm10
	{vex}	vpdpbusd	224(%rsp), %ymm10, %ymm7
	vmovdqu	-32(%rsp), %ymm4
	{vex}	vpdpbusd	128(%rsp), %ymm4, %ymm11
	{vex}	vpdpbusd	%ymm9, %ymm5, %ymm7
	{vex}	vpdpbusd	448(%rsp), %ymm6, %ymm11
	vcvtdq2ps	%ymm7, %ymm7
	vmulps	-96(%rsp), %ymm7, %ymm7
	vcvtdq2ps	%ymm11, %ymm8
	vmovups	640(%rsp), %ymm6
	vmulps	%ymm6, %ymm8, %ymm8
	vcvtps2dq	%ymm7, %ymm7
	vcvtps2dq	%ymm8, %ymm8
	vpackssdw	%ymm8, %ymm7, %ymm7
	vpaddsw	CONST(%rip), %ymm3, %ymm3
	vpaddsw	CONST(%rip), %ymm7, %ymm7
	vpackuswb	%ymm7, %ymm3, %ymm3
	vmovdqu	%ymm3, 256(%r11,%r14)
	vmovdqu	288(%rsp), %ymm8
	{vex}	vpdpbusd	256(%rsp), %ymm0, %ymm8
	vmovdqu	416(%rsp), %ymm12
	{vex}	vpdpbusd	%ymm15, %ymm1, %ymm12
	vmovdqu	160(%rsp), %ymm9
	vmovdqa	%ymm9, %ymm7
	{vex}	vpdpbusd	%ymm14, %ymm10, %ymm7
	vmovdqu	192(%rsp), %ymm14
	vmovdqa	%ymm14, %ymm11
	{vex}	vpdpbusd	96(%rsp), %ymm4, %ymm11
	vmovdqu	-1728(%r10,%r14), %ymm3
	vmovdqu	-704(%r10,%r14), %ymm4
	vpunpcklbw	%ymm4, %ymm3, %ymm5
	vpunpckhbw	%ymm4, %ymm3, %ymm3
	vmovdqu	320(%r10,%r14), %ymm4
	vpunpcklbw	%ymm4, %ymm4, %ymm10
	vpunpcklwd	%ymm10, %ymm5, %ymm15
	vpunpckhwd	%ymm10, %ymm5, %ymm0
	vmovdqu	%ymm0, (%rsp)
	vpunpckhbw	%ymm4, %ymm4, %ymm10
	vpunpcklwd	%ymm10, %ymm3, %ymm5
	vmovdqu	%ymm5, -64(%rsp)
	vpunpckhwd	%ymm10, %ymm3, %ymm3
	vmovdqu	%ymm3, -32(%rsp)
	vmovdqu	544(%rsp), %ymm4
	{vex}	vpdpbusd	384(%rsp), %ymm4, %ymm8
	vmovdqu	512(%rsp), %ymm1
	{vex}	vpdpbusd	%ymm2, %ymm1, %ymm12
	{vex}	vpdpbusd	32(%rsp), %ymm15, %ymm8
	{vex}	vpdpbusd	64(%rsp), %ymm0, %ymm12
	vcvtdq2ps	%ymm8, %ymm8
	vmulps	-128(%rsp), %ymm8, %ymm8
	vcvtdq2ps	%ymm12, %ymm10
	vmulps	%ymm10, %ymm13, %ymm10
	vcvtps2dq	%ymm8, %ymm8
	vcvtps2dq	%ymm10, %ymm10
	vpackssdw	%ymm10, %ymm8, %ymm8
	vmovdqu	576(%rsp), %ymm2
	{vex}	vpdpbusd	224(%rsp), %ymm2, %ymm7
	vmovdqu	128(%rsp), %ymm0
	vmovdqu	608(%rsp), %ymm13
	{vex}	vpdpbusd	%ymm0, %ymm13, %ymm11
	{vex}	vpdpbusd	480(%rsp), %ymm5, %ymm7
	{vex}	vpdpbusd	448(%rsp), %ymm3, %ymm11
	vcvtdq2ps	%ymm7, %ymm7
	vmulps	-96(%rsp), %ymm7, %ymm7
	vcvtdq2ps	%ymm11, %ymm10
	vmulps	%ymm6, %ymm10, %ymm10
	vcvtps2dq	%ymm7, %ymm7
	vcvtps2dq	%ymm10, %ymm10
	vpackssdw	%ymm10, %ymm7, %ymm7
	vpaddsw	CONST(%rip), %ymm8, %ymm8
	vpaddsw	CONST(%rip), %ymm7, %ymm7
	vpackuswb	%ymm7, %ymm8, %ymm7
	vmovdqu	%ymm7, 320(%r11,%r14)
	vmovdqu	288(%rsp), %ymm12
	vmovdqa	%ymm12, %ymm7
	vmovdqu	256(%rsp), %ymm3
	{vex}	vpdpbusd	%ymm3, %ymm4, %ymm7
	vmovdqu	416(%rsp), %ymm8
	vmovdqa	%ymm8, %ymm6
	vmovdqu	352(%rsp), %ymm4
	{vex}	vpdpbusd	%ymm4, %ymm1, %ymm6
	vmovdqa	%ymm9, %ymm11
	vmovdqa	%ymm9, %ymm1
	vmovdqu	672(%rsp), %ymm5
	{vex}	vpdpbusd	%ymm5, %ymm2, %ymm1
	vmovdqa	%ymm14, %ymm10
	vmovdqa	%ymm14, %ymm2
	{vex}	vpdpbusd	96(%rsp), %ymm13, %ymm2
	{vex}	vpdpbusd	%ymm3, %ymm15, %ymm12
	vmovdqa	%ymm12, %ymm13
	vmovdqu	384(%rsp), %ymm12
	{vex}	vpdpbusd	%ymm12, %ymm15, %ymm7
	vmovdqu	(%rsp), %ymm3
	{vex}	vpdpbusd	%ymm4, %ymm3, %ymm8
	vmovdqa	%ymm8, %ymm14
	vmovdqu	320(%rsp), %ymm9
	{vex}	vpdpbusd	%ymm9, %ymm3, %ymm6
	vmovdqu	-64(%rsp), %ymm3
	{vex}	vpdpbusd	%ymm5, %ymm3, %ymm11
	vmovdqu	%ymm11, 160(%rsp)
	vmovdqu	224(%rsp), %ymm11
	{vex}	vpdpbusd	%ymm11, %ymm3, %ymm1
	vmovdqu	-32(%rsp), %ymm3
	{vex}	vpdpbusd	96(%rsp), %ymm3, %ymm10
	vmovdqu	%ymm10, 192(%rsp)
	{vex}	vpdpbusd	%ymm0, %ymm3, %ymm2
	vmovdqu	-1664(%r10,%r14), %ymm0
	vmovdqu	-640(%r10,%r14), %ymm3
	vpunpcklbw	%ymm3, %ymm0, %ymm4
	vpunpckhbw	%ymm3, %ymm0, %ymm0
	vmovdqu	384(%r10,%r14), %ymm3
	vpunpcklbw	%ymm3, %ymm3, %ymm5
	vpunpcklwd	%ymm5, %ymm4, %ymm8
	vpunpckhwd	%ymm5, %ymm4, %ymm4
	vpunpckhbw	%ymm3, %ymm3, %ymm3
	vpunpcklwd	%ymm3, %ymm0, %ymm5
	vpunpckhwd	%ymm3, %ymm0, %ymm0
	{vex}	vpdpbusd	%ymm12, %ymm8, %ymm13
	vmovdqu	32(%rsp), %ymm12
	{vex}	vpdpbusd	%ymm12, %ymm8, %ymm7
	{vex}	vpdpbusd	%ymm9, %ymm4, %ymm14
	vmovdqu	64(%rsp), %ymm10
	{vex}	vpdpbusd	%ymm10, %ymm4, %ymm6
	vcvtdq2ps	%ymm7, %ymm3
	vmulps	-128(%rsp), %ymm3, %ymm3
	vcvtdq2ps	%ymm6, %ymm4
	vmulps	704(%rsp), %ymm4, %ymm4
	vcvtps2dq	%ymm3, %ymm3
	vcvtps2dq	%ymm4, %ymm4
	vpackssdw	%ymm4, %ymm3, %ymm3
	vmovdqu	480(%rsp), %ymm8
	{vex}	vpdpbusd	%ymm8, %ymm5, %ymm1
	vmovdqu	448(%rsp), %ymm9
	{vex}	vpdpbusd	%ymm9, %ymm0, %ymm2
	vcvtdq2ps	%ymm1, %ymm1
	vmulps	-96(%rsp), %ymm1, %ymm1
	vcvtdq2ps	%ymm2, %ymm2
	vmovups	640(%rsp), %ymm15
	vmulps	%ymm2, %ymm15, %ymm2
	vcvtps2dq	%ymm1, %ymm1
	vcvtps2dq	%ymm2, %ymm2
	vpackssdw	%ymm2, %ymm1, %ymm1
	vpaddsw	CONST(%rip), %ymm3, %ymm2
	vpaddsw	CONST(%rip), %ymm1, %ymm1
	vpackuswb	%ymm1, %ymm2, %ymm1
	vmovdqu	%ymm1, 384(%r11,%r14)
	vmovdqu	160(%rsp), %ymm7
	{vex}	vpdpbusd	%ymm11, %ymm5, %ymm7
	vmovdqu	192(%rsp), %ymm6
	{vex}	vpdpbusd	128(%rsp), %ymm0, %ymm6
	vmovdqu	-1600(%r10,%r14), %ymm0
	vmovdqu	-576(%r10,%r14), %ymm1
	vmovdqu	448(%r10,%r14), %ymm2
	vpunpcklbw	%ymm1, %ymm0, %ymm3
	vpunpcklbw	%ymm2, %ymm2, %ymm4
	vpunpcklwd	%ymm4, %ymm3, %ymm5
	{vex}	vpdpbusd	%ymm12, %ymm5, %ymm13
	vpunpckhwd	%ymm4, %ymm3, %ymm3
	{vex}	vpdpbusd	%ymm10, %ymm3, %ymm14
	vpunpckhbw	%ymm1, %ymm0, %ymm0
	vpunpckhbw	%ymm2, %ymm2, %ymm1
	vpunpcklwd	%ymm1, %ymm0, %ymm2
	vmovdqa	%ymm7, %ymm4
	{vex}	vpdpbusd	%ymm8, %ymm2, %ymm4
	vpunpckhwd	%ymm1, %ymm0, %ymm0
	vmovdqa	%ymm6, %ymm3
	{vex}	vpdpbusd	%ymm9, %ymm0, %ymm3
	vcvtdq2ps	%ymm13, %ymm0
	vmulps	-128(%rsp), %ymm0, %ymm0
	vcvtdq2ps	%ymm14, %ymm1
	vmulps	704(%rsp), %ymm1, %ymm1
	vcvtdq2ps	%ymm4, %ymm2
	vmulps	-96(%rsp), %ymm2, %ymm2
	vcvtdq2ps	%ymm3, %ymm3
	vmulps	%ymm3, %ymm15, %ymm3
	vcvtps2dq	%ymm0, %ymm0
	vcvtps2dq	%ymm1, %ymm1
	vpackssdw	%ymm1, %ymm0, %ymm0
	vcvtps2dq	%ymm2, %ymm1
	vcvtps2dq	%ymm3, %ymm2
	vpackssdw	%ymm2, %ymm1, %ymm1
	vpbroadcastw	CONST(%rip), %ymm2
	vpaddsw	%ymm2, %ymm0, %ymm0
	vpaddsw	%ymm2, %ymm1, %ymm1
	vpackuswb	%ymm1, %ymm0, %ymm0
	vmovdqu	%ymm0, 448(%r11,%r14)
	addq	$448, %r14
	je	LOOP

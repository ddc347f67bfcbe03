# vectors on the stack: 380

loop:
	vmovdqu	(%r8,%r15), %ymm13
	vmovdqu	%ymm13, 576(%rsp)
	vmovdqu	128(%r8,%r15), %ymm7
	vmovdqu	%ymm7, 608(%rsp)
	vmovdqu	160(%r8,%r15), %ymm10
	vmovdqu	%ymm10, 800(%rsp)
	vmovdqu	256(%r8,%r15), %ymm15
	vmovdqu	%ymm15, 320(%rsp)
	vmovdqu	288(%r8,%r15), %ymm14
	vmovdqu	%ymm14, 288(%rsp)
	vmovdqu	-1088(%r10,%r14), %ymm0
	vmovdqu	-64(%r10,%r14), %ymm1
	vmovdqu	-2112(%r10,%r14), %ymm5
	vmovdqu	-2048(%r10,%r14), %ymm4
	vpunpcklbw	%ymm0, %ymm5, %ymm2
	vpunpcklbw	%ymm1, %ymm1, %ymm6
	vpunpcklwd	%ymm6, %ymm2, %ymm3
	vpunpckhwd	%ymm6, %ymm2, %ymm2
	vpunpckhbw	%ymm0, %ymm5, %ymm0
	vpunpckhbw	%ymm1, %ymm1, %ymm5
	vpunpcklwd	%ymm5, %ymm0, %ymm1
	vpunpckhwd	%ymm5, %ymm0, %ymm9
	vpsrlw	$8, %ymm3, %ymm0
	vpmaddwd	%ymm7, %ymm0, %ymm0
	vmovdqu	-1024(%r10,%r14), %ymm5
	vmovdqu	(%r10,%r14), %ymm6
	vpunpcklbw	%ymm5, %ymm4, %ymm7
	vpunpcklbw	%ymm6, %ymm6, %ymm8
	vpunpcklwd	%ymm8, %ymm7, %ymm11
	vpunpckhwd	%ymm8, %ymm7, %ymm7
	vpunpckhbw	%ymm5, %ymm4, %ymm4
	vpunpckhbw	%ymm6, %ymm6, %ymm5
	vpunpcklwd	%ymm5, %ymm4, %ymm8
	vpunpckhwd	%ymm5, %ymm4, %ymm5
	vpand	%ymm12, %ymm11, %ymm4
	vmovdqu	%ymm4, -64(%rsp)
	vpmaddwd	%ymm4, %ymm15, %ymm4
	vpaddd	%ymm4, %ymm0, %ymm0
	vmovdqu	(%rax,%r12), %ymm4
	vmovdqu	%ymm4, 448(%rsp)
	vpand	%ymm3, %ymm12, %ymm3
	vpmaddwd	%ymm3, %ymm13, %ymm3
	vpaddd	%ymm3, %ymm4, %ymm3
	vpaddd	%ymm0, %ymm3, %ymm0
	vmovdqu	%ymm0, 32(%rsp)
	vpsrlw	$8, %ymm2, %ymm0
	vpmaddwd	%ymm0, %ymm10, %ymm0
	vpand	%ymm7, %ymm12, %ymm3
	vmovdqu	%ymm3, -96(%rsp)
	vpmaddwd	%ymm3, %ymm14, %ymm3
	vpaddd	%ymm3, %ymm0, %ymm0
	vpand	%ymm2, %ymm12, %ymm2
	vmovdqu	32(%r8,%r15), %ymm3
	vmovdqu	%ymm3, 544(%rsp)
	vpmaddwd	%ymm3, %ymm2, %ymm2
	vmovdqu	32(%rax,%r12), %ymm3
	vmovdqu	%ymm3, 256(%rsp)
	vpaddd	%ymm2, %ymm3, %ymm2
	vpaddd	%ymm0, %ymm2, %ymm0
	vmovdqu	%ymm0, (%rsp)
	vmovdqu	192(%r8,%r15), %ymm2
	vmovdqu	%ymm2, 768(%rsp)
	vpsrlw	$8, %ymm1, %ymm0
	vpmaddwd	%ymm2, %ymm0, %ymm0
	vmovdqu	320(%r8,%r15), %ymm2
	vmovdqu	%ymm2, 416(%rsp)
	vpand	%ymm12, %ymm8, %ymm3
	vmovdqu	%ymm3, 160(%rsp)
	vpmaddwd	%ymm2, %ymm3, %ymm2
	vpaddd	%ymm2, %ymm0, %ymm0
	vpand	%ymm1, %ymm12, %ymm1
	vmovdqu	64(%r8,%r15), %ymm2
	vmovdqu	%ymm2, 384(%rsp)
	vpmaddwd	%ymm2, %ymm1, %ymm1
	vmovdqu	64(%rax,%r12), %ymm2
	vmovdqu	%ymm2, 736(%rsp)
	vpaddd	%ymm1, %ymm2, %ymm1
	vpaddd	%ymm0, %ymm1, %ymm3
	vmovdqu	224(%r8,%r15), %ymm1
	vmovdqu	%ymm1, 512(%rsp)
	vpsrlw	$8, %ymm9, %ymm0
	vpmaddwd	%ymm1, %ymm0, %ymm0
	vmovdqu	352(%r8,%r15), %ymm1
	vmovdqu	%ymm1, 704(%rsp)
	vpand	%ymm5, %ymm12, %ymm2
	vmovdqa	%ymm5, %ymm15
	vmovdqu	%ymm2, 128(%rsp)
	vpmaddwd	%ymm1, %ymm2, %ymm1
	vpaddd	%ymm1, %ymm0, %ymm0
	vpand	%ymm12, %ymm9, %ymm1
	vmovdqu	96(%r8,%r15), %ymm2
	vmovdqu	%ymm2, 480(%rsp)
	vpmaddwd	%ymm2, %ymm1, %ymm1
	vmovdqu	96(%rax,%r12), %ymm2
	vmovdqu	%ymm2, 352(%rsp)
	vpaddd	%ymm1, %ymm2, %ymm1
	vpaddd	%ymm0, %ymm1, %ymm2
	vmovdqu	-1984(%r10,%r14), %ymm0
	vmovdqu	-960(%r10,%r14), %ymm9
	vmovdqu	64(%r10,%r14), %ymm12
	vpunpcklbw	%ymm9, %ymm0, %ymm5
	vpunpcklbw	%ymm12, %ymm12, %ymm14
	vpunpcklwd	%ymm14, %ymm5, %ymm1
	vpunpckhwd	%ymm14, %ymm5, %ymm5
	vpunpckhbw	%ymm9, %ymm0, %ymm0
	vpunpckhbw	%ymm12, %ymm12, %ymm9
	vpunpcklwd	%ymm9, %ymm0, %ymm12
	vpunpckhwd	%ymm9, %ymm0, %ymm14
	vpsrlw	$8, %ymm11, %ymm6
	vmovdqu	%ymm6, 1280(%rsp)
	vmovdqu	384(%r8,%r15), %ymm0
	vmovdqu	%ymm0, 640(%rsp)
	vmovdqu	512(%r8,%r15), %ymm4
	vmovdqu	%ymm4, 672(%rsp)
	vpmaddwd	%ymm0, %ymm6, %ymm0
	vpand	-128(%rsp), %ymm1, %ymm6
	vmovdqu	%ymm6, 224(%rsp)
	vpmaddwd	%ymm4, %ymm6, %ymm11
	vpaddd	%ymm0, %ymm11, %ymm0
	vpsrlw	$8, %ymm7, %ymm7
	vmovdqu	%ymm7, 1248(%rsp)
	vmovdqu	416(%r8,%r15), %ymm6
	vmovdqu	%ymm6, 960(%rsp)
	vmovdqu	544(%r8,%r15), %ymm4
	vmovdqu	%ymm4, 1152(%rsp)
	vpmaddwd	%ymm6, %ymm7, %ymm11
	vpand	-128(%rsp), %ymm5, %ymm10
	vpmaddwd	%ymm4, %ymm10, %ymm6
	vmovdqu	%ymm10, 1344(%rsp)
	vpaddd	%ymm6, %ymm11, %ymm6
	vpsrlw	$8, %ymm8, %ymm8
	vmovdqu	%ymm8, 96(%rsp)
	vmovdqu	448(%r8,%r15), %ymm7
	vmovdqu	%ymm7, 928(%rsp)
	vmovdqu	576(%r8,%r15), %ymm4
	vmovdqu	%ymm4, 1120(%rsp)
	vpmaddwd	%ymm7, %ymm8, %ymm8
	vpand	-128(%rsp), %ymm12, %ymm13
	vpmaddwd	%ymm4, %ymm13, %ymm7
	vmovdqu	%ymm13, 1312(%rsp)
	vpaddd	%ymm7, %ymm8, %ymm7
	vpsrlw	$8, %ymm15, %ymm11
	vmovdqu	480(%r8,%r15), %ymm8
	vmovdqu	%ymm8, 832(%rsp)
	vmovdqu	608(%r8,%r15), %ymm4
	vmovdqu	%ymm4, 1088(%rsp)
	vpmaddwd	%ymm8, %ymm11, %ymm8
	vpand	-128(%rsp), %ymm14, %ymm9
	vpmaddwd	%ymm4, %ymm9, %ymm4
	vmovdqu	%ymm9, 1472(%rsp)
	vpaddd	%ymm4, %ymm8, %ymm4
	vpsrlw	$8, %ymm1, %ymm8
	vmovdqu	%ymm8, 1216(%rsp)
	vmovdqu	640(%r8,%r15), %ymm1
	vmovdqu	%ymm1, 1056(%rsp)
	vpmaddwd	%ymm1, %ymm8, %ymm8
	vpaddd	%ymm0, %ymm8, %ymm0
	vpaddd	32(%rsp), %ymm0, %ymm8
	vpsrlw	$8, %ymm5, %ymm1
	vmovdqu	%ymm1, 192(%rsp)
	vmovdqu	672(%r8,%r15), %ymm0
	vmovdqu	%ymm0, 1376(%rsp)
	vpmaddwd	%ymm0, %ymm1, %ymm5
	vpaddd	%ymm5, %ymm6, %ymm5
	vpaddd	(%rsp), %ymm5, %ymm5
	vpsrlw	$8, %ymm12, %ymm1
	vmovdqu	%ymm1, -32(%rsp)
	vmovdqu	704(%r8,%r15), %ymm0
	vmovdqu	%ymm0, 32(%rsp)
	vpmaddwd	%ymm0, %ymm1, %ymm6
	vpaddd	%ymm6, %ymm7, %ymm6
	vpaddd	%ymm6, %ymm3, %ymm3
	vpsrlw	$8, %ymm14, %ymm14
	vmovdqu	736(%r8,%r15), %ymm0
	vmovdqu	%ymm0, (%rsp)
	vpmaddwd	%ymm0, %ymm14, %ymm6
	vmovdqu	%ymm14, 1184(%rsp)
	vpaddd	%ymm6, %ymm4, %ymm4
	vpaddd	%ymm4, %ymm2, %ymm2
	vcvtdq2ps	%ymm8, %ymm4
	vmovups	(%rsi,%r12), %ymm0
	vmovups	%ymm0, 1024(%rsp)
	vmulps	%ymm4, %ymm0, %ymm4
	vcvtdq2ps	%ymm5, %ymm5
	vmovups	32(%rsi,%r12), %ymm0
	vmovups	%ymm0, 992(%rsp)
	vmulps	%ymm5, %ymm0, %ymm5
	vcvtps2dq	%ymm4, %ymm4
	vcvtps2dq	%ymm5, %ymm5
	vpackssdw	%ymm5, %ymm4, %ymm4
	vcvtdq2ps	%ymm3, %ymm3
	vmovups	64(%rsi,%r12), %ymm0
	vmovups	%ymm0, 896(%rsp)
	vmulps	%ymm3, %ymm0, %ymm3
	vcvtdq2ps	%ymm2, %ymm2
	vmovups	96(%rsi,%r12), %ymm0
	vmovups	%ymm0, 864(%rsp)
	vmulps	%ymm2, %ymm0, %ymm2
	vcvtps2dq	%ymm3, %ymm3
	vcvtps2dq	%ymm2, %ymm2
	vpackssdw	%ymm2, %ymm3, %ymm2
	vpbroadcastw	CONST(%rip), %ymm15
	vpaddsw	%ymm4, %ymm15, %ymm3
	vpaddsw	%ymm2, %ymm15, %ymm2
	vpackuswb	%ymm2, %ymm3, %ymm2
	vmovdqu	%ymm2, 64(%r11,%r14)
	vmovdqu	1280(%rsp), %ymm0
	vpmaddwd	608(%rsp), %ymm0, %ymm2
	vmovdqu	224(%rsp), %ymm0
	vpmaddwd	320(%rsp), %ymm0, %ymm3
	vpaddd	%ymm3, %ymm2, %ymm2
	vmovdqu	576(%rsp), %ymm0
	vpmaddwd	-64(%rsp), %ymm0, %ymm3
	vpaddd	448(%rsp), %ymm3, %ymm3
	vpaddd	%ymm2, %ymm3, %ymm2
	vmovdqu	1248(%rsp), %ymm0
	vpmaddwd	800(%rsp), %ymm0, %ymm3
	vpmaddwd	288(%rsp), %ymm10, %ymm4
	vpaddd	%ymm4, %ymm3, %ymm3
	vmovdqu	544(%rsp), %ymm0
	vpmaddwd	-96(%rsp), %ymm0, %ymm4
	vpaddd	256(%rsp), %ymm4, %ymm4
	vpaddd	%ymm3, %ymm4, %ymm0
	vmovdqu	%ymm0, -96(%rsp)
	vmovdqu	96(%rsp), %ymm0
	vpmaddwd	768(%rsp), %ymm0, %ymm3
	vpmaddwd	416(%rsp), %ymm13, %ymm4
	vpaddd	%ymm4, %ymm3, %ymm3
	vmovdqu	160(%rsp), %ymm0
	vpmaddwd	384(%rsp), %ymm0, %ymm4
	vpaddd	736(%rsp), %ymm4, %ymm4
	vpaddd	%ymm3, %ymm4, %ymm0
	vmovdqu	%ymm0, 160(%rsp)
	vpmaddwd	512(%rsp), %ymm11, %ymm3
	vpmaddwd	704(%rsp), %ymm9, %ymm4
	vpaddd	%ymm4, %ymm3, %ymm3
	vmovdqu	480(%rsp), %ymm0
	vpmaddwd	128(%rsp), %ymm0, %ymm4
	vpaddd	352(%rsp), %ymm4, %ymm4
	vpaddd	%ymm3, %ymm4, %ymm3
	vmovdqu	-1920(%r10,%r14), %ymm4
	vmovdqu	-896(%r10,%r14), %ymm6
	vmovdqu	128(%r10,%r14), %ymm7
	vpunpcklbw	%ymm6, %ymm4, %ymm9
	vpunpcklbw	%ymm7, %ymm7, %ymm10
	vpunpcklwd	%ymm10, %ymm9, %ymm1
	vpunpckhwd	%ymm10, %ymm9, %ymm9
	vpunpckhbw	%ymm6, %ymm4, %ymm4
	vpunpckhbw	%ymm7, %ymm7, %ymm6
	vpunpcklwd	%ymm6, %ymm4, %ymm10
	vpunpckhwd	%ymm6, %ymm4, %ymm4
	vmovdqu	1216(%rsp), %ymm8
	vpmaddwd	640(%rsp), %ymm8, %ymm6
	vpand	-128(%rsp), %ymm1, %ymm5
	vpmaddwd	672(%rsp), %ymm5, %ymm7
	vmovdqu	%ymm5, 96(%rsp)
	vpaddd	%ymm7, %ymm6, %ymm6
	vmovdqu	192(%rsp), %ymm0
	vpmaddwd	960(%rsp), %ymm0, %ymm7
	vpand	-128(%rsp), %ymm9, %ymm12
	vpmaddwd	1152(%rsp), %ymm12, %ymm13
	vmovdqu	%ymm12, 1248(%rsp)
	vpaddd	%ymm7, %ymm13, %ymm13
	vmovdqu	-32(%rsp), %ymm0
	vpmaddwd	928(%rsp), %ymm0, %ymm7
	vpand	-128(%rsp), %ymm10, %ymm15
	vpmaddwd	1120(%rsp), %ymm15, %ymm11
	vmovdqu	%ymm15, 1280(%rsp)
	vpaddd	%ymm7, %ymm11, %ymm11
	vpmaddwd	832(%rsp), %ymm14, %ymm7
	vpand	-128(%rsp), %ymm4, %ymm0
	vmovdqu	%ymm0, -64(%rsp)
	vpmaddwd	1088(%rsp), %ymm0, %ymm14
	vpaddd	%ymm7, %ymm14, %ymm14
	vpsrlw	$8, %ymm1, %ymm7
	vpmaddwd	1056(%rsp), %ymm7, %ymm0
	vmovdqu	%ymm7, 1408(%rsp)
	vpaddd	%ymm0, %ymm6, %ymm0
	vpaddd	%ymm0, %ymm2, %ymm0
	vpsrlw	$8, %ymm9, %ymm9
	vpmaddwd	1376(%rsp), %ymm9, %ymm2
	vmovdqu	%ymm9, 1440(%rsp)
	vpaddd	%ymm2, %ymm13, %ymm2
	vpaddd	-96(%rsp), %ymm2, %ymm2
	vpsrlw	$8, %ymm10, %ymm10
	vpmaddwd	32(%rsp), %ymm10, %ymm6
	vmovdqu	%ymm10, 64(%rsp)
	vpaddd	%ymm6, %ymm11, %ymm6
	vpaddd	160(%rsp), %ymm6, %ymm6
	vpsrlw	$8, %ymm4, %ymm1
	vmovdqu	%ymm1, -96(%rsp)
	vpmaddwd	(%rsp), %ymm1, %ymm4
	vpaddd	%ymm4, %ymm14, %ymm4
	vpaddd	%ymm4, %ymm3, %ymm3
	vcvtdq2ps	%ymm0, %ymm0
	vmulps	1024(%rsp), %ymm0, %ymm0
	vcvtdq2ps	%ymm2, %ymm2
	vmulps	992(%rsp), %ymm2, %ymm2
	vcvtps2dq	%ymm0, %ymm0
	vcvtps2dq	%ymm2, %ymm2
	vpackssdw	%ymm2, %ymm0, %ymm0
	vcvtdq2ps	%ymm6, %ymm2
	vmulps	896(%rsp), %ymm2, %ymm2
	vcvtdq2ps	%ymm3, %ymm3
	vmulps	864(%rsp), %ymm3, %ymm3
	vcvtps2dq	%ymm2, %ymm2
	vcvtps2dq	%ymm3, %ymm3
	vpackssdw	%ymm3, %ymm2, %ymm2
	vpbroadcastw	CONST(%rip), %ymm1
	vpaddsw	%ymm1, %ymm0, %ymm0
	vpaddsw	%ymm1, %ymm2, %ymm2
	vpackuswb	%ymm2, %ymm0, %ymm0
	vmovdqu	%ymm0, 128(%r11,%r14)
	vpmaddwd	608(%rsp), %ymm8, %ymm0
	vpmaddwd	320(%rsp), %ymm5, %ymm1
	vpaddd	%ymm1, %ymm0, %ymm0
	vmovdqu	576(%rsp), %ymm1
	vpmaddwd	224(%rsp), %ymm1, %ymm1
	vpaddd	448(%rsp), %ymm1, %ymm1
	vpaddd	%ymm0, %ymm1, %ymm4
	vmovdqu	192(%rsp), %ymm0
	vpmaddwd	800(%rsp), %ymm0, %ymm0
	vpmaddwd	288(%rsp), %ymm12, %ymm1
	vpaddd	%ymm1, %ymm0, %ymm0
	vmovdqu	544(%rsp), %ymm1
	vpmaddwd	1344(%rsp), %ymm1, %ymm1
	vpaddd	256(%rsp), %ymm1, %ymm1
	vpaddd	%ymm0, %ymm1, %ymm3
	vmovdqu	-32(%rsp), %ymm0
	vpmaddwd	768(%rsp), %ymm0, %ymm0
	vpmaddwd	416(%rsp), %ymm15, %ymm1
	vpaddd	%ymm1, %ymm0, %ymm0
	vmovdqu	1312(%rsp), %ymm1
	vpmaddwd	384(%rsp), %ymm1, %ymm1
	vpaddd	736(%rsp), %ymm1, %ymm1
	vpaddd	%ymm0, %ymm1, %ymm2
	vmovdqu	1184(%rsp), %ymm0
	vpmaddwd	512(%rsp), %ymm0, %ymm0
	vmovdqu	-64(%rsp), %ymm1
	vpmaddwd	704(%rsp), %ymm1, %ymm1
	vpaddd	%ymm1, %ymm0, %ymm0
	vmovdqu	480(%rsp), %ymm1
	vpmaddwd	1472(%rsp), %ymm1, %ymm1
	vpaddd	352(%rsp), %ymm1, %ymm1
	vpaddd	%ymm0, %ymm1, %ymm0
	vmovdqu	%ymm0, -32(%rsp)
	vmovdqu	-1856(%r10,%r14), %ymm0
	vmovdqu	-832(%r10,%r14), %ymm6
	vmovdqu	192(%r10,%r14), %ymm8
	vpunpcklbw	%ymm6, %ymm0, %ymm11
	vpunpcklbw	%ymm8, %ymm8, %ymm12
	vpunpcklwd	%ymm12, %ymm11, %ymm13
	vpunpckhwd	%ymm12, %ymm11, %ymm11
	vpunpckhbw	%ymm6, %ymm0, %ymm0
	vpunpckhbw	%ymm8, %ymm8, %ymm6
	vpunpcklwd	%ymm6, %ymm0, %ymm14
	vpunpckhwd	%ymm6, %ymm0, %ymm12
	vpmaddwd	640(%rsp), %ymm7, %ymm0
	vpand	-128(%rsp), %ymm13, %ymm7
	vpmaddwd	672(%rsp), %ymm7, %ymm6
	vmovdqu	%ymm7, 128(%rsp)
	vpaddd	%ymm6, %ymm0, %ymm8
	vpmaddwd	960(%rsp), %ymm9, %ymm6
	vpand	-128(%rsp), %ymm11, %ymm9
	vpmaddwd	1152(%rsp), %ymm9, %ymm0
	vmovdqu	%ymm9, 160(%rsp)
	vpaddd	%ymm0, %ymm6, %ymm1
	vpmaddwd	928(%rsp), %ymm10, %ymm6
	vpand	-128(%rsp), %ymm14, %ymm15
	vpmaddwd	1120(%rsp), %ymm15, %ymm10
	vmovdqu	%ymm15, 1344(%rsp)
	vpaddd	%ymm6, %ymm10, %ymm10
	vmovdqu	-96(%rsp), %ymm0
	vpmaddwd	832(%rsp), %ymm0, %ymm6
	vpand	-128(%rsp), %ymm12, %ymm0
	vmovdqu	%ymm0, 224(%rsp)
	vpmaddwd	1088(%rsp), %ymm0, %ymm5
	vpaddd	%ymm5, %ymm6, %ymm5
	vpsrlw	$8, %ymm13, %ymm6
	vpmaddwd	1056(%rsp), %ymm6, %ymm13
	vmovdqu	%ymm6, 1504(%rsp)
	vpaddd	%ymm13, %ymm8, %ymm8
	vpaddd	%ymm4, %ymm8, %ymm4
	vpsrlw	$8, %ymm11, %ymm0
	vmovdqu	%ymm0, 192(%rsp)
	vpmaddwd	1376(%rsp), %ymm0, %ymm11
	vpaddd	%ymm1, %ymm11, %ymm0
	vpaddd	%ymm0, %ymm3, %ymm0
	vpsrlw	$8, %ymm14, %ymm14
	vpmaddwd	32(%rsp), %ymm14, %ymm3
	vmovdqu	%ymm14, 1184(%rsp)
	vpaddd	%ymm3, %ymm10, %ymm3
	vpaddd	%ymm3, %ymm2, %ymm2
	vpsrlw	$8, %ymm12, %ymm8
	vpmaddwd	(%rsp), %ymm8, %ymm3
	vmovdqu	%ymm8, 1216(%rsp)
	vpaddd	%ymm3, %ymm5, %ymm3
	vpaddd	-32(%rsp), %ymm3, %ymm1
	vcvtdq2ps	%ymm4, %ymm3
	vmulps	1024(%rsp), %ymm3, %ymm3
	vcvtdq2ps	%ymm0, %ymm0
	vmulps	992(%rsp), %ymm0, %ymm0
	vcvtps2dq	%ymm3, %ymm3
	vcvtps2dq	%ymm0, %ymm0
	vpackssdw	%ymm0, %ymm3, %ymm0
	vcvtdq2ps	%ymm2, %ymm2
	vmulps	896(%rsp), %ymm2, %ymm2
	vcvtdq2ps	%ymm1, %ymm1
	vmulps	864(%rsp), %ymm1, %ymm1
	vcvtps2dq	%ymm2, %ymm2
	vcvtps2dq	%ymm1, %ymm1
	vpackssdw	%ymm1, %ymm2, %ymm1
	vpbroadcastw	CONST(%rip), %ymm2
	vpaddsw	%ymm2, %ymm0, %ymm0
	vpaddsw	%ymm2, %ymm1, %ymm1
	vpackuswb	%ymm1, %ymm0, %ymm0
	vmovdqu	%ymm0, 192(%r11,%r14)
	vmovdqu	1408(%rsp), %ymm0
	vpmaddwd	608(%rsp), %ymm0, %ymm0
	vpmaddwd	320(%rsp), %ymm7, %ymm1
	vpaddd	%ymm1, %ymm0, %ymm0
	vmovdqu	96(%rsp), %ymm1
	vpmaddwd	576(%rsp), %ymm1, %ymm1
	vpaddd	448(%rsp), %ymm1, %ymm1
	vpaddd	%ymm0, %ymm1, %ymm0
	vmovdqu	%ymm0, 96(%rsp)
	vmovdqu	1440(%rsp), %ymm0
	vpmaddwd	800(%rsp), %ymm0, %ymm0
	vpmaddwd	288(%rsp), %ymm9, %ymm2
	vpaddd	%ymm2, %ymm0, %ymm0
	vmovdqu	1248(%rsp), %ymm1
	vpmaddwd	544(%rsp), %ymm1, %ymm2
	vpaddd	256(%rsp), %ymm2, %ymm2
	vpaddd	%ymm0, %ymm2, %ymm4
	vmovdqu	64(%rsp), %ymm0
	vpmaddwd	768(%rsp), %ymm0, %ymm0
	vpmaddwd	416(%rsp), %ymm15, %ymm2
	vpaddd	%ymm2, %ymm0, %ymm0
	vmovdqu	384(%rsp), %ymm1
	vpmaddwd	1280(%rsp), %ymm1, %ymm2
	vpaddd	736(%rsp), %ymm2, %ymm2
	vpaddd	%ymm0, %ymm2, %ymm5
	vmovdqu	-96(%rsp), %ymm0
	vpmaddwd	512(%rsp), %ymm0, %ymm0
	vmovdqu	224(%rsp), %ymm1
	vpmaddwd	704(%rsp), %ymm1, %ymm2
	vpaddd	%ymm2, %ymm0, %ymm0
	vmovdqu	-64(%rsp), %ymm1
	vpmaddwd	480(%rsp), %ymm1, %ymm2
	vpaddd	352(%rsp), %ymm2, %ymm2
	vpaddd	%ymm0, %ymm2, %ymm0
	vmovdqu	%ymm0, 64(%rsp)
	vmovdqu	-1792(%r10,%r14), %ymm0
	vmovdqu	-768(%r10,%r14), %ymm2
	vmovdqu	256(%r10,%r14), %ymm3
	vpunpcklbw	%ymm2, %ymm0, %ymm9
	vpunpcklbw	%ymm3, %ymm3, %ymm10
	vpunpcklwd	%ymm10, %ymm9, %ymm11
	vpunpckhwd	%ymm10, %ymm9, %ymm9
	vpunpckhbw	%ymm2, %ymm0, %ymm0
	vpunpckhbw	%ymm3, %ymm3, %ymm2
	vpunpcklwd	%ymm2, %ymm0, %ymm13
	vpunpckhwd	%ymm2, %ymm0, %ymm3
	vpmaddwd	640(%rsp), %ymm6, %ymm0
	vpand	-128(%rsp), %ymm11, %ymm6
	vpmaddwd	672(%rsp), %ymm6, %ymm2
	vmovdqu	%ymm6, 1312(%rsp)
	vpaddd	%ymm2, %ymm0, %ymm1
	vmovdqu	192(%rsp), %ymm0
	vpmaddwd	960(%rsp), %ymm0, %ymm2
	vpand	-128(%rsp), %ymm9, %ymm15
	vpmaddwd	1152(%rsp), %ymm15, %ymm10
	vmovdqu	%ymm15, -96(%rsp)
	vpaddd	%ymm2, %ymm10, %ymm10
	vpmaddwd	928(%rsp), %ymm14, %ymm2
	vpand	-128(%rsp), %ymm13, %ymm7
	vpmaddwd	1120(%rsp), %ymm7, %ymm12
	vmovdqu	%ymm7, -32(%rsp)
	vpaddd	%ymm2, %ymm12, %ymm12
	vpmaddwd	832(%rsp), %ymm8, %ymm2
	vpand	-128(%rsp), %ymm3, %ymm8
	vpmaddwd	1088(%rsp), %ymm8, %ymm14
	vmovdqu	%ymm8, -64(%rsp)
	vpaddd	%ymm2, %ymm14, %ymm14
	vpsrlw	$8, %ymm11, %ymm0
	vmovdqu	%ymm0, 1472(%rsp)
	vpmaddwd	1056(%rsp), %ymm0, %ymm11
	vpaddd	%ymm1, %ymm11, %ymm0
	vpaddd	96(%rsp), %ymm0, %ymm0
	vpsrlw	$8, %ymm9, %ymm9
	vpmaddwd	1376(%rsp), %ymm9, %ymm1
	vmovdqu	%ymm9, 96(%rsp)
	vpaddd	%ymm1, %ymm10, %ymm1
	vpaddd	%ymm1, %ymm4, %ymm1
	vpsrlw	$8, %ymm13, %ymm11
	vpmaddwd	32(%rsp), %ymm11, %ymm4
	vmovdqu	%ymm11, 1248(%rsp)
	vpaddd	%ymm4, %ymm12, %ymm4
	vpaddd	%ymm4, %ymm5, %ymm4
	vpsrlw	$8, %ymm3, %ymm3
	vpmaddwd	(%rsp), %ymm3, %ymm5
	vmovdqu	%ymm3, 1280(%rsp)
	vpaddd	%ymm5, %ymm14, %ymm5
	vpaddd	64(%rsp), %ymm5, %ymm5
	vcvtdq2ps	%ymm0, %ymm0
	vmulps	1024(%rsp), %ymm0, %ymm0
	vcvtdq2ps	%ymm1, %ymm1
	vmulps	992(%rsp), %ymm1, %ymm1
	vcvtps2dq	%ymm0, %ymm0
	vcvtps2dq	%ymm1, %ymm1
	vpackssdw	%ymm1, %ymm0, %ymm0
	vcvtdq2ps	%ymm4, %ymm1
	vmulps	896(%rsp), %ymm1, %ymm1
	vcvtdq2ps	%ymm5, %ymm4
	vmulps	864(%rsp), %ymm4, %ymm4
	vcvtps2dq	%ymm1, %ymm1
	vcvtps2dq	%ymm4, %ymm4
	vpackssdw	%ymm4, %ymm1, %ymm1
	vpbroadcastw	CONST(%rip), %ymm2
	vpaddsw	%ymm2, %ymm0, %ymm0
	vpaddsw	%ymm2, %ymm1, %ymm1
	vpackuswb	%ymm1, %ymm0, %ymm0
	vmovdqu	%ymm0, 256(%r11,%r14)
	vmovdqu	1504(%rsp), %ymm0
	vpmaddwd	608(%rsp), %ymm0, %ymm0
	vpmaddwd	320(%rsp), %ymm6, %ymm1
	vpaddd	%ymm1, %ymm0, %ymm0
	vmovdqu	128(%rsp), %ymm1
	vpmaddwd	576(%rsp), %ymm1, %ymm1
	vpaddd	448(%rsp), %ymm1, %ymm1
	vpaddd	%ymm0, %ymm1, %ymm0
	vmovdqu	%ymm0, 128(%rsp)
	vmovdqu	800(%rsp), %ymm0
	vpmaddwd	192(%rsp), %ymm0, %ymm0
	vpmaddwd	288(%rsp), %ymm15, %ymm4
	vpaddd	%ymm4, %ymm0, %ymm0
	vmovdqu	160(%rsp), %ymm1
	vpmaddwd	544(%rsp), %ymm1, %ymm4
	vpaddd	256(%rsp), %ymm4, %ymm4
	vpaddd	%ymm0, %ymm4, %ymm0
	vmovdqu	%ymm0, 64(%rsp)
	vmovdqu	1184(%rsp), %ymm0
	vpmaddwd	768(%rsp), %ymm0, %ymm0
	vpmaddwd	416(%rsp), %ymm7, %ymm5
	vpaddd	%ymm5, %ymm0, %ymm0
	vmovdqu	384(%rsp), %ymm1
	vpmaddwd	1344(%rsp), %ymm1, %ymm5
	vpaddd	736(%rsp), %ymm5, %ymm5
	vpaddd	%ymm0, %ymm5, %ymm0
	vmovdqu	%ymm0, 1440(%rsp)
	vmovdqu	1216(%rsp), %ymm0
	vpmaddwd	512(%rsp), %ymm0, %ymm5
	vpmaddwd	704(%rsp), %ymm8, %ymm6
	vpaddd	%ymm6, %ymm5, %ymm5
	vmovdqu	224(%rsp), %ymm0
	vpmaddwd	480(%rsp), %ymm0, %ymm6
	vpaddd	352(%rsp), %ymm6, %ymm6
	vpaddd	%ymm5, %ymm6, %ymm0
	vmovdqu	%ymm0, 1408(%rsp)
	vmovdqu	-1728(%r10,%r14), %ymm6
	vmovdqu	-704(%r10,%r14), %ymm7
	vmovdqu	320(%r10,%r14), %ymm8
	vpunpcklbw	%ymm7, %ymm6, %ymm10
	vpunpcklbw	%ymm8, %ymm8, %ymm12
	vpunpcklwd	%ymm12, %ymm10, %ymm14
	vpunpckhwd	%ymm12, %ymm10, %ymm10
	vpunpckhbw	%ymm7, %ymm6, %ymm6
	vpunpckhbw	%ymm8, %ymm8, %ymm7
	vpunpcklwd	%ymm7, %ymm6, %ymm0
	vpunpckhwd	%ymm7, %ymm6, %ymm6
	vmovdqu	1472(%rsp), %ymm5
	vpmaddwd	640(%rsp), %ymm5, %ymm7
	vpand	-128(%rsp), %ymm14, %ymm4
	vpmaddwd	672(%rsp), %ymm4, %ymm8
	vmovdqu	%ymm4, 224(%rsp)
	vpaddd	%ymm7, %ymm8, %ymm7
	vpmaddwd	960(%rsp), %ymm9, %ymm8
	vpand	-128(%rsp), %ymm10, %ymm9
	vpmaddwd	1152(%rsp), %ymm9, %ymm12
	vmovdqu	%ymm9, 192(%rsp)
	vpaddd	%ymm12, %ymm8, %ymm1
	vpmaddwd	928(%rsp), %ymm11, %ymm8
	vpand	-128(%rsp), %ymm0, %ymm13
	vpmaddwd	1120(%rsp), %ymm13, %ymm12
	vmovdqu	%ymm13, 160(%rsp)
	vpaddd	%ymm12, %ymm8, %ymm2
	vpmaddwd	832(%rsp), %ymm3, %ymm8
	vpand	-128(%rsp), %ymm6, %ymm15
	vpmaddwd	1088(%rsp), %ymm15, %ymm12
	vmovdqu	%ymm15, 1344(%rsp)
	vpaddd	%ymm12, %ymm8, %ymm3
	vpsrlw	$8, %ymm14, %ymm8
	vpmaddwd	1056(%rsp), %ymm8, %ymm12
	vmovdqu	%ymm8, 1216(%rsp)
	vpaddd	%ymm7, %ymm12, %ymm7
	vpaddd	128(%rsp), %ymm7, %ymm11
	vpsrlw	$8, %ymm10, %ymm14
	vmovdqu	1376(%rsp), %ymm12
	vpmaddwd	%ymm12, %ymm14, %ymm7
	vmovdqu	%ymm14, 1184(%rsp)
	vpaddd	%ymm7, %ymm1, %ymm1
	vpaddd	64(%rsp), %ymm1, %ymm1
	vpsrlw	$8, %ymm0, %ymm7
	vpmaddwd	32(%rsp), %ymm7, %ymm0
	vmovdqu	%ymm7, 64(%rsp)
	vpaddd	%ymm0, %ymm2, %ymm0
	vpaddd	1440(%rsp), %ymm0, %ymm0
	vpsrlw	$8, %ymm6, %ymm2
	vmovdqu	%ymm2, 128(%rsp)
	vpmaddwd	(%rsp), %ymm2, %ymm2
	vpaddd	%ymm2, %ymm3, %ymm2
	vpaddd	1408(%rsp), %ymm2, %ymm2
	vcvtdq2ps	%ymm11, %ymm3
	vmulps	1024(%rsp), %ymm3, %ymm3
	vcvtdq2ps	%ymm1, %ymm1
	vmulps	992(%rsp), %ymm1, %ymm1
	vcvtps2dq	%ymm3, %ymm3
	vcvtps2dq	%ymm1, %ymm1
	vpackssdw	%ymm1, %ymm3, %ymm1
	vcvtdq2ps	%ymm0, %ymm0
	vmulps	896(%rsp), %ymm0, %ymm0
	vcvtdq2ps	%ymm2, %ymm2
	vmulps	864(%rsp), %ymm2, %ymm2
	vcvtps2dq	%ymm0, %ymm0
	vcvtps2dq	%ymm2, %ymm2
	vpackssdw	%ymm2, %ymm0, %ymm0
	vpbroadcastw	CONST(%rip), %ymm2
	vpaddsw	%ymm2, %ymm1, %ymm1
	vpaddsw	%ymm2, %ymm0, %ymm0
	vpackuswb	%ymm0, %ymm1, %ymm0
	vmovdqu	%ymm0, 320(%r11,%r14)
	vpmaddwd	608(%rsp), %ymm5, %ymm0
	vpmaddwd	320(%rsp), %ymm4, %ymm1
	vpaddd	%ymm1, %ymm0, %ymm0
	vmovdqu	1312(%rsp), %ymm1
	vpmaddwd	576(%rsp), %ymm1, %ymm1
	vpaddd	448(%rsp), %ymm1, %ymm1
	vpaddd	%ymm0, %ymm1, %ymm0
	vmovdqu	%ymm0, 1312(%rsp)
	vmovdqu	96(%rsp), %ymm0
	vpmaddwd	800(%rsp), %ymm0, %ymm0
	vpmaddwd	288(%rsp), %ymm9, %ymm1
	vpaddd	%ymm1, %ymm0, %ymm0
	vmovdqu	-96(%rsp), %ymm1
	vpmaddwd	544(%rsp), %ymm1, %ymm1
	vpaddd	256(%rsp), %ymm1, %ymm1
	vpaddd	%ymm0, %ymm1, %ymm11
	vmovdqu	1248(%rsp), %ymm0
	vpmaddwd	768(%rsp), %ymm0, %ymm0
	vpmaddwd	416(%rsp), %ymm13, %ymm1
	vpaddd	%ymm1, %ymm0, %ymm0
	vmovdqu	-32(%rsp), %ymm1
	vpmaddwd	384(%rsp), %ymm1, %ymm1
	vpaddd	736(%rsp), %ymm1, %ymm1
	vpaddd	%ymm0, %ymm1, %ymm6
	vmovdqu	1280(%rsp), %ymm0
	vpmaddwd	512(%rsp), %ymm0, %ymm0
	vpmaddwd	704(%rsp), %ymm15, %ymm1
	vpaddd	%ymm1, %ymm0, %ymm0
	vmovdqu	-64(%rsp), %ymm1
	vpmaddwd	480(%rsp), %ymm1, %ymm1
	vpaddd	352(%rsp), %ymm1, %ymm1
	vpaddd	%ymm0, %ymm1, %ymm0
	vmovdqu	%ymm0, -96(%rsp)
	vmovdqu	-1664(%r10,%r14), %ymm0
	vmovdqu	-640(%r10,%r14), %ymm1
	vmovdqu	384(%r10,%r14), %ymm2
	vpunpcklbw	%ymm1, %ymm0, %ymm3
	vpunpcklbw	%ymm2, %ymm2, %ymm9
	vpunpcklwd	%ymm9, %ymm3, %ymm10
	vpunpckhwd	%ymm9, %ymm3, %ymm3
	vpunpckhbw	%ymm1, %ymm0, %ymm0
	vpunpckhbw	%ymm2, %ymm2, %ymm1
	vpunpcklwd	%ymm1, %ymm0, %ymm2
	vpunpckhwd	%ymm1, %ymm0, %ymm0
	vpmaddwd	640(%rsp), %ymm8, %ymm1
	vpand	-128(%rsp), %ymm10, %ymm8
	vpmaddwd	672(%rsp), %ymm8, %ymm5
	vpaddd	%ymm5, %ymm1, %ymm1
	vpmaddwd	960(%rsp), %ymm14, %ymm5
	vpand	-128(%rsp), %ymm3, %ymm4
	vmovdqu	%ymm4, -32(%rsp)
	vpmaddwd	1152(%rsp), %ymm4, %ymm9
	vpaddd	%ymm5, %ymm9, %ymm4
	vpmaddwd	928(%rsp), %ymm7, %ymm9
	vpand	-128(%rsp), %ymm2, %ymm5
	vmovdqu	%ymm5, -64(%rsp)
	vpmaddwd	1120(%rsp), %ymm5, %ymm14
	vpaddd	%ymm14, %ymm9, %ymm14
	vpbroadcastw	CONST(%rip), %ymm5
	vmovdqu	128(%rsp), %ymm7
	vpmaddwd	832(%rsp), %ymm7, %ymm15
	vpand	-128(%rsp), %ymm0, %ymm9
	vpmaddwd	1088(%rsp), %ymm9, %ymm13
	vpaddd	%ymm13, %ymm15, %ymm15
	vpsrlw	$8, %ymm10, %ymm10
	vpmaddwd	1056(%rsp), %ymm10, %ymm13
	vpaddd	%ymm1, %ymm13, %ymm1
	vpaddd	1312(%rsp), %ymm1, %ymm1
	vpsrlw	$8, %ymm3, %ymm13
	vpmaddwd	%ymm12, %ymm13, %ymm3
	vpaddd	%ymm3, %ymm4, %ymm3
	vpaddd	%ymm3, %ymm11, %ymm3
	vpsrlw	$8, %ymm2, %ymm11
	vpmaddwd	32(%rsp), %ymm11, %ymm2
	vpaddd	%ymm2, %ymm14, %ymm2
	vpaddd	%ymm2, %ymm6, %ymm2
	vpsrlw	$8, %ymm0, %ymm6
	vpmaddwd	(%rsp), %ymm6, %ymm0
	vpaddd	%ymm0, %ymm15, %ymm0
	vpaddd	-96(%rsp), %ymm0, %ymm0
	vcvtdq2ps	%ymm1, %ymm1
	vmulps	1024(%rsp), %ymm1, %ymm1
	vcvtdq2ps	%ymm3, %ymm3
	vmulps	992(%rsp), %ymm3, %ymm3
	vcvtps2dq	%ymm1, %ymm1
	vcvtps2dq	%ymm3, %ymm3
	vpackssdw	%ymm3, %ymm1, %ymm1
	vcvtdq2ps	%ymm2, %ymm2
	vmulps	896(%rsp), %ymm2, %ymm2
	vcvtdq2ps	%ymm0, %ymm0
	vmulps	864(%rsp), %ymm0, %ymm0
	vcvtps2dq	%ymm2, %ymm2
	vcvtps2dq	%ymm0, %ymm0
	vpackssdw	%ymm0, %ymm2, %ymm0
	vpaddsw	%ymm5, %ymm1, %ymm1
	vpaddsw	%ymm5, %ymm0, %ymm0
	vpackuswb	%ymm0, %ymm1, %ymm0
	vmovdqu	%ymm0, 384(%r11,%r14)
	vmovdqu	224(%rsp), %ymm0
	vpmaddwd	576(%rsp), %ymm0, %ymm0
	vpaddd	448(%rsp), %ymm0, %ymm0
	vmovdqu	192(%rsp), %ymm1
	vpmaddwd	544(%rsp), %ymm1, %ymm1
	vpaddd	256(%rsp), %ymm1, %ymm1
	vmovdqu	160(%rsp), %ymm2
	vpmaddwd	384(%rsp), %ymm2, %ymm2
	vpaddd	736(%rsp), %ymm2, %ymm2
	vmovdqu	1344(%rsp), %ymm3
	vpmaddwd	480(%rsp), %ymm3, %ymm3
	vpaddd	352(%rsp), %ymm3, %ymm4
	vmovdqu	1216(%rsp), %ymm3
	vpmaddwd	608(%rsp), %ymm3, %ymm3
	vmovdqu	1184(%rsp), %ymm12
	vpmaddwd	800(%rsp), %ymm12, %ymm12
	vmovdqu	64(%rsp), %ymm14
	vpmaddwd	768(%rsp), %ymm14, %ymm14
	vpmaddwd	512(%rsp), %ymm7, %ymm15
	vpmaddwd	320(%rsp), %ymm8, %ymm8
	vpaddd	%ymm3, %ymm8, %ymm3
	vpaddd	%ymm3, %ymm0, %ymm3
	vmovdqu	-32(%rsp), %ymm0
	vpmaddwd	288(%rsp), %ymm0, %ymm0
	vpaddd	%ymm0, %ymm12, %ymm0
	vpaddd	%ymm0, %ymm1, %ymm0
	vmovdqu	-64(%rsp), %ymm1
	vpmaddwd	416(%rsp), %ymm1, %ymm1
	vpaddd	%ymm1, %ymm14, %ymm1
	vpaddd	%ymm1, %ymm2, %ymm2
	vpmaddwd	704(%rsp), %ymm9, %ymm1
	vpaddd	%ymm1, %ymm15, %ymm1
	vmovdqa	%ymm5, %ymm14
	vpaddd	%ymm1, %ymm4, %ymm1
	vpmaddwd	640(%rsp), %ymm10, %ymm4
	vpmaddwd	960(%rsp), %ymm13, %ymm5
	vpmaddwd	928(%rsp), %ymm11, %ymm7
	vpmaddwd	832(%rsp), %ymm6, %ymm6
	vmovdqu	-1600(%r10,%r14), %ymm8
	vmovdqu	-576(%r10,%r14), %ymm9
	vmovdqu	448(%r10,%r14), %ymm10
	vpunpcklbw	%ymm9, %ymm8, %ymm11
	vpunpcklbw	%ymm10, %ymm10, %ymm12
	vpunpcklwd	%ymm12, %ymm11, %ymm13
	vpunpckhwd	%ymm12, %ymm11, %ymm11
	vmovdqu	-128(%rsp), %ymm12
	vpunpckhbw	%ymm9, %ymm8, %ymm8
	vpunpckhbw	%ymm10, %ymm10, %ymm9
	vpunpcklwd	%ymm9, %ymm8, %ymm10
	vpunpckhwd	%ymm9, %ymm8, %ymm8
	vpand	%ymm12, %ymm13, %ymm9
	vpmaddwd	672(%rsp), %ymm9, %ymm9
	vpaddd	%ymm4, %ymm9, %ymm4
	vpand	%ymm12, %ymm11, %ymm9
	vpmaddwd	1152(%rsp), %ymm9, %ymm9
	vpaddd	%ymm5, %ymm9, %ymm5
	vpand	%ymm12, %ymm10, %ymm9
	vpmaddwd	1120(%rsp), %ymm9, %ymm9
	vpaddd	%ymm7, %ymm9, %ymm7
	vpand	%ymm12, %ymm8, %ymm9
	vpmaddwd	1088(%rsp), %ymm9, %ymm9
	vpaddd	%ymm6, %ymm9, %ymm6
	vpsrlw	$8, %ymm13, %ymm9
	vpmaddwd	1056(%rsp), %ymm9, %ymm9
	vpaddd	%ymm4, %ymm9, %ymm4
	vpaddd	%ymm4, %ymm3, %ymm3
	vpsrlw	$8, %ymm11, %ymm4
	vpmaddwd	1376(%rsp), %ymm4, %ymm4
	vpaddd	%ymm4, %ymm5, %ymm4
	vpaddd	%ymm4, %ymm0, %ymm0
	vpsrlw	$8, %ymm10, %ymm4
	vpmaddwd	32(%rsp), %ymm4, %ymm4
	vpaddd	%ymm4, %ymm7, %ymm4
	vpaddd	%ymm4, %ymm2, %ymm2
	vpsrlw	$8, %ymm8, %ymm4
	vpmaddwd	(%rsp), %ymm4, %ymm4
	vpaddd	%ymm4, %ymm6, %ymm4
	vpaddd	%ymm4, %ymm1, %ymm1
	vcvtdq2ps	%ymm3, %ymm3
	vmulps	1024(%rsp), %ymm3, %ymm3
	vcvtdq2ps	%ymm0, %ymm0
	vmulps	992(%rsp), %ymm0, %ymm0
	vcvtdq2ps	%ymm2, %ymm2
	vmulps	896(%rsp), %ymm2, %ymm2
	vcvtdq2ps	%ymm1, %ymm1
	vmulps	864(%rsp), %ymm1, %ymm1
	vcvtps2dq	%ymm3, %ymm3
	vcvtps2dq	%ymm0, %ymm0
	vpackssdw	%ymm0, %ymm3, %ymm0
	vcvtps2dq	%ymm2, %ymm2
	vcvtps2dq	%ymm1, %ymm1
	vpackssdw	%ymm1, %ymm2, %ymm1
	vpaddsw	%ymm0, %ymm14, %ymm0
	vpaddsw	%ymm1, %ymm14, %ymm1
	vpackuswb	%ymm1, %ymm0, %ymm0
	vmovdqu	%ymm0, 448(%r11,%r14)
	addq	$448, %r14
	je	LOOP

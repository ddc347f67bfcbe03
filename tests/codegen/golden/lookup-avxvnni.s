# vectors on the stack: 0

loop:
	vmovq	(%rcx,%r9), %xmm14
	vpinsrd	$2, 8(%rcx,%r9), %xmm14, %xmm14
	vpinsrw	$6, 12(%rcx,%r9), %xmm14, %xmm14
	vpshufb	%xmm3, %xmm14, %xmm14
	vpaddusb	%xmm1, %xmm14, %xmm15
	vpshufb	%xmm15, %xmm2, %xmm15
	vpxor	%xmm4, %xmm14, %xmm0
	vpaddusb	%xmm1, %xmm0, %xmm0
	vpshufb	%xmm0, %xmm5, %xmm0
	vpor	%xmm0, %xmm15, %xmm0
	vpxor	%xmm6, %xmm14, %xmm15
	vpaddusb	%xmm1, %xmm15, %xmm15
	vpshufb	%xmm15, %xmm8, %xmm15
	vmovdqa	%xmm6, %xmm7
	vmovdqa	%xmm5, %xmm6
	vmovdqa	%xmm4, %xmm5
	vmovdqa	%xmm2, %xmm4
	vpxor	CONST(%rip), %xmm14, %xmm2
	vpaddusb	%xmm1, %xmm2, %xmm2
	vmovdqa	%xmm13, %xmm10
	vmovdqa	%xmm12, %xmm13
	vmovdqa	%xmm11, %xmm12
	vmovdqa	CONST(%rip), %xmm11
	vpshufb	%xmm2, %xmm11, %xmm2
	vpor	%xmm2, %xmm15, %xmm2
	vpor	%xmm2, %xmm0, %xmm0
	vpxor	CONST(%rip), %xmm14, %xmm2
	vpaddusb	%xmm1, %xmm2, %xmm2
	vmovdqa	CONST(%rip), %xmm11
	vpshufb	%xmm2, %xmm11, %xmm2
	vpxor	CONST(%rip), %xmm14, %xmm15
	vpaddusb	%xmm1, %xmm15, %xmm15
	vmovdqa	CONST(%rip), %xmm11
	vpshufb	%xmm15, %xmm11, %xmm15
	vpor	%xmm2, %xmm15, %xmm2
	vpxor	CONST(%rip), %xmm14, %xmm15
	vpaddusb	%xmm1, %xmm15, %xmm15
	vmovdqa	CONST(%rip), %xmm11
	vpshufb	%xmm15, %xmm11, %xmm15
	vpor	%xmm2, %xmm15, %xmm2
	vpor	%xmm2, %xmm0, %xmm0
	vpxor	%xmm1, %xmm14, %xmm2
	vpaddusb	%xmm1, %xmm2, %xmm2
	vmovdqa	CONST(%rip), %xmm11
	vpshufb	%xmm2, %xmm11, %xmm2
	vpxor	CONST(%rip), %xmm14, %xmm15
	vpaddusb	%xmm1, %xmm15, %xmm15
	vmovdqa	CONST(%rip), %xmm11
	vpshufb	%xmm15, %xmm11, %xmm15
	vpor	%xmm2, %xmm15, %xmm2
	vpxor	CONST(%rip), %xmm14, %xmm15
	vpaddusb	%xmm1, %xmm15, %xmm15
	vmovdqa	CONST(%rip), %xmm11
	vpshufb	%xmm15, %xmm11, %xmm15
	vpor	%xmm2, %xmm15, %xmm2
	vpxor	CONST(%rip), %xmm14, %xmm15
	vpaddusb	%xmm1, %xmm15, %xmm15
	vmovdqa	CONST(%rip), %xmm11
	vpshufb	%xmm15, %xmm11, %xmm15
	vpor	%xmm2, %xmm15, %xmm2
	vpor	%xmm2, %xmm0, %xmm0
	vpxor	CONST(%rip), %xmm14, %xmm2
	vpaddusb	%xmm1, %xmm2, %xmm2
	vmovdqa	CONST(%rip), %xmm11
	vpshufb	%xmm2, %xmm11, %xmm2
	vmovdqa	%xmm12, %xmm11
	vmovdqa	%xmm13, %xmm12
	vmovdqa	%xmm10, %xmm13
	vpcmpeqd	%xmm10, %xmm10, %xmm10
	vpxor	%xmm11, %xmm14, %xmm15
	vpaddusb	%xmm1, %xmm15, %xmm15
	vpshufb	%xmm15, %xmm10, %xmm15
	vpor	%xmm2, %xmm15, %xmm2
	vpxor	%xmm12, %xmm14, %xmm15
	vpaddusb	%xmm1, %xmm15, %xmm15
	vpshufb	%xmm15, %xmm10, %xmm15
	vpor	%xmm2, %xmm15, %xmm2
	vpxor	%xmm13, %xmm14, %xmm15
	vpaddusb	%xmm1, %xmm15, %xmm15
	vpshufb	%xmm15, %xmm10, %xmm15
	vpor	%xmm2, %xmm15, %xmm2
	vpxor	%xmm9, %xmm14, %xmm14
	vpaddusb	%xmm1, %xmm14, %xmm14
	vpshufb	%xmm14, %xmm10, %xmm14
	vpor	%xmm2, %xmm14, %xmm2
	vpor	%xmm2, %xmm0, %xmm0
	vmovdqa	%xmm4, %xmm2
	vmovdqa	%xmm5, %xmm4
	vmovdqa	%xmm6, %xmm5
	vmovdqa	%xmm7, %xmm6
	vpextrw	$6, %xmm0, 12(%rdi,%r9)
	vpextrd	$2, %xmm0, 8(%rdi,%r9)
	vmovq	%xmm0, (%rdi,%r9)
	incq	%rsi
	addq	$16, %r9
	cmpq	%r8, %rsi
	jb	LOOP

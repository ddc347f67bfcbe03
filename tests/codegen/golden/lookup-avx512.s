# vectors on the stack: 0

loop:
	vmovq	(%rcx,%r9), %xmm29
	vpinsrd	$2, 8(%rcx,%r9), %xmm29, %xmm29
	vpinsrw	$6, 12(%rcx,%r9), %xmm29, %xmm29
	vpshufb	%xmm0, %xmm29, %xmm29
	vmovdqa64	%xmm30, %xmm28
	vpaddusb	%xmm1, %xmm29, %xmm30
	vpshufb	%xmm30, %xmm2, %xmm30
	vpxorq	%xmm3, %xmm29, %xmm31
	vpaddusb	%xmm1, %xmm31, %xmm31
	vpshufb	%xmm31, %xmm4, %xmm31
	vporq	%xmm31, %xmm30, %xmm30
	vpxorq	%xmm5, %xmm29, %xmm31
	vpaddusb	%xmm1, %xmm31, %xmm31
	vpshufb	%xmm31, %xmm7, %xmm31
	vmovdqa	%xmm5, %xmm6
	vmovdqa	%xmm4, %xmm5
	vmovdqa	%xmm3, %xmm4
	vmovdqa	%xmm2, %xmm3
	vmovdqa	%xmm0, %xmm2
	vpxord	CONST(%rip){1to4}, %xmm29, %xmm0
	vpaddusb	%xmm1, %xmm0, %xmm0
	vpshufb	%xmm0, %xmm9, %xmm0
	vpternlogq	$254, %xmm31, %xmm30, %xmm0
	vpxorq	%xmm10, %xmm29, %xmm30
	vpaddusb	%xmm1, %xmm30, %xmm30
	vpshufb	%xmm30, %xmm11, %xmm30
	vpxorq	%xmm12, %xmm29, %xmm31
	vpaddusb	%xmm1, %xmm31, %xmm31
	vpshufb	%xmm31, %xmm13, %xmm31
	vpternlogq	$254, %xmm30, %xmm0, %xmm31
	vpxorq	%xmm14, %xmm29, %xmm0
	vpaddusb	%xmm1, %xmm0, %xmm0
	vpshufb	%xmm0, %xmm15, %xmm0
	vpxorq	%xmm1, %xmm29, %xmm30
	vpaddusb	%xmm1, %xmm30, %xmm30
	vpshufb	%xmm30, %xmm16, %xmm30
	vpternlogq	$254, %xmm0, %xmm31, %xmm30
	vpxorq	%xmm17, %xmm29, %xmm0
	vpaddusb	%xmm1, %xmm0, %xmm0
	vpshufb	%xmm0, %xmm18, %xmm0
	vpxorq	%xmm19, %xmm29, %xmm31
	vpaddusb	%xmm1, %xmm31, %xmm31
	vpshufb	%xmm31, %xmm20, %xmm31
	vpternlogq	$254, %xmm0, %xmm30, %xmm31
	vpxorq	%xmm21, %xmm29, %xmm0
	vpaddusb	%xmm1, %xmm0, %xmm0
	vpshufb	%xmm0, %xmm22, %xmm0
	vpxorq	%xmm23, %xmm29, %xmm30
	vpaddusb	%xmm1, %xmm30, %xmm30
	vpshufb	%xmm30, %xmm24, %xmm30
	vpternlogq	$254, %xmm0, %xmm31, %xmm30
	vpxorq	%xmm26, %xmm29, %xmm0
	vpaddusb	%xmm1, %xmm0, %xmm0
	vpshufb	%xmm0, %xmm25, %xmm0
	vpxorq	%xmm27, %xmm29, %xmm31
	vpaddusb	%xmm1, %xmm31, %xmm31
	vpshufb	%xmm31, %xmm25, %xmm31
	vpternlogq	$254, %xmm0, %xmm30, %xmm31
	vmovdqa64	%xmm28, %xmm30
	vpxorq	%xmm28, %xmm29, %xmm0
	vpaddusb	%xmm1, %xmm0, %xmm0
	vpshufb	%xmm0, %xmm25, %xmm0
	vpxorq	%xmm8, %xmm29, %xmm29
	vpaddusb	%xmm1, %xmm29, %xmm29
	vpshufb	%xmm29, %xmm25, %xmm29
	vpternlogq	$254, %xmm0, %xmm31, %xmm29
	vmovdqa	%xmm2, %xmm0
	vmovdqa	%xmm3, %xmm2
	vmovdqa	%xmm4, %xmm3
	vmovdqa	%xmm5, %xmm4
	vmovdqa	%xmm6, %xmm5
	vpextrw	$6, %xmm29, 12(%rdi,%r9)
	vpextrd	$2, %xmm29, 8(%rdi,%r9)
	vmovq	%xmm29, (%rdi,%r9)
	incq	%rsi
	addq	$16, %r9
	cmpq	%r8, %rsi
	jb	LOOP

# vectors on the stack: 2

loop:
	movslq	8(%r10,%rbx,4), %rcx
	vmovdqu64	-448(%r12), %zmm20
	vmovdqu64	-384(%r12), %zmm23
	vmovdqu64	-320(%r12), %zmm24
	vmovdqu64	-256(%r12), %zmm25
	vpbroadcastd	12288(%r8,%rcx), %zmm26
	vpdpbusd	%zmm20, %zmm26, %zmm19
	vpdpbusd	%zmm23, %zmm26, %zmm16
	vpdpbusd	%zmm24, %zmm26, %zmm12
	vpdpbusd	%zmm25, %zmm26, %zmm8
	vpbroadcastd	12352(%r8,%rcx), %zmm26
	vpdpbusd	%zmm20, %zmm26, %zmm21
	vpdpbusd	%zmm23, %zmm26, %zmm17
	vpdpbusd	%zmm24, %zmm26, %zmm13
	vpdpbusd	%zmm25, %zmm26, %zmm9
	vpbroadcastd	12416(%r8,%rcx), %zmm26
	vpdpbusd	%zmm20, %zmm26, %zmm22
	vpdpbusd	%zmm23, %zmm26, %zmm15
	vpdpbusd	%zmm24, %zmm26, %zmm11
	vpdpbusd	%zmm25, %zmm26, %zmm7
	vpbroadcastd	12480(%r8,%rcx), %zmm26
	vpdpbusd	%zmm20, %zmm26, %zmm18
	vpdpbusd	%zmm23, %zmm26, %zmm14
	vpdpbusd	%zmm24, %zmm26, %zmm10
	vpdpbusd	%zmm25, %zmm26, %zmm6
	movslq	12(%r10,%rbx,4), %rcx
	vmovdqu64	-192(%r12), %zmm20
	vmovdqu64	-128(%r12), %zmm23
	vmovdqu64	-64(%r12), %zmm24
	vmovdqu64	(%r12), %zmm25
	vpbroadcastd	12288(%r8,%rcx), %zmm26
	vpdpbusd	%zmm20, %zmm26, %zmm19
	vpdpbusd	%zmm23, %zmm26, %zmm16
	vpdpbusd	%zmm24, %zmm26, %zmm12
	vpbroadcastd	12352(%r8,%rcx), %zmm27
	vpdpbusd	%zmm25, %zmm26, %zmm8
	vpdpbusd	%zmm20, %zmm27, %zmm21
	vpdpbusd	%zmm23, %zmm27, %zmm17
	vpdpbusd	%zmm24, %zmm27, %zmm13
	vpdpbusd	%zmm25, %zmm27, %zmm9
	vpbroadcastd	12416(%r8,%rcx), %zmm26
	vpdpbusd	%zmm20, %zmm26, %zmm22
	vpdpbusd	%zmm23, %zmm26, %zmm15
	vpdpbusd	%zmm24, %zmm26, %zmm11
	vpbroadcastd	12480(%r8,%rcx), %zmm27
	vpdpbusd	%zmm25, %zmm26, %zmm7
	vpdpbusd	%zmm20, %zmm27, %zmm18
	vpdpbusd	%zmm23, %zmm27, %zmm14
	vpdpbusd	%zmm24, %zmm27, %zmm10
	vpdpbusd	%zmm25, %zmm27, %zmm6
	addq	$2, %rbx
	addq	$512, %r12
	cmpq	$14, %rbx
	jb	LOOP

loop:
	movslq	4(%r10,%rbp,4), %rcx
	vmovdqu64	-192(%rbx), %zmm30
	vmovdqu64	-128(%rbx), %zmm31
	vmovdqu64	-64(%rbx), %zmm5
	vmovdqu64	(%rbx), %zmm4
	vpbroadcastd	(%r13,%rcx), %zmm0
	vpdpbusd	%zmm30, %zmm0, %zmm18
	vpdpbusd	%zmm31, %zmm0, %zmm28
	vpdpbusd	%zmm5, %zmm0, %zmm17
	vpbroadcastd	64(%r13,%rcx), %zmm1
	vpdpbusd	%zmm4, %zmm0, %zmm10
	vpdpbusd	%zmm30, %zmm1, %zmm19
	vpdpbusd	%zmm31, %zmm1, %zmm29
	vpdpbusd	%zmm5, %zmm1, %zmm16
	vpdpbusd	%zmm4, %zmm1, %zmm11
	vpbroadcastd	128(%r13,%rcx), %zmm0
	vpdpbusd	%zmm30, %zmm0, %zmm20
	vpdpbusd	%zmm31, %zmm0, %zmm27
	vpdpbusd	%zmm5, %zmm0, %zmm15
	vpbroadcastd	192(%r13,%rcx), %zmm1
	vpdpbusd	%zmm4, %zmm0, %zmm9
	vpdpbusd	%zmm30, %zmm1, %zmm21
	vpdpbusd	%zmm31, %zmm1, %zmm26
	vpdpbusd	%zmm5, %zmm1, %zmm14
	vpdpbusd	%zmm4, %zmm1, %zmm8
	vpbroadcastd	256(%r13,%rcx), %zmm0
	vpdpbusd	%zmm30, %zmm0, %zmm22
	vpdpbusd	%zmm31, %zmm0, %zmm25
	vpdpbusd	%zmm5, %zmm0, %zmm13
	vpbroadcastd	320(%r13,%rcx), %zmm1
	vpdpbusd	%zmm4, %zmm0, %zmm7
	vpdpbusd	%zmm30, %zmm1, %zmm23
	vpdpbusd	%zmm31, %zmm1, %zmm24
	vpdpbusd	%zmm5, %zmm1, %zmm12
	vpdpbusd	%zmm4, %zmm1, %zmm6
	incq	%rbp
	addq	$256, %rbx
	cmpq	$15, %rbp
	jb	LOOP

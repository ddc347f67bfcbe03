# vectors on the stack: 2

loop:
	movslq	4(%r12,%r8,4), %r10
	vmovdqu64	-64(%r14), %zmm30
	vmovdqu64	(%r14), %zmm1
	vpbroadcastd	(%rbp,%r10), %zmm31
	vpdpbusd	%zmm30, %zmm31, %zmm16
	vpdpbusd	%zmm1, %zmm31, %zmm2
	vpbroadcastd	64(%rbp,%r10), %zmm31
	vpdpbusd	%zmm30, %zmm31, %zmm17
	vpdpbusd	%zmm1, %zmm31, %zmm3
	vpbroadcastd	128(%rbp,%r10), %zmm31
	vpdpbusd	%zmm30, %zmm31, %zmm18
	vpdpbusd	%zmm1, %zmm31, %zmm4
	vpbroadcastd	192(%rbp,%r10), %zmm31
	vpdpbusd	%zmm30, %zmm31, %zmm19
	vpdpbusd	%zmm1, %zmm31, %zmm5
	vpbroadcastd	256(%rbp,%r10), %zmm31
	vpdpbusd	%zmm30, %zmm31, %zmm20
	vpdpbusd	%zmm1, %zmm31, %zmm6
	vpbroadcastd	320(%rbp,%r10), %zmm31
	vpdpbusd	%zmm30, %zmm31, %zmm21
	vpdpbusd	%zmm1, %zmm31, %zmm7
	vpbroadcastd	384(%rbp,%r10), %zmm31
	vpdpbusd	%zmm30, %zmm31, %zmm22
	vpdpbusd	%zmm1, %zmm31, %zmm8
	vpbroadcastd	448(%rbp,%r10), %zmm31
	vpdpbusd	%zmm30, %zmm31, %zmm23
	vpdpbusd	%zmm1, %zmm31, %zmm9
	vpbroadcastd	512(%rbp,%r10), %zmm31
	vpdpbusd	%zmm30, %zmm31, %zmm24
	vpdpbusd	%zmm1, %zmm31, %zmm10
	vpbroadcastd	576(%rbp,%r10), %zmm31
	vpdpbusd	%zmm30, %zmm31, %zmm25
	vpdpbusd	%zmm1, %zmm31, %zmm11
	vpbroadcastd	640(%rbp,%r10), %zmm31
	vpdpbusd	%zmm30, %zmm31, %zmm26
	vpdpbusd	%zmm1, %zmm31, %zmm12
	vpbroadcastd	704(%rbp,%r10), %zmm31
	vpdpbusd	%zmm30, %zmm31, %zmm27
	vpdpbusd	%zmm1, %zmm31, %zmm13
	vpbroadcastd	768(%rbp,%r10), %zmm31
	vpdpbusd	%zmm30, %zmm31, %zmm28
	vpdpbusd	%zmm1, %zmm31, %zmm14
	vpbroadcastd	832(%rbp,%r10), %zmm31
	vpdpbusd	%zmm30, %zmm31, %zmm29
	vpdpbusd	%zmm1, %zmm31, %zmm15
	incq	%r8
	subq	$-128, %r14
	cmpq	$143, %r8
	jb	LOOP

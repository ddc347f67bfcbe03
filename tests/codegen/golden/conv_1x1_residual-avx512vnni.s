# vectors on the stack: 6

loop:
	movslq	4(%r13,%rcx,4), %r14
	vmovdqu64	-64(%r10), %zmm1
	vmovdqu64	(%r10), %zmm0
	vpbroadcastd	(%r11,%r14), %zmm3
	vpdpbusd	%zmm1, %zmm3, %zmm21
	vpdpbusd	%zmm0, %zmm3, %zmm19
	vpbroadcastd	64(%r11,%r14), %zmm3
	vpdpbusd	%zmm1, %zmm3, %zmm4
	vpdpbusd	%zmm0, %zmm3, %zmm18
	vpbroadcastd	128(%r11,%r14), %zmm3
	vpdpbusd	%zmm1, %zmm3, %zmm22
	vpdpbusd	%zmm0, %zmm3, %zmm17
	vpbroadcastd	192(%r11,%r14), %zmm3
	vpdpbusd	%zmm1, %zmm3, %zmm24
	vpdpbusd	%zmm0, %zmm3, %zmm16
	vpbroadcastd	256(%r11,%r14), %zmm3
	vpdpbusd	%zmm1, %zmm3, %zmm25
	vpdpbusd	%zmm0, %zmm3, %zmm15
	vpbroadcastd	320(%r11,%r14), %zmm3
	vpdpbusd	%zmm1, %zmm3, %zmm27
	vpdpbusd	%zmm0, %zmm3, %zmm14
	vpbroadcastd	384(%r11,%r14), %zmm3
	vpdpbusd	%zmm1, %zmm3, %zmm28
	vpdpbusd	%zmm0, %zmm3, %zmm13
	vpbroadcastd	448(%r11,%r14), %zmm3
	vpdpbusd	%zmm1, %zmm3, %zmm30
	vpdpbusd	%zmm0, %zmm3, %zmm12
	vpbroadcastd	512(%r11,%r14), %zmm3
	vpdpbusd	%zmm1, %zmm3, %zmm31
	vpdpbusd	%zmm0, %zmm3, %zmm11
	vpbroadcastd	576(%r11,%r14), %zmm3
	vpdpbusd	%zmm1, %zmm3, %zmm20
	vpdpbusd	%zmm0, %zmm3, %zmm10
	vpbroadcastd	640(%r11,%r14), %zmm3
	vpdpbusd	%zmm1, %zmm3, %zmm5
	vpdpbusd	%zmm0, %zmm3, %zmm9
	vpbroadcastd	704(%r11,%r14), %zmm3
	vpdpbusd	%zmm1, %zmm3, %zmm29
	vpdpbusd	%zmm0, %zmm3, %zmm8
	vpbroadcastd	768(%r11,%r14), %zmm3
	vpdpbusd	%zmm1, %zmm3, %zmm26
	vpdpbusd	%zmm0, %zmm3, %zmm7
	vpbroadcastd	832(%r11,%r14), %zmm3
	vpdpbusd	%zmm1, %zmm3, %zmm23
	vpdpbusd	%zmm0, %zmm3, %zmm6
	incq	%rcx
	subq	$-128, %r10
	cmpq	$15, %rcx
	jb	LOOP

# vectors on the stack: 68

loop:
	movslq	4(%r9,%r11,4), %r10
	vpbroadcastd	(%r14,%r10), %ymm3
	vmovdqu	-32(%rbp), %ymm2
	vmovdqu	-48(%rsp), %ymm6
	{vex}	vpdpbusd	%ymm2, %ymm3, %ymm6
	vpbroadcastd	64(%r14,%r10), %ymm3
	vmovdqu	-16(%rsp), %ymm5
	{vex}	vpdpbusd	%ymm2, %ymm3, %ymm5
	vpbroadcastd	128(%r14,%r10), %ymm3
	vmovdqu	16(%rsp), %ymm1
	{vex}	vpdpbusd	%ymm2, %ymm3, %ymm1
	vpbroadcastd	192(%r14,%r10), %ymm3
	vpbroadcastd	256(%r14,%r10), %ymm7
	vmovdqu	48(%rsp), %ymm0
	{vex}	vpdpbusd	%ymm2, %ymm3, %ymm0
	vmovdqu	80(%rsp), %ymm4
	{vex}	vpdpbusd	%ymm2, %ymm7, %ymm4
	vpbroadcastd	320(%r14,%r10), %ymm3
	vmovdqu	112(%rsp), %ymm15
	{vex}	vpdpbusd	%ymm2, %ymm3, %ymm15
	vpbroadcastd	384(%r14,%r10), %ymm3
	vmovdqu	144(%rsp), %ymm14
	{vex}	vpdpbusd	%ymm2, %ymm3, %ymm14
	vpbroadcastd	448(%r14,%r10), %ymm3
	vpbroadcastd	512(%r14,%r10), %ymm7
	vmovdqu	176(%rsp), %ymm13
	{vex}	vpdpbusd	%ymm2, %ymm3, %ymm13
	vmovdqu	208(%rsp), %ymm12
	{vex}	vpdpbusd	%ymm2, %ymm7, %ymm12
	vpbroadcastd	576(%r14,%r10), %ymm3
	vmovdqu	240(%rsp), %ymm11
	{vex}	vpdpbusd	%ymm2, %ymm3, %ymm11
	vpbroadcastd	640(%r14,%r10), %ymm3
	vmovdqu	272(%rsp), %ymm10
	{vex}	vpdpbusd	%ymm2, %ymm3, %ymm10
	vpbroadcastd	704(%r14,%r10), %ymm3
	vpbroadcastd	768(%r14,%r10), %ymm7
	vmovdqu	304(%rsp), %ymm9
	{vex}	vpdpbusd	%ymm2, %ymm3, %ymm9
	vmovdqu	336(%rsp), %ymm8
	{vex}	vpdpbusd	%ymm2, %ymm7, %ymm8
	vpbroadcastd	832(%r14,%r10), %ymm3
	vmovdqu	368(%rsp), %ymm7
	{vex}	vpdpbusd	%ymm2, %ymm3, %ymm7
	movslq	8(%r9,%r11,4), %r10
	vpbroadcastd	(%r14,%r10), %ymm3
	vmovdqu	(%rbp), %ymm2
	{vex}	vpdpbusd	%ymm2, %ymm3, %ymm6
	vmovdqu	%ymm6, -48(%rsp)
	vpbroadcastd	64(%r14,%r10), %ymm3
	{vex}	vpdpbusd	%ymm2, %ymm3, %ymm5
	vmovdqu	%ymm5, -16(%rsp)
	vpbroadcastd	128(%r14,%r10), %ymm3
	{vex}	vpdpbusd	%ymm2, %ymm3, %ymm1
	vmovdqu	%ymm1, 16(%rsp)
	vpbroadcastd	192(%r14,%r10), %ymm3
	vpbroadcastd	256(%r14,%r10), %ymm6
	{vex}	vpdpbusd	%ymm2, %ymm3, %ymm0
	vmovdqu	%ymm0, 48(%rsp)
	{vex}	vpdpbusd	%ymm2, %ymm6, %ymm4
	vmovdqu	%ymm4, 80(%rsp)
	vpbroadcastd	320(%r14,%r10), %ymm3
	{vex}	vpdpbusd	%ymm2, %ymm3, %ymm15
	vmovdqu	%ymm15, 112(%rsp)
	vpbroadcastd	384(%r14,%r10), %ymm3
	{vex}	vpdpbusd	%ymm2, %ymm3, %ymm14
	vmovdqu	%ymm14, 144(%rsp)
	vpbroadcastd	448(%r14,%r10), %ymm3
	vpbroadcastd	512(%r14,%r10), %ymm6
	{vex}	vpdpbusd	%ymm2, %ymm3, %ymm13
	vmovdqu	%ymm13, 176(%rsp)
	{vex}	vpdpbusd	%ymm2, %ymm6, %ymm12
	vmovdqu	%ymm12, 208(%rsp)
	vpbroadcastd	576(%r14,%r10), %ymm3
	{vex}	vpdpbusd	%ymm2, %ymm3, %ymm11
	vmovdqu	%ymm11, 240(%rsp)
	vpbroadcastd	640(%r14,%r10), %ymm3
	{vex}	vpdpbusd	%ymm2, %ymm3, %ymm10
	vmovdqu	%ymm10, 272(%rsp)
	vpbroadcastd	704(%r14,%r10), %ymm3
	vpbroadcastd	768(%r14,%r10), %ymm6
	{vex}	vpdpbusd	%ymm2, %ymm3, %ymm9
	vmovdqu	%ymm9, 304(%rsp)
	{vex}	vpdpbusd	%ymm2, %ymm6, %ymm8
	vmovdqu	%ymm8, 336(%rsp)
	vpbroadcastd	832(%r14,%r10), %ymm3
	{vex}	vpdpbusd	%ymm2, %ymm3, %ymm7
	vmovdqu	%ymm7, 368(%rsp)
	addq	$2, %r11
	addq	$64, %rbp
	cmpq	$14, %r11
	jb	LOOP

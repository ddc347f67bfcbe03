# vectors on the stack: 56

loop:
	movslq	4(%r13,%r9,4), %rax
	vpbroadcastd	(%rbx,%rax), %ymm0
	vmovdqu	-32(%r12), %ymm1
	vmovdqu	-96(%rsp), %ymm2
	{vex}	vpdpbusd	%ymm1, %ymm0, %ymm2
	vpbroadcastd	64(%rbx,%rax), %ymm0
	vmovdqu	-64(%rsp), %ymm14
	{vex}	vpdpbusd	%ymm1, %ymm0, %ymm14
	vpbroadcastd	128(%rbx,%rax), %ymm0
	vmovdqu	-32(%rsp), %ymm15
	{vex}	vpdpbusd	%ymm1, %ymm0, %ymm15
	vpbroadcastd	192(%rbx,%rax), %ymm0
	vpbroadcastd	256(%rbx,%rax), %ymm3
	vmovdqu	(%rsp), %ymm13
	{vex}	vpdpbusd	%ymm1, %ymm0, %ymm13
	vmovdqu	32(%rsp), %ymm12
	{vex}	vpdpbusd	%ymm1, %ymm3, %ymm12
	vpbroadcastd	320(%rbx,%rax), %ymm0
	vmovdqu	64(%rsp), %ymm11
	{vex}	vpdpbusd	%ymm1, %ymm0, %ymm11
	vpbroadcastd	384(%rbx,%rax), %ymm0
	vmovdqu	96(%rsp), %ymm10
	{vex}	vpdpbusd	%ymm1, %ymm0, %ymm10
	vpbroadcastd	448(%rbx,%rax), %ymm0
	vpbroadcastd	512(%rbx,%rax), %ymm3
	vmovdqu	128(%rsp), %ymm9
	{vex}	vpdpbusd	%ymm1, %ymm0, %ymm9
	vmovdqu	160(%rsp), %ymm8
	{vex}	vpdpbusd	%ymm1, %ymm3, %ymm8
	vpbroadcastd	576(%rbx,%rax), %ymm0
	vmovdqu	192(%rsp), %ymm7
	{vex}	vpdpbusd	%ymm1, %ymm0, %ymm7
	vpbroadcastd	640(%rbx,%rax), %ymm0
	vmovdqu	224(%rsp), %ymm6
	{vex}	vpdpbusd	%ymm1, %ymm0, %ymm6
	vpbroadcastd	704(%rbx,%rax), %ymm0
	vpbroadcastd	768(%rbx,%rax), %ymm3
	vmovdqu	256(%rsp), %ymm5
	{vex}	vpdpbusd	%ymm1, %ymm0, %ymm5
	vmovdqu	288(%rsp), %ymm4
	{vex}	vpdpbusd	%ymm1, %ymm3, %ymm4
	vpbroadcastd	832(%rbx,%rax), %ymm0
	vmovdqu	320(%rsp), %ymm3
	{vex}	vpdpbusd	%ymm1, %ymm0, %ymm3
	movslq	8(%r13,%r9,4), %rax
	vpbroadcastd	(%rbx,%rax), %ymm0
	vmovdqu	(%r12), %ymm1
	{vex}	vpdpbusd	%ymm1, %ymm0, %ymm2
	vmovdqu	%ymm2, -96(%rsp)
	vpbroadcastd	64(%rbx,%rax), %ymm0
	{vex}	vpdpbusd	%ymm1, %ymm0, %ymm14
	vmovdqu	%ymm14, -64(%rsp)
	vpbroadcastd	128(%rbx,%rax), %ymm0
	{vex}	vpdpbusd	%ymm1, %ymm0, %ymm15
	vmovdqu	%ymm15, -32(%rsp)
	vpbroadcastd	192(%rbx,%rax), %ymm0
	vpbroadcastd	256(%rbx,%rax), %ymm2
	{vex}	vpdpbusd	%ymm1, %ymm0, %ymm13
	vmovdqu	%ymm13, (%rsp)
	{vex}	vpdpbusd	%ymm1, %ymm2, %ymm12
	vmovdqu	%ymm12, 32(%rsp)
	vpbroadcastd	320(%rbx,%rax), %ymm0
	{vex}	vpdpbusd	%ymm1, %ymm0, %ymm11
	vmovdqu	%ymm11, 64(%rsp)
	vpbroadcastd	384(%rbx,%rax), %ymm0
	{vex}	vpdpbusd	%ymm1, %ymm0, %ymm10
	vmovdqu	%ymm10, 96(%rsp)
	vpbroadcastd	448(%rbx,%rax), %ymm0
	vpbroadcastd	512(%rbx,%rax), %ymm2
	{vex}	vpdpbusd	%ymm1, %ymm0, %ymm9
	vmovdqu	%ymm9, 128(%rsp)
	{vex}	vpdpbusd	%ymm1, %ymm2, %ymm8
	vmovdqu	%ymm8, 160(%rsp)
	vpbroadcastd	576(%rbx,%rax), %ymm0
	{vex}	vpdpbusd	%ymm1, %ymm0, %ymm7
	vmovdqu	%ymm7, 192(%rsp)
	vpbroadcastd	640(%rbx,%rax), %ymm0
	{vex}	vpdpbusd	%ymm1, %ymm0, %ymm6
	vmovdqu	%ymm6, 224(%rsp)
	vpbroadcastd	704(%rbx,%rax), %ymm0
	vpbroadcastd	768(%rbx,%rax), %ymm2
	{vex}	vpdpbusd	%ymm1, %ymm0, %ymm5
	vmovdqu	%ymm5, 256(%rsp)
	{vex}	vpdpbusd	%ymm1, %ymm2, %ymm4
	vmovdqu	%ymm4, 288(%rsp)
	vpbroadcastd	832(%rbx,%rax), %ymm0
	{vex}	vpdpbusd	%ymm1, %ymm0, %ymm3
	vmovdqu	%ymm3, 320(%rsp)
	addq	$2, %r9
	addq	$64, %r12
	cmpq	$142, %r9
	jb	LOOP

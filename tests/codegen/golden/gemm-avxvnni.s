# vectors on the stack: 0

loop:
	movslq	4(%r15,%r12,4), %r13
	vpbroadcastd	(%rax,%r13), %ymm10
	{vex}	vpdpbusd	-992(%r14), %ymm10, %ymm9
	{vex}	vpdpbusd	-960(%r14), %ymm10, %ymm8
	{vex}	vpdpbusd	-928(%r14), %ymm10, %ymm7
	{vex}	vpdpbusd	-896(%r14), %ymm10, %ymm6
	{vex}	vpdpbusd	-864(%r14), %ymm10, %ymm5
	{vex}	vpdpbusd	-832(%r14), %ymm10, %ymm4
	{vex}	vpdpbusd	-800(%r14), %ymm10, %ymm3
	{vex}	vpdpbusd	-768(%r14), %ymm10, %ymm2
	movslq	8(%r15,%r12,4), %r13
	vpbroadcastd	(%rax,%r13), %ymm10
	{vex}	vpdpbusd	-736(%r14), %ymm10, %ymm9
	{vex}	vpdpbusd	-704(%r14), %ymm10, %ymm8
	{vex}	vpdpbusd	-672(%r14), %ymm10, %ymm7
	{vex}	vpdpbusd	-640(%r14), %ymm10, %ymm6
	{vex}	vpdpbusd	-608(%r14), %ymm10, %ymm5
	{vex}	vpdpbusd	-576(%r14), %ymm10, %ymm4
	{vex}	vpdpbusd	-544(%r14), %ymm10, %ymm3
	{vex}	vpdpbusd	-512(%r14), %ymm10, %ymm2
	movslq	12(%r15,%r12,4), %r13
	vpbroadcastd	(%rax,%r13), %ymm10
	{vex}	vpdpbusd	-480(%r14), %ymm10, %ymm9
	{vex}	vpdpbusd	-448(%r14), %ymm10, %ymm8
	{vex}	vpdpbusd	-416(%r14), %ymm10, %ymm7
	{vex}	vpdpbusd	-384(%r14), %ymm10, %ymm6
	{vex}	vpdpbusd	-352(%r14), %ymm10, %ymm5
	{vex}	vpdpbusd	-320(%r14), %ymm10, %ymm4
	{vex}	vpdpbusd	-288(%r14), %ymm10, %ymm3
	{vex}	vpdpbusd	-256(%r14), %ymm10, %ymm2
	movslq	16(%r15,%r12,4), %r13
	vpbroadcastd	(%rax,%r13), %ymm10
	{vex}	vpdpbusd	-224(%r14), %ymm10, %ymm9
	{vex}	vpdpbusd	-192(%r14), %ymm10, %ymm8
	{vex}	vpdpbusd	-160(%r14), %ymm10, %ymm7
	{vex}	vpdpbusd	-128(%r14), %ymm10, %ymm6
	{vex}	vpdpbusd	-96(%r14), %ymm10, %ymm5
	{vex}	vpdpbusd	-64(%r14), %ymm10, %ymm4
	{vex}	vpdpbusd	-32(%r14), %ymm10, %ymm3
	{vex}	vpdpbusd	(%r14), %ymm10, %ymm2
	addq	$4, %r12
	addq	$1024, %r14
	cmpq	$60, %r12
	jb	LOOP

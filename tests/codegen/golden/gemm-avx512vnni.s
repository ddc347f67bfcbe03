# vectors on the stack: 0

loop:
	movslq	16(%r9,%r11,4), %r14
	vpbroadcastd	(%rax,%r14), %zmm10
	vpdpbusd	-1984(%rbx), %zmm10, %zmm9
	vpdpbusd	-1920(%rbx), %zmm10, %zmm8
	vpdpbusd	-1856(%rbx), %zmm10, %zmm7
	vpdpbusd	-1792(%rbx), %zmm10, %zmm6
	vpdpbusd	-1728(%rbx), %zmm10, %zmm5
	vpdpbusd	-1664(%rbx), %zmm10, %zmm4
	vpdpbusd	-1600(%rbx), %zmm10, %zmm3
	vpdpbusd	-1536(%rbx), %zmm10, %zmm2
	movslq	20(%r9,%r11,4), %r14
	vpbroadcastd	(%rax,%r14), %zmm10
	vpdpbusd	-1472(%rbx), %zmm10, %zmm9
	vpdpbusd	-1408(%rbx), %zmm10, %zmm8
	vpdpbusd	-1344(%rbx), %zmm10, %zmm7
	vpdpbusd	-1280(%rbx), %zmm10, %zmm6
	vpdpbusd	-1216(%rbx), %zmm10, %zmm5
	vpdpbusd	-1152(%rbx), %zmm10, %zmm4
	vpdpbusd	-1088(%rbx), %zmm10, %zmm3
	vpdpbusd	-1024(%rbx), %zmm10, %zmm2
	movslq	24(%r9,%r11,4), %r14
	vpbroadcastd	(%rax,%r14), %zmm10
	vpdpbusd	-960(%rbx), %zmm10, %zmm9
	vpdpbusd	-896(%rbx), %zmm10, %zmm8
	vpdpbusd	-832(%rbx), %zmm10, %zmm7
	vpdpbusd	-768(%rbx), %zmm10, %zmm6
	vpdpbusd	-704(%rbx), %zmm10, %zmm5
	vpdpbusd	-640(%rbx), %zmm10, %zmm4
	vpdpbusd	-576(%rbx), %zmm10, %zmm3
	vpdpbusd	-512(%rbx), %zmm10, %zmm2
	movslq	28(%r9,%r11,4), %r14
	vpbroadcastd	(%rax,%r14), %zmm10
	vpdpbusd	-448(%rbx), %zmm10, %zmm9
	vpdpbusd	-384(%rbx), %zmm10, %zmm8
	vpdpbusd	-320(%rbx), %zmm10, %zmm7
	vpdpbusd	-256(%rbx), %zmm10, %zmm6
	vpdpbusd	-192(%rbx), %zmm10, %zmm5
	vpdpbusd	-128(%rbx), %zmm10, %zmm4
	vpdpbusd	-64(%rbx), %zmm10, %zmm3
	vpdpbusd	(%rbx), %zmm10, %zmm2
	addq	$4, %r11
	addq	$2048, %rbx
	cmpq	$60, %r11
	jb	LOOP

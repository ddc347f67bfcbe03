# vectors on the stack: 0

loop:
	movss	(%r12), %xmm5
	insertps	$16, 784(%r12), %xmm5
	insertps	$32, 1568(%r12), %xmm5
	insertps	$48, 2352(%r12), %xmm5
	movss	3136(%r12), %xmm6
	insertps	$16, 3920(%r12), %xmm6
	insertps	$32, 4704(%r12), %xmm6
	insertps	$48, 5488(%r12), %xmm6
	divps	%xmm0, %xmm6
	divps	%xmm0, %xmm5
	maxps	%xmm1, %xmm5
	maxps	%xmm1, %xmm6
	minps	%xmm2, %xmm6
	minps	%xmm2, %xmm5
	cvtps2dq	%xmm5, %xmm5
	cvtps2dq	%xmm6, %xmm6
	andpd	%xmm3, %xmm6
	andpd	%xmm3, %xmm5
	packusdw	%xmm6, %xmm5
	packuswb	%xmm5, %xmm5
	paddb	%xmm4, %xmm5
	movq	%xmm5, 8(%rbx,%r15)
	addq	$8, %r15
	addq	$6272, %r12
	cmpq	$56, %r15
	jb	LOOP

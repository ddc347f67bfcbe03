# vectors on the stack: 0

loop:
	movdqu	-1008(%r11,%r15), %xmm0
	movdqu	-1904(%r11,%r15), %xmm1
	pmaxub	%xmm0, %xmm1
	movdqu	-1840(%r11,%r15), %xmm0
	movdqu	-1776(%r11,%r15), %xmm2
	movdqu	-112(%r11,%r15), %xmm3
	pmaxub	%xmm0, %xmm3
	pmaxub	%xmm1, %xmm3
	movdqu	-944(%r11,%r15), %xmm0
	movdqu	-48(%r11,%r15), %xmm1
	pmaxub	%xmm0, %xmm1
	pmaxub	%xmm2, %xmm1
	pmaxub	%xmm3, %xmm1
	movdqu	-880(%r11,%r15), %xmm0
	movdqu	16(%r11,%r15), %xmm2
	pmaxub	%xmm0, %xmm2
	pmaxub	%xmm1, %xmm2
	movdqu	%xmm2, 16(%rbx,%r15)
	addq	$16, %r15
	cmpq	$48, %r15
	jb	LOOP

# vectors on the stack: 0

loop:
	vmovdqu	-1920(%r11,%r15), %ymm0
	vpmaxub	-1024(%r11,%r15), %ymm0, %ymm0
	vpmaxub	-128(%r11,%r15), %ymm0, %ymm0
	vpmaxub	-1856(%r11,%r15), %ymm0, %ymm0
	vpmaxub	-960(%r11,%r15), %ymm0, %ymm0
	vpmaxub	-64(%r11,%r15), %ymm0, %ymm0
	vpmaxub	-1792(%r11,%r15), %ymm0, %ymm0
	vpmaxub	-896(%r11,%r15), %ymm0, %ymm0
	vpmaxub	(%r11,%r15), %ymm0, %ymm0
	vmovdqu	%ymm0, (%rbx,%r15)
	addq	$32, %r15
	cmpq	$32, %r15
	je	LOOP

# vectors on the stack: 0

loop:
	vmovdqu64	-1920(%r10,%rbx,2), %zmm0
	vpmaxub	-1024(%r10,%rbx,2), %zmm0, %zmm0
	vpmaxub	-128(%r10,%rbx,2), %zmm0, %zmm0
	vpmaxub	-1856(%r10,%rbx,2), %zmm0, %zmm0
	vpmaxub	-960(%r10,%rbx,2), %zmm0, %zmm0
	vpmaxub	-64(%r10,%rbx,2), %zmm0, %zmm0
	vpmaxub	-1792(%r10,%rbx,2), %zmm0, %zmm0
	vpmaxub	-896(%r10,%rbx,2), %zmm0, %zmm0
	vpmaxub	(%r10,%rbx,2), %zmm0, %zmm0
	vmovdqu64	%zmm0, (%r9,%rbx)
	incq	%r11
	addq	$64, %rbx
	cmpq	$5, %r11
	jb	LOOP

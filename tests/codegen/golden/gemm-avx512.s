# vectors on the stack: 0

loop:
	movslq	(%r8,%r9,4), %r11
	vpbroadcastd	(%rax,%r11), %zmm4
	vpmaddubsw	(%r14), %zmm4, %zmm4
	vpmaddwd	%zmm0, %zmm4, %zmm4
	vpaddd	%zmm4, %zmm3, %zmm3
	incq	%r9
	addq	$64, %r14
	cmpq	%rbp, %r9
	jl	LOOP

loop:
	movslq	-4(%r13,%r8,8), %r9
	movslq	(%r13,%r8,8), %r11
	vpbroadcastd	(%rax,%r9), %zmm4
	vpbroadcastd	(%rax,%r11), %zmm5
	vpmaddubsw	-64(%r12), %zmm4, %zmm4
	vpmaddubsw	(%r12), %zmm5, %zmm5
	vpaddw	%zmm5, %zmm4, %zmm4
	vpmaddwd	%zmm0, %zmm4, %zmm4
	vpaddd	%zmm4, %zmm3, %zmm3
	incq	%r8
	subq	$-128, %r12
	cmpq	%rbx, %r8
	jl	LOOP

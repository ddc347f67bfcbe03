# vectors on the stack: 0

loop:
	movslq	(%rbp,%r8,4), %r9
	vpbroadcastd	(%rax,%r9), %zmm4
	vpmaddubsw	(%rbx), %zmm4, %zmm4
	vpmaddwd	%zmm0, %zmm4, %zmm4
	vpaddd	%zmm4, %zmm3, %zmm3
	incq	%r8
	addq	$64, %rbx
	cmpq	%r12, %r8
	jl	LOOP

loop:
	movslq	(%rbp,%rbx,8), %r8
	movslq	-4(%rbp,%rbx,8), %r9
	vpbroadcastd	(%rax,%r9), %zmm4
	vpbroadcastd	(%rax,%r8), %zmm5
	vpmaddubsw	-64(%r15), %zmm4, %zmm4
	vpmaddubsw	(%r15), %zmm5, %zmm5
	vpaddw	%zmm5, %zmm4, %zmm4
	vpmaddwd	%zmm0, %zmm4, %zmm4
	vpaddd	%zmm4, %zmm3, %zmm3
	incq	%rbx
	subq	$-128, %r15
	cmpq	%r13, %rbx
	jl	LOOP

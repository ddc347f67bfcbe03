# vectors on the stack: 8

loop:
	movslq	4(%rbp,%r8,4), %r11
	vmovdqu64	(%r15), %zmm2
	vpbroadcastd	11200(%rax,%r11), %zmm25
	vpmaddubsw	%zmm2, %zmm25, %zmm25
	vpmaddwd	%zmm0, %zmm25, %zmm25
	vpaddd	%zmm25, %zmm1, %zmm1
	vpbroadcastd	11264(%rax,%r11), %zmm25
	vpmaddubsw	%zmm2, %zmm25, %zmm25
	vpmaddwd	%zmm0, %zmm25, %zmm25
	vpaddd	%zmm25, %zmm24, %zmm24
	vpbroadcastd	11328(%rax,%r11), %zmm25
	vpmaddubsw	%zmm2, %zmm25, %zmm25
	vpmaddwd	%zmm0, %zmm25, %zmm25
	vpbroadcastd	11392(%rax,%r11), %zmm26
	vpaddd	%zmm25, %zmm23, %zmm23
	vpmaddubsw	%zmm2, %zmm26, %zmm25
	vpmaddwd	%zmm0, %zmm25, %zmm25
	vpaddd	%zmm25, %zmm22, %zmm22
	vpbroadcastd	11456(%rax,%r11), %zmm25
	vpmaddubsw	%zmm2, %zmm25, %zmm25
	vpmaddwd	%zmm0, %zmm25, %zmm25
	vpaddd	%zmm25, %zmm5, %zmm5
	vpbroadcastd	11520(%rax,%r11), %zmm25
	vpmaddubsw	%zmm2, %zmm25, %zmm25
	vpmaddwd	%zmm0, %zmm25, %zmm25
	vpaddd	%zmm25, %zmm21, %zmm21
	vpbroadcastd	11584(%rax,%r11), %zmm25
	vpmaddubsw	%zmm2, %zmm25, %zmm25
	vpmaddwd	%zmm0, %zmm25, %zmm25
	vpbroadcastd	11648(%rax,%r11), %zmm26
	vpaddd	%zmm25, %zmm20, %zmm20
	vpmaddubsw	%zmm2, %zmm26, %zmm25
	vpmaddwd	%zmm0, %zmm25, %zmm25
	vpaddd	%zmm25, %zmm6, %zmm6
	vpbroadcastd	11712(%rax,%r11), %zmm25
	vpmaddubsw	%zmm2, %zmm25, %zmm25
	vpmaddwd	%zmm0, %zmm25, %zmm25
	vpaddd	%zmm25, %zmm19, %zmm19
	vpbroadcastd	11776(%rax,%r11), %zmm25
	vpmaddubsw	%zmm2, %zmm25, %zmm25
	vpmaddwd	%zmm0, %zmm25, %zmm25
	vpaddd	%zmm25, %zmm18, %zmm18
	vpbroadcastd	11840(%rax,%r11), %zmm25
	vpmaddubsw	%zmm2, %zmm25, %zmm25
	vpmaddwd	%zmm0, %zmm25, %zmm25
	vpbroadcastd	11904(%rax,%r11), %zmm26
	vpaddd	%zmm25, %zmm17, %zmm17
	vpmaddubsw	%zmm2, %zmm26, %zmm25
	vpmaddwd	%zmm0, %zmm25, %zmm25
	vpaddd	%zmm25, %zmm16, %zmm16
	vpbroadcastd	11968(%rax,%r11), %zmm25
	vpmaddubsw	%zmm2, %zmm25, %zmm25
	vpmaddwd	%zmm0, %zmm25, %zmm25
	vpaddd	%zmm25, %zmm15, %zmm15
	vpbroadcastd	12032(%rax,%r11), %zmm25
	vpmaddubsw	%zmm2, %zmm25, %zmm25
	vpmaddwd	%zmm0, %zmm25, %zmm25
	vpaddd	%zmm25, %zmm14, %zmm14
	vpbroadcastd	12096(%rax,%r11), %zmm25
	vpmaddubsw	%zmm2, %zmm25, %zmm25
	vpmaddwd	%zmm0, %zmm25, %zmm25
	vpbroadcastd	12160(%rax,%r11), %zmm26
	vpaddd	%zmm25, %zmm13, %zmm13
	vpmaddubsw	%zmm2, %zmm26, %zmm25
	vpmaddwd	%zmm0, %zmm25, %zmm25
	vpaddd	%zmm25, %zmm12, %zmm12
	vpbroadcastd	12224(%rax,%r11), %zmm25
	vpmaddubsw	%zmm2, %zmm25, %zmm25
	vpmaddwd	%zmm0, %zmm25, %zmm25
	vpaddd	%zmm25, %zmm11, %zmm11
	vpbroadcastd	12288(%rax,%r11), %zmm25
	vpmaddubsw	%zmm2, %zmm25, %zmm25
	vpmaddwd	%zmm0, %zmm25, %zmm25
	vpaddd	%zmm25, %zmm10, %zmm10
	vpbroadcastd	12352(%rax,%r11), %zmm25
	vpmaddubsw	%zmm2, %zmm25, %zmm25
	vpmaddwd	%zmm0, %zmm25, %zmm25
	vpbroadcastd	12416(%rax,%r11), %zmm26
	vpaddd	%zmm25, %zmm9, %zmm9
	vpmaddubsw	%zmm2, %zmm26, %zmm25
	vpmaddwd	%zmm0, %zmm25, %zmm25
	vpaddd	%zmm25, %zmm8, %zmm8
	vpbroadcastd	12480(%rax,%r11), %zmm25
	vpmaddubsw	%zmm2, %zmm25, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpaddd	%zmm2, %zmm7, %zmm7
	incq	%r8
	addq	$64, %r15
	cmpq	$30, %r8
	jb	LOOP

loop:
	movslq	4(%rbp,%r8,4), %r11
	vmovdqu64	(%r15), %zmm1
	vpbroadcastd	(%r13,%r11), %zmm2
	vpmaddubsw	%zmm1, %zmm2, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpaddd	%zmm2, %zmm29, %zmm29
	vpbroadcastd	64(%r13,%r11), %zmm2
	vpmaddubsw	%zmm1, %zmm2, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpaddd	%zmm2, %zmm30, %zmm30
	vpbroadcastd	128(%r13,%r11), %zmm2
	vpmaddubsw	%zmm1, %zmm2, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpbroadcastd	192(%r13,%r11), %zmm5
	vpaddd	%zmm2, %zmm28, %zmm28
	vpmaddubsw	%zmm1, %zmm5, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpaddd	%zmm2, %zmm6, %zmm6
	vpbroadcastd	256(%r13,%r11), %zmm2
	vpmaddubsw	%zmm1, %zmm2, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpaddd	%zmm2, %zmm27, %zmm27
	vpbroadcastd	320(%r13,%r11), %zmm2
	vpmaddubsw	%zmm1, %zmm2, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpaddd	%zmm2, %zmm26, %zmm26
	vpbroadcastd	384(%r13,%r11), %zmm2
	vpmaddubsw	%zmm1, %zmm2, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpbroadcastd	448(%r13,%r11), %zmm5
	vpaddd	%zmm2, %zmm25, %zmm25
	vpmaddubsw	%zmm1, %zmm5, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpaddd	%zmm2, %zmm24, %zmm24
	vpbroadcastd	512(%r13,%r11), %zmm2
	vpmaddubsw	%zmm1, %zmm2, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpaddd	%zmm2, %zmm23, %zmm23
	vpbroadcastd	576(%r13,%r11), %zmm2
	vpmaddubsw	%zmm1, %zmm2, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpaddd	%zmm2, %zmm22, %zmm22
	vpbroadcastd	640(%r13,%r11), %zmm2
	vpmaddubsw	%zmm1, %zmm2, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpbroadcastd	704(%r13,%r11), %zmm5
	vpaddd	%zmm2, %zmm21, %zmm21
	vpmaddubsw	%zmm1, %zmm5, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpaddd	%zmm2, %zmm20, %zmm20
	vpbroadcastd	768(%r13,%r11), %zmm2
	vpmaddubsw	%zmm1, %zmm2, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpaddd	%zmm2, %zmm19, %zmm19
	vpbroadcastd	832(%r13,%r11), %zmm2
	vpmaddubsw	%zmm1, %zmm2, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpaddd	%zmm2, %zmm18, %zmm18
	vpbroadcastd	896(%r13,%r11), %zmm2
	vpmaddubsw	%zmm1, %zmm2, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpbroadcastd	960(%r13,%r11), %zmm5
	vpaddd	%zmm2, %zmm17, %zmm17
	vpmaddubsw	%zmm1, %zmm5, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpaddd	%zmm2, %zmm16, %zmm16
	vpbroadcastd	1024(%r13,%r11), %zmm2
	vpmaddubsw	%zmm1, %zmm2, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpaddd	%zmm2, %zmm15, %zmm15
	vpbroadcastd	1088(%r13,%r11), %zmm2
	vpmaddubsw	%zmm1, %zmm2, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpaddd	%zmm2, %zmm14, %zmm14
	vpbroadcastd	1152(%r13,%r11), %zmm2
	vpmaddubsw	%zmm1, %zmm2, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpbroadcastd	1216(%r13,%r11), %zmm5
	vpaddd	%zmm2, %zmm13, %zmm13
	vpmaddubsw	%zmm1, %zmm5, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpaddd	%zmm2, %zmm12, %zmm12
	vpbroadcastd	1280(%r13,%r11), %zmm2
	vpmaddubsw	%zmm1, %zmm2, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpaddd	%zmm2, %zmm11, %zmm11
	vpbroadcastd	1344(%r13,%r11), %zmm2
	vpmaddubsw	%zmm1, %zmm2, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpaddd	%zmm2, %zmm10, %zmm10
	vpbroadcastd	1408(%r13,%r11), %zmm2
	vpmaddubsw	%zmm1, %zmm2, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpbroadcastd	1472(%r13,%r11), %zmm5
	vpaddd	%zmm2, %zmm9, %zmm9
	vpmaddubsw	%zmm1, %zmm5, %zmm2
	vpmaddwd	%zmm0, %zmm2, %zmm2
	vpaddd	%zmm2, %zmm8, %zmm8
	vpbroadcastd	1536(%r13,%r11), %zmm2
	vpmaddubsw	%zmm1, %zmm2, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm7, %zmm7
	incq	%r8
	addq	$64, %r15
	cmpq	$30, %r8
	jb	LOOP

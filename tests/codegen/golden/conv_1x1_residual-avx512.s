# vectors on the stack: 10

loop:
	movslq	(%r13,%r14,4), %rsi
	vmovdqu64	(%r11), %zmm1
	vpbroadcastd	11200(%rax,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm26, %zmm26
	vpbroadcastd	11264(%rax,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm27, %zmm27
	vpbroadcastd	11328(%rax,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpbroadcastd	11392(%rax,%rsi), %zmm6
	vpaddd	%zmm5, %zmm25, %zmm25
	vpmaddubsw	%zmm1, %zmm6, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm24, %zmm24
	vpbroadcastd	11456(%rax,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm23, %zmm23
	vpbroadcastd	11520(%rax,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm22, %zmm22
	vpbroadcastd	11584(%rax,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpbroadcastd	11648(%rax,%rsi), %zmm6
	vpaddd	%zmm5, %zmm21, %zmm21
	vpmaddubsw	%zmm1, %zmm6, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm20, %zmm20
	vpbroadcastd	11712(%rax,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm19, %zmm19
	vpbroadcastd	11776(%rax,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm18, %zmm18
	vpbroadcastd	11840(%rax,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpbroadcastd	11904(%rax,%rsi), %zmm6
	vpaddd	%zmm5, %zmm17, %zmm17
	vpmaddubsw	%zmm1, %zmm6, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm16, %zmm16
	vpbroadcastd	11968(%rax,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm15, %zmm15
	vpbroadcastd	12032(%rax,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm14, %zmm14
	vpbroadcastd	12096(%rax,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpbroadcastd	12160(%rax,%rsi), %zmm6
	vpaddd	%zmm5, %zmm13, %zmm13
	vpmaddubsw	%zmm1, %zmm6, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm12, %zmm12
	vpbroadcastd	12224(%rax,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm11, %zmm11
	vpbroadcastd	12288(%rax,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm10, %zmm10
	vpbroadcastd	12352(%rax,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpbroadcastd	12416(%rax,%rsi), %zmm6
	vpaddd	%zmm5, %zmm9, %zmm9
	vpmaddubsw	%zmm1, %zmm6, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm8, %zmm8
	vpbroadcastd	12480(%rax,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm7, %zmm7
	incq	%r14
	addq	$64, %r11
	cmpq	%r12, %r14
	jl	LOOP

loop:
	movslq	(%r13,%r11,4), %rsi
	vmovdqu64	(%r15), %zmm1
	vpbroadcastd	(%r8,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm30, %zmm30
	vpbroadcastd	64(%r8,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm31, %zmm31
	vpbroadcastd	128(%r8,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpbroadcastd	192(%r8,%rsi), %zmm6
	vpaddd	%zmm5, %zmm29, %zmm29
	vpmaddubsw	%zmm1, %zmm6, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm28, %zmm28
	vpbroadcastd	256(%r8,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm27, %zmm27
	vpbroadcastd	320(%r8,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm26, %zmm26
	vpbroadcastd	384(%r8,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpbroadcastd	448(%r8,%rsi), %zmm6
	vpaddd	%zmm5, %zmm25, %zmm25
	vpmaddubsw	%zmm1, %zmm6, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm24, %zmm24
	vpbroadcastd	512(%r8,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm23, %zmm23
	vpbroadcastd	576(%r8,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm22, %zmm22
	vpbroadcastd	640(%r8,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpbroadcastd	704(%r8,%rsi), %zmm6
	vpaddd	%zmm5, %zmm21, %zmm21
	vpmaddubsw	%zmm1, %zmm6, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm20, %zmm20
	vpbroadcastd	768(%r8,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm19, %zmm19
	vpbroadcastd	832(%r8,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm18, %zmm18
	vpbroadcastd	896(%r8,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpbroadcastd	960(%r8,%rsi), %zmm6
	vpaddd	%zmm5, %zmm17, %zmm17
	vpmaddubsw	%zmm1, %zmm6, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm16, %zmm16
	vpbroadcastd	1024(%r8,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm15, %zmm15
	vpbroadcastd	1088(%r8,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm14, %zmm14
	vpbroadcastd	1152(%r8,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpbroadcastd	1216(%r8,%rsi), %zmm6
	vpaddd	%zmm5, %zmm13, %zmm13
	vpmaddubsw	%zmm1, %zmm6, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm12, %zmm12
	vpbroadcastd	1280(%r8,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm11, %zmm11
	vpbroadcastd	1344(%r8,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm10, %zmm10
	vpbroadcastd	1408(%r8,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpbroadcastd	1472(%r8,%rsi), %zmm6
	vpaddd	%zmm5, %zmm9, %zmm9
	vpmaddubsw	%zmm1, %zmm6, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm8, %zmm8
	vpbroadcastd	1536(%r8,%rsi), %zmm5
	vpmaddubsw	%zmm1, %zmm5, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm7, %zmm7
	incq	%r11
	addq	$64, %r15
	cmpq	%r12, %r11
	jl	LOOP

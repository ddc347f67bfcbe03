# vectors on the stack: 2

loop:
	movslq	(%rsi,%r10,4), %rbx
	vmovdqu64	(%r8), %zmm5
	vpbroadcastd	(%r14,%rbx), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm27, %zmm27
	vpbroadcastd	64(%r14,%rbx), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm26, %zmm26
	vpbroadcastd	128(%r14,%rbx), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpbroadcastd	192(%r14,%rbx), %zmm28
	vpaddd	%zmm6, %zmm25, %zmm25
	vpmaddubsw	%zmm5, %zmm28, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm24, %zmm24
	vpbroadcastd	256(%r14,%rbx), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm23, %zmm23
	vpbroadcastd	320(%r14,%rbx), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm22, %zmm22
	vpbroadcastd	384(%r14,%rbx), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpbroadcastd	448(%r14,%rbx), %zmm28
	vpaddd	%zmm6, %zmm21, %zmm21
	vpmaddubsw	%zmm5, %zmm28, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm20, %zmm20
	vpbroadcastd	512(%r14,%rbx), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm19, %zmm19
	vpbroadcastd	576(%r14,%rbx), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm18, %zmm18
	vpbroadcastd	640(%r14,%rbx), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpbroadcastd	704(%r14,%rbx), %zmm28
	vpaddd	%zmm6, %zmm17, %zmm17
	vpmaddubsw	%zmm5, %zmm28, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm16, %zmm16
	vpbroadcastd	768(%r14,%rbx), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm15, %zmm15
	vpbroadcastd	832(%r14,%rbx), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm14, %zmm14
	vpbroadcastd	896(%r14,%rbx), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpbroadcastd	960(%r14,%rbx), %zmm28
	vpaddd	%zmm6, %zmm13, %zmm13
	vpmaddubsw	%zmm5, %zmm28, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm12, %zmm12
	vpbroadcastd	1024(%r14,%rbx), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm11, %zmm11
	vpbroadcastd	1088(%r14,%rbx), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm10, %zmm10
	vpbroadcastd	1152(%r14,%rbx), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpbroadcastd	1216(%r14,%rbx), %zmm28
	vpaddd	%zmm6, %zmm9, %zmm9
	vpmaddubsw	%zmm5, %zmm28, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm8, %zmm8
	vpbroadcastd	1280(%r14,%rbx), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm7, %zmm7
	incq	%r10
	addq	$64, %r8
	cmpq	%r11, %r10
	jl	LOOP

loop:
	movslq	(%rsi,%r10,4), %rcx
	vmovdqu64	(%r8), %zmm5
	vpbroadcastd	(%r9,%rcx), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm31, %zmm31
	vpbroadcastd	64(%r9,%rcx), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm30, %zmm30
	vpbroadcastd	128(%r9,%rcx), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpbroadcastd	192(%r9,%rcx), %zmm1
	vpaddd	%zmm6, %zmm29, %zmm29
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm28, %zmm28
	vpbroadcastd	256(%r9,%rcx), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm27, %zmm27
	vpbroadcastd	320(%r9,%rcx), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm26, %zmm26
	vpbroadcastd	384(%r9,%rcx), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	448(%r9,%rcx), %zmm6
	vpaddd	%zmm1, %zmm25, %zmm25
	vpmaddubsw	%zmm5, %zmm6, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm24, %zmm24
	vpbroadcastd	512(%r9,%rcx), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm23, %zmm23
	vpbroadcastd	576(%r9,%rcx), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm22, %zmm22
	vpbroadcastd	640(%r9,%rcx), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	704(%r9,%rcx), %zmm6
	vpaddd	%zmm1, %zmm21, %zmm21
	vpmaddubsw	%zmm5, %zmm6, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm20, %zmm20
	vpbroadcastd	768(%r9,%rcx), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm19, %zmm19
	vpbroadcastd	832(%r9,%rcx), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm18, %zmm18
	vpbroadcastd	896(%r9,%rcx), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	960(%r9,%rcx), %zmm6
	vpaddd	%zmm1, %zmm17, %zmm17
	vpmaddubsw	%zmm5, %zmm6, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm16, %zmm16
	vpbroadcastd	1024(%r9,%rcx), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm15, %zmm15
	vpbroadcastd	1088(%r9,%rcx), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm14, %zmm14
	vpbroadcastd	1152(%r9,%rcx), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	1216(%r9,%rcx), %zmm6
	vpaddd	%zmm1, %zmm13, %zmm13
	vpmaddubsw	%zmm5, %zmm6, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm12, %zmm12
	vpbroadcastd	1280(%r9,%rcx), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm11, %zmm11
	vpbroadcastd	1344(%r9,%rcx), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm10, %zmm10
	vpbroadcastd	1408(%r9,%rcx), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	1472(%r9,%rcx), %zmm6
	vpaddd	%zmm1, %zmm9, %zmm9
	vpmaddubsw	%zmm5, %zmm6, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm8, %zmm8
	vpbroadcastd	1536(%r9,%rcx), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm7, %zmm7
	incq	%r10
	addq	$64, %r8
	cmpq	%r11, %r10
	jl	LOOP

loop:
	movslq	(%rsi,%r8,8), %r10
	movslq	-4(%rsi,%r8,8), %r11
	vmovdqu64	-64(%r12), %zmm5
	vmovdqu64	(%r12), %zmm6
	vpbroadcastd	(%r14,%r11), %zmm28
	vpbroadcastd	(%r14,%r10), %zmm29
	vpmaddubsw	%zmm5, %zmm28, %zmm28
	vpmaddubsw	%zmm6, %zmm29, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpbroadcastd	64(%r14,%r11), %zmm29
	vpbroadcastd	64(%r14,%r10), %zmm30
	vpaddd	%zmm28, %zmm27, %zmm27
	vpmaddubsw	%zmm5, %zmm29, %zmm28
	vpmaddubsw	%zmm6, %zmm30, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpaddd	%zmm28, %zmm26, %zmm26
	vpbroadcastd	128(%r14,%r11), %zmm28
	vpbroadcastd	128(%r14,%r10), %zmm29
	vpmaddubsw	%zmm5, %zmm28, %zmm28
	vpmaddubsw	%zmm6, %zmm29, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpbroadcastd	192(%r14,%r11), %zmm29
	vpaddd	%zmm28, %zmm25, %zmm25
	vpbroadcastd	192(%r14,%r10), %zmm28
	vpmaddubsw	%zmm5, %zmm29, %zmm29
	vpmaddubsw	%zmm6, %zmm28, %zmm28
	vpaddw	%zmm28, %zmm29, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpaddd	%zmm28, %zmm24, %zmm24
	vpbroadcastd	256(%r14,%r11), %zmm28
	vpbroadcastd	256(%r14,%r10), %zmm29
	vpmaddubsw	%zmm5, %zmm28, %zmm28
	vpmaddubsw	%zmm6, %zmm29, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpbroadcastd	320(%r14,%r11), %zmm29
	vpbroadcastd	320(%r14,%r10), %zmm30
	vpaddd	%zmm28, %zmm23, %zmm23
	vpmaddubsw	%zmm5, %zmm29, %zmm28
	vpmaddubsw	%zmm6, %zmm30, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpaddd	%zmm28, %zmm22, %zmm22
	vpbroadcastd	384(%r14,%r11), %zmm28
	vpbroadcastd	384(%r14,%r10), %zmm29
	vpmaddubsw	%zmm5, %zmm28, %zmm28
	vpmaddubsw	%zmm6, %zmm29, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpbroadcastd	448(%r14,%r11), %zmm29
	vpaddd	%zmm28, %zmm21, %zmm21
	vpbroadcastd	448(%r14,%r10), %zmm28
	vpmaddubsw	%zmm5, %zmm29, %zmm29
	vpmaddubsw	%zmm6, %zmm28, %zmm28
	vpaddw	%zmm28, %zmm29, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpaddd	%zmm28, %zmm20, %zmm20
	vpbroadcastd	512(%r14,%r11), %zmm28
	vpbroadcastd	512(%r14,%r10), %zmm29
	vpmaddubsw	%zmm5, %zmm28, %zmm28
	vpmaddubsw	%zmm6, %zmm29, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpbroadcastd	576(%r14,%r11), %zmm29
	vpbroadcastd	576(%r14,%r10), %zmm30
	vpaddd	%zmm28, %zmm19, %zmm19
	vpmaddubsw	%zmm5, %zmm29, %zmm28
	vpmaddubsw	%zmm6, %zmm30, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpaddd	%zmm28, %zmm18, %zmm18
	vpbroadcastd	640(%r14,%r11), %zmm28
	vpbroadcastd	640(%r14,%r10), %zmm29
	vpmaddubsw	%zmm5, %zmm28, %zmm28
	vpmaddubsw	%zmm6, %zmm29, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpbroadcastd	704(%r14,%r11), %zmm29
	vpaddd	%zmm28, %zmm17, %zmm17
	vpbroadcastd	704(%r14,%r10), %zmm28
	vpmaddubsw	%zmm5, %zmm29, %zmm29
	vpmaddubsw	%zmm6, %zmm28, %zmm28
	vpaddw	%zmm28, %zmm29, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpaddd	%zmm28, %zmm16, %zmm16
	vpbroadcastd	768(%r14,%r11), %zmm28
	vpbroadcastd	768(%r14,%r10), %zmm29
	vpmaddubsw	%zmm5, %zmm28, %zmm28
	vpmaddubsw	%zmm6, %zmm29, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpbroadcastd	832(%r14,%r11), %zmm29
	vpbroadcastd	832(%r14,%r10), %zmm30
	vpaddd	%zmm28, %zmm15, %zmm15
	vpmaddubsw	%zmm5, %zmm29, %zmm28
	vpmaddubsw	%zmm6, %zmm30, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpaddd	%zmm28, %zmm14, %zmm14
	vpbroadcastd	896(%r14,%r11), %zmm28
	vpbroadcastd	896(%r14,%r10), %zmm29
	vpmaddubsw	%zmm5, %zmm28, %zmm28
	vpmaddubsw	%zmm6, %zmm29, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpbroadcastd	960(%r14,%r11), %zmm29
	vpaddd	%zmm28, %zmm13, %zmm13
	vpbroadcastd	960(%r14,%r10), %zmm28
	vpmaddubsw	%zmm5, %zmm29, %zmm29
	vpmaddubsw	%zmm6, %zmm28, %zmm28
	vpaddw	%zmm28, %zmm29, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpaddd	%zmm28, %zmm12, %zmm12
	vpbroadcastd	1024(%r14,%r11), %zmm28
	vpbroadcastd	1024(%r14,%r10), %zmm29
	vpmaddubsw	%zmm5, %zmm28, %zmm28
	vpmaddubsw	%zmm6, %zmm29, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpbroadcastd	1088(%r14,%r11), %zmm29
	vpbroadcastd	1088(%r14,%r10), %zmm30
	vpaddd	%zmm28, %zmm11, %zmm11
	vpmaddubsw	%zmm5, %zmm29, %zmm28
	vpmaddubsw	%zmm6, %zmm30, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpaddd	%zmm28, %zmm10, %zmm10
	vpbroadcastd	1152(%r14,%r11), %zmm28
	vpbroadcastd	1152(%r14,%r10), %zmm29
	vpmaddubsw	%zmm5, %zmm28, %zmm28
	vpmaddubsw	%zmm6, %zmm29, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpbroadcastd	1216(%r14,%r11), %zmm29
	vpaddd	%zmm28, %zmm9, %zmm9
	vpbroadcastd	1216(%r14,%r10), %zmm28
	vpmaddubsw	%zmm5, %zmm29, %zmm29
	vpmaddubsw	%zmm6, %zmm28, %zmm28
	vpaddw	%zmm28, %zmm29, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpaddd	%zmm28, %zmm8, %zmm8
	vpbroadcastd	1280(%r14,%r11), %zmm28
	vpbroadcastd	1280(%r14,%r10), %zmm29
	vpmaddubsw	%zmm5, %zmm28, %zmm5
	vpmaddubsw	%zmm6, %zmm29, %zmm6
	vpaddw	%zmm6, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm7, %zmm7
	incq	%r8
	subq	$-128, %r12
	cmpq	%r13, %r8
	jl	LOOP

loop:
	movslq	(%rsi,%r8,8), %r10
	movslq	-4(%rsi,%r8,8), %r11
	vmovdqu64	-64(%r12), %zmm6
	vmovdqu64	(%r12), %zmm5
	vpbroadcastd	(%r9,%r11), %zmm1
	vpbroadcastd	(%r9,%r10), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	64(%r9,%r11), %zmm2
	vpbroadcastd	64(%r9,%r10), %zmm4
	vpaddd	%zmm1, %zmm31, %zmm31
	vpmaddubsw	%zmm6, %zmm2, %zmm1
	vpmaddubsw	%zmm5, %zmm4, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm30, %zmm30
	vpbroadcastd	128(%r9,%r11), %zmm1
	vpbroadcastd	128(%r9,%r10), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	192(%r9,%r11), %zmm2
	vpaddd	%zmm1, %zmm29, %zmm29
	vpbroadcastd	192(%r9,%r10), %zmm1
	vpmaddubsw	%zmm6, %zmm2, %zmm2
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpaddw	%zmm1, %zmm2, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm28, %zmm28
	vpbroadcastd	256(%r9,%r11), %zmm1
	vpbroadcastd	256(%r9,%r10), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	320(%r9,%r11), %zmm2
	vpbroadcastd	320(%r9,%r10), %zmm4
	vpaddd	%zmm1, %zmm27, %zmm27
	vpmaddubsw	%zmm6, %zmm2, %zmm1
	vpmaddubsw	%zmm5, %zmm4, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm26, %zmm26
	vpbroadcastd	384(%r9,%r11), %zmm1
	vpbroadcastd	384(%r9,%r10), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	448(%r9,%r11), %zmm2
	vpaddd	%zmm1, %zmm25, %zmm25
	vpbroadcastd	448(%r9,%r10), %zmm1
	vpmaddubsw	%zmm6, %zmm2, %zmm2
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpaddw	%zmm1, %zmm2, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm24, %zmm24
	vpbroadcastd	512(%r9,%r11), %zmm1
	vpbroadcastd	512(%r9,%r10), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	576(%r9,%r11), %zmm2
	vpbroadcastd	576(%r9,%r10), %zmm4
	vpaddd	%zmm1, %zmm23, %zmm23
	vpmaddubsw	%zmm6, %zmm2, %zmm1
	vpmaddubsw	%zmm5, %zmm4, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm22, %zmm22
	vpbroadcastd	640(%r9,%r11), %zmm1
	vpbroadcastd	640(%r9,%r10), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	704(%r9,%r11), %zmm2
	vpaddd	%zmm1, %zmm21, %zmm21
	vpbroadcastd	704(%r9,%r10), %zmm1
	vpmaddubsw	%zmm6, %zmm2, %zmm2
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpaddw	%zmm1, %zmm2, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm20, %zmm20
	vpbroadcastd	768(%r9,%r11), %zmm1
	vpbroadcastd	768(%r9,%r10), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	832(%r9,%r11), %zmm2
	vpbroadcastd	832(%r9,%r10), %zmm4
	vpaddd	%zmm1, %zmm19, %zmm19
	vpmaddubsw	%zmm6, %zmm2, %zmm1
	vpmaddubsw	%zmm5, %zmm4, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm18, %zmm18
	vpbroadcastd	896(%r9,%r11), %zmm1
	vpbroadcastd	896(%r9,%r10), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	960(%r9,%r11), %zmm2
	vpaddd	%zmm1, %zmm17, %zmm17
	vpbroadcastd	960(%r9,%r10), %zmm1
	vpmaddubsw	%zmm6, %zmm2, %zmm2
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpaddw	%zmm1, %zmm2, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm16, %zmm16
	vpbroadcastd	1024(%r9,%r11), %zmm1
	vpbroadcastd	1024(%r9,%r10), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	1088(%r9,%r11), %zmm2
	vpbroadcastd	1088(%r9,%r10), %zmm4
	vpaddd	%zmm1, %zmm15, %zmm15
	vpmaddubsw	%zmm6, %zmm2, %zmm1
	vpmaddubsw	%zmm5, %zmm4, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm14, %zmm14
	vpbroadcastd	1152(%r9,%r11), %zmm1
	vpbroadcastd	1152(%r9,%r10), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	1216(%r9,%r11), %zmm2
	vpaddd	%zmm1, %zmm13, %zmm13
	vpbroadcastd	1216(%r9,%r10), %zmm1
	vpmaddubsw	%zmm6, %zmm2, %zmm2
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpaddw	%zmm1, %zmm2, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm12, %zmm12
	vpbroadcastd	1280(%r9,%r11), %zmm1
	vpbroadcastd	1280(%r9,%r10), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	1344(%r9,%r11), %zmm2
	vpbroadcastd	1344(%r9,%r10), %zmm4
	vpaddd	%zmm1, %zmm11, %zmm11
	vpmaddubsw	%zmm6, %zmm2, %zmm1
	vpmaddubsw	%zmm5, %zmm4, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm10, %zmm10
	vpbroadcastd	1408(%r9,%r11), %zmm1
	vpbroadcastd	1408(%r9,%r10), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	1472(%r9,%r11), %zmm2
	vpaddd	%zmm1, %zmm9, %zmm9
	vpbroadcastd	1472(%r9,%r10), %zmm1
	vpmaddubsw	%zmm6, %zmm2, %zmm2
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpaddw	%zmm1, %zmm2, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm8, %zmm8
	vpbroadcastd	1536(%r9,%r11), %zmm1
	vpbroadcastd	1536(%r9,%r10), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm7, %zmm7
	incq	%r8
	subq	$-128, %r12
	cmpq	%r13, %r8
	jl	LOOP

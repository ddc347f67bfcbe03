# vectors on the stack: 2

loop:
	movslq	(%r10,%r14,4), %r11
	vmovdqu64	(%r9), %zmm5
	vpbroadcastd	(%r15,%r11), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm27, %zmm27
	vpbroadcastd	64(%r15,%r11), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm26, %zmm26
	vpbroadcastd	128(%r15,%r11), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpbroadcastd	192(%r15,%r11), %zmm28
	vpaddd	%zmm6, %zmm25, %zmm25
	vpmaddubsw	%zmm5, %zmm28, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm24, %zmm24
	vpbroadcastd	256(%r15,%r11), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm23, %zmm23
	vpbroadcastd	320(%r15,%r11), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm22, %zmm22
	vpbroadcastd	384(%r15,%r11), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpbroadcastd	448(%r15,%r11), %zmm28
	vpaddd	%zmm6, %zmm21, %zmm21
	vpmaddubsw	%zmm5, %zmm28, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm20, %zmm20
	vpbroadcastd	512(%r15,%r11), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm19, %zmm19
	vpbroadcastd	576(%r15,%r11), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm18, %zmm18
	vpbroadcastd	640(%r15,%r11), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpbroadcastd	704(%r15,%r11), %zmm28
	vpaddd	%zmm6, %zmm17, %zmm17
	vpmaddubsw	%zmm5, %zmm28, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm16, %zmm16
	vpbroadcastd	768(%r15,%r11), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm15, %zmm15
	vpbroadcastd	832(%r15,%r11), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm14, %zmm14
	vpbroadcastd	896(%r15,%r11), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpbroadcastd	960(%r15,%r11), %zmm28
	vpaddd	%zmm6, %zmm13, %zmm13
	vpmaddubsw	%zmm5, %zmm28, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm12, %zmm12
	vpbroadcastd	1024(%r15,%r11), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm11, %zmm11
	vpbroadcastd	1088(%r15,%r11), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm10, %zmm10
	vpbroadcastd	1152(%r15,%r11), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpbroadcastd	1216(%r15,%r11), %zmm28
	vpaddd	%zmm6, %zmm9, %zmm9
	vpmaddubsw	%zmm5, %zmm28, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm8, %zmm8
	vpbroadcastd	1280(%r15,%r11), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm7, %zmm7
	incq	%r14
	addq	$64, %r9
	cmpq	%r8, %r14
	jl	LOOP

loop:
	movslq	(%r10,%rcx,4), %r11
	vmovdqu64	(%r9), %zmm5
	vpbroadcastd	(%rsi,%r11), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm31, %zmm31
	vpbroadcastd	64(%rsi,%r11), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpaddd	%zmm6, %zmm30, %zmm30
	vpbroadcastd	128(%rsi,%r11), %zmm6
	vpmaddubsw	%zmm5, %zmm6, %zmm6
	vpmaddwd	%zmm0, %zmm6, %zmm6
	vpbroadcastd	192(%rsi,%r11), %zmm1
	vpaddd	%zmm6, %zmm29, %zmm29
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm28, %zmm28
	vpbroadcastd	256(%rsi,%r11), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm27, %zmm27
	vpbroadcastd	320(%rsi,%r11), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm26, %zmm26
	vpbroadcastd	384(%rsi,%r11), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	448(%rsi,%r11), %zmm6
	vpaddd	%zmm1, %zmm25, %zmm25
	vpmaddubsw	%zmm5, %zmm6, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm24, %zmm24
	vpbroadcastd	512(%rsi,%r11), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm23, %zmm23
	vpbroadcastd	576(%rsi,%r11), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm22, %zmm22
	vpbroadcastd	640(%rsi,%r11), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	704(%rsi,%r11), %zmm6
	vpaddd	%zmm1, %zmm21, %zmm21
	vpmaddubsw	%zmm5, %zmm6, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm20, %zmm20
	vpbroadcastd	768(%rsi,%r11), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm19, %zmm19
	vpbroadcastd	832(%rsi,%r11), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm18, %zmm18
	vpbroadcastd	896(%rsi,%r11), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	960(%rsi,%r11), %zmm6
	vpaddd	%zmm1, %zmm17, %zmm17
	vpmaddubsw	%zmm5, %zmm6, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm16, %zmm16
	vpbroadcastd	1024(%rsi,%r11), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm15, %zmm15
	vpbroadcastd	1088(%rsi,%r11), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm14, %zmm14
	vpbroadcastd	1152(%rsi,%r11), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	1216(%rsi,%r11), %zmm6
	vpaddd	%zmm1, %zmm13, %zmm13
	vpmaddubsw	%zmm5, %zmm6, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm12, %zmm12
	vpbroadcastd	1280(%rsi,%r11), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm11, %zmm11
	vpbroadcastd	1344(%rsi,%r11), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm10, %zmm10
	vpbroadcastd	1408(%rsi,%r11), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	1472(%rsi,%r11), %zmm6
	vpaddd	%zmm1, %zmm9, %zmm9
	vpmaddubsw	%zmm5, %zmm6, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm8, %zmm8
	vpbroadcastd	1536(%rsi,%r11), %zmm1
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm7, %zmm7
	incq	%rcx
	addq	$64, %r9
	cmpq	%r8, %rcx
	jl	LOOP

loop:
	movslq	-4(%rbp,%r8,8), %r10
	movslq	(%rbp,%r8,8), %r9
	vmovdqu64	-64(%r13), %zmm5
	vmovdqu64	(%r13), %zmm6
	vpbroadcastd	(%r15,%r10), %zmm28
	vpbroadcastd	(%r15,%r9), %zmm29
	vpmaddubsw	%zmm5, %zmm28, %zmm28
	vpmaddubsw	%zmm6, %zmm29, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpbroadcastd	64(%r15,%r10), %zmm29
	vpbroadcastd	64(%r15,%r9), %zmm30
	vpaddd	%zmm28, %zmm27, %zmm27
	vpmaddubsw	%zmm5, %zmm29, %zmm28
	vpmaddubsw	%zmm6, %zmm30, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpaddd	%zmm28, %zmm26, %zmm26
	vpbroadcastd	128(%r15,%r10), %zmm28
	vpbroadcastd	128(%r15,%r9), %zmm29
	vpmaddubsw	%zmm5, %zmm28, %zmm28
	vpmaddubsw	%zmm6, %zmm29, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpbroadcastd	192(%r15,%r10), %zmm29
	vpaddd	%zmm28, %zmm25, %zmm25
	vpbroadcastd	192(%r15,%r9), %zmm28
	vpmaddubsw	%zmm5, %zmm29, %zmm29
	vpmaddubsw	%zmm6, %zmm28, %zmm28
	vpaddw	%zmm28, %zmm29, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpaddd	%zmm28, %zmm24, %zmm24
	vpbroadcastd	256(%r15,%r10), %zmm28
	vpbroadcastd	256(%r15,%r9), %zmm29
	vpmaddubsw	%zmm5, %zmm28, %zmm28
	vpmaddubsw	%zmm6, %zmm29, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpbroadcastd	320(%r15,%r10), %zmm29
	vpbroadcastd	320(%r15,%r9), %zmm30
	vpaddd	%zmm28, %zmm23, %zmm23
	vpmaddubsw	%zmm5, %zmm29, %zmm28
	vpmaddubsw	%zmm6, %zmm30, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpaddd	%zmm28, %zmm22, %zmm22
	vpbroadcastd	384(%r15,%r10), %zmm28
	vpbroadcastd	384(%r15,%r9), %zmm29
	vpmaddubsw	%zmm5, %zmm28, %zmm28
	vpmaddubsw	%zmm6, %zmm29, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpbroadcastd	448(%r15,%r10), %zmm29
	vpaddd	%zmm28, %zmm21, %zmm21
	vpbroadcastd	448(%r15,%r9), %zmm28
	vpmaddubsw	%zmm5, %zmm29, %zmm29
	vpmaddubsw	%zmm6, %zmm28, %zmm28
	vpaddw	%zmm28, %zmm29, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpaddd	%zmm28, %zmm20, %zmm20
	vpbroadcastd	512(%r15,%r10), %zmm28
	vpbroadcastd	512(%r15,%r9), %zmm29
	vpmaddubsw	%zmm5, %zmm28, %zmm28
	vpmaddubsw	%zmm6, %zmm29, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpbroadcastd	576(%r15,%r10), %zmm29
	vpbroadcastd	576(%r15,%r9), %zmm30
	vpaddd	%zmm28, %zmm19, %zmm19
	vpmaddubsw	%zmm5, %zmm29, %zmm28
	vpmaddubsw	%zmm6, %zmm30, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpaddd	%zmm28, %zmm18, %zmm18
	vpbroadcastd	640(%r15,%r10), %zmm28
	vpbroadcastd	640(%r15,%r9), %zmm29
	vpmaddubsw	%zmm5, %zmm28, %zmm28
	vpmaddubsw	%zmm6, %zmm29, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpbroadcastd	704(%r15,%r10), %zmm29
	vpaddd	%zmm28, %zmm17, %zmm17
	vpbroadcastd	704(%r15,%r9), %zmm28
	vpmaddubsw	%zmm5, %zmm29, %zmm29
	vpmaddubsw	%zmm6, %zmm28, %zmm28
	vpaddw	%zmm28, %zmm29, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpaddd	%zmm28, %zmm16, %zmm16
	vpbroadcastd	768(%r15,%r10), %zmm28
	vpbroadcastd	768(%r15,%r9), %zmm29
	vpmaddubsw	%zmm5, %zmm28, %zmm28
	vpmaddubsw	%zmm6, %zmm29, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpbroadcastd	832(%r15,%r10), %zmm29
	vpbroadcastd	832(%r15,%r9), %zmm30
	vpaddd	%zmm28, %zmm15, %zmm15
	vpmaddubsw	%zmm5, %zmm29, %zmm28
	vpmaddubsw	%zmm6, %zmm30, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpaddd	%zmm28, %zmm14, %zmm14
	vpbroadcastd	896(%r15,%r10), %zmm28
	vpbroadcastd	896(%r15,%r9), %zmm29
	vpmaddubsw	%zmm5, %zmm28, %zmm28
	vpmaddubsw	%zmm6, %zmm29, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpbroadcastd	960(%r15,%r10), %zmm29
	vpaddd	%zmm28, %zmm13, %zmm13
	vpbroadcastd	960(%r15,%r9), %zmm28
	vpmaddubsw	%zmm5, %zmm29, %zmm29
	vpmaddubsw	%zmm6, %zmm28, %zmm28
	vpaddw	%zmm28, %zmm29, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpaddd	%zmm28, %zmm12, %zmm12
	vpbroadcastd	1024(%r15,%r10), %zmm28
	vpbroadcastd	1024(%r15,%r9), %zmm29
	vpmaddubsw	%zmm5, %zmm28, %zmm28
	vpmaddubsw	%zmm6, %zmm29, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpbroadcastd	1088(%r15,%r10), %zmm29
	vpbroadcastd	1088(%r15,%r9), %zmm30
	vpaddd	%zmm28, %zmm11, %zmm11
	vpmaddubsw	%zmm5, %zmm29, %zmm28
	vpmaddubsw	%zmm6, %zmm30, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpaddd	%zmm28, %zmm10, %zmm10
	vpbroadcastd	1152(%r15,%r10), %zmm28
	vpbroadcastd	1152(%r15,%r9), %zmm29
	vpmaddubsw	%zmm5, %zmm28, %zmm28
	vpmaddubsw	%zmm6, %zmm29, %zmm29
	vpaddw	%zmm29, %zmm28, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpbroadcastd	1216(%r15,%r10), %zmm29
	vpaddd	%zmm28, %zmm9, %zmm9
	vpbroadcastd	1216(%r15,%r9), %zmm28
	vpmaddubsw	%zmm5, %zmm29, %zmm29
	vpmaddubsw	%zmm6, %zmm28, %zmm28
	vpaddw	%zmm28, %zmm29, %zmm28
	vpmaddwd	%zmm0, %zmm28, %zmm28
	vpaddd	%zmm28, %zmm8, %zmm8
	vpbroadcastd	1280(%r15,%r10), %zmm28
	vpbroadcastd	1280(%r15,%r9), %zmm29
	vpmaddubsw	%zmm5, %zmm28, %zmm5
	vpmaddubsw	%zmm6, %zmm29, %zmm6
	vpaddw	%zmm6, %zmm5, %zmm5
	vpmaddwd	%zmm0, %zmm5, %zmm5
	vpaddd	%zmm5, %zmm7, %zmm7
	incq	%r8
	subq	$-128, %r13
	cmpq	%rbx, %r8
	jl	LOOP

loop:
	movslq	-4(%rbp,%r8,8), %rcx
	movslq	(%rbp,%r8,8), %r9
	vmovdqu64	-64(%r13), %zmm6
	vmovdqu64	(%r13), %zmm5
	vpbroadcastd	(%rsi,%rcx), %zmm1
	vpbroadcastd	(%rsi,%r9), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	64(%rsi,%rcx), %zmm2
	vpbroadcastd	64(%rsi,%r9), %zmm4
	vpaddd	%zmm1, %zmm31, %zmm31
	vpmaddubsw	%zmm6, %zmm2, %zmm1
	vpmaddubsw	%zmm5, %zmm4, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm30, %zmm30
	vpbroadcastd	128(%rsi,%rcx), %zmm1
	vpbroadcastd	128(%rsi,%r9), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	192(%rsi,%rcx), %zmm2
	vpaddd	%zmm1, %zmm29, %zmm29
	vpbroadcastd	192(%rsi,%r9), %zmm1
	vpmaddubsw	%zmm6, %zmm2, %zmm2
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpaddw	%zmm1, %zmm2, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm28, %zmm28
	vpbroadcastd	256(%rsi,%rcx), %zmm1
	vpbroadcastd	256(%rsi,%r9), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	320(%rsi,%rcx), %zmm2
	vpbroadcastd	320(%rsi,%r9), %zmm4
	vpaddd	%zmm1, %zmm27, %zmm27
	vpmaddubsw	%zmm6, %zmm2, %zmm1
	vpmaddubsw	%zmm5, %zmm4, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm26, %zmm26
	vpbroadcastd	384(%rsi,%rcx), %zmm1
	vpbroadcastd	384(%rsi,%r9), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	448(%rsi,%rcx), %zmm2
	vpaddd	%zmm1, %zmm25, %zmm25
	vpbroadcastd	448(%rsi,%r9), %zmm1
	vpmaddubsw	%zmm6, %zmm2, %zmm2
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpaddw	%zmm1, %zmm2, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm24, %zmm24
	vpbroadcastd	512(%rsi,%rcx), %zmm1
	vpbroadcastd	512(%rsi,%r9), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	576(%rsi,%rcx), %zmm2
	vpbroadcastd	576(%rsi,%r9), %zmm4
	vpaddd	%zmm1, %zmm23, %zmm23
	vpmaddubsw	%zmm6, %zmm2, %zmm1
	vpmaddubsw	%zmm5, %zmm4, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm22, %zmm22
	vpbroadcastd	640(%rsi,%rcx), %zmm1
	vpbroadcastd	640(%rsi,%r9), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	704(%rsi,%rcx), %zmm2
	vpaddd	%zmm1, %zmm21, %zmm21
	vpbroadcastd	704(%rsi,%r9), %zmm1
	vpmaddubsw	%zmm6, %zmm2, %zmm2
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpaddw	%zmm1, %zmm2, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm20, %zmm20
	vpbroadcastd	768(%rsi,%rcx), %zmm1
	vpbroadcastd	768(%rsi,%r9), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	832(%rsi,%rcx), %zmm2
	vpbroadcastd	832(%rsi,%r9), %zmm4
	vpaddd	%zmm1, %zmm19, %zmm19
	vpmaddubsw	%zmm6, %zmm2, %zmm1
	vpmaddubsw	%zmm5, %zmm4, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm18, %zmm18
	vpbroadcastd	896(%rsi,%rcx), %zmm1
	vpbroadcastd	896(%rsi,%r9), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	960(%rsi,%rcx), %zmm2
	vpaddd	%zmm1, %zmm17, %zmm17
	vpbroadcastd	960(%rsi,%r9), %zmm1
	vpmaddubsw	%zmm6, %zmm2, %zmm2
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpaddw	%zmm1, %zmm2, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm16, %zmm16
	vpbroadcastd	1024(%rsi,%rcx), %zmm1
	vpbroadcastd	1024(%rsi,%r9), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	1088(%rsi,%rcx), %zmm2
	vpbroadcastd	1088(%rsi,%r9), %zmm4
	vpaddd	%zmm1, %zmm15, %zmm15
	vpmaddubsw	%zmm6, %zmm2, %zmm1
	vpmaddubsw	%zmm5, %zmm4, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm14, %zmm14
	vpbroadcastd	1152(%rsi,%rcx), %zmm1
	vpbroadcastd	1152(%rsi,%r9), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	1216(%rsi,%rcx), %zmm2
	vpaddd	%zmm1, %zmm13, %zmm13
	vpbroadcastd	1216(%rsi,%r9), %zmm1
	vpmaddubsw	%zmm6, %zmm2, %zmm2
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpaddw	%zmm1, %zmm2, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm12, %zmm12
	vpbroadcastd	1280(%rsi,%rcx), %zmm1
	vpbroadcastd	1280(%rsi,%r9), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	1344(%rsi,%rcx), %zmm2
	vpbroadcastd	1344(%rsi,%r9), %zmm4
	vpaddd	%zmm1, %zmm11, %zmm11
	vpmaddubsw	%zmm6, %zmm2, %zmm1
	vpmaddubsw	%zmm5, %zmm4, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm10, %zmm10
	vpbroadcastd	1408(%rsi,%rcx), %zmm1
	vpbroadcastd	1408(%rsi,%r9), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpbroadcastd	1472(%rsi,%rcx), %zmm2
	vpaddd	%zmm1, %zmm9, %zmm9
	vpbroadcastd	1472(%rsi,%r9), %zmm1
	vpmaddubsw	%zmm6, %zmm2, %zmm2
	vpmaddubsw	%zmm5, %zmm1, %zmm1
	vpaddw	%zmm1, %zmm2, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm8, %zmm8
	vpbroadcastd	1536(%rsi,%rcx), %zmm1
	vpbroadcastd	1536(%rsi,%r9), %zmm2
	vpmaddubsw	%zmm6, %zmm1, %zmm1
	vpmaddubsw	%zmm5, %zmm2, %zmm2
	vpaddw	%zmm2, %zmm1, %zmm1
	vpmaddwd	%zmm0, %zmm1, %zmm1
	vpaddd	%zmm1, %zmm7, %zmm7
	incq	%r8
	subq	$-128, %r13
	cmpq	%rbx, %r8
	jl	LOOP

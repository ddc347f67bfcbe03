# vectors on the stack: 2

loop:
	movslq	(%r8,%rbp,4), %rax
	vpbroadcastd	(%r13,%rax), %zmm17
	vmovdqu64	(%r15), %zmm18
	vpmaddubsw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm3, %zmm3
	vpbroadcastd	64(%r13,%rax), %zmm17
	vpmaddubsw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm4, %zmm4
	vpbroadcastd	128(%r13,%rax), %zmm17
	vpmaddubsw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm5, %zmm5
	vpbroadcastd	192(%r13,%rax), %zmm17
	vpmaddubsw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpbroadcastd	256(%r13,%rax), %zmm19
	vpaddd	%zmm17, %zmm6, %zmm6
	vpmaddubsw	%zmm18, %zmm19, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm7, %zmm7
	vpbroadcastd	320(%r13,%rax), %zmm17
	vpmaddubsw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm8, %zmm8
	vpbroadcastd	384(%r13,%rax), %zmm17
	vpmaddubsw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm9, %zmm9
	vpbroadcastd	448(%r13,%rax), %zmm17
	vpmaddubsw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpbroadcastd	512(%r13,%rax), %zmm19
	vpaddd	%zmm17, %zmm10, %zmm10
	vpmaddubsw	%zmm18, %zmm19, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm11, %zmm11
	vpbroadcastd	576(%r13,%rax), %zmm17
	vpmaddubsw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm12, %zmm12
	vpbroadcastd	640(%r13,%rax), %zmm17
	vpmaddubsw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm13, %zmm13
	vpbroadcastd	704(%r13,%rax), %zmm17
	vpmaddubsw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpbroadcastd	768(%r13,%rax), %zmm19
	vpaddd	%zmm17, %zmm14, %zmm14
	vpmaddubsw	%zmm18, %zmm19, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm15, %zmm15
	vpbroadcastd	832(%r13,%rax), %zmm17
	vpmaddubsw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm16, %zmm16
	incq	%rbp
	addq	$64, %r15
	cmpq	%rbx, %rbp
	jl	LOOP

loop:
	movslq	(%r9,%r15,8), %rax
	movslq	-4(%r9,%r15,8), %r11
	vmovdqu64	-64(%rbp), %zmm17
	vpbroadcastd	(%r13,%r11), %zmm19
	vmovdqu64	(%rbp), %zmm18
	vpbroadcastd	(%r13,%rax), %zmm20
	vpmaddubsw	%zmm17, %zmm19, %zmm19
	vpmaddubsw	%zmm18, %zmm20, %zmm20
	vpaddw	%zmm20, %zmm19, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpaddd	%zmm19, %zmm3, %zmm3
	vpbroadcastd	64(%r13,%r11), %zmm19
	vpbroadcastd	64(%r13,%rax), %zmm20
	vpmaddubsw	%zmm17, %zmm19, %zmm19
	vpmaddubsw	%zmm18, %zmm20, %zmm20
	vpaddw	%zmm20, %zmm19, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpbroadcastd	128(%r13,%r11), %zmm20
	vpbroadcastd	128(%r13,%rax), %zmm21
	vpaddd	%zmm19, %zmm4, %zmm4
	vpmaddubsw	%zmm17, %zmm20, %zmm19
	vpmaddubsw	%zmm18, %zmm21, %zmm20
	vpaddw	%zmm20, %zmm19, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpaddd	%zmm19, %zmm5, %zmm5
	vpbroadcastd	192(%r13,%r11), %zmm19
	vpbroadcastd	192(%r13,%rax), %zmm20
	vpmaddubsw	%zmm17, %zmm19, %zmm19
	vpmaddubsw	%zmm18, %zmm20, %zmm20
	vpaddw	%zmm20, %zmm19, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpbroadcastd	256(%r13,%r11), %zmm20
	vpaddd	%zmm19, %zmm6, %zmm6
	vpbroadcastd	256(%r13,%rax), %zmm19
	vpmaddubsw	%zmm17, %zmm20, %zmm20
	vpmaddubsw	%zmm18, %zmm19, %zmm19
	vpaddw	%zmm19, %zmm20, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpaddd	%zmm19, %zmm7, %zmm7
	vpbroadcastd	320(%r13,%r11), %zmm19
	vpbroadcastd	320(%r13,%rax), %zmm20
	vpmaddubsw	%zmm17, %zmm19, %zmm19
	vpmaddubsw	%zmm18, %zmm20, %zmm20
	vpaddw	%zmm20, %zmm19, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpbroadcastd	384(%r13,%r11), %zmm20
	vpbroadcastd	384(%r13,%rax), %zmm21
	vpaddd	%zmm19, %zmm8, %zmm8
	vpmaddubsw	%zmm17, %zmm20, %zmm19
	vpmaddubsw	%zmm18, %zmm21, %zmm20
	vpaddw	%zmm20, %zmm19, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpaddd	%zmm19, %zmm9, %zmm9
	vpbroadcastd	448(%r13,%r11), %zmm19
	vpbroadcastd	448(%r13,%rax), %zmm20
	vpmaddubsw	%zmm17, %zmm19, %zmm19
	vpmaddubsw	%zmm18, %zmm20, %zmm20
	vpaddw	%zmm20, %zmm19, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpbroadcastd	512(%r13,%r11), %zmm20
	vpaddd	%zmm19, %zmm10, %zmm10
	vpbroadcastd	512(%r13,%rax), %zmm19
	vpmaddubsw	%zmm17, %zmm20, %zmm20
	vpmaddubsw	%zmm18, %zmm19, %zmm19
	vpaddw	%zmm19, %zmm20, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpaddd	%zmm19, %zmm11, %zmm11
	vpbroadcastd	576(%r13,%r11), %zmm19
	vpbroadcastd	576(%r13,%rax), %zmm20
	vpmaddubsw	%zmm17, %zmm19, %zmm19
	vpmaddubsw	%zmm18, %zmm20, %zmm20
	vpaddw	%zmm20, %zmm19, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpbroadcastd	640(%r13,%r11), %zmm20
	vpbroadcastd	640(%r13,%rax), %zmm21
	vpaddd	%zmm19, %zmm12, %zmm12
	vpmaddubsw	%zmm17, %zmm20, %zmm19
	vpmaddubsw	%zmm18, %zmm21, %zmm20
	vpaddw	%zmm20, %zmm19, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpaddd	%zmm19, %zmm13, %zmm13
	vpbroadcastd	704(%r13,%r11), %zmm19
	vpbroadcastd	704(%r13,%rax), %zmm20
	vpmaddubsw	%zmm17, %zmm19, %zmm19
	vpmaddubsw	%zmm18, %zmm20, %zmm20
	vpaddw	%zmm20, %zmm19, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpbroadcastd	768(%r13,%r11), %zmm20
	vpaddd	%zmm19, %zmm14, %zmm14
	vpbroadcastd	768(%r13,%rax), %zmm19
	vpmaddubsw	%zmm17, %zmm20, %zmm20
	vpmaddubsw	%zmm18, %zmm19, %zmm19
	vpaddw	%zmm19, %zmm20, %zmm19
	vpmaddwd	%zmm0, %zmm19, %zmm19
	vpaddd	%zmm19, %zmm15, %zmm15
	vpbroadcastd	832(%r13,%r11), %zmm19
	vpbroadcastd	832(%r13,%rax), %zmm20
	vpmaddubsw	%zmm17, %zmm19, %zmm17
	vpmaddubsw	%zmm18, %zmm20, %zmm18
	vpaddw	%zmm18, %zmm17, %zmm17
	vpmaddwd	%zmm0, %zmm17, %zmm17
	vpaddd	%zmm17, %zmm16, %zmm16
	incq	%r15
	subq	$-128, %rbp
	cmpq	%r14, %r15
	jl	LOOP

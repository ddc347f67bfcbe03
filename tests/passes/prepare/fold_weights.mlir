// RUN: lpt-opt %s -p lpt-fold-weights --split-input-file | filecheck %s

// rint(x / 0.5) + 10: ties go to even.
// CHECK-LABEL: @main() -> tensor<4x!quant.uniform<i8
// CHECK-NEXT: lpt.constant {value = #lpt.blob<dense<[10, 12, 10, 8]> : tensor<4xi8>>}
// CHECK-NEXT: func.return
func.func @main() -> tensor<4x!quant.uniform<i8:f32, 0.5:10>> {
  %x = lpt.constant {value = #lpt.blob<dense<[0.0, 1.0, 0.25, -0.75]> : tensor<4xf32>>} : tensor<4xf32>
  %q = quant.qcast %x : tensor<4xf32> to tensor<4x!quant.uniform<i8:f32, 0.5:10>>
  func.return %q : tensor<4x!quant.uniform<i8:f32, 0.5:10>>
}

// -----
// CHECK-LABEL: @main() -> tensor<3x2xf32>
// CHECK-NEXT: [[Q:%.*]] = lpt.constant {{.*}}[1, 4], [2, 5], [3, 6]{{.*}} : tensor<3x2x!quant.uniform<i8:f32:1, {{.*}}>>
// CHECK-NEXT: quant.dcast [[Q]]
// CHECK-NEXT: func.return
func.func @main() -> tensor<3x2xf32> {
  %q = lpt.constant {value = #lpt.blob<dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8>>} : tensor<2x3x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
  %w = quant.dcast %q : tensor<2x3x!quant.uniform<i8:f32:0, {0.5, 0.25}>> to tensor<2x3xf32>
  %t = nn.transpose %w {perm = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  func.return %t : tensor<3x2xf32>
}

// -----
// 255 symmetric levels from -1.27 to 1.27: scale 0.01, zero point 0, narrow storage.
// CHECK-LABEL: @main() -> tensor<1x5xf32>
// CHECK-NEXT: lpt.constant {{.*}}[-127, -100, 0, 1, 127]{{.*}} : tensor<1x5x!quant.uniform<i8<-127:127>:f32, 0.00999{{[0-9]*}}>>
// CHECK-NEXT: quant.dcast
func.func @main() -> tensor<1x5xf32> {
  %x = lpt.constant {value = #lpt.blob<dense<[[-3.0, -1.0, 0.0, 0.012, 2.0]]> : tensor<1x5xf32>>} : tensor<1x5xf32>
  %l = lpt.constant {value = #lpt.blob<dense<-1.27> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<1.27> : tensor<f32>>} : tensor<f32>
  %y = lpt.fake_quantize %x, %l, %h, %l, %h {levels = 255 : i64} : (tensor<1x5xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<1x5xf32>
  func.return %y : tensor<1x5xf32>
}

// -----
// Ranges per output channel give scales along axis 0; 16 levels from 0 to 15 and from 0 to 30.
// CHECK-LABEL: @main() -> tensor<2x2xf32>
// CHECK-NEXT: lpt.constant {{.*}}[0, 15], [1, 2]{{.*}} : tensor<2x2x!quant.uniform<i8<0:15>:f32:0, {1.0{{.*}}, 2.0{{.*}}}>>
func.func @main() -> tensor<2x2xf32> {
  %x = lpt.constant {value = #lpt.blob<dense<[[-1.0, 99.0], [2.0, 4.0]]> : tensor<2x2xf32>>} : tensor<2x2xf32>
  %l = lpt.constant {value = #lpt.blob<dense<0.0> : tensor<1x1xf32>>} : tensor<1x1xf32>
  %h = lpt.constant {value = #lpt.blob<dense<[[15.0], [30.0]]> : tensor<2x1xf32>>} : tensor<2x1xf32>
  %y = lpt.fake_quantize %x, %l, %h, %l, %h {levels = 16 : i64} : (tensor<2x2xf32>, tensor<1x1xf32>, tensor<2x1xf32>, tensor<1x1xf32>, tensor<2x1xf32>) -> tensor<2x2xf32>
  func.return %y : tensor<2x2xf32>
}

// -----
// 256 levels over a symmetric range: zero lies between two of them. Codes are the levels less 128, the offset is half a step.
// CHECK-LABEL: @main() -> tensor<3xf32>
// CHECK-NEXT: lpt.constant {{.*}}[127, -128, 0]{{.*}} : tensor<3x!quant.uniform<i8:f32, 2.0{{.*}}>>
// CHECK-NEXT: [[F:%.*]] = quant.dcast
// CHECK-NEXT: [[D:%.*]] = lpt.constant {{.*}}dense<1.0{{.*}}> : tensor<f32>
// CHECK-NEXT: nn.add [[F]], [[D]]
func.func @main() -> tensor<3xf32> {
  %x = lpt.constant {value = #lpt.blob<dense<[300.0, -300.0, 1.0]> : tensor<3xf32>>} : tensor<3xf32>
  %l = lpt.constant {value = #lpt.blob<dense<-255.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<255.0> : tensor<f32>>} : tensor<f32>
  %y = lpt.fake_quantize %x, %l, %h, %l, %h {levels = 256 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----
// Two levels, ±3: codes −1 and 1. The tie at 0 goes to the even level, the first.
// CHECK-LABEL: @main() -> tensor<4xf32>
// CHECK-NEXT: lpt.constant {{.*}}[1, -1, -1, 1]{{.*}} : tensor<4x!quant.uniform<i8<-1:1>:f32, 3.0{{.*}}>>
// CHECK-NEXT: quant.dcast
// CHECK-NEXT: func.return
func.func @main() -> tensor<4xf32> {
  %x = lpt.constant {value = #lpt.blob<dense<[0.5, -0.5, 0.0, 9.0]> : tensor<4xf32>>} : tensor<4xf32>
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<1.0> : tensor<f32>>} : tensor<f32>
  %ol = lpt.constant {value = #lpt.blob<dense<-3.0> : tensor<f32>>} : tensor<f32>
  %oh = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %y = lpt.fake_quantize %x, %l, %h, %ol, %oh {levels = 2 : i64} : (tensor<4xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<4xf32>
  func.return %y : tensor<4xf32>
}

// -----
// Output ranges per channel: as it is, inverted, zero everywhere, 3 everywhere; input ranges inverted as well, as [1] is non-monotonic.
// CHECK-LABEL: @main() -> tensor<4x2xf32>
// CHECK-NEXT: lpt.constant {{.*}}[-1, 1], [1, 0], [0, 0], [1, 1]{{.*}} : tensor<4x2x!quant.uniform<i8<-1:1>:f32:0, {1.0{{.*}}, 2.0{{.*}}, 1.0{{.*}}, 3.0{{.*}}}>>
// CHECK-NEXT: quant.dcast
func.func @main() -> tensor<4x2xf32> {
  %x = lpt.constant {value = #lpt.blob<dense<[[-9.0, 9.0], [-9.0, 0.5], [1.0, 2.0], [1.0, 2.0]]> : tensor<4x2xf32>>} : tensor<4x2xf32>
  %l = lpt.constant {value = #lpt.blob<dense<[[-1.0], [1.0], [0.0], [0.0]]> : tensor<4x1xf32>>} : tensor<4x1xf32>
  %h = lpt.constant {value = #lpt.blob<dense<[[1.0], [0.0], [0.0], [1.0]]> : tensor<4x1xf32>>} : tensor<4x1xf32>
  %ol = lpt.constant {value = #lpt.blob<dense<[[-1.0], [2.0], [0.0], [3.0]]> : tensor<4x1xf32>>} : tensor<4x1xf32>
  %oh = lpt.constant {value = #lpt.blob<dense<[[1.0], [-2.0], [0.0], [3.0]]> : tensor<4x1xf32>>} : tensor<4x1xf32>
  %y = lpt.fake_quantize %x, %l, %h, %ol, %oh {levels = 3 : i64} : (tensor<4x2xf32>, tensor<4x1xf32>, tensor<4x1xf32>, tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x2xf32>
  func.return %y : tensor<4x2xf32>
}

// -----
// A reshape of a constant with an offset per channel takes both along.
// CHECK-LABEL: @main() -> tensor<2x2x1xf32>
// CHECK-NEXT: lpt.constant {{.*}} : tensor<2x2x1x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
// CHECK-NEXT: [[F:%.*]] = quant.dcast
// CHECK-NEXT: [[D:%.*]] = lpt.constant {{.*}} : tensor<2x1x1xf32>
// CHECK-NEXT: nn.add [[F]], [[D]]
func.func @main() -> tensor<2x2x1xf32> {
  %q = lpt.constant {value = #lpt.blob<dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>>} : tensor<2x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
  %w = quant.dcast %q : tensor<2x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>> to tensor<2x2xf32>
  %d = lpt.constant {value = #lpt.blob<dense<[[0.25], [0.125]]> : tensor<2x1xf32>>} : tensor<2x1xf32>
  %s = nn.add %w, %d : (tensor<2x2xf32>, tensor<2x1xf32>) -> tensor<2x2xf32>
  %r = nn.reshape %s {shape = array<i64: 2, 2, 1>} : (tensor<2x2xf32>) -> tensor<2x2x1xf32>
  func.return %r : tensor<2x2x1xf32>
}

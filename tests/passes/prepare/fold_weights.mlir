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

// RUN: lpt-opt %s -p lpt-normalize --split-input-file | filecheck %s

// Plain matrices become a matmul and an addition.
// CHECK-LABEL: @main(%a: tensor<2x3xf32>
// CHECK-NEXT: [[M:%.*]] = nn.matmul %a, %b {lpt.node = "Gemm_0"}
// CHECK-NEXT: nn.add [[M]], %c {lpt.node = "Gemm_0"}
func.func @main(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>, %c: tensor<4xf32>) -> tensor<2x4xf32> {
  %y = nn.gemm %a, %b, %c {lpt.node = "Gemm_0"} : (tensor<2x3xf32>, tensor<3x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  func.return %y : tensor<2x4xf32>
}

// -----
// Run-time matrices are transposed; factors are multiplied behind the product and into the constant c.
// CHECK-LABEL: @main(%a: tensor<3x2xf32>
// CHECK: [[A:%.*]] = nn.transpose %a {perm = array<i64: 1, 0>}
// CHECK: [[B:%.*]] = nn.transpose %b {perm = array<i64: 1, 0>}
// CHECK: [[M:%.*]] = nn.matmul [[A]], [[B]]
// CHECK: [[ALPHA:%.*]] = lpt.constant {{.*}}5.{{0+}}e-01{{.*}} : tensor<f32>
// CHECK: [[S:%.*]] = nn.mul [[M]], [[ALPHA]]
// CHECK: [[C:%.*]] = lpt.constant {{.*}}3.0{{.*}}6.0{{.*}} : tensor<2xf32>
// CHECK: nn.add [[S]], [[C]]
func.func @main(%a: tensor<3x2xf32>, %b: tensor<2x3xf32>) -> tensor<2x2xf32> {
  %c = lpt.constant {value = #lpt.blob<dense<[1.0, 2.0]> : tensor<2xf32>>} : tensor<2xf32>
  %y = nn.gemm %a, %b, %c {alpha = 0.5 : f32, beta = 3.0 : f32, trans_a = 1 : i64, trans_b = 1 : i64} : (tensor<3x2xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  func.return %y : tensor<2x2xf32>
}

// -----
// Quantized weights are transposed as codes, and their axis moves from the rows to the columns.
// CHECK-LABEL: @main(%a: tensor<1x3xf32>)
// CHECK: [[Q:%.*]] = lpt.constant {{.*}}dense<{{\[}}[1, 4], [2, 5], [3, 6]]> : tensor<3x2xi8>{{.*}} : tensor<3x2x!quant.uniform<i8:f32:1, {{.*}}>>
// CHECK: [[W:%.*]] = quant.dcast [[Q]]
// CHECK: nn.matmul %a, [[W]]
func.func @main(%a: tensor<1x3xf32>) -> tensor<1x2xf32> {
  %q = lpt.constant {value = #lpt.blob<dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8>>} : tensor<2x3x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
  %w = quant.dcast %q : tensor<2x3x!quant.uniform<i8:f32:0, {0.5, 0.25}>> to tensor<2x3xf32>
  %y = nn.gemm %a, %w {trans_b = 1 : i64} : (tensor<1x3xf32>, tensor<2x3xf32>) -> tensor<1x2xf32>
  func.return %y : tensor<1x2xf32>
}

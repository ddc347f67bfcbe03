// RUN: lpt-opt %s -p lpt-fold-constants --split-input-file | filecheck %s

// (1 + 2, 3 + 4) · 2
// CHECK-LABEL: @main() -> tensor<2xf32>
// CHECK-NEXT: lpt.constant {{.*}}6.0{{.*}}1.4{{0*}}e+01{{.*}} : tensor<2xf32>
// CHECK-NEXT: func.return
func.func @main() -> tensor<2xf32> {
  %a = lpt.constant {value = #lpt.blob<dense<[1.0, 3.0]> : tensor<2xf32>>} : tensor<2xf32>
  %b = lpt.constant {value = #lpt.blob<dense<[2.0, 4.0]> : tensor<2xf32>>} : tensor<2xf32>
  %c = lpt.constant {value = #lpt.blob<dense<2.0> : tensor<f32>>} : tensor<f32>
  %s = nn.add %a, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %y = nn.mul %s, %c : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// -----
// Several results.
// CHECK-LABEL: @main() -> (tensor<1xi64>, tensor<2xi64>)
// CHECK-DAG: lpt.constant {{.*}}5{{.*}} : tensor<1xi64>
// CHECK-DAG: lpt.constant {{.*}}6, 7{{.*}} : tensor<2xi64>
// CHECK: func.return
func.func @main() -> (tensor<1xi64>, tensor<2xi64>) {
  %a = lpt.constant {value = #lpt.blob<dense<[5, 6, 7]> : tensor<3xi64>>} : tensor<3xi64>
  %y, %z = nn.split %a {axis = 0 : i64, split = array<i64: 1, 2>} : (tensor<3xi64>) -> (tensor<1xi64>, tensor<2xi64>)
  func.return %y, %z : tensor<1xi64>, tensor<2xi64>
}

// -----
// Weights stay integers.
// CHECK-LABEL: @main() -> tensor<3xf32>
// CHECK: quant.dcast
func.func @main() -> tensor<3xf32> {
  %q = lpt.constant {value = #lpt.blob<dense<[1, 2, 3]> : tensor<3xi8>>} : tensor<3x!quant.uniform<i8:f32, 0.5>>
  %w = quant.dcast %q : tensor<3x!quant.uniform<i8:f32, 0.5>> to tensor<3xf32>
  func.return %w : tensor<3xf32>
}

// -----
// RUN: lpt-opt %s -p lpt-fold-constants --split-input-file --remarks 2>&1 | filecheck %s --check-prefix=REFUSED
// REFUSED: refused: lpt-fold-constants/evaluate-constants {{.*}}: folding would grow 4 bytes of constants to 8192
func.func @main() -> tensor<2048xf32> {
  %a = lpt.constant {value = #lpt.blob<dense<1.0> : tensor<1xf32>>} : tensor<1xf32>
  %y = nn.pad %a {pads = array<i64: 2047, 0>} : (tensor<1xf32>) -> tensor<2048xf32>
  func.return %y : tensor<2048xf32>
}

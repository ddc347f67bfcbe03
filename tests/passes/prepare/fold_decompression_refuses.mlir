// RUN: lpt-opt %s -p lpt-fold-decompression --split-input-file --remarks 2>&1 | filecheck %s

// CHECK: refused: lpt-fold-decompression/mul-into-scale {{.*}}: the factor is not positive
func.func @main() -> tensor<2xf32> {
  %c = lpt.constant {value = #lpt.blob<dense<[1, 2]> : tensor<2xi8>>} : tensor<2xi8>
  %f = nn.cast %c {to = f32} : (tensor<2xi8>) -> tensor<2xf32>
  %k = lpt.constant {value = #lpt.blob<dense<-0.5> : tensor<f32>>} : tensor<f32>
  %y = nn.mul %f, %k : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// -----
// CHECK: a divisor is 0
func.func @main() -> tensor<2xf32> {
  %c = lpt.constant {value = #lpt.blob<dense<[1, 2]> : tensor<2xi8>>} : tensor<2xi8>
  %f = nn.cast %c {to = f32} : (tensor<2xi8>) -> tensor<2xf32>
  %k = lpt.constant {value = #lpt.blob<dense<0.0> : tensor<f32>>} : tensor<f32>
  %y = nn.div %f, %k : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// -----
// CHECK: varies along more than one axis
func.func @main() -> tensor<2x2xf32> {
  %c = lpt.constant {value = #lpt.blob<dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>>} : tensor<2x2xi8>
  %f = nn.cast %c {to = f32} : (tensor<2x2xi8>) -> tensor<2x2xf32>
  %k = lpt.constant {value = #lpt.blob<dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>>} : tensor<2x2xf32>
  %y = nn.mul %f, %k : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  func.return %y : tensor<2x2xf32>
}

// -----
// CHECK: refused: lpt-fold-decompression/sub-into-zero-point {{.*}}: the zero points vary along another axis than the scales
func.func @main() -> tensor<2x2xf32> {
  %c = lpt.constant {value = #lpt.blob<dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>>} : tensor<2x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
  %f = quant.dcast %c : tensor<2x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>> to tensor<2x2xf32>
  %z = lpt.constant {value = #lpt.blob<dense<[1.0, 2.0]> : tensor<2xf32>>} : tensor<2xf32>
  %y = nn.sub %f, %z : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  func.return %y : tensor<2x2xf32>
}

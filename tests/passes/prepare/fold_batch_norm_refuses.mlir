// RUN: lpt-opt %s -p lpt-fold-batch-norm --split-input-file --remarks 2>&1 | filecheck %s

// CHECK: refused: lpt-fold-batch-norm/batch-norm-to-mul-add {{.*}}: a parameter is not constant
func.func @main(%x: tensor<1x2x3xf32>, %s: tensor<2xf32>) -> tensor<1x2x3xf32> {
  %b = lpt.constant {value = #lpt.blob<dense<[1.0, 1.0]> : tensor<2xf32>>} : tensor<2xf32>
  %y = nn.batch_normalization %x, %s, %b, %b, %b : (tensor<1x2x3xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x3xf32>
  func.return %y : tensor<1x2x3xf32>
}

// -----
// CHECK: a variance is not positive
func.func @main(%x: tensor<1x2x3xf32>) -> tensor<1x2x3xf32> {
  %b = lpt.constant {value = #lpt.blob<dense<[1.0, -1.0]> : tensor<2xf32>>} : tensor<2xf32>
  %y = nn.batch_normalization %x, %b, %b, %b, %b : (tensor<1x2x3xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x3xf32>
  func.return %y : tensor<1x2x3xf32>
}

// -----
// CHECK: refused: lpt-fold-batch-norm/div-to-mul {{.*}}: a divisor is 0
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %c = lpt.constant {value = #lpt.blob<dense<[1.0, 0.0]> : tensor<2xf32>>} : tensor<2xf32>
  %y = nn.div %x, %c : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// -----
// CHECK: refused: lpt-fold-batch-norm/merge-constants {{.*}}: the folded constant is not finite in f32
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %c = lpt.constant {value = #lpt.blob<dense<1.0e30> : tensor<f32>>} : tensor<f32>
  %a = nn.mul %x, %c : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %y = nn.mul %a, %c : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// -----
// CHECK: refused: lpt-fold-batch-norm/merge-constants {{.*}}: the merged constant would be greater than both
func.func @main(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %r = lpt.constant {value = #lpt.blob<dense<[[1.5, 2.5]]> : tensor<1x2xf32>>} : tensor<1x2xf32>
  %c = lpt.constant {value = #lpt.blob<dense<[[1.5], [2.5]]> : tensor<2x1xf32>>} : tensor<2x1xf32>
  %a = nn.add %x, %r : (tensor<2x2xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
  %y = nn.add %a, %c : (tensor<2x2xf32>, tensor<2x1xf32>) -> tensor<2x2xf32>
  func.return %y : tensor<2x2xf32>
}

// -----
// CHECK: refused: lpt-fold-batch-norm/mul-before-add {{.*}}: the merged constant would be greater than both
func.func @main(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %r = lpt.constant {value = #lpt.blob<dense<[[1.5, 2.5]]> : tensor<1x2xf32>>} : tensor<1x2xf32>
  %c = lpt.constant {value = #lpt.blob<dense<[[1.5], [2.5]]> : tensor<2x1xf32>>} : tensor<2x1xf32>
  %a = nn.add %x, %r : (tensor<2x2xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
  %y = nn.mul %a, %c : (tensor<2x2xf32>, tensor<2x1xf32>) -> tensor<2x2xf32>
  func.return %y : tensor<2x2xf32>
}

// -----
// CHECK: refused: lpt-fold-batch-norm/mul-before-add {{.*}}: the sum in front has other uses
func.func @main(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %c = lpt.constant {value = #lpt.blob<dense<[1.5, 2.5]> : tensor<2xf32>>} : tensor<2xf32>
  %a = nn.add %x, %c : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %y = nn.mul %a, %c : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  func.return %a, %y : tensor<2xf32>, tensor<2xf32>
}

// -----
// CHECK: refused: lpt-fold-batch-norm/fold-mul-into-conv {{.*}}: the weights are not float constants
func.func @main(%x: tensor<1x1x4xf32>, %w: tensor<2x1x2xf32>) -> tensor<1x2x3xf32> {
  %c = lpt.constant {value = #lpt.blob<dense<2.0> : tensor<f32>>} : tensor<f32>
  %y = nn.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64} : (tensor<1x1x4xf32>, tensor<2x1x2xf32>) -> tensor<1x2x3xf32>
  %z = nn.mul %y, %c : (tensor<1x2x3xf32>, tensor<f32>) -> tensor<1x2x3xf32>
  func.return %z : tensor<1x2x3xf32>
}

// -----
// CHECK: refused: lpt-fold-batch-norm/fold-mul-into-conv {{.*}}: the convolution's result has other uses
func.func @main(%x: tensor<1x1x4xf32>) -> (tensor<1x2x3xf32>, tensor<1x2x3xf32>) {
  %w = lpt.constant {value = #lpt.blob<dense<[[[1.0, 2.0]], [[3.0, 4.0]]]> : tensor<2x1x2xf32>>} : tensor<2x1x2xf32>
  %c = lpt.constant {value = #lpt.blob<dense<2.0> : tensor<f32>>} : tensor<f32>
  %y = nn.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64} : (tensor<1x1x4xf32>, tensor<2x1x2xf32>) -> tensor<1x2x3xf32>
  %z = nn.mul %y, %c : (tensor<1x2x3xf32>, tensor<f32>) -> tensor<1x2x3xf32>
  func.return %y, %z : tensor<1x2x3xf32>, tensor<1x2x3xf32>
}

// -----
// CHECK: refused: lpt-fold-batch-norm/fold-mul-into-conv {{.*}}: the convolution has a bias: split it first
func.func @main(%x: tensor<1x1x4xf32>, %b: tensor<2xf32>) -> tensor<1x2x3xf32> {
  %w = lpt.constant {value = #lpt.blob<dense<[[[1.0, 2.0]], [[3.0, 4.0]]]> : tensor<2x1x2xf32>>} : tensor<2x1x2xf32>
  %c = lpt.constant {value = #lpt.blob<dense<2.0> : tensor<f32>>} : tensor<f32>
  %y = nn.conv %x, %w, %b {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64} : (tensor<1x1x4xf32>, tensor<2x1x2xf32>, tensor<2xf32>) -> tensor<1x2x3xf32>
  %z = nn.mul %y, %c : (tensor<1x2x3xf32>, tensor<f32>) -> tensor<1x2x3xf32>
  func.return %z : tensor<1x2x3xf32>
}

// -----
// CHECK: refused: lpt-fold-batch-norm/fold-mul-into-matmul {{.*}}: the weights are not a constant float matrix
func.func @main(%x: tensor<1x4xf32>, %w: tensor<4x2xf32>) -> tensor<1x2xf32> {
  %c = lpt.constant {value = #lpt.blob<dense<2.0> : tensor<f32>>} : tensor<f32>
  %y = nn.matmul %x, %w : (tensor<1x4xf32>, tensor<4x2xf32>) -> tensor<1x2xf32>
  %z = nn.mul %y, %c : (tensor<1x2xf32>, tensor<f32>) -> tensor<1x2xf32>
  func.return %z : tensor<1x2xf32>
}

// -----
// CHECK: refused: lpt-fold-batch-norm/fold-mul-into-matmul {{.*}}: the product has other uses
func.func @main(%x: tensor<1x1xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>) {
  %w = lpt.constant {value = #lpt.blob<dense<[[1.0, 2.0]]> : tensor<1x2xf32>>} : tensor<1x2xf32>
  %c = lpt.constant {value = #lpt.blob<dense<2.0> : tensor<f32>>} : tensor<f32>
  %y = nn.matmul %x, %w : (tensor<1x1xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %z = nn.mul %y, %c : (tensor<1x2xf32>, tensor<f32>) -> tensor<1x2xf32>
  func.return %y, %z : tensor<1x2xf32>, tensor<1x2xf32>
}

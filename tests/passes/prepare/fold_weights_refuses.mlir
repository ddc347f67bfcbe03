// RUN: lpt-opt %s -p lpt-fold-weights --split-input-file --remarks 2>&1 | filecheck %s

// CHECK: refused: lpt-fold-weights/fold-fake-quantize {{.*}}: a range is not constant
func.func @main(%h: tensor<f32>) -> tensor<2xf32> {
  %x = lpt.constant {value = #lpt.blob<dense<[1.0, 2.0]> : tensor<2xf32>>} : tensor<2xf32>
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %y = lpt.fake_quantize %x, %l, %h, %l, %h {levels = 256 : i64} : (tensor<2xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// -----
// CHECK: 65537 levels do not fit 16 bits
func.func @main() -> tensor<2xf32> {
  %x = lpt.constant {value = #lpt.blob<dense<[1.0, 2.0]> : tensor<2xf32>>} : tensor<2xf32>
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<1.0> : tensor<f32>>} : tensor<f32>
  %y = lpt.fake_quantize %x, %l, %h, %l, %h {levels = 65537 : i64} : (tensor<2xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// -----
// CHECK: its ranges vary along the axes [0, 1]: only one can carry scales
func.func @main() -> tensor<2x2xf32> {
  %x = lpt.constant {value = #lpt.blob<dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>>} : tensor<2x2xf32>
  %l = lpt.constant {value = #lpt.blob<dense<0.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>>} : tensor<2x2xf32>
  %y = lpt.fake_quantize %x, %l, %h, %l, %h {levels = 4 : i64} : (tensor<2x2xf32>, tensor<f32>, tensor<2x2xf32>, tensor<f32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  func.return %y : tensor<2x2xf32>
}

// -----
// CHECK: refused: lpt-fold-weights/move-constant {{.*}}: the reshape from (2, 3) to (3, 2) cuts dimensions across their scales
func.func @main() -> tensor<3x2xf32> {
  %q = lpt.constant {value = #lpt.blob<dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8>>} : tensor<2x3x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
  %w = quant.dcast %q : tensor<2x3x!quant.uniform<i8:f32:0, {0.5, 0.25}>> to tensor<2x3xf32>
  %t = nn.reshape %w {shape = array<i64: 3, 2>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  func.return %t : tensor<3x2xf32>
}

// -----
// CHECK: refused: lpt-fold-weights/move-shifted-constant {{.*}}: the offset of the constant is no code of it
func.func @main() -> tensor<3xf32> {
  %q = lpt.constant {value = #lpt.blob<dense<[1, 2]> : tensor<2xi8>>} : tensor<2x!quant.uniform<i8:f32, 0.5>>
  %w = quant.dcast %q : tensor<2x!quant.uniform<i8:f32, 0.5>> to tensor<2xf32>
  %d = lpt.constant {value = #lpt.blob<dense<0.25> : tensor<f32>>} : tensor<f32>
  %s = nn.add %w, %d : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %r = nn.pad %s {pads = array<i64: 0, 1>} : (tensor<2xf32>) -> tensor<3xf32>
  func.return %r : tensor<3xf32>
}

// RUN: lpt-opt %s -p lpt-absorb-into-fake-quantize --split-input-file --remarks 2>&1 | filecheck %s

// CHECK: refused: lpt-absorb-into-fake-quantize/absorb-into-fake-quantize {{.*}}: what stands in front of it is the scale or bias of nn.conv
func.func @main(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %w = lpt.constant {value = #lpt.blob<dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>>} : tensor<2x2x1x1xf32>
  %d = lpt.constant {value = #lpt.blob<dense<1.0> : tensor<f32>>} : tensor<f32>
  %c = nn.conv %x, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64} : (tensor<1x2x3x3xf32>, tensor<2x2x1x1xf32>) -> tensor<1x2x3x3xf32>
  %m = nn.mul %c, %d : (tensor<1x2x3x3xf32>, tensor<f32>) -> tensor<1x2x3x3xf32>
  %s = nn.add %m, %d : (tensor<1x2x3x3xf32>, tensor<f32>) -> tensor<1x2x3x3xf32>
  %y = lpt.fake_quantize %s, %l, %h, %l, %h {levels = 256 : i64} : (tensor<1x2x3x3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<1x2x3x3xf32>
  func.return %y : tensor<1x2x3x3xf32>
}

// -----
// CHECK: the factor in front of it is 0 or not finite
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %c = lpt.constant {value = #lpt.blob<dense<[1.0, 0.0]> : tensor<2xf32>>} : tensor<2xf32>
  %m = nn.mul %x, %c : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %y = lpt.fake_quantize %m, %l, %h, %l, %h {levels = 256 : i64} : (tensor<2xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// -----
// CHECK: the folded constant is not finite in f32
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %c = lpt.constant {value = #lpt.blob<dense<1.0e-38> : tensor<f32>>} : tensor<f32>
  %b = lpt.constant {value = #lpt.blob<dense<4.0e10> : tensor<f32>>} : tensor<f32>
  %m = nn.mul %x, %c : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %y = lpt.fake_quantize %m, %l, %b, %l, %h {levels = 256 : i64} : (tensor<2xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// -----
// CHECK: its ranges vary along the axes [0, 1]: only one can carry scales
func.func @main(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<[[-1.0], [-2.0]]> : tensor<2x1xf32>>} : tensor<2x1xf32>
  %h = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %c = lpt.constant {value = #lpt.blob<dense<[1.0, 2.0]> : tensor<2xf32>>} : tensor<2xf32>
  %m = nn.mul %x, %c : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  %y = lpt.fake_quantize %m, %l, %h, %l, %h {levels = 256 : i64} : (tensor<2x2xf32>, tensor<2x1xf32>, tensor<f32>, tensor<2x1xf32>, tensor<f32>) -> tensor<2x2xf32>
  func.return %y : tensor<2x2xf32>
}

// -----
// CHECK: its ranges are not constants
func.func @main(%x: tensor<2xf32>, %h: tensor<f32>) -> tensor<2xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %c = lpt.constant {value = #lpt.blob<dense<2.0> : tensor<f32>>} : tensor<f32>
  %m = nn.mul %x, %c : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %y = lpt.fake_quantize %m, %l, %h, %l, %h {levels = 256 : i64} : (tensor<2xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// RUN: lpt-opt %s -p lpt-move-fake-quantize --split-input-file --remarks 2>&1 | filecheck %s

// CHECK: refused: lpt-move-fake-quantize/move-fake-quantize {{.*}}: the concat in front of it has other users
func.func @main(%a: tensor<2x1xf32>, %b: tensor<2x2xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %c = nn.concat %a, %b {axis = 1 : i64} : (tensor<2x1xf32>, tensor<2x2xf32>) -> tensor<2x3xf32>
  %y = lpt.fake_quantize %c, %l, %h, %l, %h {levels = 256 : i64} : (tensor<2x3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<2x3xf32>
  func.return %y, %c : tensor<2x3xf32>, tensor<2x3xf32>
}

// -----
// CHECK: all parts of the concat in front of it come from one split
func.func @main(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %a, %b = nn.split %x {axis = 1 : i64, split = array<i64: 1, 3>} : (tensor<2x4xf32>) -> (tensor<2x1xf32>, tensor<2x3xf32>)
  %c = nn.concat %b, %a {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  %y = lpt.fake_quantize %c, %l, %h, %l, %h {levels = 256 : i64} : (tensor<2x4xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<2x4xf32>
  func.return %y : tensor<2x4xf32>
}

// -----
// CHECK: all parts of the concat in front of it are quantized alike: one fake_quantize behind is enough
func.func @main(%a: tensor<2x1xf32>, %b: tensor<2x2xf32>) -> tensor<2x3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %k = lpt.constant {value = #lpt.blob<dense<5.0> : tensor<f32>>} : tensor<f32>
  %p = lpt.fake_quantize %a, %l, %h, %l, %h {levels = 256 : i64} : (tensor<2x1xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<2x1xf32>
  %q = lpt.fake_quantize %b, %l, %h, %l, %h {levels = 256 : i64} : (tensor<2x2xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<2x2xf32>
  %c = nn.concat %p, %q {axis = 1 : i64} : (tensor<2x1xf32>, tensor<2x2xf32>) -> tensor<2x3xf32>
  %y = lpt.fake_quantize %c, %l, %k, %l, %k {levels = 256 : i64} : (tensor<2x3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----
// CHECK: the sizes of the concat's parts are not known
func.func @main(%a: tensor<2x?xf32>, %b: tensor<2x?xf32>) -> tensor<2x3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<[1.0, 2.0, 3.0]> : tensor<3xf32>>} : tensor<3xf32>
  %c = nn.concat %a, %b {axis = 1 : i64} : (tensor<2x?xf32>, tensor<2x?xf32>) -> tensor<2x3xf32>
  %y = lpt.fake_quantize %c, %l, %h, %l, %h {levels = 256 : i64} : (tensor<2x3xf32>, tensor<f32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----
// CHECK: a range that varies along the axis of the concat is not constant
func.func @main(%a: tensor<2x1xf32>, %b: tensor<2x2xf32>, %h: tensor<3xf32>) -> tensor<2x3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %c = nn.concat %a, %b {axis = 1 : i64} : (tensor<2x1xf32>, tensor<2x2xf32>) -> tensor<2x3xf32>
  %y = lpt.fake_quantize %c, %l, %h, %l, %h {levels = 256 : i64} : (tensor<2x3xf32>, tensor<f32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

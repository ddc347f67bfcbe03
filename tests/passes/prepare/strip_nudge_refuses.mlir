// RUN: lpt-opt %s -p lpt-strip-fake-quantize{levels=16},lpt-nudge-zero-points --split-input-file --remarks 2>&1 | filecheck %s

// CHECK: refused: lpt-strip-fake-quantize/strip-fake-quantize {{.*}}: it has 256 levels
// CHECK: refused: lpt-nudge-zero-points/nudge-zero-point {{.*}}: zero lies outside of its output range
func.func @main(%x: tensor<3xf32>) -> tensor<3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<2.0> : tensor<f32>>} : tensor<f32>
  %y = lpt.fake_quantize %x, %l, %h, %l, %h {levels = 256 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----
// CHECK: its output range is not its input range
func.func @main(%x: tensor<3xf32>) -> tensor<3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %k = lpt.constant {value = #lpt.blob<dense<4.0> : tensor<f32>>} : tensor<f32>
  %y = lpt.fake_quantize %x, %l, %h, %l, %k {levels = 16 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

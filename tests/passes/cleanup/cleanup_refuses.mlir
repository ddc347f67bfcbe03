// RUN: lpt-opt %s -p lpt-cleanup --split-input-file --remarks 2>&1 | filecheck %s

// CHECK: refused: lpt-cleanup/dequantize-constant {{.*}}: the constant also feeds an integer operation
func.func @main(%x: tensor<2xf32>, %z: tensor<2x!quant.uniform<i8:f32, 0.5>>) -> (tensor<2xf32>, tensor<2x!quant.uniform<i32:f32, 0.25>>) {
  %q = lpt.constant {value = #lpt.blob<dense<[1, -2]> : tensor<2xi8>>} : tensor<2x!quant.uniform<i8:f32, 0.5>>
  %w = quant.dcast %q : tensor<2x!quant.uniform<i8:f32, 0.5>> to tensor<2xf32>
  %y = nn.add %x, %w : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %r = nn.mul %z, %q : (tensor<2x!quant.uniform<i8:f32, 0.5>>, tensor<2x!quant.uniform<i8:f32, 0.5>>) -> tensor<2x!quant.uniform<i32:f32, 0.25>>
  func.return %y, %r : tensor<2xf32>, tensor<2x!quant.uniform<i32:f32, 0.25>>
}

// -----
// CHECK: refused: lpt-cleanup/fuse-into-fake-quantize {{.*}}: the output range is not constant
func.func @main(%x: tensor<3xf32>, %h: tensor<f32>) -> tensor<3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %c = lpt.constant {value = #lpt.blob<dense<2.0> : tensor<f32>>} : tensor<f32>
  %q = lpt.fake_quantize %x, %l, %h, %l, %h {levels = 16 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  %m = nn.mul %q, %c : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  func.return %m : tensor<3xf32>
}

// -----
// CHECK: refused: lpt-cleanup/fuse-into-fake-quantize {{.*}}: the fake_quantize has other uses
func.func @main(%x: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %q = lpt.fake_quantize %x, %l, %h, %l, %h {levels = 16 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  %m = nn.mul %q, %h : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  func.return %q, %m : tensor<3xf32>, tensor<3xf32>
}

// RUN: lpt-opt %s -p lpt-eliminate-fake-quantize --split-input-file | filecheck %s

// The same grid twice.
// CHECK-LABEL: @main
// CHECK: [[Y:%.*]] = lpt.fake_quantize %x
// CHECK-NEXT: func.return [[Y]]
func.func @main(%x: tensor<3xf32>) -> tensor<3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %q = lpt.fake_quantize %x, %l, %h, %l, %h {levels = 256 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  %y = lpt.fake_quantize %q, %l, %h, %l, %h {levels = 256 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----
// The second one starts on the first one's grid: one from the first input range to the second output range.
// CHECK-LABEL: @main
// CHECK: [[Y:%.*]] = lpt.fake_quantize %x, %i, %j, %o, %p
// CHECK-NEXT: func.return [[Y]]
func.func @main(%x: tensor<3xf32>) -> tensor<3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %i = lpt.constant {value = #lpt.blob<dense<-2.0> : tensor<f32>>} : tensor<f32>
  %j = lpt.constant {value = #lpt.blob<dense<2.0> : tensor<f32>>} : tensor<f32>
  %o = lpt.constant {value = #lpt.blob<dense<0.0> : tensor<f32>>} : tensor<f32>
  %p = lpt.constant {value = #lpt.blob<dense<1.0> : tensor<f32>>} : tensor<f32>
  %q = lpt.fake_quantize %x, %i, %j, %l, %h {levels = 256 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  %y = lpt.fake_quantize %q, %l, %h, %o, %p {levels = 256 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----
// The values of u8 at scale 0.5 and zero point 100 are [−50, 77.5].
// CHECK-LABEL: @main
// CHECK: [[Y:%.*]] = quant.dcast %q
// CHECK-NEXT: func.return [[Y]]
func.func @main(%q: tensor<3x!quant.uniform<u8:f32, 0.5:100>>) -> tensor<3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-50.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<77.5> : tensor<f32>>} : tensor<f32>
  %x = quant.dcast %q : tensor<3x!quant.uniform<u8:f32, 0.5:100>> to tensor<3xf32>
  %y = lpt.fake_quantize %x, %l, %h, %l, %h {levels = 256 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// RUN: lpt-opt %s -p lpt-push-dequantize,dce --split-input-file | filecheck %s

// A matrix product of codes, an integer bias, and a factor that goes into the scale.
// CHECK-LABEL: @main(%q: tensor<1x2x!quant.uniform<u8:f32, 0.5:3>>)
// CHECK: [[A:%.*]] = nn.matmul %q, {{.*}} -> tensor<1x2x!quant.uniform<i32:f32:1, {0.25, 0.125}>>
// CHECK: [[S:%.*]] = nn.add [[A]], {{.*}} -> tensor<1x2x!quant.uniform<i32:f32:1, {0.25, 0.125}>>
// CHECK: [[R:%.*]] = lpt.reinterpret [[S]] {{.*}} -> tensor<1x2x!quant.uniform<i32:f32:1, {1.0, 0.5}>>
// CHECK: [[Y:%.*]] = quant.dcast [[R]]
// CHECK: func.return [[Y]]
func.func @main(%q: tensor<1x2x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<1x2xf32> {
  %x = quant.dcast %q : tensor<1x2x!quant.uniform<u8:f32, 0.5:3>> to tensor<1x2xf32>
  %k = lpt.constant {value = #lpt.blob<dense<[[1, -2], [3, 4]]> : tensor<2x2xi8>>} : tensor<2x2x!quant.uniform<i8:f32:1, {0.5, 0.25}>>
  %w = quant.dcast %k : tensor<2x2x!quant.uniform<i8:f32:1, {0.5, 0.25}>> to tensor<2x2xf32>
  %i = lpt.constant {value = #lpt.blob<dense<[7, 9]> : tensor<2xi32>>} : tensor<2x!quant.uniform<i32:f32:0, {0.25, 0.125}>>
  %b = quant.dcast %i : tensor<2x!quant.uniform<i32:f32:0, {0.25, 0.125}>> to tensor<2xf32>
  %c = lpt.constant {value = #lpt.blob<dense<4.0> : tensor<f32>>} : tensor<f32>
  %m = nn.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  %s = nn.add %m, %b : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %y = nn.mul %s, %c : (tensor<1x2xf32>, tensor<f32>) -> tensor<1x2xf32>
  func.return %y : tensor<1x2xf32>
}

// -----
// An average is a sum whose scale is divided.
// CHECK-LABEL: @main(%q: tensor<1x2x4x4x!quant.uniform<u8:f32, 0.5:3>>)
// CHECK-NEXT: [[A:%.*]] = nn.global_average_pool %q {{.*}} -> tensor<1x2x1x1x!quant.uniform<i32:f32, 0.03125>>
// CHECK-NEXT: quant.dcast [[A]]
func.func @main(%q: tensor<1x2x4x4x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<1x2x1x1xf32> {
  %x = quant.dcast %q : tensor<1x2x4x4x!quant.uniform<u8:f32, 0.5:3>> to tensor<1x2x4x4xf32>
  %y = nn.global_average_pool %x : (tensor<1x2x4x4xf32>) -> tensor<1x2x1x1xf32>
  func.return %y : tensor<1x2x1x1xf32>
}

// -----
// An offset goes behind a padded convolution; the field has border classes of its own.
// CHECK-LABEL: @main(%q: tensor<1x1x3x!quant.uniform<u8:f32, 0.5:3>>)
// CHECK: [[A:%.*]] = nn.conv %q
// CHECK: [[F:%.*]] = quant.dcast [[A]]
// CHECK: [[C:%.*]] = lpt.constant {{.*}}5.000000e-01, 7.500000e-01, 5.000000e-01{{.*}} : tensor<1x1x3xf32>
// CHECK: nn.add [[F]], [[C]]
func.func @main(%q: tensor<1x1x3x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<1x1x3xf32> {
  %f = quant.dcast %q : tensor<1x1x3x!quant.uniform<u8:f32, 0.5:3>> to tensor<1x1x3xf32>
  %d = lpt.constant {value = #lpt.blob<dense<0.25> : tensor<f32>>} : tensor<f32>
  %x = nn.add %f, %d : (tensor<1x1x3xf32>, tensor<f32>) -> tensor<1x1x3xf32>
  %k = lpt.constant {value = #lpt.blob<dense<[[[1, 1, 1]]]> : tensor<1x1x3xi8>>} : tensor<1x1x3x!quant.uniform<i8:f32, 1.0>>
  %w = quant.dcast %k : tensor<1x1x3x!quant.uniform<i8:f32, 1.0>> to tensor<1x1x3xf32>
  %y = nn.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 1, 1>, dilations = array<i64: 1>, group = 1 : i64} : (tensor<1x1x3xf32>, tensor<1x1x3xf32>) -> tensor<1x1x3xf32>
  func.return %y : tensor<1x1x3xf32>
}

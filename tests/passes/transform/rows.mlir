// RUN: lpt-opt %s -p lpt-transform,dce --split-input-file | filecheck %s

// Add: unlike scales are rounded once.
// CHECK-LABEL: @main(%a: tensor<4x!quant.uniform<u8:f32, 0.5:3>>, %b: tensor<4x!quant.uniform<i8:f32, 0.25>>)
// CHECK-NEXT: [[Y:%.*]] = nn.add %a, %b : {{.*}} -> tensor<4x!quant.uniform<u8:f32, 1.0:7>>
// CHECK-NEXT: func.return [[Y]]
func.func @main(%a: tensor<4x!quant.uniform<u8:f32, 0.5:3>>, %b: tensor<4x!quant.uniform<i8:f32, 0.25>>) -> tensor<4x!quant.uniform<u8:f32, 1.0:7>> {
  %x = quant.dcast %a : tensor<4x!quant.uniform<u8:f32, 0.5:3>> to tensor<4xf32>
  %z = quant.dcast %b : tensor<4x!quant.uniform<i8:f32, 0.25>> to tensor<4xf32>
  %s = nn.add %x, %z : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %y = quant.qcast %s : tensor<4xf32> to tensor<4x!quant.uniform<u8:f32, 1.0:7>>
  func.return %y : tensor<4x!quant.uniform<u8:f32, 1.0:7>>
}

// -----
// Subtract, likewise.
// CHECK-LABEL: @main(%a: tensor<4x!quant.uniform<u8:f32, 0.5:3>>, %b: tensor<4x!quant.uniform<i8:f32, 0.25>>)
// CHECK-NEXT: [[Y:%.*]] = nn.sub %a, %b : {{.*}} -> tensor<4x!quant.uniform<u8:f32, 1.0:7>>
// CHECK-NEXT: func.return [[Y]]
func.func @main(%a: tensor<4x!quant.uniform<u8:f32, 0.5:3>>, %b: tensor<4x!quant.uniform<i8:f32, 0.25>>) -> tensor<4x!quant.uniform<u8:f32, 1.0:7>> {
  %x = quant.dcast %a : tensor<4x!quant.uniform<u8:f32, 0.5:3>> to tensor<4xf32>
  %z = quant.dcast %b : tensor<4x!quant.uniform<i8:f32, 0.25>> to tensor<4xf32>
  %s = nn.sub %x, %z : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %y = quant.qcast %s : tensor<4xf32> to tensor<4x!quant.uniform<u8:f32, 1.0:7>>
  func.return %y : tensor<4x!quant.uniform<u8:f32, 1.0:7>>
}

// -----
// Multiply: the product of the codes in i32, then one rounding.
// CHECK-LABEL: @main(%a: tensor<4x!quant.uniform<u8:f32, 0.5:3>>, %b: tensor<4x!quant.uniform<i8:f32, 0.25>>)
// CHECK-NEXT: [[P:%.*]] = nn.mul %a, %b : {{.*}} -> tensor<4x!quant.uniform<i32:f32, 0.125>>
// CHECK-NEXT: [[Y:%.*]] = lpt.requantize [[P]] : {{.*}} -> tensor<4x!quant.uniform<u8:f32, 1.0:7>>
// CHECK-NEXT: func.return [[Y]]
func.func @main(%a: tensor<4x!quant.uniform<u8:f32, 0.5:3>>, %b: tensor<4x!quant.uniform<i8:f32, 0.25>>) -> tensor<4x!quant.uniform<u8:f32, 1.0:7>> {
  %x = quant.dcast %a : tensor<4x!quant.uniform<u8:f32, 0.5:3>> to tensor<4xf32>
  %z = quant.dcast %b : tensor<4x!quant.uniform<i8:f32, 0.25>> to tensor<4xf32>
  %s = nn.mul %x, %z : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %y = quant.qcast %s : tensor<4xf32> to tensor<4x!quant.uniform<u8:f32, 1.0:7>>
  func.return %y : tensor<4x!quant.uniform<u8:f32, 1.0:7>>
}

// -----
// Multiply by a constant: a factor of the scale.
// CHECK-LABEL: @main(%a: tensor<4x!quant.uniform<u8:f32, 0.5:3>>)
// CHECK-NEXT: [[R:%.*]] = lpt.reinterpret %a : {{.*}} -> tensor<4x!quant.uniform<u8:f32, 1.5:3>>
// CHECK-NEXT: [[Y:%.*]] = quant.dcast [[R]]
// CHECK-NEXT: func.return [[Y]]
func.func @main(%a: tensor<4x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<4xf32> {
  %x = quant.dcast %a : tensor<4x!quant.uniform<u8:f32, 0.5:3>> to tensor<4xf32>
  %c = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %s = nn.mul %x, %c : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  func.return %s : tensor<4xf32>
}

// -----
// AvgPool: the sum of the codes, its divisor in the scale.
// CHECK-LABEL: @main(%a: tensor<1x1x4x!quant.uniform<u8:f32, 0.5:3>>)
// CHECK-NEXT: [[A:%.*]] = nn.average_pool %a {{.*}} -> tensor<1x1x2x!quant.uniform<i32:f32, 0.25>>
// CHECK-NEXT: [[Y:%.*]] = quant.dcast [[A]]
func.func @main(%a: tensor<1x1x4x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<1x1x2xf32> {
  %x = quant.dcast %a : tensor<1x1x4x!quant.uniform<u8:f32, 0.5:3>> to tensor<1x1x4xf32>
  %y = nn.average_pool %x {kernel_shape = array<i64: 2>, strides = array<i64: 2>, pads = array<i64: 0, 0>, dilations = array<i64: 1>} : (tensor<1x1x4xf32>) -> tensor<1x1x2xf32>
  func.return %y : tensor<1x1x2xf32>
}

// -----
// ReduceMean.
// CHECK-LABEL: @main(%a: tensor<2x4x!quant.uniform<u8:f32, 0.5:3>>)
// CHECK-NEXT: [[A:%.*]] = nn.reduce_mean %a {{.*}} -> tensor<2x1x!quant.uniform<i32:f32, 0.125>>
// CHECK-NEXT: quant.dcast [[A]]
func.func @main(%a: tensor<2x4x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<2x1xf32> {
  %x = quant.dcast %a : tensor<2x4x!quant.uniform<u8:f32, 0.5:3>> to tensor<2x4xf32>
  %y = nn.reduce_mean %x {axes = array<i64: 1>} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  func.return %y : tensor<2x1xf32>
}

// -----
// ReduceSum, per channel that stays.
// CHECK-LABEL: @main(%a: tensor<2x4x!quant.uniform<u8:f32:0, {0.5:3, 0.25:4}>>)
// CHECK-NEXT: [[A:%.*]] = nn.reduce_sum %a {{.*}} -> tensor<2x!quant.uniform<i32:f32:0, {0.5, 0.25}>>
// CHECK-NEXT: quant.dcast [[A]]
func.func @main(%a: tensor<2x4x!quant.uniform<u8:f32:0, {0.5:3, 0.25:4}>>) -> tensor<2xf32> {
  %x = quant.dcast %a : tensor<2x4x!quant.uniform<u8:f32:0, {0.5:3, 0.25:4}>> to tensor<2x4xf32>
  %y = nn.reduce_sum %x {axes = array<i64: 1>, keepdims = 0 : i64} : (tensor<2x4xf32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// -----
// PRelu: a slope per channel becomes codes that stand for it exactly, and the result is rounded once.
// CHECK-LABEL: @main(%a: tensor<1x2x3x!quant.uniform<u8:f32, 0.5:3>>)
// CHECK-NEXT: [[S:%.*]] = lpt.constant {value = #lpt.blob<dense<{{\[\[\[}}1], [-1]]]> : tensor<1x2x1xi8>>} : tensor<1x2x1x!quant.uniform<i8:f32:1, {0.25, 0.5}>>
// CHECK-NEXT: [[Y:%.*]] = nn.prelu %a, [[S]] : {{.*}} -> tensor<1x2x3x!quant.uniform<u8:f32, 1.0:7>>
// CHECK-NEXT: func.return [[Y]]
func.func @main(%a: tensor<1x2x3x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<1x2x3x!quant.uniform<u8:f32, 1.0:7>> {
  %x = quant.dcast %a : tensor<1x2x3x!quant.uniform<u8:f32, 0.5:3>> to tensor<1x2x3xf32>
  %c = lpt.constant {value = #lpt.blob<dense<[[[0.25], [-0.5]]]> : tensor<1x2x1xf32>>} : tensor<1x2x1xf32>
  %s = nn.prelu %x, %c : (tensor<1x2x3xf32>, tensor<1x2x1xf32>) -> tensor<1x2x3xf32>
  %y = quant.qcast %s : tensor<1x2x3xf32> to tensor<1x2x3x!quant.uniform<u8:f32, 1.0:7>>
  func.return %y : tensor<1x2x3x!quant.uniform<u8:f32, 1.0:7>>
}

// -----
// Maximum on one grid moves codes.
// CHECK-LABEL: @main(%a: tensor<4x!quant.uniform<u8:f32, 0.5:3>>, %b: tensor<4x!quant.uniform<u8:f32, 0.5:3>>)
// CHECK-NEXT: [[M:%.*]] = nn.maximum %a, %b : {{.*}} -> tensor<4x!quant.uniform<u8:f32, 0.5:3>>
// CHECK-NEXT: quant.dcast [[M]]
func.func @main(%a: tensor<4x!quant.uniform<u8:f32, 0.5:3>>, %b: tensor<4x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<4xf32> {
  %x = quant.dcast %a : tensor<4x!quant.uniform<u8:f32, 0.5:3>> to tensor<4xf32>
  %z = quant.dcast %b : tensor<4x!quant.uniform<u8:f32, 0.5:3>> to tensor<4xf32>
  %s = nn.maximum %x, %z : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  func.return %s : tensor<4xf32>
}

// -----
// Clamp: bounds that are codes.
// CHECK-LABEL: @main(%a: tensor<4x!quant.uniform<u8:f32, 0.5:3>>)
// CHECK-NEXT: [[C:%.*]] = nn.clip %a {{.*}} -> tensor<4x!quant.uniform<u8:f32, 0.5:3>>
// CHECK-NEXT: quant.dcast [[C]]
func.func @main(%a: tensor<4x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<4xf32> {
  %x = quant.dcast %a : tensor<4x!quant.uniform<u8:f32, 0.5:3>> to tensor<4xf32>
  %s = nn.clip %x {min = 0.0 : f32, max = 6.0 : f32} : (tensor<4xf32>) -> tensor<4xf32>
  func.return %s : tensor<4xf32>
}

// -----
// MVN: the scale is dropped, and eps becomes eps / s². With a quantize behind it is one operation on codes.
// CHECK-LABEL: @main(%a: tensor<1x2x4x!quant.uniform<u8:f32, 0.5:3>>)
// CHECK-NEXT: [[R:%.*]] = lpt.reinterpret %a : {{.*}} -> tensor<1x2x4x!quant.uniform<u8:f32, 1.0:3>>
// CHECK-NEXT: [[Y:%.*]] = nn.mvn [[R]] {{.*}}eps = 1.000000e+00 : f32{{.*}} -> tensor<1x2x4x!quant.uniform<i8:f32, 0.03125>>
// CHECK-NEXT: func.return [[Y]]
func.func @main(%a: tensor<1x2x4x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<1x2x4x!quant.uniform<i8:f32, 0.03125>> {
  %x = quant.dcast %a : tensor<1x2x4x!quant.uniform<u8:f32, 0.5:3>> to tensor<1x2x4xf32>
  %s = nn.mvn %x {axes = array<i64: 2>, eps = 0.25 : f32, eps_mode = "inside_sqrt"} : (tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
  %y = quant.qcast %s : tensor<1x2x4xf32> to tensor<1x2x4x!quant.uniform<i8:f32, 0.03125>>
  func.return %y : tensor<1x2x4x!quant.uniform<i8:f32, 0.03125>>
}

// -----
// NormalizeL2, in floats behind the codes.
// CHECK-LABEL: @main(%a: tensor<1x2x4x!quant.uniform<u8:f32, 0.5:3>>)
// CHECK-NEXT: [[R:%.*]] = lpt.reinterpret %a : {{.*}} -> tensor<1x2x4x!quant.uniform<u8:f32, 1.0:3>>
// CHECK-NEXT: [[F:%.*]] = quant.dcast [[R]]
// CHECK-NEXT: nn.normalize_l2 [[F]] {{.*}}eps = 1.000000e+00 : f32
func.func @main(%a: tensor<1x2x4x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<1x2x4xf32> {
  %x = quant.dcast %a : tensor<1x2x4x!quant.uniform<u8:f32, 0.5:3>> to tensor<1x2x4xf32>
  %s = nn.normalize_l2 %x {axes = array<i64: 1>, eps = 0.25 : f32, eps_mode = "max"} : (tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
  func.return %s : tensor<1x2x4xf32>
}

// -----
// ConvolutionBackpropData: asymmetric activations and weights, summed in i32.
// CHECK-LABEL: @main(%a: tensor<1x1x2x!quant.uniform<u8:f32, 0.5:3>>)
// CHECK: [[A:%.*]] = nn.conv_transpose %a, {{.*}} -> tensor<1x2x4x!quant.uniform<i32:f32:1, {0.25, 0.125}>>
// CHECK-NEXT: [[Y:%.*]] = lpt.requantize [[A]] : {{.*}} -> tensor<1x2x4x!quant.uniform<u8:f32, 1.0:7>>
// CHECK-NEXT: func.return [[Y]]
func.func @main(%a: tensor<1x1x2x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<1x2x4x!quant.uniform<u8:f32, 1.0:7>> {
  %x = quant.dcast %a : tensor<1x1x2x!quant.uniform<u8:f32, 0.5:3>> to tensor<1x1x2xf32>
  %w = lpt.constant {value = #lpt.blob<dense<[[[1, 2], [-3, 4]]]> : tensor<1x2x2xi8>>} : tensor<1x2x2x!quant.uniform<i8:f32:1, {0.5:1, 0.25}>>
  %f = quant.dcast %w : tensor<1x2x2x!quant.uniform<i8:f32:1, {0.5:1, 0.25}>> to tensor<1x2x2xf32>
  %s = nn.conv_transpose %x, %f {strides = array<i64: 2>, pads = array<i64: 0, 0>, output_padding = array<i64: 0>, dilations = array<i64: 1>, group = 1 : i64} : (tensor<1x1x2xf32>, tensor<1x2x2xf32>) -> tensor<1x2x4xf32>
  %y = quant.qcast %s : tensor<1x2x4xf32> to tensor<1x2x4x!quant.uniform<u8:f32, 1.0:7>>
  func.return %y : tensor<1x2x4x!quant.uniform<u8:f32, 1.0:7>>
}

// -----
// Interpolate, linear: dcast does not pass it, but a quantize behind makes it one operation on codes.
// CHECK-LABEL: @main(%a: tensor<1x1x2x!quant.uniform<u8:f32, 0.5:3>>)
// CHECK-NEXT: [[Y:%.*]] = nn.resize_linear %a {{.*}} -> tensor<1x1x4x!quant.uniform<u8:f32, 1.0:7>>
// CHECK-NEXT: func.return [[Y]]
func.func @main(%a: tensor<1x1x2x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<1x1x4x!quant.uniform<u8:f32, 1.0:7>> {
  %x = quant.dcast %a : tensor<1x1x2x!quant.uniform<u8:f32, 0.5:3>> to tensor<1x1x2xf32>
  %s = nn.resize_linear %x {sizes = array<i64: 1, 1, 4>, coordinate_mode = "half_pixel"} : (tensor<1x1x2xf32>) -> tensor<1x1x4xf32>
  %y = quant.qcast %s : tensor<1x1x4xf32> to tensor<1x1x4x!quant.uniform<u8:f32, 1.0:7>>
  func.return %y : tensor<1x1x4x!quant.uniform<u8:f32, 1.0:7>>
}

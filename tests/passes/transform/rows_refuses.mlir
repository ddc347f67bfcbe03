// RUN: lpt-opt %s -p lpt-transform --split-input-file --remarks 2>&1 | filecheck %s

// Add without a quantize behind.
// CHECK: (nn.add): its result is not quantized
func.func @main(%a: tensor<4x!quant.uniform<u8:f32, 0.5:3>>, %b: tensor<4x!quant.uniform<i8:f32, 0.25>>) -> tensor<4xf32> {
  %x = quant.dcast %a : tensor<4x!quant.uniform<u8:f32, 0.5:3>> to tensor<4xf32>
  %z = quant.dcast %b : tensor<4x!quant.uniform<i8:f32, 0.25>> to tensor<4xf32>
  %s = nn.add %x, %z : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  func.return %s : tensor<4xf32>
}

// -----
// Subtract without a quantize behind.
// CHECK: (nn.sub): its result is not quantized
func.func @main(%a: tensor<4x!quant.uniform<u8:f32, 0.5:3>>, %b: tensor<4x!quant.uniform<i8:f32, 0.25>>) -> tensor<4xf32> {
  %x = quant.dcast %a : tensor<4x!quant.uniform<u8:f32, 0.5:3>> to tensor<4xf32>
  %z = quant.dcast %b : tensor<4x!quant.uniform<i8:f32, 0.25>> to tensor<4xf32>
  %s = nn.sub %x, %z : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  func.return %s : tensor<4xf32>
}

// -----
// Multiply without a quantize behind.
// CHECK: (nn.mul): its result is not quantized
func.func @main(%a: tensor<4x!quant.uniform<u8:f32, 0.5:3>>, %b: tensor<4x!quant.uniform<i8:f32, 0.25>>) -> tensor<4xf32> {
  %x = quant.dcast %a : tensor<4x!quant.uniform<u8:f32, 0.5:3>> to tensor<4xf32>
  %z = quant.dcast %b : tensor<4x!quant.uniform<i8:f32, 0.25>> to tensor<4xf32>
  %s = nn.mul %x, %z : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  func.return %s : tensor<4xf32>
}

// -----
// Multiply by a constant that widens the operand.
// CHECK: (nn.mul): the constant factor broadcasts the quantized operand
func.func @main(%a: tensor<1x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<2xf32> {
  %x = quant.dcast %a : tensor<1x!quant.uniform<u8:f32, 0.5:3>> to tensor<1xf32>
  %c = lpt.constant {value = #lpt.blob<dense<[1.0, 2.0]> : tensor<2xf32>>} : tensor<2xf32>
  %s = nn.mul %x, %c : (tensor<1xf32>, tensor<2xf32>) -> tensor<2xf32>
  func.return %s : tensor<2xf32>
}

// -----
// AvgPool whose border windows have fewer elements.
// CHECK: (nn.average_pool): the windows at the border have fewer elements than the others
func.func @main(%a: tensor<1x1x4x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<1x1x4xf32> {
  %x = quant.dcast %a : tensor<1x1x4x!quant.uniform<u8:f32, 0.5:3>> to tensor<1x1x4xf32>
  %y = nn.average_pool %x {kernel_shape = array<i64: 2>, strides = array<i64: 1>, pads = array<i64: 1, 0>, dilations = array<i64: 1>} : (tensor<1x1x4xf32>) -> tensor<1x1x4xf32>
  func.return %y : tensor<1x1x4xf32>
}

// -----
// ReduceMean along the quantized axis.
// CHECK: (nn.reduce_mean): a reduction needs known extents, and none of them along the quantized axis
func.func @main(%a: tensor<3x2x!quant.uniform<u8:f32:1, {0.5:3, 0.25:4}>>) -> tensor<3x1xf32> {
  %x = quant.dcast %a : tensor<3x2x!quant.uniform<u8:f32:1, {0.5:3, 0.25:4}>> to tensor<3x2xf32>
  %y = nn.reduce_mean %x {axes = array<i64: 1>} : (tensor<3x2xf32>) -> tensor<3x1xf32>
  func.return %y : tensor<3x1xf32>
}

// -----
// ReduceSum along the quantized axis.
// CHECK: (nn.reduce_sum): a reduction needs known extents, and none of them along the quantized axis
func.func @main(%a: tensor<3x2x!quant.uniform<u8:f32:1, {0.5:3, 0.25:4}>>) -> tensor<3x1xf32> {
  %x = quant.dcast %a : tensor<3x2x!quant.uniform<u8:f32:1, {0.5:3, 0.25:4}>> to tensor<3x2xf32>
  %y = nn.reduce_sum %x {axes = array<i64: 1>} : (tensor<3x2xf32>) -> tensor<3x1xf32>
  func.return %y : tensor<3x1xf32>
}

// -----
// PRelu whose slopes vary along two axes.
// CHECK: (nn.prelu): the constant of shape (2, 2) varies along more than one axis
func.func @main(%a: tensor<2x2x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<2x2x!quant.uniform<u8:f32, 1.0>> {
  %x = quant.dcast %a : tensor<2x2x!quant.uniform<u8:f32, 0.5:3>> to tensor<2x2xf32>
  %c = lpt.constant {value = #lpt.blob<dense<[[0.25, 0.5], [0.75, 1.0]]> : tensor<2x2xf32>>} : tensor<2x2xf32>
  %s = nn.prelu %x, %c : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %y = quant.qcast %s : tensor<2x2xf32> to tensor<2x2x!quant.uniform<u8:f32, 1.0>>
  func.return %y : tensor<2x2x!quant.uniform<u8:f32, 1.0>>
}

// -----
// PRelu without a quantize behind.
// CHECK: (nn.prelu): its result is not quantized
func.func @main(%a: tensor<1x2x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<1x2xf32> {
  %x = quant.dcast %a : tensor<1x2x!quant.uniform<u8:f32, 0.5:3>> to tensor<1x2xf32>
  %c = lpt.constant {value = #lpt.blob<dense<[0.25, 0.5]> : tensor<2xf32>>} : tensor<2xf32>
  %s = nn.prelu %x, %c : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  func.return %s : tensor<1x2xf32>
}

// -----
// Maximum of two grids.
// CHECK: (nn.maximum): its operands are on different grids
func.func @main(%a: tensor<4x!quant.uniform<u8:f32, 0.5:3>>, %b: tensor<4x!quant.uniform<i8:f32, 0.25>>) -> tensor<4xf32> {
  %x = quant.dcast %a : tensor<4x!quant.uniform<u8:f32, 0.5:3>> to tensor<4xf32>
  %z = quant.dcast %b : tensor<4x!quant.uniform<i8:f32, 0.25>> to tensor<4xf32>
  %s = nn.maximum %x, %z : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  func.return %s : tensor<4xf32>
}

// -----
// Clamp at bounds between codes.
// CHECK: (nn.clip): a bound lies between two codes
func.func @main(%a: tensor<4x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<4xf32> {
  %x = quant.dcast %a : tensor<4x!quant.uniform<u8:f32, 0.5:3>> to tensor<4xf32>
  %s = nn.clip %x {min = 0.0 : f32, max = 6.2 : f32} : (tensor<4xf32>) -> tensor<4xf32>
  func.return %s : tensor<4xf32>
}

// -----
// MVN that keeps the variance keeps the scale.
// CHECK: (nn.mvn): it keeps the scale: the variance is not normalized
func.func @main(%a: tensor<1x2x4x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<1x2x4xf32> {
  %x = quant.dcast %a : tensor<1x2x4x!quant.uniform<u8:f32, 0.5:3>> to tensor<1x2x4xf32>
  %s = nn.mvn %x {axes = array<i64: 2>, eps = 0.25 : f32, eps_mode = "inside_sqrt", normalize_variance = 0 : i64} : (tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
  func.return %s : tensor<1x2x4xf32>
}

// -----
// MVN over the quantized axis.
// CHECK: (nn.mvn): its operand has scales along axis 1, over which it normalizes
func.func @main(%a: tensor<1x2x4x!quant.uniform<u8:f32:1, {0.5:3, 0.25:4}>>) -> tensor<1x2x4xf32> {
  %x = quant.dcast %a : tensor<1x2x4x!quant.uniform<u8:f32:1, {0.5:3, 0.25:4}>> to tensor<1x2x4xf32>
  %s = nn.mvn %x {axes = array<i64: 1, 2>, eps = 0.0 : f32, eps_mode = "inside_sqrt"} : (tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
  func.return %s : tensor<1x2x4xf32>
}

// -----
// MVN of channels whose eps would differ.
// CHECK: (nn.mvn): its operand has a scale per channel: eps would differ between channels
func.func @main(%a: tensor<1x2x4x!quant.uniform<u8:f32:1, {0.5:3, 0.25:4}>>) -> tensor<1x2x4xf32> {
  %x = quant.dcast %a : tensor<1x2x4x!quant.uniform<u8:f32:1, {0.5:3, 0.25:4}>> to tensor<1x2x4xf32>
  %s = nn.mvn %x {axes = array<i64: 2>, eps = 0.25 : f32, eps_mode = "inside_sqrt"} : (tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
  func.return %s : tensor<1x2x4xf32>
}

// -----
// MVN whose eps cannot be rescaled.
// CHECK: (nn.mvn): eps 0.25 in units of the scale 1e-30 is no normal number
func.func @main(%a: tensor<1x2x4x!quant.uniform<u8:f32, 1.0e-30:3>>) -> tensor<1x2x4xf32> {
  %x = quant.dcast %a : tensor<1x2x4x!quant.uniform<u8:f32, 1.0e-30:3>> to tensor<1x2x4xf32>
  %s = nn.mvn %x {axes = array<i64: 2>, eps = 0.25 : f32, eps_mode = "inside_sqrt"} : (tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
  func.return %s : tensor<1x2x4xf32>
}

// -----
// NormalizeL2, likewise.
// CHECK: (nn.normalize_l2): eps 0.25 in units of the scale 1e-30 is no normal number
func.func @main(%a: tensor<1x2x4x!quant.uniform<u8:f32, 1.0e-30:3>>) -> tensor<1x2x4xf32> {
  %x = quant.dcast %a : tensor<1x2x4x!quant.uniform<u8:f32, 1.0e-30:3>> to tensor<1x2x4xf32>
  %s = nn.normalize_l2 %x {axes = array<i64: 1>, eps = 0.25 : f32, eps_mode = "add"} : (tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
  func.return %s : tensor<1x2x4xf32>
}

// -----
// ConvolutionBackpropData with weights quantized per input channel.
// CHECK: (nn.conv_transpose): the weights' parameters vary over the input channels of a group
func.func @main(%a: tensor<1x2x2x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<1x1x4xf32> {
  %x = quant.dcast %a : tensor<1x2x2x!quant.uniform<u8:f32, 0.5:3>> to tensor<1x2x2xf32>
  %w = lpt.constant {value = #lpt.blob<dense<[[[1, 2]], [[-3, 4]]]> : tensor<2x1x2xi8>>} : tensor<2x1x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
  %f = quant.dcast %w : tensor<2x1x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>> to tensor<2x1x2xf32>
  %s = nn.conv_transpose %x, %f {strides = array<i64: 2>, pads = array<i64: 0, 0>, output_padding = array<i64: 0>, dilations = array<i64: 1>, group = 1 : i64} : (tensor<1x2x2xf32>, tensor<2x1x2xf32>) -> tensor<1x1x4xf32>
  func.return %s : tensor<1x1x4xf32>
}

// -----
// ConvolutionBackpropData of floats.
// CHECK: (nn.conv_transpose): operand 0 is not quantized
func.func @main(%x: tensor<1x2x2xf32>) -> tensor<1x1x4xf32> {
  %w = lpt.constant {value = #lpt.blob<dense<[[[1, 2]], [[-3, 4]]]> : tensor<2x1x2xi8>>} : tensor<2x1x2x!quant.uniform<i8:f32, 0.5>>
  %f = quant.dcast %w : tensor<2x1x2x!quant.uniform<i8:f32, 0.5>> to tensor<2x1x2xf32>
  %s = nn.conv_transpose %x, %f {strides = array<i64: 2>, pads = array<i64: 0, 0>, output_padding = array<i64: 0>, dilations = array<i64: 1>, group = 1 : i64} : (tensor<1x2x2xf32>, tensor<2x1x2xf32>) -> tensor<1x1x4xf32>
  func.return %s : tensor<1x1x4xf32>
}

// -----
// Interpolate, linear, without a quantize behind.
// CHECK: (nn.resize_linear): its result is not quantized
func.func @main(%a: tensor<1x1x2x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<1x1x4xf32> {
  %x = quant.dcast %a : tensor<1x1x2x!quant.uniform<u8:f32, 0.5:3>> to tensor<1x1x2xf32>
  %s = nn.resize_linear %x {sizes = array<i64: 1, 1, 4>, coordinate_mode = "half_pixel"} : (tensor<1x1x2xf32>) -> tensor<1x1x4xf32>
  func.return %s : tensor<1x1x4xf32>
}

// -----
// Interpolate, linear, along the quantized axis.
// CHECK: (nn.resize_linear): its operand has scales along axis 1, which it interpolates
func.func @main(%a: tensor<1x2x2x!quant.uniform<u8:f32:1, {0.5:3, 0.25:4}>>) -> tensor<1x4x2x!quant.uniform<u8:f32, 1.0>> {
  %x = quant.dcast %a : tensor<1x2x2x!quant.uniform<u8:f32:1, {0.5:3, 0.25:4}>> to tensor<1x2x2xf32>
  %s = nn.resize_linear %x {sizes = array<i64: 1, 4, 2>, coordinate_mode = "half_pixel"} : (tensor<1x2x2xf32>) -> tensor<1x4x2xf32>
  %y = quant.qcast %s : tensor<1x4x2xf32> to tensor<1x4x2x!quant.uniform<u8:f32, 1.0>>
  func.return %y : tensor<1x4x2x!quant.uniform<u8:f32, 1.0>>
}

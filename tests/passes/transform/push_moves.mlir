// RUN: lpt-opt %s -p lpt-push-moves,dce --split-input-file | filecheck %s

// The codes move, dcast comes last, and the source node's name goes with them.
// CHECK-LABEL: @main(%q: tensor<1x2x4x4x!quant.uniform<u8:f32, 0.5:3>>)
// CHECK-NEXT: [[R:%.*]] = nn.relu %q {lpt.node = "Relu_0"}
// CHECK-NEXT: [[M:%.*]] = nn.max_pool [[R]] {{.*}} -> tensor<1x2x2x2x!quant.uniform<u8:f32, 0.5:3>>
// CHECK-NEXT: quant.dcast [[M]]
func.func @main(%q: tensor<1x2x4x4x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<1x2x2x2xf32> {
  %x = quant.dcast %q : tensor<1x2x4x4x!quant.uniform<u8:f32, 0.5:3>> to tensor<1x2x4x4xf32>
  %r = nn.relu %x {lpt.node = "Relu_0"} : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %y = nn.max_pool %r {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>} : (tensor<1x2x4x4xf32>) -> tensor<1x2x2x2xf32>
  func.return %y : tensor<1x2x2x2xf32>
}

// -----
// A permutation takes the quantized axis along.
// CHECK-LABEL: @main(%q: tensor<2x3x!quant.uniform<i8:f32:0, {0.5, 0.25}>>)
// CHECK-NEXT: [[T:%.*]] = nn.transpose %q {{.*}} -> tensor<3x2x!quant.uniform<i8:f32:1, {0.5, 0.25}>>
// CHECK-NEXT: quant.dcast [[T]]
func.func @main(%q: tensor<2x3x!quant.uniform<i8:f32:0, {0.5, 0.25}>>) -> tensor<3x2xf32> {
  %x = quant.dcast %q : tensor<2x3x!quant.uniform<i8:f32:0, {0.5, 0.25}>> to tensor<2x3xf32>
  %y = nn.transpose %x {perm = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  func.return %y : tensor<3x2xf32>
}

// -----
// clip stays: its bounds are no codes.
// CHECK-LABEL: @main
// CHECK: quant.dcast
// CHECK-NEXT: nn.clip
func.func @main(%q: tensor<4x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<4xf32> {
  %x = quant.dcast %q : tensor<4x!quant.uniform<u8:f32, 0.5:3>> to tensor<4xf32>
  %y = nn.clip %x {min = 0.2 : f32} : (tensor<4xf32>) -> tensor<4xf32>
  func.return %y : tensor<4xf32>
}

// RUN: lpt-opt %s -p lpt-pull-quantize --split-input-file | filecheck %s

// qcast follows the sum whose result it rounds; relu at a lowest code of 0 is nothing.
// CHECK-LABEL: @main(%x: tensor<1x1x4xf32>
// CHECK-NEXT: [[S:%.*]] = nn.add %x, %y
// CHECK-NEXT: [[Q:%.*]] = quant.qcast [[S]]
// CHECK-NEXT: [[M:%.*]] = nn.max_pool [[Q]]
// CHECK-NEXT: func.return [[M]]
func.func @main(%x: tensor<1x1x4xf32>, %y: tensor<1x1x4xf32>) -> tensor<1x1x2x!quant.uniform<u8:f32, 0.5>> {
  %s = nn.add %x, %y : (tensor<1x1x4xf32>, tensor<1x1x4xf32>) -> tensor<1x1x4xf32>
  %r = nn.relu %s : (tensor<1x1x4xf32>) -> tensor<1x1x4xf32>
  %m = nn.max_pool %r {kernel_shape = array<i64: 2>, strides = array<i64: 2>, pads = array<i64: 0, 0>, dilations = array<i64: 1>} : (tensor<1x1x4xf32>) -> tensor<1x1x2xf32>
  %q = quant.qcast %m : tensor<1x1x2xf32> to tensor<1x1x2x!quant.uniform<u8:f32, 0.5>>
  func.return %q : tensor<1x1x2x!quant.uniform<u8:f32, 0.5>>
}

// -----
// Nothing above rounds: the input is not quantized before it shrinks.
// CHECK-LABEL: @main
// CHECK-NEXT: nn.slice
// CHECK-NEXT: quant.qcast
func.func @main(%x: tensor<8xf32>) -> tensor<2x!quant.uniform<u8:f32, 0.5>> {
  %s = nn.slice %x {starts = array<i64: 0>, ends = array<i64: 2>, axes = array<i64: 0>, steps = array<i64: 1>} : (tensor<8xf32>) -> tensor<2xf32>
  %q = quant.qcast %s : tensor<2xf32> to tensor<2x!quant.uniform<u8:f32, 0.5>>
  func.return %q : tensor<2x!quant.uniform<u8:f32, 0.5>>
}

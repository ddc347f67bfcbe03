// RUN: lpt-opt %s -p lpt-split-bias --split-input-file | filecheck %s

// CHECK-LABEL: @main(%x: tensor<1x1x4x4xf32>
// CHECK: [[Y:%.*]] = nn.conv %x, %w {{.*}} : (tensor<1x1x4x4xf32>, tensor<2x1x3x3xf32>)
// CHECK: [[B:%.*]] = lpt.constant {{.*}} : tensor<1x2x1x1xf32>
// CHECK: nn.add [[Y]], [[B]] {lpt.node = "Conv_0"}
func.func @main(%x: tensor<1x1x4x4xf32>, %w: tensor<2x1x3x3xf32>) -> tensor<1x2x2x2xf32> {
  %b = lpt.constant {value = #lpt.blob<dense<[1.0, 2.0]> : tensor<2xf32>>} : tensor<2xf32>
  %y = nn.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, group = 1 : i64, lpt.node = "Conv_0"} : (tensor<1x1x4x4xf32>, tensor<2x1x3x3xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32>
  func.return %y : tensor<1x2x2x2xf32>
}

// -----
// The codes of an integer bias stay, their axis becomes the channels'.
// CHECK-LABEL: @main(%x: tensor<1x1x4xf32>
// CHECK: [[Q:%.*]] = lpt.constant {{.*}}[7], [9]{{.*}} : tensor<1x2x1x!quant.uniform<i32:f32:1, {{.*}}>>
// CHECK: [[B:%.*]] = quant.dcast [[Q]]
// CHECK: nn.add {{%.*}}, [[B]]
func.func @main(%x: tensor<1x1x4xf32>, %w: tensor<2x1x3xf32>) -> tensor<1x2x2xf32> {
  %q = lpt.constant {value = #lpt.blob<dense<[7, 9]> : tensor<2xi32>>} : tensor<2x!quant.uniform<i32:f32:0, {0.5, 0.25}>>
  %b = quant.dcast %q : tensor<2x!quant.uniform<i32:f32:0, {0.5, 0.25}>> to tensor<2xf32>
  %y = nn.conv %x, %w, %b {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64} : (tensor<1x1x4xf32>, tensor<2x1x3xf32>, tensor<2xf32>) -> tensor<1x2x2xf32>
  func.return %y : tensor<1x2x2xf32>
}

// -----
// A bias known at run time only.
// CHECK-LABEL: @main(%x: tensor<1x1x5xf32>
// CHECK: [[B:%.*]] = nn.reshape %b {shape = array<i64: 1, 2, 1>
// CHECK: nn.add {{%.*}}, [[B]]
func.func @main(%x: tensor<1x1x5xf32>, %w: tensor<2x1x3xf32>, %b: tensor<2xf32>) -> tensor<1x2x3xf32> {
  %y = nn.conv %x, %w, %b {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64} : (tensor<1x1x5xf32>, tensor<2x1x3xf32>, tensor<2xf32>) -> tensor<1x2x3xf32>
  func.return %y : tensor<1x2x3xf32>
}

// -----
// Blocks of scales have no single axis to move.
// RUN: lpt-opt %s -p lpt-split-bias --split-input-file --remarks 2>&1 | filecheck %s --check-prefix=REFUSED
// REFUSED: refused: lpt-split-bias/split-conv-bias at nn.conv (nn.conv): the operand must be quantized per tensor or per axis, not by blocks
func.func @main(%x: tensor<1x1x6xf32>, %w: tensor<4x1x3xf32>) -> tensor<1x4x4xf32> {
  %q = lpt.constant {value = #lpt.blob<dense<[7, 9, 1, 1]> : tensor<4xi32>>} : tensor<4x!quant.uniform<i32:f32:{0:2}, {0.5, 0.25}>>
  %b = quant.dcast %q : tensor<4x!quant.uniform<i32:f32:{0:2}, {0.5, 0.25}>> to tensor<4xf32>
  %y = nn.conv %x, %w, %b {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64} : (tensor<1x1x6xf32>, tensor<4x1x3xf32>, tensor<4xf32>) -> tensor<1x4x4xf32>
  func.return %y : tensor<1x4x4xf32>
}

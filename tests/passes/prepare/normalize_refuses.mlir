// RUN: lpt-opt %s -p lpt-normalize --split-input-file --remarks 2>&1 | filecheck %s

// CHECK: refused: lpt-normalize/mean-to-global-pool at nn.reduce_mean (nn.reduce_mean): the axes [1] are not exactly the spatial ones of rank 3
func.func @main(%x: tensor<2x3x4xf32>) -> tensor<2x1x4xf32> {
  %y = nn.reduce_mean %x {axes = array<i64: 1>} : (tensor<2x3x4xf32>) -> tensor<2x1x4xf32>
  func.return %y : tensor<2x1x4xf32>
}

// -----
// CHECK: refused: lpt-normalize/fold-pad at Conv_7 (nn.conv): the pad in front is of mode constant with value 1, not zeros
func.func @main(%x: tensor<1x2x4xf32>, %w: tensor<3x2x3xf32>) -> tensor<1x3x4xf32> {
  %p = nn.pad %x {pads = array<i64: 0, 0, 1, 0, 0, 1>, value = 1.0 : f32} : (tensor<1x2x4xf32>) -> tensor<1x2x6xf32>
  %y = nn.conv %p, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64, lpt.node = "Conv_7"} : (tensor<1x2x6xf32>, tensor<3x2x3xf32>) -> tensor<1x3x4xf32>
  func.return %y : tensor<1x3x4xf32>
}

// -----
// CHECK: the pad in front widens the batch or the channels
func.func @main(%x: tensor<1x1x6xf32>, %w: tensor<3x2x3xf32>) -> tensor<1x3x4xf32> {
  %p = nn.pad %x {pads = array<i64: 0, 1, 0, 0, 0, 0>} : (tensor<1x1x6xf32>) -> tensor<1x2x6xf32>
  %y = nn.conv %p, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64} : (tensor<1x2x6xf32>, tensor<3x2x3xf32>) -> tensor<1x3x4xf32>
  func.return %y : tensor<1x3x4xf32>
}

// -----
// CHECK: the pad in front crops
func.func @main(%x: tensor<1x2x7xf32>, %w: tensor<3x2x3xf32>) -> tensor<1x3x4xf32> {
  %p = nn.pad %x {pads = array<i64: 0, 0, -1, 0, 0, 0>} : (tensor<1x2x7xf32>) -> tensor<1x2x6xf32>
  %y = nn.conv %p, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64} : (tensor<1x2x6xf32>, tensor<3x2x3xf32>) -> tensor<1x3x4xf32>
  func.return %y : tensor<1x3x4xf32>
}

// -----
// CHECK: refused: lpt-normalize/to-reshape {{.*}}: more than one extent is not known
func.func @main(%x: tensor<1x?x?xf32>) -> tensor<?x?xf32> {
  %y = nn.squeeze %x {axes = array<i64: 0>} : (tensor<1x?x?xf32>) -> tensor<?x?xf32>
  func.return %y : tensor<?x?xf32>
}

// -----
// CHECK: refused: lpt-normalize/merge-reshapes {{.*}}: more than one extent is not known
func.func @main(%x: tensor<?x?x2xf32>) -> tensor<?x?x1xf32> {
  %a = nn.reshape %x {shape = array<i64: 0, -1>} : (tensor<?x?x2xf32>) -> tensor<?x?xf32>
  %y = nn.reshape %a {shape = array<i64: 0, -1, 1>} : (tensor<?x?xf32>) -> tensor<?x?x1xf32>
  func.return %y : tensor<?x?x1xf32>
}

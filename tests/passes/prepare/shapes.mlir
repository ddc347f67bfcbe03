// RUN: lpt-opt %s -p lpt-normalize --split-input-file | filecheck %s

// An unknown batch is copied or left open.
// CHECK-LABEL: @main(%x: tensor<?x3x2xf32>)
// CHECK-NEXT: nn.reshape %x {shape = array<i64: -1, 6>}
func.func @main(%x: tensor<?x3x2xf32>) -> tensor<?x6xf32> {
  %y = nn.flatten %x : (tensor<?x3x2xf32>) -> tensor<?x6xf32>
  func.return %y : tensor<?x6xf32>
}

// -----
// CHECK-LABEL: @main(%x: tensor<?x3x?xf32>)
// CHECK-NEXT: nn.reshape %x {shape = array<i64: 0, -1>}
func.func @main(%x: tensor<?x3x?xf32>) -> tensor<?x?xf32> {
  %y = nn.flatten %x : (tensor<?x3x?xf32>) -> tensor<?x?xf32>
  func.return %y : tensor<?x?xf32>
}

// -----
// CHECK-LABEL: @main(%x: tensor<2x3x?xf32>)
// CHECK-NEXT: nn.reshape %x {shape = array<i64: 6, -1>}
func.func @main(%x: tensor<2x3x?xf32>) -> tensor<6x?xf32> {
  %y = nn.flatten %x {axis = 2 : i64} : (tensor<2x3x?xf32>) -> tensor<6x?xf32>
  func.return %y : tensor<6x?xf32>
}

// -----
// CHECK-LABEL: @main(%x: tensor<?x1x3x?xf32>)
// CHECK-NEXT: nn.reshape %x {shape = array<i64: 0, 3, -1>}
func.func @main(%x: tensor<?x1x3x?xf32>) -> tensor<?x3x?xf32> {
  %y = nn.squeeze %x {axes = array<i64: 1>} : (tensor<?x1x3x?xf32>) -> tensor<?x3x?xf32>
  func.return %y : tensor<?x3x?xf32>
}

// -----
// squeeze of unsqueeze is nothing.
// CHECK-LABEL: @main(%x: tensor<?x3xf32>)
// CHECK-NEXT: func.return %x
func.func @main(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %a = nn.unsqueeze %x {axes = array<i64: 2, 3>} : (tensor<?x3xf32>) -> tensor<?x3x1x1xf32>
  %y = nn.squeeze %a {axes = array<i64: 2, 3>} : (tensor<?x3x1x1xf32>) -> tensor<?x3xf32>
  func.return %y : tensor<?x3xf32>
}

// -----
// CHECK-LABEL: @main(%x: tensor<2x3x4xf32>)
// CHECK-NEXT: nn.transpose %x {perm = array<i64: 1, 2, 0>}
// CHECK-NEXT: func.return
func.func @main(%x: tensor<2x3x4xf32>) -> tensor<3x4x2xf32> {
  %a = nn.transpose %x {perm = array<i64: 2, 1, 0>} : (tensor<2x3x4xf32>) -> tensor<4x3x2xf32>
  %b = nn.transpose %a {perm = array<i64: 1, 0, 2>} : (tensor<4x3x2xf32>) -> tensor<3x4x2xf32>
  func.return %b : tensor<3x4x2xf32>
}

// -----
// Only dimensions of extent 1 move.
// CHECK-LABEL: @main(%x: tensor<1x7x1x5xf32>)
// CHECK-NEXT: nn.reshape %x {shape = array<i64: 1, 1, 7, 5>}
func.func @main(%x: tensor<1x7x1x5xf32>) -> tensor<1x1x7x5xf32> {
  %a = nn.transpose %x {perm = array<i64: 0, 2, 1, 3>} : (tensor<1x7x1x5xf32>) -> tensor<1x1x7x5xf32>
  func.return %a : tensor<1x1x7x5xf32>
}

// -----
// slice, pad, resize, concat and transpose that do nothing.
// CHECK-LABEL: @main(%x: tensor<1x2x3x3xf32>)
// CHECK-NEXT: func.return %x
func.func @main(%x: tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32> {
  %a = nn.slice %x {starts = array<i64: 0>, ends = array<i64: 9>, axes = array<i64: 1>, steps = array<i64: 1>} : (tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %b = nn.pad %a {pads = array<i64: 0, 0, 0, 0, 0, 0, 0, 0>} : (tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %c = nn.resize %b {sizes = array<i64: 1, 2, 3, 3>, coordinate_mode = "half_pixel", nearest_mode = "floor"} : (tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %d = nn.concat %c {axis = 1 : i64} : (tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  %e = nn.transpose %d {perm = array<i64: 0, 1, 2, 3>} : (tensor<1x2x3x3xf32>) -> tensor<1x2x3x3xf32>
  func.return %e : tensor<1x2x3x3xf32>
}

// -----
// A slice that cuts, and one that reverses, stay.
// CHECK-LABEL: @main(%x: tensor<4x4xf32>)
// CHECK-NEXT: nn.slice
// CHECK-NEXT: nn.slice
func.func @main(%x: tensor<4x4xf32>) -> tensor<3x4xf32> {
  %a = nn.slice %x {starts = array<i64: 1>, ends = array<i64: 4>, axes = array<i64: 0>, steps = array<i64: 1>} : (tensor<4x4xf32>) -> tensor<3x4xf32>
  %b = nn.slice %a {starts = array<i64: -1>, ends = array<i64: -9>, axes = array<i64: 1>, steps = array<i64: -1>} : (tensor<3x4xf32>) -> tensor<3x4xf32>
  func.return %b : tensor<3x4xf32>
}

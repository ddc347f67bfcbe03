// RUN: lpt-opt %s -p lpt-normalize --split-input-file | filecheck %s

// CHECK-LABEL: @main(%x: tensor<2x3xf32>)
// CHECK-NEXT: func.return %x
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %a = nn.identity %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %b = nn.cast %a {to = f32} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %b : tensor<2x3xf32>
}

// -----
// A cast that converts stays.
// CHECK-LABEL: @main(%x: tensor<2x3xi32>)
// CHECK-NEXT: nn.cast %x {to = f32}
func.func @main(%x: tensor<2x3xi32>) -> tensor<2x3xf32> {
  %b = nn.cast %x {to = f32} : (tensor<2x3xi32>) -> tensor<2x3xf32>
  func.return %b : tensor<2x3xf32>
}

// -----
// CHECK-LABEL: @main(%q: tensor<4x!quant.uniform<u8:f32, {{[^:,>]*}}:3>>)
// CHECK-NEXT: func.return %q
func.func @main(%q: tensor<4x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<4x!quant.uniform<u8:f32, 0.5:3>> {
  %x = quant.dcast %q : tensor<4x!quant.uniform<u8:f32, 0.5:3>> to tensor<4xf32>
  %r = quant.qcast %x : tensor<4xf32> to tensor<4x!quant.uniform<u8:f32, 0.5:3>>
  func.return %r : tensor<4x!quant.uniform<u8:f32, 0.5:3>>
}

// -----
// Unequal types round: both casts stay.
// CHECK-LABEL: @main(%q: tensor<4x!quant.uniform<u8:f32, {{[^:,>]*}}:3>>)
// CHECK-NEXT: quant.dcast
// CHECK-NEXT: quant.qcast
func.func @main(%q: tensor<4x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<4x!quant.uniform<u8:f32, 0.25:3>> {
  %x = quant.dcast %q : tensor<4x!quant.uniform<u8:f32, 0.5:3>> to tensor<4xf32>
  %r = quant.qcast %x : tensor<4xf32> to tensor<4x!quant.uniform<u8:f32, 0.25:3>>
  func.return %r : tensor<4x!quant.uniform<u8:f32, 0.25:3>>
}

// -----
// 32-bit codes do not survive the trip through f32.
// CHECK-LABEL: @main(%q: tensor<4x!quant.uniform<i32:f32, {{[^:,>]*}}>>)
// CHECK-NEXT: quant.dcast
// CHECK-NEXT: quant.qcast
func.func @main(%q: tensor<4x!quant.uniform<i32:f32, 0.5>>) -> tensor<4x!quant.uniform<i32:f32, 0.5>> {
  %x = quant.dcast %q : tensor<4x!quant.uniform<i32:f32, 0.5>> to tensor<4xf32>
  %r = quant.qcast %x : tensor<4xf32> to tensor<4x!quant.uniform<i32:f32, 0.5>>
  func.return %r : tensor<4x!quant.uniform<i32:f32, 0.5>>
}

// -----
// CHECK-LABEL: @main(%x: tensor<2x5xf32>)
// CHECK-NEXT: nn.relu %x {lpt.node = "Clip_1"}
// CHECK-NEXT: func.return
func.func @main(%x: tensor<2x5xf32>) -> tensor<2x5xf32> {
  %a = nn.clip %x {min = 0.0 : f32, lpt.node = "Clip_1"} : (tensor<2x5xf32>) -> tensor<2x5xf32>
  %b = nn.clip %a : (tensor<2x5xf32>) -> tensor<2x5xf32>
  func.return %b : tensor<2x5xf32>
}

// -----
// A bounded clip stays.
// CHECK-LABEL: @main(%x: tensor<2x6xf32>)
// CHECK-NEXT: nn.clip
func.func @main(%x: tensor<2x6xf32>) -> tensor<2x6xf32> {
  %a = nn.clip %x {min = 0.0 : f32, max = 6.0 : f32} : (tensor<2x6xf32>) -> tensor<2x6xf32>
  func.return %a : tensor<2x6xf32>
}

// -----
// The pad joins the convolution's own.
// CHECK-LABEL: @main(%x: tensor<1x2x4x4xf32>
// CHECK-NEXT: nn.conv %x, %w {{.*}}pads = array<i64: 2, 1, 1, 3>
// CHECK-NEXT: func.return
func.func @main(%x: tensor<1x2x4x4xf32>, %w: tensor<3x2x3x3xf32>) -> tensor<1x3x5x6xf32> {
  %p = nn.pad %x {pads = array<i64: 0, 0, 2, 0, 0, 0, 0, 2>} : (tensor<1x2x4x4xf32>) -> tensor<1x2x6x6xf32>
  %y = nn.conv %p, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 1, 1, 1>, dilations = array<i64: 1, 1>, group = 1 : i64} : (tensor<1x2x6x6xf32>, tensor<3x2x3x3xf32>) -> tensor<1x3x5x6xf32>
  func.return %y : tensor<1x3x5x6xf32>
}

// -----
// CHECK-LABEL: @main(%x: tensor<2x3x4x5xf32>)
// CHECK-NEXT: [[P:%.*]] = nn.global_average_pool %x
// CHECK-NEXT: nn.reshape [[P]] {shape = array<i64: 2, 3>}
func.func @main(%x: tensor<2x3x4x5xf32>) -> tensor<2x3xf32> {
  %y = nn.reduce_mean %x {axes = array<i64: -1, -2>, keepdims = 0 : i64} : (tensor<2x3x4x5xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// -----
// CHECK-LABEL: @main(%x: tensor<2x3x4x6xf32>)
// CHECK-NEXT: nn.global_average_pool %x
// CHECK-NEXT: func.return
func.func @main(%x: tensor<2x3x4x6xf32>) -> tensor<2x3x1x1xf32> {
  %y = nn.reduce_mean %x {axes = array<i64: 2, 3>} : (tensor<2x3x4x6xf32>) -> tensor<2x3x1x1xf32>
  func.return %y : tensor<2x3x1x1xf32>
}

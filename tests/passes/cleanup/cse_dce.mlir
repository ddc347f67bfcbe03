// RUN: lpt-opt %s -p cse --split-input-file | filecheck %s

// Equal operations of different source nodes are one.
// CHECK-LABEL: @main(%x: tensor<2xf32>)
// CHECK-NEXT: [[A:%.*]] = nn.relu %x {lpt.node = "Relu_0"}
// CHECK-NEXT: nn.add [[A]], [[A]]
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = nn.relu %x {lpt.node = "Relu_0"} : (tensor<2xf32>) -> tensor<2xf32>
  %b = nn.relu %x {lpt.node = "Relu_1"} : (tensor<2xf32>) -> tensor<2xf32>
  %y = nn.add %a, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// -----
// Other properties, other result types: two operations.
// CHECK-LABEL: @main(%x: tensor<3xf32>)
// CHECK-COUNT-2: nn.leaky_relu
// CHECK-COUNT-2: quant.qcast
func.func @main(%x: tensor<3xf32>) -> (tensor<3x!quant.uniform<i8:f32, 0.5>>, tensor<3x!quant.uniform<i8:f32, 0.25>>) {
  %a = nn.leaky_relu %x {alpha = 0.5 : f32} : (tensor<3xf32>) -> tensor<3xf32>
  %b = nn.leaky_relu %x {alpha = 0.25 : f32} : (tensor<3xf32>) -> tensor<3xf32>
  %y = nn.add %a, %b : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  %q = quant.qcast %y : tensor<3xf32> to tensor<3x!quant.uniform<i8:f32, 0.5>>
  %r = quant.qcast %y : tensor<3xf32> to tensor<3x!quant.uniform<i8:f32, 0.25>>
  func.return %q, %r : tensor<3x!quant.uniform<i8:f32, 0.5>>, tensor<3x!quant.uniform<i8:f32, 0.25>>
}

// -----
// A chain of dead operations goes, what is used stays.
// RUN: lpt-opt %s -p dce --split-input-file | filecheck %s --check-prefix=DCE
// DCE-LABEL: @main(%x: tensor<4xf32>)
// DCE-NEXT: nn.tanh
// DCE-NEXT: func.return
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a = nn.relu %x : (tensor<4xf32>) -> tensor<4xf32>
  %b = nn.exp %a : (tensor<4xf32>) -> tensor<4xf32>
  %y = nn.tanh %x : (tensor<4xf32>) -> tensor<4xf32>
  func.return %y : tensor<4xf32>
}

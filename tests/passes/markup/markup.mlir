// RUN: lpt-opt %s -p lpt-markup | filecheck %s

// CHECK: nn.matmul {{.*}} {lpt.storage = "u8s8"}
// CHECK: nn.tanh {{.*}} {lpt.float = "operand 0 is not quantized: it is the result of nn.matmul"}
func.func @main(%q: tensor<1x2x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<1x1xf32> {
  %x = quant.dcast %q : tensor<1x2x!quant.uniform<u8:f32, 0.5:3>> to tensor<1x2xf32>
  %k = lpt.constant {value = #lpt.blob<dense<[[1], [-2]]> : tensor<2x1xi8>>} : tensor<2x1x!quant.uniform<i8:f32, 0.5>>
  %w = quant.dcast %k : tensor<2x1x!quant.uniform<i8:f32, 0.5>> to tensor<2x1xf32>
  %m = nn.matmul %x, %w : (tensor<1x2xf32>, tensor<2x1xf32>) -> tensor<1x1xf32>
  %y = nn.tanh %m : (tensor<1x1xf32>) -> tensor<1x1xf32>
  func.return %y : tensor<1x1xf32>
}

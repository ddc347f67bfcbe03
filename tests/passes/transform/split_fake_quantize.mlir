// RUN: lpt-opt %s -p lpt-split-fake-quantize,dce --split-input-file | filecheck %s

// Zero point 100, an integer: one cast each way.
// CHECK-LABEL: @main
// CHECK: [[Q:%.*]] = quant.qcast %x : {{.*}} to tensor<4x!quant.uniform<u8:f32, 0.5:100>>
// CHECK-NEXT: [[Y:%.*]] = quant.dcast [[Q]]
// CHECK-NEXT: func.return [[Y]]
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-50.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<77.5> : tensor<f32>>} : tensor<f32>
  %y = lpt.fake_quantize %x, %l, %h, %l, %h {levels = 256 : i64} : (tensor<4xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<4xf32>
  func.return %y : tensor<4xf32>
}

// -----
// Zero point 100.25: the grid stays where it is, an offset of a quarter step makes up for the rounded zero point.
// CHECK-LABEL: @main
// CHECK: [[S:%.*]] = nn.sub %x
// CHECK-NEXT: [[Q:%.*]] = quant.qcast [[S]] : {{.*}} to tensor<4x!quant.uniform<u8:f32, 0.5>>
// CHECK-NEXT: [[R:%.*]] = lpt.reinterpret [[Q]] : {{.*}} -> tensor<4x!quant.uniform<u8:f32, 0.5:100>>
// CHECK-NEXT: [[F:%.*]] = quant.dcast [[R]]
// CHECK-NEXT: [[D:%.*]] = lpt.constant {{.*}}-1.250000e-01
// CHECK-NEXT: nn.add [[F]], [[D]]
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-50.125> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<77.375> : tensor<f32>>} : tensor<f32>
  %y = lpt.fake_quantize %x, %l, %h, %l, %h {levels = 256 : i64} : (tensor<4xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<4xf32>
  func.return %y : tensor<4xf32>
}

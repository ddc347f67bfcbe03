// RUN: lpt-opt %s -p lpt-strip-fake-quantize,lpt-nudge-zero-points --split-input-file | filecheck %s

// 65,536 levels are taken for none.
// CHECK-LABEL: @main
// CHECK-NOT: lpt.fake_quantize
// CHECK: func.return %x
func.func @main(%x: tensor<3xf32>) -> tensor<3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %y = lpt.fake_quantize %x, %l, %h, %l, %h {levels = 65536 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----
// [−1, 3] of 6 levels: step 0.8, zero point 1.25. Shifted by a quarter of a step, zero is level 1.
// CHECK-LABEL: @main
// CHECK-DAG: [[L:%.*]] = lpt.constant {{.*}}-8.0{{.*}}e-01
// CHECK-DAG: [[H:%.*]] = lpt.constant {{.*}}3.2{{.*}}e+00
// CHECK: lpt.fake_quantize %x, {{.*}}levels = 6
func.func @main(%x: tensor<3xf32>) -> tensor<3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %y = lpt.fake_quantize %x, %l, %h, %l, %h {levels = 6 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

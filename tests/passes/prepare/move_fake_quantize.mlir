// RUN: lpt-opt %s -p lpt-move-fake-quantize --split-input-file | filecheck %s

// One range for all: it goes to each part as it is; relu goes along.
// CHECK-LABEL: @main
// CHECK: [[A:%.*]] = nn.relu %a
// CHECK-NEXT: [[P:%.*]] = lpt.fake_quantize [[A]], %l, %h, %l, %h
// CHECK-NEXT: [[B:%.*]] = nn.relu %b
// CHECK-NEXT: [[Q:%.*]] = lpt.fake_quantize [[B]], %l, %h, %l, %h
// CHECK-NEXT: nn.concat [[P]], [[Q]]
// CHECK-NEXT: func.return
func.func @main(%a: tensor<2x1x4xf32>, %b: tensor<2x2x4xf32>) -> tensor<2x3x4xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %c = nn.concat %a, %b {axis = 1 : i64} : (tensor<2x1x4xf32>, tensor<2x2x4xf32>) -> tensor<2x3x4xf32>
  %r = nn.relu %c : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %y = lpt.fake_quantize %r, %l, %h, %l, %h {levels = 256 : i64} : (tensor<2x3x4xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}

// -----
// Ranges per channel are cut: [1] and [2, 3].
// CHECK-LABEL: @main
// CHECK: [[H:%.*]] = lpt.constant {{.*}}1.0{{.*}} : tensor<1x1xf32>
// CHECK: [[P:%.*]] = lpt.fake_quantize %a, %l, [[H]], %l, {{%.*}} {levels = 256 : i64}
// CHECK: [[K:%.*]] = lpt.constant {{.*}}[2.0{{.*}}, [3.0{{.*}} : tensor<2x1xf32>
// CHECK: [[Q:%.*]] = lpt.fake_quantize %b, %l, [[K]], %l, {{%.*}} {levels = 256 : i64}
// CHECK-NEXT: nn.concat [[P]], [[Q]]
func.func @main(%a: tensor<2x1x4xf32>, %b: tensor<2x2x4xf32>) -> tensor<2x3x4xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<[[1.0], [2.0], [3.0]]> : tensor<3x1xf32>>} : tensor<3x1xf32>
  %c = nn.concat %a, %b {axis = 1 : i64} : (tensor<2x1x4xf32>, tensor<2x2x4xf32>) -> tensor<2x3x4xf32>
  %y = lpt.fake_quantize %c, %l, %h, %l, %h {levels = 256 : i64} : (tensor<2x3x4xf32>, tensor<f32>, tensor<3x1xf32>, tensor<f32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>
  func.return %y : tensor<2x3x4xf32>
}

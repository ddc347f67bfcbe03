// RUN: lpt-opt %s -p lpt-absorb-into-fake-quantize --split-input-file | filecheck %s

// x · 2 + 1 in [−1, 3]: x in [−1, 1].
// CHECK-LABEL: @main
// CHECK-DAG: [[L:%.*]] = lpt.constant {{.*}}dense<-1.0{{.*}}
// CHECK-DAG: [[H:%.*]] = lpt.constant {{.*}}dense<1.0{{.*}}
// CHECK-NOT: nn.
// CHECK: lpt.fake_quantize %x, [[L]], [[H]], {{%.*}}, {{%.*}} {levels = 16 : i64}
func.func @main(%x: tensor<3xf32>) -> tensor<3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %c = lpt.constant {value = #lpt.blob<dense<2.0> : tensor<f32>>} : tensor<f32>
  %d = lpt.constant {value = #lpt.blob<dense<1.0> : tensor<f32>>} : tensor<f32>
  %m = nn.mul %x, %c : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %s = nn.add %m, %d : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %y = lpt.fake_quantize %s, %l, %h, %l, %h {levels = 16 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----
// (x − 3) / −2 in [−1, 3]: x in [−3, 5], and the levels in the other order.
// CHECK-LABEL: @main
// CHECK: [[L:%.*]] = lpt.constant {{.*}}dense<-3.0{{.*}}
// CHECK: [[H:%.*]] = lpt.constant {{.*}}dense<5.0{{.*}}
// CHECK: [[OL:%.*]] = lpt.constant {{.*}}dense<3.0{{.*}}
// CHECK: [[OH:%.*]] = lpt.constant {{.*}}dense<-1.0{{.*}}
// CHECK-NEXT: lpt.fake_quantize %x, [[L]], [[H]], [[OL]], [[OH]] {levels = 256 : i64}
func.func @main(%x: tensor<3xf32>) -> tensor<3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %c = lpt.constant {value = #lpt.blob<dense<-2.0> : tensor<f32>>} : tensor<f32>
  %d = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %m = nn.sub %x, %d : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %s = nn.div %m, %c : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %y = lpt.fake_quantize %s, %l, %h, %l, %h {levels = 256 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----
// Factors per channel, of both signs: the ranges turn where they are negative.
// CHECK-LABEL: @main
// CHECK: [[L:%.*]] = lpt.constant {{.*}}[-5.0{{.*}}, [-6.0{{.*}}
// CHECK: [[H:%.*]] = lpt.constant {{.*}}[1.5{{.*}}, [2.0{{.*}}
// CHECK: [[OL:%.*]] = lpt.constant {{.*}}[-1.0{{.*}}, [3.0{{.*}}
// CHECK: [[OH:%.*]] = lpt.constant {{.*}}[3.0{{.*}}, [-1.0{{.*}}
// CHECK-NEXT: lpt.fake_quantize %x, [[L]], [[H]], [[OL]], [[OH]]
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %c = lpt.constant {value = #lpt.blob<dense<[[2.0], [-0.5]]> : tensor<2x1xf32>>} : tensor<2x1xf32>
  %m = nn.mul %x, %c : (tensor<2x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  %y = lpt.fake_quantize %m, %l, %h, %l, %h {levels = 256 : i64} : (tensor<2x3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

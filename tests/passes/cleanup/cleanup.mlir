// RUN: lpt-opt %s -p lpt-cleanup --split-input-file | filecheck %s

// CHECK-LABEL: @main(%x: tensor<2xf32>)
// CHECK-NEXT: [[C:%.*]] = lpt.constant {{.*}}5.000000e-01, -1.0{{.*}} : tensor<2xf32>
// CHECK-NEXT: nn.add %x, [[C]]
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %q = lpt.constant {value = #lpt.blob<dense<[1, -2]> : tensor<2xi8>>} : tensor<2x!quant.uniform<i8:f32, 0.5>>
  %w = quant.dcast %q : tensor<2x!quant.uniform<i8:f32, 0.5>> to tensor<2xf32>
  %y = nn.add %x, %w : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// -----
// fake_quantize(x) · 2 + 2: the output range [−1, 3] becomes [0, 8].
// CHECK-LABEL: @main(%x: tensor<3xf32>)
// CHECK-DAG: [[L:%.*]] = lpt.constant {{.*}}dense<0.0{{.*}}
// CHECK-DAG: [[H:%.*]] = lpt.constant {{.*}}dense<8.0{{.*}}
// CHECK: lpt.fake_quantize %x, {{%.*}}, {{%.*}}, [[L]], [[H]] {levels = 16 : i64}
// CHECK-NEXT: func.return
func.func @main(%x: tensor<3xf32>) -> tensor<3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %c = lpt.constant {value = #lpt.blob<dense<2.0> : tensor<f32>>} : tensor<f32>
  %d = lpt.constant {value = #lpt.blob<dense<2.0> : tensor<f32>>} : tensor<f32>
  %q = lpt.fake_quantize %x, %l, %h, %l, %h {levels = 16 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  %m = nn.mul %q, %c : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %y = nn.add %m, %d : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----
// fake_quantize(x) · −2 − 1: the output range [−1, 3] becomes [1, −7], which is inverted.
// CHECK-LABEL: @main(%x: tensor<3xf32>)
// CHECK-DAG: [[L:%.*]] = lpt.constant {{.*}}dense<1.0{{.*}}
// CHECK-DAG: [[H:%.*]] = lpt.constant {{.*}}dense<-7.0{{.*}}
// CHECK: lpt.fake_quantize %x, {{%.*}}, {{%.*}}, [[L]], [[H]] {levels = 16 : i64}
// CHECK-NEXT: func.return
func.func @main(%x: tensor<3xf32>) -> tensor<3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %c = lpt.constant {value = #lpt.blob<dense<-2.0> : tensor<f32>>} : tensor<f32>
  %d = lpt.constant {value = #lpt.blob<dense<1.0> : tensor<f32>>} : tensor<f32>
  %q = lpt.fake_quantize %x, %l, %h, %l, %h {levels = 16 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  %m = nn.mul %q, %c : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %y = nn.sub %m, %d : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----
// Weights that no integer operation reads: one float constant.
// CHECK-LABEL: @main(%x: tensor<2xf32>)
// CHECK-NEXT: [[C:%.*]] = lpt.constant {{.*}}7.500000e-01, -7.5{{.*}} : tensor<2xf32>
// CHECK-NEXT: nn.mul %x, [[C]]
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %q = lpt.constant {value = #lpt.blob<dense<[1, -2]> : tensor<2xi8>>} : tensor<2x!quant.uniform<i8:f32, 0.5>>
  %w = quant.dcast %q : tensor<2x!quant.uniform<i8:f32, 0.5>> to tensor<2xf32>
  %d = lpt.constant {value = #lpt.blob<dense<0.25> : tensor<f32>>} : tensor<f32>
  %s = nn.add %w, %d : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %y = nn.mul %x, %s : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// -----
// What stays in floats is not in the integers that it might have been in; why it is not stays.
// CHECK: nn.softmax
// CHECK-NOT: lpt.storage
// CHECK: nn.sigmoid {{.*}} {lpt.float = "operand 0 is not quantized"}
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %s = nn.softmax %x {axis = 1 : i64, lpt.storage = "u8"} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %y = nn.sigmoid %s {lpt.float = "operand 0 is not quantized"} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  func.return %y : tensor<2x3xf32>
}

// RUN: lpt-opt %s -p lpt-fold-batch-norm --split-input-file | filecheck %s

// scale 2, 3; bias 1, 1; mean 1, 2; variance + ε = 4, 0.25: c = 1, 6 and d = 1 − 1 · 1, 1 − 2 · 6.
// CHECK-LABEL: @main(%x: tensor<1x2x3xf32>)
// CHECK-DAG: [[C:%.*]] = lpt.constant {{.*}}1.0{{.*}}6.0{{.*}} : tensor<1x2x1xf32>
// CHECK-DAG: [[D:%.*]] = lpt.constant {{.*}}0.0{{.*}}-1.1{{0*}}e+01{{.*}} : tensor<1x2x1xf32>
// CHECK: [[M:%.*]] = nn.mul %x, [[C]] {lpt.node = "BN_3"}
// CHECK-NEXT: nn.add [[M]], [[D]] {lpt.node = "BN_3"}
func.func @main(%x: tensor<1x2x3xf32>) -> tensor<1x2x3xf32> {
  %s = lpt.constant {value = #lpt.blob<dense<[2.0, 3.0]> : tensor<2xf32>>} : tensor<2xf32>
  %b = lpt.constant {value = #lpt.blob<dense<[1.0, 1.0]> : tensor<2xf32>>} : tensor<2xf32>
  %m = lpt.constant {value = #lpt.blob<dense<[1.0, 2.0]> : tensor<2xf32>>} : tensor<2xf32>
  %v = lpt.constant {value = #lpt.blob<dense<[4.0, 0.25]> : tensor<2xf32>>} : tensor<2xf32>
  %y = nn.batch_normalization %x, %s, %b, %m, %v {epsilon = 0.0 : f32, lpt.node = "BN_3"} : (tensor<1x2x3xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x3xf32>
  func.return %y : tensor<1x2x3xf32>
}

// -----
// The factor of each output channel is multiplied into float weights.
// CHECK-LABEL: @main(%x: tensor<1x1x4xf32>)
// CHECK: [[W:%.*]] = lpt.constant {{.*}}2.0{{.*}}4.0{{.*}}9.0{{.*}}1.2{{0*}}e+01{{.*}} : tensor<2x1x2xf32>
// CHECK-NEXT: nn.conv %x, [[W]]
// CHECK-NEXT: func.return
func.func @main(%x: tensor<1x1x4xf32>) -> tensor<1x2x3xf32> {
  %w = lpt.constant {value = #lpt.blob<dense<[[[1.0, 2.0]], [[3.0, 4.0]]]> : tensor<2x1x2xf32>>} : tensor<2x1x2xf32>
  %c = lpt.constant {value = #lpt.blob<dense<[[2.0], [3.0]]> : tensor<2x1xf32>>} : tensor<2x1xf32>
  %y = nn.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>, group = 1 : i64} : (tensor<1x1x4xf32>, tensor<2x1x2xf32>) -> tensor<1x2x3xf32>
  %z = nn.mul %y, %c : (tensor<1x2x3xf32>, tensor<2x1xf32>) -> tensor<1x2x3xf32>
  func.return %z : tensor<1x2x3xf32>
}

// -----
// Likewise the columns of a matrix product.
// CHECK-LABEL: @main(%x: tensor<3x2xf32>)
// CHECK: [[W:%.*]] = lpt.constant {{.*}}2.0{{.*}}6.0{{.*}}6.0{{.*}}1.2{{0*}}e+01{{.*}} : tensor<2x2xf32>
// CHECK-NEXT: nn.matmul %x, [[W]]
// CHECK-NEXT: func.return
func.func @main(%x: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = lpt.constant {value = #lpt.blob<dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>>} : tensor<2x2xf32>
  %c = lpt.constant {value = #lpt.blob<dense<[2.0, 3.0]> : tensor<2xf32>>} : tensor<2xf32>
  %y = nn.matmul %x, %w : (tensor<3x2xf32>, tensor<2x2xf32>) -> tensor<3x2xf32>
  %z = nn.mul %c, %y : (tensor<2xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>
  func.return %z : tensor<3x2xf32>
}

// -----
// ((x − 1) / 4 + 2) · 8 = x · 2 + 14; −2 + 16
// CHECK-LABEL: @main(%x: tensor<5xf32>)
// CHECK-NEXT: [[C:%.*]] = lpt.constant {{.*}}2.0{{.*}} : tensor<f32>
// CHECK-NEXT: [[M:%.*]] = nn.mul %x, [[C]]
// CHECK-NEXT: [[D:%.*]] = lpt.constant {{.*}}1.4{{0*}}e+01{{.*}} : tensor<f32>
// CHECK-NEXT: nn.add [[M]], [[D]]
// CHECK-NEXT: func.return
func.func @main(%x: tensor<5xf32>) -> tensor<5xf32> {
  %one = lpt.constant {value = #lpt.blob<dense<1.0> : tensor<f32>>} : tensor<f32>
  %four = lpt.constant {value = #lpt.blob<dense<4.0> : tensor<f32>>} : tensor<f32>
  %two = lpt.constant {value = #lpt.blob<dense<2.0> : tensor<f32>>} : tensor<f32>
  %eight = lpt.constant {value = #lpt.blob<dense<8.0> : tensor<f32>>} : tensor<f32>
  %a = nn.sub %x, %one : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %b = nn.div %a, %four : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %c = nn.add %b, %two : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  %d = nn.mul %c, %eight : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
  func.return %d : tensor<5xf32>
}

// -----
// x · 1 + 0 is x; c − x is no chain.
// CHECK-LABEL: @main(%x: tensor<6xf32>)
// CHECK: nn.sub {{%.*}}, %x
// CHECK-NEXT: func.return
func.func @main(%x: tensor<6xf32>) -> tensor<6xf32> {
  %one = lpt.constant {value = #lpt.blob<dense<1.0> : tensor<f32>>} : tensor<f32>
  %zero = lpt.constant {value = #lpt.blob<dense<0.0> : tensor<f32>>} : tensor<f32>
  %a = nn.mul %x, %one : (tensor<6xf32>, tensor<f32>) -> tensor<6xf32>
  %b = nn.add %zero, %a : (tensor<f32>, tensor<6xf32>) -> tensor<6xf32>
  %c = nn.sub %one, %b : (tensor<f32>, tensor<6xf32>) -> tensor<6xf32>
  func.return %c : tensor<6xf32>
}

// -----
// An integer bias keeps its codes: its scales are multiplied.
// CHECK-LABEL: @main(%x: tensor<1x2x7xf32>)
// CHECK: nn.mul %x
// CHECK: [[Q:%.*]] = lpt.constant {{.*}}[7], [9]{{.*}} : tensor<1x2x1x!quant.uniform<i32:f32:1, {1.0{{.*}}, 0.75{{.*}}}>>
// CHECK: [[B:%.*]] = quant.dcast [[Q]]
// CHECK: nn.add {{%.*}}, [[B]]
func.func @main(%x: tensor<1x2x7xf32>) -> tensor<1x2x7xf32> {
  %q = lpt.constant {value = #lpt.blob<dense<[[[7], [9]]]> : tensor<1x2x1xi32>>} : tensor<1x2x1x!quant.uniform<i32:f32:1, {0.5, 0.25}>>
  %b = quant.dcast %q : tensor<1x2x1x!quant.uniform<i32:f32:1, {0.5, 0.25}>> to tensor<1x2x1xf32>
  %c = lpt.constant {value = #lpt.blob<dense<[[[2.0], [3.0]]]> : tensor<1x2x1xf32>>} : tensor<1x2x1xf32>
  %y = nn.add %x, %b : (tensor<1x2x7xf32>, tensor<1x2x1xf32>) -> tensor<1x2x7xf32>
  %z = nn.mul %y, %c : (tensor<1x2x7xf32>, tensor<1x2x1xf32>) -> tensor<1x2x7xf32>
  func.return %z : tensor<1x2x7xf32>
}

// -----
// With a negative factor no scale can: the bias becomes float.
// CHECK-LABEL: @main(%x: tensor<1x2x8xf32>)
// CHECK: [[D:%.*]] = lpt.constant {{.*}}-7.0{{.*}}6.75{{.*}} : tensor<1x2x1xf32>
// CHECK: nn.add {{%.*}}, [[D]]
func.func @main(%x: tensor<1x2x8xf32>) -> tensor<1x2x8xf32> {
  %q = lpt.constant {value = #lpt.blob<dense<[[[7], [9]]]> : tensor<1x2x1xi32>>} : tensor<1x2x1x!quant.uniform<i32:f32:1, {0.5, 0.25}>>
  %b = quant.dcast %q : tensor<1x2x1x!quant.uniform<i32:f32:1, {0.5, 0.25}>> to tensor<1x2x1xf32>
  %c = lpt.constant {value = #lpt.blob<dense<[[[-2.0], [3.0]]]> : tensor<1x2x1xf32>>} : tensor<1x2x1xf32>
  %y = nn.add %x, %b : (tensor<1x2x8xf32>, tensor<1x2x1xf32>) -> tensor<1x2x8xf32>
  %z = nn.mul %y, %c : (tensor<1x2x8xf32>, tensor<1x2x1xf32>) -> tensor<1x2x8xf32>
  func.return %z : tensor<1x2x8xf32>
}

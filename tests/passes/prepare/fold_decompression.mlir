// RUN: lpt-opt %s -p lpt-fold-decompression --split-input-file | filecheck %s

// Constant → Convert → Subtract → Multiply: codes with their zero point and scale.
// CHECK-LABEL: @main
// CHECK-NEXT: [[Q:%.*]] = lpt.constant {{.*}}[0, 128, 255]{{.*}} : tensor<3x!quant.uniform<u8:f32, 0.5:128>>
// CHECK-NEXT: [[Y:%.*]] = quant.dcast [[Q]]
// CHECK-NEXT: func.return [[Y]]
func.func @main() -> tensor<3xf32> {
  %c = lpt.constant {value = #lpt.blob<dense<[0, 128, 255]> : tensor<3xui8>>} : tensor<3xui8>
  %f = nn.cast %c {to = f32} : (tensor<3xui8>) -> tensor<3xf32>
  %z = lpt.constant {value = #lpt.blob<dense<128.0> : tensor<f32>>} : tensor<f32>
  %s = nn.sub %f, %z : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %k = lpt.constant {value = #lpt.blob<dense<0.5> : tensor<f32>>} : tensor<f32>
  %y = nn.mul %s, %k : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----
// A zero point of 2.25 is 2 and an offset of −0.25 steps; the scales are per channel.
// CHECK-LABEL: @main
// CHECK-NEXT: [[Q:%.*]] = lpt.constant {{.*}} : tensor<2x2x!quant.uniform<i8:f32:0, {0.5:2, 4.0{{.*}}:2}>>
// CHECK-NEXT: [[F:%.*]] = quant.dcast [[Q]]
// CHECK-NEXT: [[D:%.*]] = lpt.constant {{.*}}-1.250000e-01], [-1.0{{.*}} : tensor<2x1xf32>
// CHECK-NEXT: nn.add [[F]], [[D]]
func.func @main() -> tensor<2x2xf32> {
  %c = lpt.constant {value = #lpt.blob<dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>>} : tensor<2x2xi8>
  %f = nn.cast %c {to = f32} : (tensor<2x2xi8>) -> tensor<2x2xf32>
  %z = lpt.constant {value = #lpt.blob<dense<2.25> : tensor<f32>>} : tensor<f32>
  %s = nn.sub %f, %z : (tensor<2x2xf32>, tensor<f32>) -> tensor<2x2xf32>
  %k = lpt.constant {value = #lpt.blob<dense<[[0.5], [4.0]]> : tensor<2x1xf32>>} : tensor<2x1xf32>
  %y = nn.mul %s, %k : (tensor<2x2xf32>, tensor<2x1xf32>) -> tensor<2x2xf32>
  func.return %y : tensor<2x2xf32>
}

// -----
// An integer input is codes of scale 1; a wide one stays a cast.
// CHECK-LABEL: @main
// CHECK-NEXT: [[Q:%.*]] = quant.scast %x : tensor<2xui8> to tensor<2x!quant.uniform<u8:f32, 1.0{{.*}}>>
// CHECK-NEXT: quant.dcast [[Q]]
// CHECK-NEXT: nn.cast %w
func.func @main(%x: tensor<2xui8>, %w: tensor<2xi32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %y = nn.cast %x {to = f32} : (tensor<2xui8>) -> tensor<2xf32>
  %v = nn.cast %w {to = f32} : (tensor<2xi32>) -> tensor<2xf32>
  func.return %y, %v : tensor<2xf32>, tensor<2xf32>
}

// -----
// Divided by 4, and the zero point also converted from integers.
// CHECK-LABEL: @main
// CHECK-NEXT: [[Q:%.*]] = lpt.constant {{.*}} : tensor<2x!quant.uniform<i8:f32, 0.25:-3>>
// CHECK-NEXT: quant.dcast [[Q]]
// CHECK-NEXT: func.return
func.func @main() -> tensor<2xf32> {
  %c = lpt.constant {value = #lpt.blob<dense<[1, 2]> : tensor<2xi8>>} : tensor<2xi8>
  %f = nn.cast %c {to = f32} : (tensor<2xi8>) -> tensor<2xf32>
  %zi = lpt.constant {value = #lpt.blob<dense<-3> : tensor<i8>>} : tensor<i8>
  %z = nn.cast %zi {to = f32} : (tensor<i8>) -> tensor<f32>
  %s = nn.sub %f, %z : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %k = lpt.constant {value = #lpt.blob<dense<4.0> : tensor<f32>>} : tensor<f32>
  %y = nn.div %s, %k : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  func.return %y : tensor<2xf32>
}

// RUN: lpt-opt %s -p lpt-eliminate-fake-quantize --split-input-file --remarks 2>&1 | filecheck %s

// CHECK: refused: lpt-eliminate-fake-quantize/merge-fake-quantize {{.*}}: the fake_quantize in front of it has other levels
func.func @main(%x: tensor<3xf32>) -> tensor<3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %q = lpt.fake_quantize %x, %l, %h, %l, %h {levels = 256 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  %y = lpt.fake_quantize %q, %l, %h, %l, %h {levels = 255 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----
// CHECK: the fake_quantize in front of it has other levels
func.func @main(%x: tensor<3xf32>) -> tensor<3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %k = lpt.constant {value = #lpt.blob<dense<3.01> : tensor<f32>>} : tensor<f32>
  %q = lpt.fake_quantize %x, %l, %h, %l, %h {levels = 256 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  %y = lpt.fake_quantize %q, %l, %k, %l, %k {levels = 256 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----
// CHECK: the fake_quantize in front of it has other users
func.func @main(%x: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %k = lpt.constant {value = #lpt.blob<dense<5.0> : tensor<f32>>} : tensor<f32>
  %q = lpt.fake_quantize %x, %l, %h, %l, %h {levels = 256 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  %y = lpt.fake_quantize %q, %l, %h, %l, %k {levels = 256 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  func.return %y, %q : tensor<3xf32>, tensor<3xf32>
}

// -----
// CHECK: the fake_quantize in front of it has an empty output range
func.func @main(%x: tensor<3xf32>) -> tensor<3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-1.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<3.0> : tensor<f32>>} : tensor<f32>
  %q = lpt.fake_quantize %x, %l, %h, %h, %h {levels = 256 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  %y = lpt.fake_quantize %q, %h, %h, %l, %h {levels = 256 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----
// CHECK: f32 does not tell the levels in front of it apart
func.func @main(%x: tensor<3xf32>) -> tensor<3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<1000.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<1000.125> : tensor<f32>>} : tensor<f32>
  %q = lpt.fake_quantize %x, %l, %h, %l, %h {levels = 256 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  %y = lpt.fake_quantize %q, %l, %h, %l, %h {levels = 256 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----
// CHECK: refused: lpt-eliminate-fake-quantize/drop-fake-quantize {{.*}}: its range is not the one of its input's type
func.func @main(%q: tensor<3x!quant.uniform<u8:f32, 0.5:100>>) -> tensor<3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-50.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<77.4> : tensor<f32>>} : tensor<f32>
  %x = quant.dcast %q : tensor<3x!quant.uniform<u8:f32, 0.5:100>> to tensor<3xf32>
  %y = lpt.fake_quantize %x, %l, %h, %l, %h {levels = 256 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----
// CHECK: it has 255 levels, its input 256
func.func @main(%q: tensor<3x!quant.uniform<u8:f32, 0.5:100>>) -> tensor<3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-50.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<77.5> : tensor<f32>>} : tensor<f32>
  %x = quant.dcast %q : tensor<3x!quant.uniform<u8:f32, 0.5:100>> to tensor<3xf32>
  %y = lpt.fake_quantize %x, %l, %h, %l, %h {levels = 255 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

// -----
// CHECK: its output range is not its input range
func.func @main(%q: tensor<3x!quant.uniform<u8:f32, 0.5:100>>) -> tensor<3xf32> {
  %l = lpt.constant {value = #lpt.blob<dense<-50.0> : tensor<f32>>} : tensor<f32>
  %h = lpt.constant {value = #lpt.blob<dense<77.5> : tensor<f32>>} : tensor<f32>
  %k = lpt.constant {value = #lpt.blob<dense<78.0> : tensor<f32>>} : tensor<f32>
  %x = quant.dcast %q : tensor<3x!quant.uniform<u8:f32, 0.5:100>> to tensor<3xf32>
  %y = lpt.fake_quantize %x, %l, %h, %l, %k {levels = 256 : i64} : (tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  func.return %y : tensor<3xf32>
}

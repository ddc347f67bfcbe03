// RUN: lpt-opt %s -p lpt-fuse-requantize,dce --split-input-file | filecheck %s

// CHECK-LABEL: @main(%q: tensor<2x!quant.uniform<i32:f32, 0.25>>)
// CHECK-NEXT: [[B:%.*]] = lpt.constant {{.*}} : tensor<2xf32>
// CHECK-NEXT: lpt.requantize %q, [[B]] : {{.*}} -> tensor<2x!quant.uniform<u8:f32, 0.5:3>>
func.func @main(%q: tensor<2x!quant.uniform<i32:f32, 0.25>>) -> tensor<2x!quant.uniform<u8:f32, 0.5:3>> {
  %f = quant.dcast %q : tensor<2x!quant.uniform<i32:f32, 0.25>> to tensor<2xf32>
  %b = lpt.constant {value = #lpt.blob<dense<[1.0, 2.0]> : tensor<2xf32>>} : tensor<2xf32>
  %s = nn.add %f, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %y = quant.qcast %s : tensor<2xf32> to tensor<2x!quant.uniform<u8:f32, 0.5:3>>
  func.return %y : tensor<2x!quant.uniform<u8:f32, 0.5:3>>
}

// -----
// A residual addition of unlike scales rounds once; a product is exact in i32 first.
// CHECK-LABEL: @main(%p: tensor<2x!quant.uniform<u8:f32, 0.5:3>>
// CHECK-NEXT: [[S:%.*]] = nn.add %p, %q : {{.*}} -> tensor<2x!quant.uniform<u8:f32, 1.0:7>>
// CHECK-NEXT: [[M:%.*]] = nn.mul %p, %q : {{.*}} -> tensor<2x!quant.uniform<i32:f32, 0.125>>
// CHECK-NEXT: [[R:%.*]] = lpt.requantize [[M]]
// CHECK-NEXT: [[T:%.*]] = nn.sigmoid %p : {{.*}} -> tensor<2x!quant.uniform<u8:f32, 1.0:7>>
// CHECK-NEXT: func.return [[S]], [[R]], [[T]]
!a = tensor<2x!quant.uniform<u8:f32, 0.5:3>>
!b = tensor<2x!quant.uniform<i8:f32, 0.25>>
!c = tensor<2x!quant.uniform<u8:f32, 1.0:7>>
func.func @main(%p: !a, %q: !b) -> (!c, !c, !c) {
  %x = quant.dcast %p : !a to tensor<2xf32>
  %y = quant.dcast %q : !b to tensor<2xf32>
  %s = nn.add %x, %y : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %1 = quant.qcast %s : tensor<2xf32> to !c
  %m = nn.mul %x, %y : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %2 = quant.qcast %m : tensor<2xf32> to !c
  %t = nn.sigmoid %x : (tensor<2xf32>) -> tensor<2xf32>
  %3 = quant.qcast %t : tensor<2xf32> to !c
  func.return %1, %2, %3 : !c, !c, !c
}

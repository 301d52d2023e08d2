// Before: f = DequantizeLinear(x), g = DequantizeLinear(w), a = Conv(f, g), y = QuantizeLinear(a)
// After:  y = Conv(x, w), with DequantizeLinear and QuantizeLinear in its fused list
//
// Weights first: a DequantizeLinear of a constant goes wherever a Conv, ConvTranspose, Gemm or
// MatMul reads it, which then reads the narrow weight; what else is made of constants becomes
// constant. Then, around those and Add: where every computed operand comes from a DequantizeLinear
// and the only reader is a QuantizeLinear, both become part of the node, which is then an integer
// kernel. A DequantizeLinear with other readers stays for them.
//
// Not: if the result stays in floating point, or one operand is (then the node computes in floating
// point and the conversions are kernels).
#pragma once

#include "graph_ir/graph.h"

namespace tacho {

bool fuse_qdq(Graph& graph);

}  // namespace tacho

#include "graph_ir/passes/fuse_qdq.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_ir/passes_testing.h"

namespace tacho {
namespace {

using testing::after;
using testing::inferred;
using testing::inputs_of;

const std::string kScales =
    "float s = {0.1}, uint8 z = {0}, int8 wz = {0}, int8[4,3,1,1] w = {}, float[4] b = {}, "
    "int32[4] ib = {}, float[4,3,1,1] "
    "fw = {}";

std::string graph(const std::string& body, const std::string& outputs = "uint8[1,4,8,8] y") {
  return "g (uint8[1,3,8,8] x, float[1,3,8,8] f) => (" + outputs + ") <" + kScales + "> { " + body +
         " }";
}

TEST(FuseQdq, MakesAnIntegerConvolution) {
  Graph g = inferred(
      graph("a = DequantizeLinear(x, s, z) c = DequantizeLinear(w, s, wz) d = Conv(a, c, b) "
            "y = QuantizeLinear(d, s, z)"));
  EXPECT_EQ(after(fuse_qdq, g), "Conv[DequantizeLinear,QuantizeLinear]");
  const NodeId conv = testing::id_of(g, Op::kConv);
  EXPECT_EQ(inputs_of(g, conv), "x w b");
  EXPECT_EQ(g.value(g.node(conv).inputs[1]).dtype, DType::kInt8);
}

TEST(FuseQdq, TakesAnActivationBetween) {
  Graph g =
      inferred(graph("a = DequantizeLinear(x, s, z) d = Conv(a, fw) y = QuantizeLinear(d, s, z)"));
  g.node(1).fused.push_back({Op::kRelu, 256});
  EXPECT_EQ(after(fuse_qdq, g), "Conv[Relu,DequantizeLinear,QuantizeLinear]");
}

TEST(FuseQdq, NarrowsAWeightAlone) {
  EXPECT_EQ(
      after(fuse_qdq, graph("c = DequantizeLinear(w, s, wz) y = Conv(f, c)", "float[1,4,8,8] y")),
      "Conv");
}

TEST(FuseQdq, NotWhereTheResultStaysReal) {
  EXPECT_EQ(
      after(fuse_qdq, graph("a = DequantizeLinear(x, s, z) y = Conv(a, fw)", "float[1,4,8,8] y")),
      "unchanged: DequantizeLinear Conv");
}

TEST(FuseQdq, NotWhereAnOperandIsReal) {
  EXPECT_EQ(after(fuse_qdq, graph("d = Conv(f, fw) y = QuantizeLinear(d, s, z)")),
            "unchanged: Conv QuantizeLinear");
}

TEST(FuseQdq, KeepsADequantizeLinearThatIsReadElsewhere) {
  EXPECT_EQ(after(fuse_qdq,
                  graph("a = DequantizeLinear(x, s, z) d = Conv(a, fw) y = QuantizeLinear(d, s, z) "
                        "o = Relu(a)",
                        "uint8[1,4,8,8] y, float[1,3,8,8] o")),
            "DequantizeLinear Conv[DequantizeLinear,QuantizeLinear] Relu");
}

}  // namespace
}  // namespace tacho

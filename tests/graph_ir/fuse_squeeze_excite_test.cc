#include "graph_ir/passes/fuse_squeeze_excite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_ir/passes/fuse_activation.h"
#include "graph_ir/passes/fuse_silu.h"
#include "graph_ir/passes_testing.h"

namespace tacho {
namespace {

using testing::after;
using testing::inferred;
using testing::inputs_of;

std::string graph(const std::string& body, const std::string& outputs = "float[1,8,4,4] y") {
  return "g (float[1,8,4,4] x, float[1,8,4,4] u) => (" + outputs +
         ") <float[2,8,1,1] a = {}, float[2] ab = {}, float[8,2,1,1] b = {}, float[8] bb = {}, "
         "float[8,8,1,1] e = "
         "{}, float[8,2] fa = {}, float[2,8] fb = {}, int64[2] flat = {1, 8}, int64[4] full = {1, "
         "8, 4, 4}, int64[4] tall = {1, "
         "8, 1, 1}> { " +
         body + " }";
}
const std::string kGate = "r = Conv(m, a, ab) l = Relu(r) k = Conv(l, b, bb) s = Sigmoid(k) ";

TEST(FuseSqueezeExcite, PoolingByReduceMeanOrGlobalAveragePool) {
  for (const std::string pool :
       {"m = ReduceMean <axes = [2, 3]> (x) ", "m = GlobalAveragePool(x) "}) {
    Graph g = inferred(graph(pool + kGate + "y = Mul(x, s)"));
    EXPECT_EQ(after(fuse_squeeze_excite, g), "SqueezeExcite[Conv,Relu,Conv,Sigmoid]");
    const NodeId id = testing::id_of(g, Op::kSqueezeExcite);
    EXPECT_EQ(inputs_of(g, id), "x a ab b bb");
    EXPECT_EQ(g.node(id).fused[0].macs, 16);
    EXPECT_EQ(g.node(id).fused[2].macs, 16);
  }
}

TEST(FuseSqueezeExcite, FullyConnectedWithReshapes) {
  EXPECT_EQ(
      after(fuse_squeeze_excite,
            graph("p = GlobalAveragePool(x) m = Reshape(p, flat) r = MatMul(m, fa) l = Relu(r) k = "
                  "MatMul(l, fb) s = HardSigmoid(k) h = Reshape(s, tall) y = Mul(h, x)")),
      "SqueezeExcite[MatMul,Relu,MatMul,HardSigmoid]");
}

TEST(FuseSqueezeExcite, OneLayerIsEnough) {
  EXPECT_EQ(after(fuse_squeeze_excite,
                  graph("m = GlobalAveragePool(x) k = Conv(m, e) s = Sigmoid(k) y = Mul(x, s)")),
            "SqueezeExcite[Conv,Sigmoid]");
}

TEST(FuseSqueezeExcite, RearrangementsOfTheGateAreNoParts) {
  EXPECT_EQ(
      after(fuse_squeeze_excite,
            graph("m = GlobalAveragePool(x) k = Conv(m, e) s = Sigmoid(k) h = Expand(s, full) "
                  "y = Mul(x, h)")),
      "SqueezeExcite[Conv,Sigmoid]");
}

TEST(FuseSqueezeExcite, NotWhereAnotherTensorIsGated) {
  EXPECT_EQ(
      after(fuse_squeeze_excite, graph("m = GlobalAveragePool(x) " + kGate + "y = Mul(u, s)")),
      "unchanged: GlobalAveragePool Conv Relu Conv Sigmoid Mul");
}

TEST(FuseSqueezeExcite, NotWhereTheGateIsReadElsewhere) {
  EXPECT_EQ(after(fuse_squeeze_excite, graph("m = GlobalAveragePool(x) " + kGate + "y = Mul(x, s)",
                                             "float[1,8,4,4] y, float[1,8,1,1] s")),
            "unchanged: GlobalAveragePool Conv Relu Conv Sigmoid Mul");
}

TEST(FuseSqueezeExcite, NotWithoutAGateOrALayer) {
  EXPECT_EQ(
      after(fuse_squeeze_excite, graph("m = GlobalAveragePool(x) k = Conv(m, e) y = Mul(x, k)")),
      "unchanged: GlobalAveragePool Conv Mul");
  EXPECT_EQ(
      after(fuse_squeeze_excite, graph("m = GlobalAveragePool(x) s = Sigmoid(m) y = Mul(x, s)")),
      "unchanged: GlobalAveragePool Sigmoid Mul");
}

}  // namespace
}  // namespace tacho

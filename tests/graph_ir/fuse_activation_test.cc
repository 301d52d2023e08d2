#include "graph_ir/passes/fuse_activation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_ir/passes_testing.h"

namespace tacho {
namespace {

using testing::after;
using testing::inferred;
using testing::inputs_of;

std::string conv_then(const std::string& rest, const std::string& outputs = "float[1,4,8,8] y") {
  return "g (float[1,3,8,8] x) => (" + outputs +
         ") <float[4,3,1,1] w = {}, float[4] b = {}, float[4,1,1] p = {}, float zero = {0}, "
         "float six = {6}, float one = {1}> { a = Conv(x, w, b) " +
         rest + " }";
}

TEST(FuseActivation, TakesEachActivation) {
  for (const std::string op :
       {"Relu", "Sigmoid", "HardSigmoid", "HardSwish", "LeakyRelu", "Tanh", "Elu", "Softplus"}) {
    EXPECT_EQ(after(fuse_activation, conv_then("y = " + op + "(a)")), "Conv[" + op + "]");
  }
}

TEST(FuseActivation, MarksRelu6AndNoOtherClip) {
  Graph relu6 = inferred(conv_then("y = Clip(a, zero, six)"));
  EXPECT_EQ(after(fuse_activation, relu6), "Conv[Clip]");
  EXPECT_TRUE(relu6.node(0).fused[0].relu6);
  EXPECT_EQ(inputs_of(relu6, 0), "x w b");
  Graph other = inferred(conv_then("y = Clip(a, zero, one)"));
  EXPECT_EQ(after(fuse_activation, other), "Conv[Clip]");
  EXPECT_FALSE(other.node(0).fused[0].relu6);
}

TEST(FuseActivation, KeepsAPRelusSlopeAsInput) {
  Graph g = inferred(conv_then("y = PRelu(a, p)"));
  EXPECT_EQ(after(fuse_activation, g), "Conv[PRelu]");
  EXPECT_EQ(inputs_of(g, 0), "x w b p");
}

TEST(FuseActivation, ASlopeIsNotTakenForAMissingBias) {
  Graph g = inferred(R"(g (float[1,3,8,8] x) => (float[1,4,8,8] y)
      <float[4,3,1,1] w = {}, float[4,1,1] p = {}> { a = Conv(x, w) y = PRelu(a, p) })");
  EXPECT_EQ(after(fuse_activation, g), "Conv[PRelu]");
  EXPECT_EQ(inputs_of(g, 0), "x w - p");
}

TEST(FuseActivation, NotWhereTheResultIsOnlyABound) {
  EXPECT_EQ(after(fuse_activation,
                  "g (float[1] x, float[1,1] a, float[2,3] d) => (float[2,3] y) "
                  "{ s = Add(x, a) y = PRelu(d, s) }"),
            "unchanged: Add PRelu");
}

TEST(FuseActivation, AddWithReluIsOneKernel) {
  EXPECT_EQ(after(fuse_activation,
                  "g (float[2,3] x, float[2,3] r) => (float[2,3] y) { "
                  "a = Add(x, r) y = Relu(a) }"),
            "Add[Relu]");
}

TEST(FuseActivation, NotWhereAnotherReads) {
  EXPECT_EQ(after(fuse_activation,
                  conv_then("y = Relu(a) z = Tanh(a)", "float[1,4,8,8] y, float[1,4,8,8] z")),
            "unchanged: Conv Relu Tanh");
  EXPECT_EQ(after(fuse_activation, conv_then("y = Relu(a)", "float[1,4,8,8] y, float[1,4,8,8] a")),
            "unchanged: Conv Relu");
}

TEST(FuseActivation, NotASecondOneNorOntoAPooling) {
  EXPECT_EQ(after(fuse_activation, conv_then("r = Relu(a) y = Tanh(r)")), "Conv[Relu] Tanh");
  EXPECT_EQ(after(fuse_activation,
                  "g (float[1,3,8,8] x) => (float[1,3,1,1] y) { "
                  "a = GlobalAveragePool(x) y = Relu(a) }"),
            "unchanged: GlobalAveragePool Relu");
}

}  // namespace
}  // namespace tacho

#include "graph_ir/passes/fuse_bn_into_conv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_ir/passes_testing.h"

namespace tacho {
namespace {

using testing::after;
using testing::inferred;
using testing::inputs_of;

TEST(FuseBnIntoConv, TakesTheNormalizationAndItsBias) {
  Graph g = inferred(R"(g (float[1,3,8,8] x) => (float[1,4,8,8] y)
      <float[4,3,1,1] w = {}, float[4] s = {}, float[4] b = {}, float[4] m = {}, float[4] v = {}> {
    a = Conv(x, w)
    y = BatchNormalization(a, s, b, m, v)
  })");
  EXPECT_EQ(after(fuse_bn_into_conv, g), "Conv[BatchNormalization]");
  EXPECT_EQ(inputs_of(g, 0), "x w b");
  EXPECT_EQ(g.node(0).fused[0].elements, 4 * 8 * 8);
}

TEST(FuseBnIntoConv, KeepsTheConvolutionsOwnBias) {
  Graph g = inferred(R"(g (float[1,3,8,8] x) => (float[1,4,8,8] y)
      <float[4,3,1,1] w = {}, float[4] c = {}, float[4] s = {}, float[4] b = {}, float[4] m = {},
       float[4] v = {}> {
    a = Conv(x, w, c)
    y = BatchNormalization(a, s, b, m, v)
  })");
  EXPECT_EQ(after(fuse_bn_into_conv, g), "Conv[BatchNormalization]");
  EXPECT_EQ(inputs_of(g, 0), "x w c");
}

TEST(FuseBnIntoConv, RecognisesMulAndAddPerChannel) {
  EXPECT_EQ(after(fuse_bn_into_conv, R"(g (float[1,3,8,8] x) => (float[1,4,8,8] y)
      <float[4,3,1,1] w = {}, float[1,4,1,1] s = {}, float[4,1,1] b = {}> {
    a = Conv(x, w)
    m = Mul(s, a)
    y = Add(m, b)
  })"),
            "Conv[BatchNormalization]");
}

TEST(FuseBnIntoConv, NotAMulAlone) {
  EXPECT_EQ(after(fuse_bn_into_conv, R"(g (float[1,3,8,8] x, float[1,4,8,8] r) => (float[1,4,8,8] y)
      <float[4,3,1,1] w = {}, float[1,4,1,1] s = {}> {
    a = Conv(x, w)
    m = Mul(a, s)
    y = Add(m, r)
  })"),
            "unchanged: Conv Mul Add");
}

TEST(FuseBnIntoConv, NotWhereTheConvolutionIsReadElsewhere) {
  EXPECT_EQ(after(fuse_bn_into_conv, R"(g (float[1,3,8,8] x) => (float[1,4,8,8] y, float[1,4,8,8] z)
      <float[4,3,1,1] w = {}, float[4] s = {}, float[4] b = {}, float[4] m = {}, float[4] v = {}> {
    a = Conv(x, w)
    y = BatchNormalization(a, s, b, m, v)
    z = Relu(a)
  })"),
            "unchanged: Conv BatchNormalization Relu");
}

TEST(FuseBnIntoConv, NotWithAComputedParameterOrWeight) {
  EXPECT_EQ(after(fuse_bn_into_conv, R"(g (float[1,3,8,8] x, float[4] s) => (float[1,4,8,8] y)
      <float[4,3,1,1] w = {}, float[4] b = {}, float[4] m = {}, float[4] v = {}> {
    a = Conv(x, w)
    y = BatchNormalization(a, s, b, m, v)
  })"),
            "unchanged: Conv BatchNormalization");
}

TEST(FuseBnIntoConv, LeavesANormOverTheRowsOfAProduct) {
  // Dimension 1 counts tokens here; the weights' outputs are the last dimension.
  EXPECT_EQ(after(fuse_bn_into_conv, R"(g (float[1,16,32] x) => (float[1,16,64] y)
      <float[32,64] w = {}, float[16] s = {}, float[16] b = {}, float[16] m = {}, float[16] v = {}> {
    a = MatMul(x, w)
    y = BatchNormalization(a, s, b, m, v)
  })"),
            "unchanged: MatMul BatchNormalization");
}

}  // namespace
}  // namespace tacho

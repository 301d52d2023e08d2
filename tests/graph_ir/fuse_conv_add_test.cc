#include "graph_ir/passes/fuse_conv_add.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_ir/passes_testing.h"

namespace tacho {
namespace {

using testing::after;
using testing::inferred;
using testing::inputs_of;

TEST(FuseConvAdd, TheLaterConvolutionTakesTheAdd) {
  Graph g = inferred(R"(g (float[1,4,8,8] x) => (float[1,4,8,8] y) <float[4,4,1,1] w = {}> {
    a = Conv(x, w)
    r = Relu(a)
    b = Conv(r, w)
    c = Conv(x, w)
    y = Add(b, c)
  })");
  EXPECT_EQ(after(fuse_conv_add, g), "Conv Relu Conv Conv[Add]");
  EXPECT_EQ(inputs_of(g, 3), "x w - b");
}

TEST(FuseConvAdd, TakesAResidualBehindABias) {
  Graph g = inferred(R"(g (float[1,4,8,8] x) => (float[1,4,8,8] y)
      <float[4,4,1,1] w = {}, float[4] b = {}> {
    a = Conv(x, w, b)
    y = Add(x, a)
  })");
  EXPECT_EQ(after(fuse_conv_add, g), "Conv[Add]");
  EXPECT_EQ(inputs_of(g, 0), "x w b x");
}

TEST(FuseConvAdd, NotWhereTheAddBroadcasts) {
  EXPECT_EQ(after(fuse_conv_add, R"(g (float[1,4,8,8] x, float[1,4,1,1] r) => (float[1,4,8,8] y)
      <float[4,4,1,1] w = {}> {
    a = Conv(x, w)
    y = Add(a, r)
  })"),
            "unchanged: Conv Add");
}

TEST(FuseConvAdd, NotAConstantNorItself) {
  EXPECT_EQ(after(fuse_conv_add, R"(g (float[1,4,2,2] x) => (float[1,4,2,2] y)
      <float[4,4,1,1] w = {}, float[1,4,2,2] c = {}> {
    a = Conv(x, w)
    s = Add(a, c)
    t = Conv(s, w)
    y = Add(t, t)
  })"),
            "unchanged: Conv Add Conv Add");
}

// Were the second reader allowed, y = Conv(x, w, Relu(y)) would be a cycle.
TEST(FuseConvAdd, NotWhereTheResidualComesFromTheConvolutionItself) {
  EXPECT_EQ(
      after(fuse_conv_add, R"(g (float[1,4,8,8] x) => (float[1,4,8,8] y) <float[4,4,1,1] w = {}> {
    a = Conv(x, w)
    r = Relu(a)
    y = Add(a, r)
  })"),
      "unchanged: Conv Relu Add");
}

TEST(FuseConvAdd, NotBehindAnActivation) {
  Graph g = inferred(R"(g (float[1,4,8,8] x) => (float[1,4,8,8] y) <float[4,4,1,1] w = {}> {
    a = Conv(x, w)
    y = Add(a, x)
  })");
  g.node(0).fused.push_back({Op::kRelu, 256});
  EXPECT_EQ(after(fuse_conv_add, g), "unchanged: Conv[Relu] Add");
}

}  // namespace
}  // namespace tacho

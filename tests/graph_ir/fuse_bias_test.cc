#include "graph_ir/passes/fuse_bias.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_ir/passes_testing.h"

namespace tacho {
namespace {

using testing::after;
using testing::inferred;
using testing::inputs_of;

TEST(FuseBias, TakesABiasInEitherOrderOfOperands) {
  for (const std::string add : {"Add(a, b)", "Add(b, a)"}) {
    Graph g = inferred(
        "g (float[2,3] x) => (float[2,4] y) <float[3,4] w = {}, float[4] b = {}> { "
        "a = MatMul(x, w) y = " +
        add + " }");
    EXPECT_EQ(after(fuse_bias, g), "MatMul");
    EXPECT_EQ(inputs_of(g, 0), "x w b");
  }
}

TEST(FuseBias, TakesAConvolutionsBiasPerChannel) {
  EXPECT_EQ(after(fuse_bias, R"(g (float[1,3,8,8] x) => (float[1,4,8,8] y)
      <float[4,3,1,1] w = {}, float[1,4,1,1] b = {}> {
    a = Conv(x, w)
    y = Add(a, b)
  })"),
            "Conv");
}

TEST(FuseBias, NotAlongAnotherAxis) {
  EXPECT_EQ(after(fuse_bias, R"(g (float[1,3,8,8] x) => (float[1,4,8,8] y)
      <float[4,3,1,1] w = {}, float[8] b = {}> {
    a = Conv(x, w)
    y = Add(a, b)
  })"),
            "unchanged: Conv Add");
}

TEST(FuseBias, NotOntoAProductOfActivations) {
  EXPECT_EQ(after(fuse_bias, R"(g (float[2,3] x, float[3,4] w) => (float[2,4] y) <float[4] b = {}> {
    a = MatMul(x, w)
    y = Add(a, b)
  })"),
            "unchanged: MatMul Add");
}

TEST(FuseBias, NotAResidualNorWhereTheProductIsReadElsewhere) {
  EXPECT_EQ(after(fuse_bias, R"(g (float[2,3] x, float[2,4] r) => (float[2,4] y)
      <float[3,4] w = {}> {
    a = MatMul(x, w)
    y = Add(a, r)
  })"),
            "unchanged: MatMul Add");
  EXPECT_EQ(after(fuse_bias, R"(g (float[2,3] x) => (float[2,4] y, float[2,4] z)
      <float[3,4] w = {}, float[4] b = {}> {
    a = MatMul(x, w)
    y = Add(a, b)
    z = Relu(a)
  })"),
            "unchanged: MatMul Add Relu");
}

}  // namespace
}  // namespace tacho

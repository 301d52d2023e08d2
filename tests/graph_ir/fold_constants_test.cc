#include "graph_ir/passes/fold_constants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_ir/passes_testing.h"

namespace tacho {
namespace {

using testing::after;
using testing::inferred;
using testing::inputs_of;

TEST(FoldConstants, RemovesNodesOfConstants) {
  Graph g = inferred(R"(g (float[2,3] x) => (float[2,4] y) <float[4,3] w = {}> {
    t = Transpose <perm = [1, 0]> (w)
    y = MatMul(x, t)
  })");
  EXPECT_EQ(after(fold_constants, g), "MatMul");
  EXPECT_EQ(inputs_of(g, 1), "x t");
  EXPECT_TRUE(g.value(g.node(1).inputs[1]).is_constant);
}

TEST(FoldConstants, LeavesWhatReadsAnInput) {
  EXPECT_EQ(after(fold_constants, R"(g (float[2,3] x) => (float[2,3] y) <float[3] w = {}> {
    a = Relu(x)
    y = Mul(a, w)
  })"),
            "unchanged: Relu Mul");
}

TEST(FoldConstants, LeavesDequantizeLinearToFuseQdq) {
  EXPECT_EQ(after(fold_constants, R"(g (float[2,3] x) => (float[2,3] y)
      <int8[3,3] w = {}, float s = {0.1}, int8 z = {0}> {
    f = DequantizeLinear(w, s, z)
    y = MatMul(x, f)
  })"),
            "unchanged: DequantizeLinear MatMul");
}

}  // namespace
}  // namespace tacho

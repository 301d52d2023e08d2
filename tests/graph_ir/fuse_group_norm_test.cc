#include "graph_ir/passes/fuse_group_norm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_ir/passes_testing.h"

namespace tacho {
namespace {

using testing::after;
using testing::inferred;
using testing::inputs_of;

std::string graph(const std::string& tail, const std::string& back = "{2, 6, 4, 4}",
                  const std::string& dims = "2,6,4,4") {
  return "g (float[2,6,4,4] x) => (float[" + dims +
         "] y) <int64[3] s = {2, 3, -1}, int64[4] t = " + back +
         ", float[3] one = {1, 1, 1}, float[3] zero = {0, 0, 0}, float[6,1,1] w = {}, float[6,1,1] "
         "b = {}> { "
         "a = Reshape(x, s) i = InstanceNormalization(a, one, zero) " +
         tail + " }";
}

TEST(FuseGroupNorm, WithScaleAndBias) {
  Graph g = inferred(graph("r = Reshape(i, t) m = Mul(r, w) y = Add(m, b)"));
  EXPECT_EQ(after(fuse_group_norm, g), "GroupNormalization");
  EXPECT_EQ(inputs_of(g, testing::id_of(g, Op::kGroupNormalization)), "x w b");
  EXPECT_EQ(testing::only(g, Op::kGroupNormalization).int_attribute("num_groups", 0), 3);
}

TEST(FuseGroupNorm, WithoutThem) {
  EXPECT_EQ(after(fuse_group_norm, graph("y = Reshape(i, t)")), "GroupNormalization");
}

TEST(FuseGroupNorm, NotWhereTheShapeDoesNotComeBack) {
  EXPECT_EQ(after(fuse_group_norm, graph("y = Reshape(i, t)", "{2, 3, 8, 4}", "2,3,8,4")),
            "unchanged: Reshape InstanceNormalization Reshape");
}

TEST(FuseGroupNorm, NotAPlainInstanceNormalization) {
  EXPECT_EQ(after(fuse_group_norm, R"(g (float[2,3,4,4] x) => (float[2,3,4,4] y)
      <float[3] one = {1, 1, 1}, float[3] zero = {0, 0, 0}> { y = InstanceNormalization(x, one, zero) })"),
            "unchanged: InstanceNormalization");
}

}  // namespace
}  // namespace tacho

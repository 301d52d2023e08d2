#include "graph_ir/passes/merge_reshapes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_ir/passes_testing.h"

namespace tacho {
namespace {

using testing::after;
using testing::inferred;
using testing::inputs_of;

TEST(MergeReshapes, MakesOneOfAChain) {
  Graph g = inferred(R"(g (float[2,3,4] x) => (float[4,6,1] y)
      <int64[1] s = {24}, int64[2] t = {4, 6}, int64[1] a = {2}> {
    b = Reshape(x, s)
    c = Reshape(b, t)
    y = Unsqueeze(c, a)
  })");
  EXPECT_EQ(after(merge_reshapes, g), "Reshape");
  EXPECT_EQ(inputs_of(g, 2), "x");
}

TEST(MergeReshapes, RemovesARoundTrip) {
  EXPECT_EQ(after(merge_reshapes, R"(g (float[2,3,4] x) => (float[2,3,4] y)
      <int64[1] s = {24}, int64[3] t = {2, 3, 4}> {
    b = Reshape(x, s)
    c = Reshape(b, t)
    y = Relu(c)
  })"),
            "Relu");
}

TEST(MergeReshapes, KeepsALinkThatIsReadElsewhere) {
  Graph g = inferred(R"(g (float[2,3,4] x) => (float[4,6] y, float[24] z)
      <int64[1] s = {24}, int64[2] t = {4, 6}> {
    b = Reshape(x, s)
    y = Reshape(b, t)
    z = Relu(b)
  })");
  EXPECT_EQ(after(merge_reshapes, g), "Reshape Reshape Relu");
  EXPECT_EQ(inputs_of(g, 1), "x");
}

TEST(MergeReshapes, StopsAtATranspose) {
  EXPECT_EQ(after(merge_reshapes, R"(g (float[2,3,4] x) => (float[4,6] y)
      <int64[2] s = {6, 4}, int64[2] t = {4, 6}> {
    b = Reshape(x, s)
    c = Transpose <perm = [1, 0]> (b)
    y = Reshape(c, t)
  })"),
            "unchanged: Reshape Transpose Reshape");
}

}  // namespace
}  // namespace tacho

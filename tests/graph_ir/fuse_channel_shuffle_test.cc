#include "graph_ir/passes/fuse_channel_shuffle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_ir/passes_testing.h"

namespace tacho {
namespace {

using testing::after;
using testing::inferred;
using testing::inputs_of;

std::string graph(const std::string& perm) {
  return "g (float[1,6,4,4] x) => (float[1,6,4,4] y) <int64[5] s = {1, 2, 3, 4, 4}, int64[4] t = "
         "{1, 6, 4, 4}> { "
         "a = Reshape(x, s) b = Transpose <perm = " +
         perm + "> (a) y = Reshape(b, t) }";
}

TEST(FuseChannelShuffle, SwapsGroups) {
  Graph g = inferred(graph("[0, 2, 1, 3, 4]"));
  EXPECT_EQ(after(fuse_channel_shuffle, g), "ChannelShuffle");
  EXPECT_EQ(testing::only(g, Op::kChannelShuffle).int_attribute("group", 0), 2);
}

TEST(FuseChannelShuffle, NotAnotherPermutation) {
  EXPECT_EQ(after(fuse_channel_shuffle, graph("[0, 2, 1, 4, 3]")),
            "unchanged: Reshape Transpose Reshape");
}

}  // namespace
}  // namespace tacho

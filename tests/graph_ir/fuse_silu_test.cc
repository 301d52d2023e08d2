#include "graph_ir/passes/fuse_silu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_ir/passes_testing.h"

namespace tacho {
namespace {

using testing::after;
using testing::inferred;
using testing::inputs_of;

TEST(FuseSilu, EitherOrder) {
  for (const std::string mul : {"Mul(x, s)", "Mul(s, x)"}) {
    EXPECT_EQ(
        after(fuse_silu, "g (float[2,3] x) => (float[2,3] y) { s = Sigmoid(x) y = " + mul + " }"),
        "Silu");
  }
}

TEST(FuseSilu, NotAGate) {
  EXPECT_EQ(after(fuse_silu,
                  "g (float[2,3] x, float[2,3] u) => (float[2,3] y) { "
                  "s = Sigmoid(x) y = Mul(u, s) }"),
            "unchanged: Sigmoid Mul");
}

TEST(FuseSilu, NotWhereTheSigmoidIsReadElsewhere) {
  EXPECT_EQ(after(fuse_silu,
                  "g (float[2,3] x) => (float[2,3] y, float[2,3] s) { "
                  "s = Sigmoid(x) y = Mul(x, s) }"),
            "unchanged: Sigmoid Mul");
}

}  // namespace
}  // namespace tacho

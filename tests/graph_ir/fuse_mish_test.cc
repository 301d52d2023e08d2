#include "graph_ir/passes/fuse_mish.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_ir/passes_testing.h"

namespace tacho {
namespace {

using testing::after;
using testing::inferred;
using testing::inputs_of;

TEST(FuseMish, SoftplusTanhMul) {
  EXPECT_EQ(after(fuse_mish,
                  "g (float[2,3] x) => (float[2,3] y) { "
                  "s = Softplus(x) t = Tanh(s) y = Mul(t, x) }"),
            "Mish");
}

TEST(FuseMish, NotOfAnotherTensor) {
  EXPECT_EQ(after(fuse_mish,
                  "g (float[2,3] x, float[2,3] u) => (float[2,3] y) { "
                  "s = Softplus(x) t = Tanh(s) y = Mul(u, t) }"),
            "unchanged: Softplus Tanh Mul");
}

}  // namespace
}  // namespace tacho

#include "graph_ir/passes/fuse_hswish.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_ir/passes_testing.h"

namespace tacho {
namespace {

using testing::after;
using testing::inferred;
using testing::inputs_of;

std::string graph(const std::string& body) {
  return "g (float[2,3] x) => (float[2,3] y) <float zero = {0}, float three = {3}, float six = "
         "{6}, float sixth "
         "= {0.16666667}, float four = {4}> { " +
         body + " }";
}

TEST(FuseHswish, Spellings) {
  for (const std::string body : {
           "h = HardSigmoid <alpha = 0.16666667> (x) y = Mul(x, h)",
           "a = Add(x, three) c = Clip(a, zero, six) m = Mul(x, c) y = Div(m, six)",
           "a = Add(three, x) c = Clip(a, zero, six) m = Mul(c, x) y = Mul(m, sixth)",
           "a = Add(x, three) c = Clip(a, zero, six) d = Div(c, six) y = Mul(x, d)",
       }) {
    EXPECT_EQ(after(fuse_hswish, graph(body)), "HardSwish") << body;
  }
}

TEST(FuseHswish, NotWithOnnxsOwnSlope) {
  EXPECT_EQ(after(fuse_hswish, graph("h = HardSigmoid(x) y = Mul(x, h)")),
            "unchanged: HardSigmoid Mul");
}

TEST(FuseHswish, NotWithAnotherBoundShiftOrDivisor) {
  EXPECT_EQ(after(fuse_hswish,
                  graph("a = Add(x, three) c = Clip(a, zero, four) m = Mul(x, c) y = Div(m, six)")),
            "unchanged: Add Clip Mul Div");
  EXPECT_EQ(after(fuse_hswish,
                  graph("a = Add(x, four) c = Clip(a, zero, six) m = Mul(x, c) y = Div(m, six)")),
            "unchanged: Add Clip Mul Div");
  EXPECT_EQ(after(fuse_hswish,
                  graph("a = Add(x, three) c = Clip(a, zero, six) m = Mul(x, c) y = Div(m, four)")),
            "unchanged: Add Clip Mul Div");
}

}  // namespace
}  // namespace tacho

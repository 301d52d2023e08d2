#include "graph_ir/passes/fuse_elementwise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_ir/passes_testing.h"

namespace tacho {
namespace {

using testing::after;
using testing::inferred;
using testing::inputs_of;

TEST(FuseElementwise, MakesOneKernelOfAChain) {
  Graph g = inferred(R"(g (float[2,3,4] x, float[2,3,4] r) => (float[2,3,4] y) <float[4] s = {}> {
    a = Mul(x, s)
    b = Add(r, a)
    y = Sqrt(b)
  })");
  EXPECT_EQ(after(fuse_elementwise, g), "Mul[Add,Sqrt]");
  EXPECT_EQ(inputs_of(g, 0), "x s r");
}

TEST(FuseElementwise, NotOverALinkThatIsReadElsewhere) {
  EXPECT_EQ(after(fuse_elementwise, R"(g (float[2,3] x) => (float[2,3] y, float[2,3] z) {
    a = Sqrt(x)
    y = Exp(a)
    z = Neg(a)
  })"),
            "unchanged: Sqrt Exp Neg");
}

TEST(FuseElementwise, NotWhereTheNextNodeWidens) {
  EXPECT_EQ(after(fuse_elementwise, R"(g (float[1,3] x, float[2,3] r) => (float[2,3] y) {
    a = Sqrt(x)
    y = Add(a, r)
  })"),
            "unchanged: Sqrt Add");
}

TEST(FuseElementwise, NotOntoAConvolution) {
  EXPECT_EQ(after(fuse_elementwise, R"(g (float[1,3,8,8] x) => (float[1,4,8,8] y)
      <float[4,3,1,1] w = {}, float[1,4,1,1] s = {}> {
    a = Conv(x, w)
    y = Mul(a, s)
  })"),
            "unchanged: Conv Mul");
}

// Both chains lead into the Add; one takes it, the other keeps its own kernel.
TEST(FuseElementwise, TwoChainsThatMeetStayAcyclic) {
  EXPECT_EQ(after(fuse_elementwise, R"(g (float[2,3] x, float[2,3] u) => (float[2,3] y) {
    a = Sqrt(x)
    b = Exp(u)
    c = Add(a, b)
    y = Neg(c)
  })"),
            "Exp Sqrt[Add,Neg]");
}

}  // namespace
}  // namespace tacho

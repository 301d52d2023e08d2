#include "graph_ir/passes/fuse_gelu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_ir/passes_testing.h"

namespace tacho {
namespace {

using testing::after;
using testing::inferred;
using testing::inputs_of;

std::string graph(const std::string& body) {
  return "g (float[2,3] x) => (float[2,3] y) <float half = {0.5}, float root = {1.4142135}, float "
         "inverse = "
         "{0.70710678}, float one = {1}, float two = {2}, float three = {3}, float k = {0.044715}, "
         "float c = "
         "{0.7978845608}, float q = {1.702}, float wrong = {1.5}> { " +
         body + " }";
}

TEST(FuseGelu, ErfInEveryOrder) {
  for (const std::string body : {
           "d = Div(x, root) e = Erf(d) p = Add(e, one) m = Mul(x, p) y = Mul(m, half)",
           "d = Mul(x, inverse) e = Erf(d) p = Add(one, e) m = Mul(p, x) y = Mul(half, m)",
           "h = Mul(half, x) d = Div(x, root) e = Erf(d) p = Add(e, one) y = Mul(h, p)",
           "d = Div(x, root) e = Erf(d) p = Add(e, one) h = Mul(p, half) y = Mul(x, h)",
           "d = Div(x, root) e = Erf(d) p = Add(e, one) m = Mul(x, p) y = Div(m, two)",
       }) {
    Graph g = inferred(graph(body));
    EXPECT_EQ(after(fuse_gelu, g), "Gelu") << body;
    EXPECT_EQ(testing::only(g, Op::kGelu).text_attribute("approximate", ""), "none");
  }
}

TEST(FuseGelu, Tanh) {
  for (const std::string cube : {
           "x3 = Pow(x, three) k3 = Mul(k, x3)",
           "x2 = Mul(x, x) x3 = Mul(x2, x) k3 = Mul(x3, k)",
           "kx = Mul(x, k) kxx = Mul(kx, x) k3 = Mul(kxx, x)",
       }) {
    Graph g = inferred(
        graph(cube + " s = Add(x, k3) i = Mul(c, s) t = Tanh(i) p = Add(t, one) h = Mul(x, half) "
                     "y = Mul(h, p)"));
    EXPECT_EQ(after(fuse_gelu, g), "Gelu") << cube;
    EXPECT_EQ(testing::only(g, Op::kGelu).text_attribute("approximate", ""), "tanh");
  }
}

TEST(FuseGelu, Quick) {
  Graph g = inferred(graph("s = Mul(x, q) t = Sigmoid(s) y = Mul(x, t)"));
  EXPECT_EQ(after(fuse_gelu, g), "Gelu");
  EXPECT_EQ(testing::only(g, Op::kGelu).text_attribute("approximate", ""), "quick");
}

TEST(FuseGelu, NotWithAnotherConstant) {
  for (const std::string body : {
           "d = Div(x, wrong) e = Erf(d) p = Add(e, one) m = Mul(x, p) y = Mul(m, half)",
           "d = Div(x, root) e = Erf(d) p = Add(e, two) m = Mul(x, p) y = Mul(m, half)",
           "d = Div(x, root) e = Erf(d) p = Add(e, one) m = Mul(x, p) y = Mul(m, one)",
           "d = Div(root, x) e = Erf(d) p = Add(e, one) m = Mul(x, p) y = Mul(m, half)",
       }) {
    EXPECT_EQ(after(fuse_gelu, graph(body)),
              "unchanged: " + testing::listing(inferred(graph(body))));
  }
  EXPECT_EQ(after(fuse_gelu, graph("s = Mul(x, wrong) t = Sigmoid(s) y = Mul(x, t)")),
            "unchanged: Mul Sigmoid Mul");
}

TEST(FuseGelu, NotOverTwoDifferentTensors) {
  EXPECT_EQ(after(fuse_gelu,
                  graph("o = Relu(x) d = Div(o, root) e = Erf(d) p = Add(e, one) m = Mul(x, p) "
                        "y = Mul(m, half)")),
            "unchanged: Relu Div Erf Add Mul Mul");
}

TEST(FuseGelu, NotWhereAPartIsReadElsewhere) {
  EXPECT_EQ(after(fuse_gelu, R"(g (float[2,3] x) => (float[2,3] y, float[2,3] z)
      <float half = {0.5}, float root = {1.4142135}, float one = {1}> {
    d = Div(x, root)
    e = Erf(d)
    p = Add(e, one)
    m = Mul(x, p)
    y = Mul(m, half)
    z = Relu(e)
  })"),
            "unchanged: Div Erf Add Mul Mul Relu");
}

}  // namespace
}  // namespace tacho

#include "graph_ir/passes/fuse_attention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_ir/passes_testing.h"

namespace tacho {
namespace {

using testing::after;
using testing::inferred;
using testing::inputs_of;

std::string graph(const std::string& body, const std::string& outputs = "float[2,3,5,4] y") {
  return "g (float[2,3,5,4] q, float[2,3,7,4] k, float[2,3,7,4] v, float[1,1,5,7] m) => (" +
         outputs + ") <float c = {0.5}, float[1,3,5,7] r = {}, float[3,1,1] heads = {}> { " + body +
         " }";
}
const std::string kTranspose = "t = Transpose <perm = [0, 1, 3, 2]> (k) ";

TEST(FuseAttention, ScaleAnywhere) {
  for (const std::string& body : std::vector<std::string>{
           kTranspose + "s = MatMul(q, t) p = Softmax <axis = -1> (s) y = MatMul(p, v)",
           kTranspose +
               "u = Mul(q, c) s = MatMul(u, t) p = Softmax <axis = -1> (s) y = MatMul(p, v)",
           kTranspose + "u = Mul(q, c) w = Mul(t, c) s = MatMul(u, w) p = Softmax <axis = 3> (s) y "
                        "= MatMul(p, v)",
           "w = Mul(c, k) t = Transpose <perm = [0, 1, 3, 2]> (w) s = MatMul(q, t) p = Softmax "
           "<axis = 3> (s) "
           "y = MatMul(p, v)",
           kTranspose +
               "s = MatMul(q, t) d = Div(s, c) p = Softmax <axis = -1> (d) y = MatMul(p, v)",
       }) {
    Graph g = inferred(graph(body));
    EXPECT_EQ(after(fuse_attention, g), "FusedAttention") << body;
    EXPECT_EQ(inputs_of(g, testing::id_of(g, Op::kFusedAttention)), "q k v") << body;
  }
}

TEST(FuseAttention, MasksAndBiases) {
  Graph g =
      inferred(graph(kTranspose +
                     "s = MatMul(q, t) d = Mul(s, c) e = Add(d, r) f = Add(m, e) p = Softmax <axis "
                     "= -1> (f) y = MatMul(p, v)"));
  EXPECT_EQ(after(fuse_attention, g), "FusedAttention[Add,Add]");
  EXPECT_EQ(inputs_of(g, testing::id_of(g, Op::kFusedAttention)), "q k v m r");
}

TEST(FuseAttention, KeepsATransposedKeyThatIsReadElsewhere) {
  Graph g = inferred(graph(
      kTranspose + "s = MatMul(q, t) p = Softmax <axis = -1> (s) y = MatMul(p, v) z = Relu(t)",
      "float[2,3,5,4] y, float[2,3,4,7] z"));
  EXPECT_EQ(after(fuse_attention, g), "Transpose FusedAttention Relu");
  EXPECT_EQ(inputs_of(g, testing::id_of(g, Op::kFusedAttention)), "q t v");
}

TEST(FuseAttention, NotOverAnotherAxis) {
  EXPECT_EQ(
      after(fuse_attention,
            graph(kTranspose + "s = MatMul(q, t) p = Softmax <axis = 2> (s) y = MatMul(p, v)")),
      "unchanged: Transpose MatMul Softmax MatMul");
}

TEST(FuseAttention, NotWhereScoresOrProbabilitiesAreReadElsewhere) {
  const std::string body =
      kTranspose + "s = MatMul(q, t) p = Softmax <axis = -1> (s) y = MatMul(p, v)";
  for (const std::string extra : {"float[2,3,5,7] s", "float[2,3,5,7] p"}) {
    EXPECT_EQ(after(fuse_attention, graph(body, "float[2,3,5,4] y, " + extra)),
              "unchanged: Transpose MatMul Softmax MatMul");
  }
}

TEST(FuseAttention, NotWithATemperaturePerHead) {
  EXPECT_EQ(
      after(fuse_attention,
            graph(kTranspose + "s = MatMul(q, t) d = Mul(s, heads) p = Softmax <axis = -1> (d) "
                               "y = MatMul(p, v)")),
      "unchanged: Transpose MatMul Mul Softmax MatMul");
}

TEST(FuseAttention, NotWhereTheMaskDependsOnTheScores) {
  EXPECT_EQ(
      after(fuse_attention,
            graph(kTranspose + "s = MatMul(q, t) o = Relu(s) d = Add(s, o) p = Softmax <axis = "
                               "-1> (d) y = MatMul(p, v)")),
      "unchanged: Transpose MatMul Relu Add Softmax MatMul");
}

TEST(FuseAttention, NotTwoFullyConnectedLayers) {
  EXPECT_EQ(after(fuse_attention,
                  R"(g (float[2,5,4] x) => (float[2,5,4] y) <float[4,7] a = {}, float[7,4] b = {}> {
    s = MatMul(x, a)
    p = Softmax <axis = -1> (s)
    y = MatMul(p, b)
  })"),
            "unchanged: MatMul Softmax MatMul");
}

}  // namespace
}  // namespace tacho

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_ir/passes/pipeline.h"
#include "graph_ir/passes_testing.h"

namespace tacho {
namespace {

using testing::after;
using testing::inferred;
using testing::inputs_of;

using ::testing::Contains;
using ::testing::ElementsAre;

const std::string kResidualBlock = R"(g (float[1,4,8,8] x) => (float[1,4,8,8] y)
    <float[4,4,3,3] w = {}, float[4] s = {}, float[4] b = {}, float[4] m = {}, float[4] v = {}> {
  a = Conv <pads = [1, 1, 1, 1]> (x, w)
  c = BatchNormalization(a, s, b, m, v)
  d = Relu(c)
  e = Conv <pads = [1, 1, 1, 1]> (d, w)
  f = BatchNormalization(e, s, b, m, v)
  h = Add(f, x)
  i = Dropout(h)
  y = Relu(i)
})";

bool all(Graph& graph) { return run_passes(graph); }

TEST(Pipeline, ResidualBlock) {
  EXPECT_EQ(after(all, kResidualBlock),
            "Conv[BatchNormalization,Relu] Conv[BatchNormalization,Add,Relu]");
}

TEST(Pipeline, SkipsByName) {
  Graph g = inferred(kResidualBlock);
  PipelineOptions options;
  options.skip = {"fuse_bn_into_conv", "fuse_conv_add"};
  EXPECT_TRUE(run_passes(g, options));
  EXPECT_EQ(testing::listing(g), "Conv BatchNormalization[Relu] Conv BatchNormalization Add[Relu]");
}

TEST(Pipeline, TellsWhichPassesChangedTheGraph) {
  Graph g = inferred(kResidualBlock);
  std::vector<std::string> changed;
  PipelineOptions options;
  options.on_change = [&](std::string_view pass, const Graph&) { changed.emplace_back(pass); };
  run_passes(g, options);
  EXPECT_THAT(changed, ElementsAre("eliminate_identity", "fuse_bn_into_conv", "fuse_conv_add",
                                   "fuse_activation"));
}

TEST(Pipeline, ASecondRunChangesNothing) {
  Graph g = inferred(kResidualBlock);
  run_passes(g);
  EXPECT_FALSE(run_passes(g));
}

TEST(Pipeline, RemovesWhatNobodyReads) {
  Graph g = inferred("g (float[2] x) => (float[2] y) { a = Exp(x) b = Neg(a) y = Relu(x) }");
  EXPECT_TRUE(run_passes(g));
  EXPECT_EQ(testing::listing(g), "Relu");
}

// A transformer block as PyTorch exports it: what a person would draw is what is left.
TEST(Pipeline, TransformerBlock) {
  EXPECT_EQ(after(all, R"(g (float[1,5,8] x) => (float[1,5,8] y)
      <float two = {2}, float eps = {0.000001}, float[8] g1 = {}, float[8] b1 = {}, float[8,24] wq = {},
       float[24] bq = {}, int64[5] heads = {1, 5, 3, 2, 4}, int64[1] zero = {0}, int64[3] ones = {1, 1, 1}, float c = {0.5}, int64[3] flat =
       {1, 5, 8}, float[8,8] wo = {}, float[8] bo = {}, float[8,32] w1 = {}, float[32] c1 = {}, float[32,8] w2 = {},
       float[8] c2 = {}, float root = {1.4142135}, float one = {1}, float half = {0.5}> {
    m = ReduceMean <axes = [-1]> (x)
    d = Sub(x, m)
    p = Pow(d, two)
    v = ReduceMean <axes = [-1]> (p)
    e = Add(v, eps)
    s = Sqrt(e)
    n = Div(d, s)
    nw = Mul(n, g1)
    norm = Add(nw, b1)
    qkv0 = MatMul(norm, wq)
    qkv1 = Add(bq, qkv0)
    qkv2 = Reshape(qkv1, heads)
    qkv3 = Transpose <perm = [2, 0, 3, 1, 4]> (qkv2)
    q0, k0, v0 = Split <axis = 0> (qkv3, ones)
    q1 = Squeeze(q0, zero)
    k1 = Squeeze(k0, zero)
    v1 = Squeeze(v0, zero)
    q2 = Mul(q1, c)
    k2 = Transpose <perm = [0, 1, 3, 2]> (k1)
    s0 = MatMul(q2, k2)
    s1 = Softmax <axis = -1> (s0)
    s2 = Dropout(s1)
    a0 = MatMul(s2, v1)
    a1 = Transpose <perm = [0, 2, 1, 3]> (a0)
    a2 = Reshape(a1, flat)
    a3 = MatMul(a2, wo)
    a4 = Add(bo, a3)
    h = Add(x, a4)
    f0 = MatMul(h, w1)
    f1 = Add(c1, f0)
    g2 = Div(f1, root)
    g3 = Erf(g2)
    g4 = Add(g3, one)
    g5 = Mul(f1, g4)
    g6 = Mul(g5, half)
    f2 = MatMul(g6, w2)
    f3 = Add(c2, f2)
    y = Add(h, f3)
  })"),
            "LayerNormalization MatMul Reshape Transpose Split Squeeze Squeeze Squeeze "
            "FusedAttention Transpose "
            "Reshape MatMul Add MatMul[Gelu] MatMul Add");
}

}  // namespace
}  // namespace tacho

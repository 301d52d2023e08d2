#include "graph_ir/passes/fuse_layer_norm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_ir/passes_testing.h"

namespace tacho {
namespace {

using testing::after;
using testing::inferred;
using testing::inputs_of;

using ::testing::ElementsAre;

std::string graph(const std::string& body, const std::string& outputs = "float[2,5,4] y") {
  return "g (float[2,5,4] x) => (" + outputs +
         ") <float two = {2}, float three = {3}, float one = {1}, float eps = {0.00001}, float[4] "
         "w = {}, "
         "float[4] b = {}, float[5,1] v = {}, float[2] bad = {}> { " +
         body + " }";
}

const std::string kMean = "m = ReduceMean <axes = [-1]> (x) ";
const std::string kVariance =
    "q = Pow(d, two) v2 = ReduceMean <axes = [-1]> (q) e = Add(v2, eps) s = Sqrt(e) ";

TEST(FuseLayerNorm, PlainSpelling) {
  Graph g = inferred(
      graph(kMean + "d = Sub(x, m) " + kVariance + "n = Div(d, s) t = Mul(n, w) y = Add(t, b)"));
  EXPECT_EQ(after(fuse_layer_norm, g), "LayerNormalization");
  EXPECT_EQ(inputs_of(g, testing::id_of(g, Op::kLayerNormalization)), "x w b");
  EXPECT_THAT(testing::only(g, Op::kLayerNormalization).ints_attribute("axes"), ElementsAre(2));
}

TEST(FuseLayerNorm, DuplicatedSubSquareByMulAndCasts) {
  EXPECT_EQ(
      after(fuse_layer_norm,
            graph(kMean +
                  "d = Sub(x, m) d2 = Sub(x, m) q = Mul(d2, d2) v2 = ReduceMean <axes = [2]> (q) "
                  "e = Add(eps, v2) s = Sqrt(e) n = Div(d, s) y = Mul(n, w)")),
      "LayerNormalization");
  EXPECT_EQ(
      after(fuse_layer_norm,
            graph(kMean +
                  "d = Sub(x, m) f = Cast <to = 1> (d) q = Pow(f, two) v2 = ReduceMean <axes = "
                  "[-1]> (q) e = Add(v2, eps) s = Sqrt(e) n = Div(d, s) o = Cast <to = 1> (n) t = "
                  "Mul(o, w) y = Add(t, b)")),
      "LayerNormalization");
}

TEST(FuseLayerNorm, WithoutParameters) {
  Graph g = inferred(graph(kMean + "d = Sub(x, m) " + kVariance + "y = Div(d, s)"));
  EXPECT_EQ(after(fuse_layer_norm, g), "LayerNormalization");
  EXPECT_EQ(inputs_of(g, testing::id_of(g, Op::kLayerNormalization)), "x");
}

TEST(FuseLayerNorm, ChannelFirst) {
  Graph g = inferred(
      graph("m = ReduceMean <axes = [1]> (x) d = Sub(x, m) q = Pow(d, two) v2 = ReduceMean <axes = "
            "[1]> (q) e = Add(v2, eps) s = Sqrt(e) n = Div(d, s) y = Mul(n, v)"));
  EXPECT_EQ(after(fuse_layer_norm, g), "LayerNormalization");
  EXPECT_THAT(testing::only(g, Op::kLayerNormalization).ints_attribute("axes"), ElementsAre(1));
}

TEST(FuseLayerNorm, RmsInThreeSpellings) {
  const std::string root =
      "q = Pow(x, two) v2 = ReduceMean <axes = [-1]> (q) e = Add(v2, eps) s = Sqrt(e) ";
  for (const std::string body :
       {"n = Div(x, s) ", "r = Reciprocal(s) n = Mul(x, r) ", "r = Div(one, s) n = Mul(x, r) "}) {
    Graph g = inferred(graph(root + body + "y = Mul(n, w)"));
    EXPECT_EQ(after(fuse_layer_norm, g), "RMSNormalization") << body;
    EXPECT_EQ(inputs_of(g, testing::id_of(g, Op::kRMSNormalization)), "x w");
  }
}

TEST(FuseLayerNorm, NotWithAnotherExponentOrOverTwoAxes) {
  EXPECT_EQ(after(fuse_layer_norm,
                  graph(kMean + "d = Sub(x, m) q = Pow(d, three) v2 = ReduceMean <axes = [-1]> (q) "
                                "e = Add(v2, eps) s = Sqrt(e) y = Div(d, s)")),
            "unchanged: ReduceMean Sub Pow ReduceMean Add Sqrt Div");
  EXPECT_EQ(after(fuse_layer_norm,
                  graph(kMean + "d = Sub(x, m) q = Pow(d, two) v2 = ReduceMean <axes = [1]> (q) "
                                "e = Add(v2, eps) s = Sqrt(e) y = Div(d, s)")),
            "unchanged: ReduceMean Sub Pow ReduceMean Add Sqrt Div");
}

TEST(FuseLayerNorm, LeavesAComputedScaleOutside) {
  EXPECT_EQ(after(fuse_layer_norm,
                  graph(kMean + "d = Sub(x, m) " + kVariance + "n = Div(d, s) y = Mul(n, x)")),
            "LayerNormalization Mul");
}

TEST(FuseLayerNorm, NotWhereAPartIsReadElsewhere) {
  EXPECT_EQ(after(fuse_layer_norm, graph(kMean + "d = Sub(x, m) " + kVariance + "y = Div(d, s)",
                                         "float[2,5,4] y, float[2,5,1] s")),
            "unchanged: ReduceMean Sub Pow ReduceMean Add Sqrt Div");
}

}  // namespace
}  // namespace tacho

// Known elements and constness travel through shape computations.
#include "graph_ir/infer_testing.h"

namespace tacho {
namespace {

using testing::dims_named;
using ::testing::ElementsAre;
using testing::inferred;
using testing::inferred_at;
using testing::value_named;

TEST(InferFold, ExportedViewFoldsToStaticDims) {
  // x.view(x.size(0), -1, heads, x.size(2) // heads) as PyTorch's exporter writes it.
  const Graph g = inferred(
      "g (float[N,T,12] x) => (float[] y)"
      "<int64 i0 = {0}, int64 i2 = {2}, int64 heads = {3}, int64[1] a0 = {0}, int64[1] m1 = {-1},"
      " int64[1] h = {3}> {"
      "s = Shape(x) b = Gather(s, i0) c = Gather(s, i2) d = Div(c, heads)"
      "b1 = Unsqueeze(b, a0) d1 = Unsqueeze(d, a0) t = Concat<axis=0>(b1, m1, h, d1)"
      "y = Reshape(x, t) }",
      {std::nullopt, {{"x", {2, 5, 12}}}});
  EXPECT_THAT(value_named(g, "t").literal->ints, ElementsAre(2, -1, 3, 4));
  EXPECT_EQ(dims_named(g, "y"), "2x5x3x4");
  EXPECT_TRUE(value_named(g, "s").is_constant);
  EXPECT_FALSE(value_named(g, "y").is_constant);
}

TEST(InferFold, ExpandWithItsExportedWhereOnMinusOne) {
  // cls.expand(batch, -1, -1): Where(shape == -1, ones, shape), with the batch from Shape.
  const std::string text =
      "g (float[N,7,8] x) => (float[] y)"
      "<float[1,1,8] cls = {}, int64[1] zero = {0}, int64[2] keep = {-1, -1}, int64[3] minus = "
      "{-1, -1, -1},"
      " int64[1] three = {3}> {"
      "s = Shape(x) n = Gather(s, zero) t = Concat<axis=0>(n, keep) ones = ConstantOfShape<value = "
      "int64[1] {1}>(three)"
      "e = Equal(t, minus) w = Where(e, ones, t) c = Expand(cls, w) y = Concat<axis=1>(c, x) }";
  EXPECT_EQ(dims_named(inferred_at(4, text), "y"), "4x8x8");
  EXPECT_EQ(dims_named(inferred(text), "y"), "1x8x8");
}

TEST(InferFold, ArithmeticSliceCastRangeAndReduce) {
  const Graph g = inferred(
      "g (float[4,6] x) => (float[] y)"
      "<int64[1] s0 = {-1}, int64[1] e0 = {-9223372036854775807}, int64[1] a0 = {0}, int64[1] m1 = "
      "{-1}, int64 zero = {0},"
      " int64 two = {2}, float half = {0.5}> {"
      "s = Shape(x) r = Slice(s, s0, e0, a0, m1) p = ReduceProd<keepdims=0>(s) n = Size(x)"
      "k = Range(zero, p, two) f = Cast<to=1>(s) m = Mul(f, half) c = Ceil(m) i = Cast<to=7>(c)"
      "q = Sub(p, n) y = Relu(x) }");
  EXPECT_THAT(value_named(g, "r").literal->ints, ElementsAre(6, 4));
  EXPECT_THAT(value_named(g, "p").literal->ints, ElementsAre(24));
  EXPECT_EQ(dims_named(g, "k"), "12");
  EXPECT_THAT(value_named(g, "i").literal->ints, ElementsAre(2, 3));
  EXPECT_THAT(value_named(g, "q").literal->ints, ElementsAre(0));
}

TEST(InferFold, DivisionByZeroIsNotKnownInsteadOfWrong) {
  const Graph g = inferred(
      "g (float[4] x) => (float[] y) <int64[1] z = {0}> { s = Shape(x) d = Div(s, z) y = Relu(x) "
      "}");
  EXPECT_FALSE(value_named(g, "d").literal);
}

TEST(InferFold, FoldedWeightsRememberTheirInitializers) {
  const Graph g = inferred(
      "g (float[1,8] x) => (float[] y) <float[4,8] w = {}, float[4,8] v = {}> {"
      "a = Add(w, v) t = Transpose<perm=[1,0]>(a) s = Shape(w) y = MatMul(x, t) }");
  const Value& t = value_named(g, "t");
  EXPECT_TRUE(t.is_constant);
  ASSERT_EQ(t.folded_from.size(), 2U);
  EXPECT_EQ(g.value(t.folded_from[0]).name, "w");
  EXPECT_EQ(g.value(t.folded_from[1]).name, "v");
  // A shape holds nothing of the weight's elements.
  EXPECT_TRUE(value_named(g, "s").folded_from.empty());
}

TEST(InferFold, RandomNumbersAreNotConstant) {
  const Graph g =
      inferred("g (float[1,8] x) => (float[] y) { r = RandomNormal<shape=[1,8]>() y = Add(x, r) }");
  EXPECT_FALSE(value_named(g, "r").is_constant);
}

}  // namespace
}  // namespace tacho

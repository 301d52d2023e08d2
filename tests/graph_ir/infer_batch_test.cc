// A batch that the file does not declare goes through the constants that contain the declared one.
#include "graph_ir/infer/batch.h"
#include "graph_ir/infer_testing.h"

namespace tacho {
namespace {

using testing::dims_named;
using ::testing::HasSubstr;
using testing::inferred_at;

std::string followed(const Dims& declared_in, const Dims& in, const Dims& declared_out,
                     int64_t declared_batch = 1) {
  const std::optional<Dims> out = follow_batch(declared_in, in, declared_out, declared_batch);
  return out ? dims_text(*out) : "none";
}

TEST(FollowBatch, ThroughShapesOfAttention) {
  EXPECT_EQ(followed({1, 197, 768}, {8, 197, 768}, {1, 197, 12, 64}), "8x197x12x64");
  EXPECT_EQ(followed({1, 12, 197, 64}, {8, 12, 197, 64}, {12, 197, 64}), "96x197x64");
  EXPECT_EQ(followed({12, 197, 197}, {96, 197, 197}, {1, 12, 197, 197}), "8x12x197x197");
  // Windows: 64 of one image become the first dimension, and go back.
  EXPECT_EQ(followed({1, 8, 8, 7, 7, 96}, {8, 8, 8, 7, 7, 96}, {64, 49, 96}), "512x49x96");
  EXPECT_EQ(followed({64, 49, 96}, {512, 49, 96}, {1, 8, 8, 7, 7, 96}), "8x8x8x7x7x96");
}

TEST(FollowBatch, BehindOtherDimensions) {
  // Sequence first: the batch joins the heads, not the sequence, and features never take it.
  EXPECT_EQ(followed({196, 1, 768}, {196, 8, 768}, {196, 12, 64}), "196x96x64");
  EXPECT_EQ(followed({196, 1, 768}, {196, 8, 768}, {196, 768}), "1568x768");
  EXPECT_EQ(followed({196, 768}, {1568, 768}, {196, 1, 768}), "196x8x768");
  EXPECT_EQ(followed({3, 1, 12, 64}, {3, 8, 12, 64}, {36, 64}), "288x64");
}

TEST(FollowBatch, DividesWhereTheDeclaredBatchWasLarger) {
  EXPECT_EQ(followed({8, 197, 768}, {1, 197, 768}, {8, 197, 12, 64}, 8), "1x197x12x64");
  EXPECT_EQ(followed({8, 12, 64}, {2, 12, 64}, {96, 64}, 8), "24x64");
  EXPECT_EQ(followed({4, 6}, {3, 6}, {2, 12}, 4), "none");  // 2 * 3 / 4 is no size
}

TEST(InferBatch, ReshapeToAConstantOfBatchOne) {
  const char* text =
      "g (float[1,196,768] x) => (float[] y) <int64[3] s = {1, -1, 64}> { y = Reshape(x, s) }";
  EXPECT_EQ(dims_named(testing::inferred(text), "y"), "1x2352x64");
  EXPECT_EQ(dims_named(inferred_at(1024, text), "y"), "1024x2352x64");
}

TEST(InferBatch, ConstantsOfTheDeclaredBatchAreRepeated) {
  const char* text =
      "g (float[1,4,8] x) => (float[] y) <float[1,1,8] cls = {}, int64[3] s = {1, 1, 8}, "
      "float[1,5,8] p = {}> {"
      "c = Expand(cls, s) t = Concat<axis=1>(c, x) y = Add(t, p) }";
  const Graph g = inferred_at(8, text);
  EXPECT_EQ(dims_named(g, "c"), "1x1x8");
  EXPECT_EQ(dims_named(g, "y"), "8x5x8");
}

TEST(InferBatch, SmallerThanDeclared) {
  const char* text =
      "g (float[8,4,6] x) => (float[] y)"
      "<float[8,1,6] cls = {}, int64[2] s = {40, 6}, int64[3] u = {8, 5, 6}, int64[1] b = {0}, "
      "int64[1] e = {8}> {"
      "t = Concat<axis=1>(cls, x) f = Reshape(t, s) r = Reshape(f, u) y = Slice(r, b, e, b) }";
  const Graph g = inferred_at(2, text);
  EXPECT_EQ(dims_named(g, "f"), "10x6");
  EXPECT_EQ(dims_named(g, "y"), "2x5x6");
  EXPECT_EQ(dims_named(inferred_at(16, text), "y"), "16x5x6");
}

TEST(InferBatch, ResizeSizesAndSqueezeKeepTheBatch) {
  const char* text =
      "g (float[1,3,4,4] x) => (float[] y) <int64[4] s = {1, 3, 8, 8}, int64[4] p = {1, 192, 1, "
      "1}> {"
      "r = Resize(x, , , s) f = Reshape(r, p) y = Squeeze(f) }";
  const Graph g = inferred_at(5, text);
  EXPECT_EQ(dims_named(g, "r"), "5x3x8x8");
  // The rank is what it is at batch 1: 192 values, of each image.
  EXPECT_EQ(dims_named(g, "y"), "960");
}

TEST(InferBatch, ShapesComputedByTheGraphAreLeftAlone) {
  const char* text =
      "g (float[1,6,4] x) => (float[] y) <int64[1] zero = {0}, int64[1] rest = {-1}> {"
      "s = Shape(x) n = Gather(s, zero) t = Concat<axis=0>(n, rest) y = Reshape(x, t) }";
  EXPECT_EQ(dims_named(inferred_at(3, text), "y"), "3x24");
}

TEST(InferBatch, SequenceFirstAttentionComesBackToItsShape) {
  // As PyTorch's MultiheadAttention is exported: (L, N, E) → (L, N·heads, E/heads) → (L·N, E) → (L,
  // N, E).
  const char* text =
      "g (float[1,6,8] x) => (float[] y) <int64[3] a = {6, 2, 4}, int64[2] b = {6, 8}, int64[3] d "
      "= {6, 1, 8}, float[8,8] w = {}> {"
      "s = Transpose<perm=[1,0,2]>(x) h = Reshape(s, a) f = Reshape(h, b) p = Gemm(f, w) o = "
      "Reshape(p, d)"
      "r = Add(o, s) y = Transpose<perm=[1,0,2]>(r) }";
  const Graph g = inferred_at(5, text);
  EXPECT_EQ(dims_named(g, "h"), "6x10x4");
  EXPECT_EQ(dims_named(g, "p"), "30x8");
  EXPECT_EQ(dims_named(g, "y"), "5x6x8");
}

TEST(InferBatch, ABatchThatWentTwoWaysIsAnErrorNotAProduct) {
  // One operand carries the batch in its rows, the other in its columns.
  const char* text =
      "g (float[1,6] x) => (float[] y) {"
      "t = Transpose<perm=[1,0]>(x) u = Concat<axis=1>(x, t) y = Relu(u) }";
  EXPECT_NE(testing::error_of(text), "");
  EXPECT_THAT(testing::error_of("g (float[6,1,1] x) => (float[] y) {"
                                "t = Transpose<perm=[1,0,2]>(x) c = Concat<axis=2>(x, x) a = "
                                "Relu(t) y = Concat<axis=0>(c, a) }",
                                {3, {}}),
              HasSubstr("inputs differ"));
}

TEST(InferBatch, DoesNotFitWhenConstantsContradict) {
  // Two different constants cannot both be the batch.
  EXPECT_THAT(
      testing::error_of(
          "g (float[1,4] x) => (float[] y) <float[3,4] p = {}> { y = Concat<axis=1>(x, p) }"),
      HasSubstr("inputs differ in dimension 0"));
}

}  // namespace
}  // namespace tacho

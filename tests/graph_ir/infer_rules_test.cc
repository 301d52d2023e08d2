// Output dims by operator family, small enough to be computed by hand.
#include "graph_ir/infer_testing.h"

namespace tacho {
namespace {

using testing::dims_named;
using testing::error_of;
using ::testing::HasSubstr;
using testing::inferred;
using testing::y_dims;

TEST(InferConv, StridesPadsDilationsGroups) {
  // (7 + 1 + 1 - ((3-1)*2+1)) / 2 + 1 = 3
  EXPECT_EQ(y_dims("g (float[2,4,7,7] x, float[6,2,3,3] w) => (float[] y) {"
                   "y = Conv<group=2, pads=[1,1,1,1], strides=[2,2], dilations=[2,2]>(x, w) }"),
            "2x6x3x3");
  EXPECT_EQ(y_dims("g (float[1,3,10] x, float[5,3,4] w) => (float[] y) { y = Conv(x, w) }"),
            "1x5x7");
  EXPECT_EQ(y_dims("g (float[1,3,7,8] x, float[5,3,3,3] w) => (float[] y) {"
                   "y = Conv<auto_pad=\"SAME_UPPER\", strides=[2,2]>(x, w) }"),
            "1x5x4x4");
}

TEST(InferConv, RefusesWhatDoesNotFitAndNamesTheNode) {
  const std::string error =
      error_of("g (float[1,4,7,7] x, float[6,3,3,3] w) => (float[] y) { y = Conv(x, w) }");
  EXPECT_THAT(error, HasSubstr("Conv"));
  EXPECT_THAT(error, HasSubstr("the input has 4"));
  EXPECT_THAT(error, HasSubstr("(inputs 1x4x7x7, 6x3x3x3)"));
  EXPECT_THAT(error_of("g (float[1,3,2,2] x, float[6,3,3,3] w) => (float[] y) { y = Conv(x, w) }"),
              HasSubstr("larger than spatial dimension 0"));
  EXPECT_THAT(error_of("g (float[1,3,9,9] x, float[6,3,3,3] w) => (float[] y) {"
                       "y = Conv<strides=[0,0]>(x, w) }"),
              HasSubstr("strides contains 0"));
}

TEST(InferConv, Transposed) {
  // 2*(5-1) + 1 + (3-1)+1 - 2 = 10
  EXPECT_EQ(
      y_dims("g (float[1,4,5,5] x, float[4,3,3,3] w) => (float[] y) { y = "
             "ConvTranspose<group=2, strides=[2,2], pads=[1,1,1,1], output_padding=[1,1]>(x, w) }"),
      "1x6x10x10");
}

TEST(InferPool, CeilModeDropsAWindowThatStartsInThePadding) {
  // ceil((4 + 0 - 3) / 2) + 1 = 2: the second window starts at 2, inside.
  EXPECT_EQ(y_dims("g (float[1,1,4,4] x) => (float[] y) {"
                   "y = MaxPool<kernel_shape=[3,3], strides=[2,2], ceil_mode=1>(x) }"),
            "1x1x2x2");
  // ceil((3 + 2 - 2) / 2) + 1 = 3 windows at -1, 1, 3; the last lies in the padding only.
  EXPECT_EQ(
      y_dims(
          "g (float[1,1,3,3] x) => (float[] y) {"
          "y = AveragePool<kernel_shape=[2,2], strides=[2,2], pads=[1,1,1,1], ceil_mode=1>(x) }"),
      "1x1x2x2");
  EXPECT_EQ(y_dims("g (float[2,8,5,7] x) => (float[] y) { y = GlobalAveragePool(x) }"), "2x8x1x1");
}

TEST(InferMatMul, VectorsBatchesAndGemm) {
  EXPECT_EQ(y_dims("g (float[2,1,4,5] a, float[3,5,6] b) => (float[] y) { y = MatMul(a, b) }"),
            "2x3x4x6");
  EXPECT_EQ(y_dims("g (float[5] a, float[3,5,6] b) => (float[] y) { y = MatMul(a, b) }"), "3x6");
  EXPECT_EQ(y_dims("g (float[5] a, float[5] b) => (float[] y) { y = MatMul(a, b) }"), "scalar");
  EXPECT_EQ(
      y_dims(
          "g (float[5,4] a, float[6,5] b) => (float[] y) { y = Gemm<transA=1, transB=1>(a, b) }"),
      "4x6");
  EXPECT_THAT(error_of("g (float[2,3] a, float[4,5] b) => (float[] y) { y = MatMul(a, b) }"),
              HasSubstr("inner dimensions 3 and 4 differ"));
}

TEST(InferEinsum, LettersEllipsisAndImplicitOutput) {
  EXPECT_EQ(y_dims("g (float[2,3,4,5] a, float[3,6,5] b) => (float[] y) {"
                   "y = Einsum<equation=\"bhwc,hkc->bhwk\">(a, b) }"),
            "2x3x4x6");
  EXPECT_EQ(y_dims("g (float[7,2,3] a, float[7,3,4] b) => (float[] y) {"
                   "y = Einsum<equation=\"... i j, ... j k -> ... i k\">(a, b) }"),
            "7x2x4");
  EXPECT_EQ(
      y_dims(
          "g (float[2,3] a, float[3,4] b) => (float[] y) { y = Einsum<equation=\"ij,jk\">(a, b) }"),
      "2x4");
  EXPECT_THAT(error_of("g (float[2,3] a, float[4,4] b) => (float[] y) {"
                       "y = Einsum<equation=\"ij,jk->ik\">(a, b) }"),
              HasSubstr("dimensions 3 and 4 do not broadcast"));
}

TEST(InferReshape, ZeroCopiesMinusOneFillsAndAllowzero) {
  EXPECT_EQ(
      y_dims("g (float[2,3,8] x) => (float[] y) <int64[3] s = {0, -1, 4}> { y = Reshape(x, s) }"),
      "2x6x4");
  EXPECT_EQ(y_dims("g (float[0,3] x) => (float[] y) <int64[2] s = {3, 0}> { y = "
                   "Reshape<allowzero=1>(x, s) }"),
            "3x0");
  EXPECT_THAT(
      error_of("g (float[2,3] x) => (float[] y) <int64[2] s = {4, -1}> { y = Reshape(x, s) }"),
      HasSubstr("6 elements do not fit the target 4x?"));
  EXPECT_THAT(error_of("g (float[2,3] x, int64[2] s) => (float[] y) { y = Reshape(x, s) }"),
              HasSubstr("the target shape (input 1, 's') must be integers known"));
}

TEST(InferReshape, SqueezeUnsqueezeFlatten) {
  EXPECT_EQ(y_dims("g (float[2,1,3,1] x) => (float[] y) <int64[1] a = {-1}> { y = Squeeze(x, a) }"),
            "2x1x3");
  EXPECT_EQ(y_dims("g (float[2,1,3,1] x) => (float[] y) { y = Squeeze(x) }"), "2x3");
  EXPECT_EQ(y_dims("<ir_version: 7, opset_import: [\"\" : 11]> g (float[2,3] x) => (float[] y) {"
                   "y = Unsqueeze<axes=[0,3]>(x) }"),
            "1x2x3x1");
  EXPECT_EQ(y_dims("g (float[2,3,4] x) => (float[] y) { y = Flatten<axis=2>(x) }"), "6x4");
  EXPECT_THAT(error_of("g (float[2,3] x) => (float[] y) <int64[1] a = {0}> { y = Squeeze(x, a) }"),
              HasSubstr("axis 0 has 2 elements, not 1"));
}

TEST(InferSlice, NegativeStepsAndOutOfRangeEnds) {
  EXPECT_EQ(y_dims("g (float[10,4] x) => (float[] y) <int64[1] s = {-1}, int64[1] e = "
                   "{-9223372036854775807},"
                   "int64[1] a = {0}, int64[1] t = {-3}> { y = Slice(x, s, e, a, t) }"),
            "4x4");
  EXPECT_EQ(y_dims("<ir_version: 7, opset_import: [\"\" : 9]> g (float[10,4] x) => (float[] y) {"
                   "y = Slice<starts=[2], ends=[100], axes=[1]>(x) }"),
            "10x2");
}

TEST(InferSplit, AttributeInputAndEqualParts) {
  const Graph g =
      inferred("g (float[2,7] x) => (float[] y, float[] z) { y, z = Split<axis=1>(x) }");
  EXPECT_EQ(dims_named(g, "y"), "2x4");
  EXPECT_EQ(dims_named(g, "z"), "2x3");
  EXPECT_THAT(error_of("g (float[2,7] x) => (float[] y, float[] z) <int64[2] s = {3, 3}> {"
                       "y, z = Split<axis=1>(x, s) }"),
              HasSubstr("the parts have 6 elements, axis 1 has 7"));
}

TEST(InferReduce, AxesAsAttributeAndInput) {
  EXPECT_EQ(y_dims("g (float[2,3,4] x) => (float[] y) { y = ReduceMean<axes=[1], keepdims=0>(x) }"),
            "2x4");
  EXPECT_EQ(
      y_dims("g (float[2,3,4] x) => (float[] y) <int64[2] a = {-1, 0}> { y = ReduceSum(x, a) }"),
      "1x3x1");
  EXPECT_EQ(y_dims("g (float[2,3,4] x) => (float[] y) { y = ReduceMax<keepdims=0>(x) }"), "scalar");
  EXPECT_EQ(y_dims("g (float[2,3,4] x) => (float[] y) { y = ArgMax<axis=-1, keepdims=0>(x) }"),
            "2x3");
}

TEST(InferRecurrent, BothDirectionsAndOutputs) {
  const Graph g = inferred(
      "g (float[9,2,10] x, float[2,80,10] w, float[2,80,20] r) => (float[] y, float[] h, float[] "
      "c) {"
      "y, h, c = LSTM<hidden_size=20, direction=\"bidirectional\">(x, w, r) }");
  EXPECT_EQ(dims_named(g, "y"), "9x2x2x20");
  EXPECT_EQ(dims_named(g, "h"), "2x2x20");
  EXPECT_EQ(dims_named(g, "c"), "2x2x20");
  EXPECT_THAT(error_of("g (float[9,2,10] x, float[1,80,10] w, float[1,80,20] r) => (float[] y) {"
                       "y = GRU<hidden_size=20>(x, w, r) }"),
              HasSubstr("not for a hidden size of 20"));
}

TEST(InferResize, ScalesSizesAndAspectRatio) {
  EXPECT_EQ(y_dims("g (float[1,3,5,5] x) => (float[] y) <float[4] s = {1.0, 1.0, 1.5, 2.0}> {"
                   "y = Resize(x, , s) }"),
            "1x3x7x10");
  EXPECT_EQ(y_dims("g (float[1,3,5,5] x) => (float[] y) <int64[4] s = {1, 3, 8, 9}> {"
                   "y = Resize(x, , , s) }"),
            "1x3x8x9");
  EXPECT_EQ(
      y_dims("<ir_version: 8, opset_import: [\"\" : 18]> g (float[1,3,10,20] x) => (float[] y)"
             "<int64[2] s = {5, 5}> {"
             "y = Resize<axes=[2,3], keep_aspect_ratio_policy=\"not_larger\">(x, , , s) }"),
      "1x3x3x5");
}

TEST(InferQuantized, TypesComeFromZeroPointAndScale) {
  const Graph g = inferred(
      "g (float[1,8] x, float s, int8 z) => (float[] y) { q = QuantizeLinear(x, s, z)"
      "y = DequantizeLinear(q, s, z) }");
  EXPECT_EQ(testing::value_named(g, "q").dtype, DType::kInt8);
  EXPECT_EQ(testing::value_named(g, "y").dtype, DType::kFloat32);
  EXPECT_EQ(dims_named(g, "y"), "1x8");
}

TEST(InferMisc, OneHotTopKTileExpandWherePadConcatGather) {
  EXPECT_EQ(y_dims("g (int64[2,3] x, float[2] v) => (float[] y) <int64 d = {5}> { y = "
                   "OneHot<axis=1>(x, d, v) }"),
            "2x5x3");
  EXPECT_EQ(
      y_dims("g (float[2,9] x) => (float[] y, int64[] i) <int64[1] k = {4}> { y, i = TopK(x, k) }"),
      "2x4");
  EXPECT_EQ(y_dims("g (float[2,3] x) => (float[] y) <int64[2] r = {3, 2}> { y = Tile(x, r) }"),
            "6x6");
  EXPECT_EQ(y_dims("g (float[3,1] x) => (float[] y) <int64[3] s = {2, 1, 4}> { y = Expand(x, s) }"),
            "2x3x4");
  EXPECT_EQ(y_dims("g (bool[4,1] c, float[3] a, float b) => (float[] y) { y = Where(c, a, b) }"),
            "4x3");
  EXPECT_EQ(
      y_dims("g (float[2,3] x) => (float[] y) <int64[4] p = {1, 0, 2, -1}> { y = Pad(x, p) }"),
      "5x2");
  EXPECT_EQ(y_dims("g (float[2,3] a, float[2,4] b) => (float[] y) { y = Concat<axis=-1>(a, b) }"),
            "2x7");
  EXPECT_EQ(y_dims("g (float[5,6,7] x, int64[2,3] i) => (float[] y) { y = Gather<axis=1>(x, i) }"),
            "5x2x3x7");
  EXPECT_THAT(
      error_of("g (float[2,3] a, float[3,4] b) => (float[] y) { y = Concat<axis=1>(a, b) }"),
      HasSubstr("inputs differ in dimension 0"));
}

TEST(InferDataDependent, NeedsADeclaredSize) {
  EXPECT_EQ(y_dims("g (float[9] x) => (int64[1,4] y) { y = NonZero(x) }"), "1x4");
  try {
    inferred("g (float[9] x) => (int64[1,N] y) { y = NonZero(x) }");
    FAIL() << "a size that only the data tell";
  } catch (const Error& e) {
    EXPECT_EQ(e.fault(), Fault::kUnsupported);
    EXPECT_THAT(e.what(), HasSubstr("NonZero"));
    EXPECT_THAT(e.what(), HasSubstr("value_info"));
  }
}

}  // namespace
}  // namespace tacho

// What inputs get: --shape, --batch, or 1 and a notice.
#include "graph_ir/infer_testing.h"

namespace tacho {
namespace {

using testing::dims_named;
using testing::graph_from_text;
using ::testing::HasSubstr;
using testing::inferred;
using testing::inferred_at;

const char* const kTwoInputs =
    "g (int64[batch,seq] ids, float[batch,4] x, float[3] table) => (float[] y, float[] z) {"
    "y = Relu(x) z = Identity(ids) }";

TEST(InferBind, UnknownDimensionsBecomeOneWithANotice) {
  Graph g = graph_from_text(kTwoInputs);
  const Notices notices = infer_shapes(g, {});
  EXPECT_EQ(dims_named(g, "z"), "1x1");
  ASSERT_EQ(notices.size(), 3U);
  EXPECT_EQ(notices[1],
            "input 'ids': dimension 'seq' is unknown, set to 1; --shape ids:batchxseq sets it");
}

TEST(InferBind, BatchGoesToInputsThatHaveIt) {
  const Graph g = inferred_at(6, kTwoInputs);
  EXPECT_EQ(dims_named(g, "z"), "6x1");
  EXPECT_EQ(dims_named(g, "y"), "6x4");
  EXPECT_EQ(dims_named(g, "table"), "3");  // not the first input's dimension 0
}

TEST(InferBind, ShapeIsStrongerThanBatch) {
  BindOptions options;
  options.batch = 6;
  options.shapes = {{"ids", {2, 128}}};
  const Graph g = inferred(kTwoInputs, options);
  EXPECT_EQ(dims_named(g, "z"), "2x128");
  EXPECT_EQ(dims_named(g, "y"), "6x4");
}

TEST(InferBind, WrongNamesOfferTheNearestAndAreUsageErrors) {
  BindOptions options;
  options.shapes = {{"idz", {1, 1}}};
  try {
    inferred(kTwoInputs, options);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.fault(), Fault::kUsage);
    EXPECT_THAT(e.what(), HasSubstr("no input 'idz'; did you mean 'ids'?"));
  }
  options.shapes = {{"ids", {1, 1, 1}}};
  EXPECT_THAT(testing::error_of(kTwoInputs, options), HasSubstr("has rank 2"));
}

TEST(InferBind, AbsurdSizesAreErrors) {
  BindOptions options;
  options.shapes = {{"ids", {int64_t{1} << 40, int64_t{1} << 40}}};
  EXPECT_THAT(testing::error_of(kTwoInputs, options), HasSubstr("impossible dimensions"));
}

}  // namespace
}  // namespace tacho

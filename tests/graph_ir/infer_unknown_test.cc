// Operators without a rule.
#include "graph_ir/infer/unknown.h"
#include "graph_ir/infer_testing.h"

namespace tacho {
namespace {

using testing::dims_named;
using ::testing::HasSubstr;
using testing::inferred;
using testing::inferred_at;

const std::string kAcme = "<ir_version: 8, opset_import: [\"\" : 17, \"com.acme\" : 1]> ";

TEST(InferUnknown, DeclaredDimsAreTakenAndFollowTheBatch) {
  const std::string text = kAcme + "g (float[1,4] x) => (float[1,9] y) { y = com.acme.Foo(x) }";
  EXPECT_EQ(dims_named(inferred(text), "y"), "1x9");
  EXPECT_EQ(dims_named(inferred_at(8, text), "y"), "8x9");
}

TEST(InferUnknown, ShapePreservingByName) {
  EXPECT_EQ(
      dims_named(
          inferred(kAcme + "g (float[1,4] x) => (float[N,M] y) {"
                           "t = com.acme.FastGelu(x) y = com.acme.SkipLayerNormalization(t) }"),
          "y"),
      "1x4");
  EXPECT_TRUE(preserves_shape_by_name("QuickGelu"));
  EXPECT_FALSE(preserves_shape_by_name("Attention"));
}

TEST(InferUnknown, OthersAreListedTogetherWithTheMend) {
  try {
    inferred(kAcme +
             "g (float[1,4] x) => (float[N,M] y) {"
             "a = com.acme.Foo(x) b = com.acme.Foo(a) c = com.acme.Bar(x) y = Add(b, c) }");
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.fault(), Fault::kUnsupported);
    EXPECT_THAT(e.what(), HasSubstr("com.acme.Bar (1x"));
    EXPECT_THAT(e.what(), HasSubstr("com.acme.Foo (2x"));
    EXPECT_THAT(e.what(), HasSubstr("value_info"));
  }
}

TEST(InferUnknown, ADefaultOperatorOfAnotherDomainIsNotTheDefaultOne) {
  // com.acme.Conv may be anything: no rule of ours applies.
  EXPECT_THAT(
      testing::error_of(kAcme + "g (float[1,4] x) => (float[N] y) { y = com.acme.Conv(x) }"),
      HasSubstr("com.acme.Conv"));
}

}  // namespace
}  // namespace tacho

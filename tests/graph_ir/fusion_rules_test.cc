#include "graph_ir/fusion_rules.h"

#include <gmock/gmock.h>

#include <functional>

#include "common/error.h"
#include "graph_ir/lower.h"
#include "graph_ir/passes/fuse_activation.h"
#include "graph_ir/passes/fuse_attention.h"
#include "graph_ir/passes/fuse_bn_into_conv.h"
#include "graph_ir/passes/fuse_conv_add.h"
#include "graph_ir/passes/fuse_elementwise.h"
#include "graph_ir/passes/fuse_gelu.h"
#include "graph_ir/passes/fuse_silu.h"
#include "graph_ir/passes_testing.h"

namespace tacho {
namespace {

using ::testing::HasSubstr;
using testing::inferred;
using testing::listing;

FusionRules rule(const std::string& root, const std::string& reader, bool fused) {
  FusionRules rules;
  rules.set(root, reader, fused);
  return rules;
}

std::string after(PassByRules pass, const std::string& text, const FusionRules& rules) {
  Graph graph = inferred(text);
  pass(graph, rules);
  return listing(graph);
}

std::string conv_then(const std::string& rest) {
  return "g (float[1,4,8,8] x, float[1,4,8,8] r) => (float[1,4,8,8] y) <float[4,4,1,1] w = {}, "
         "float[4,1,1,1] d = {}, float zero = {0}, float six = {6}, float one = {1}, "
         "float[4] b = {}, float root = {0.70710678}, float half = {0.5}> { " +
         rest + " }";
}

TEST(FusionRules, ForbidAPairAndNoOther) {
  const std::string relu = conv_then("a = Conv(x, w) y = Relu(a)");
  EXPECT_EQ(after(fuse_activation, relu, rule("Conv", "Relu", false)), "Conv Relu");
  EXPECT_EQ(after(fuse_activation, relu, rule("Conv", "Relu", true)), "Conv[Relu]");
  EXPECT_EQ(after(fuse_activation, relu, rule("Conv", "Sigmoid", false)), "Conv[Relu]");
  EXPECT_EQ(after(fuse_activation, relu, FusionRules()), "Conv[Relu]");
}

TEST(FusionRules, DepthwiseConvolutionsMayDiffer) {
  const std::string depthwise = conv_then("a = Conv<group = 4>(x, d) y = Relu(a)");
  EXPECT_EQ(after(fuse_activation, depthwise, rule("DepthwiseConv", "Relu", false)), "Conv Relu");
  EXPECT_EQ(after(fuse_activation, depthwise, rule("Conv", "Relu", false)), "Conv Relu");
  FusionRules both = rule("Conv", "Relu", false);
  both.set("DepthwiseConv", "Relu", true);
  EXPECT_EQ(after(fuse_activation, depthwise, both), "Conv[Relu]");
  EXPECT_EQ(after(fuse_activation, conv_then("a = Conv(x, w) y = Relu(a)"),
                  rule("DepthwiseConv", "Relu", false)),
            "Conv[Relu]");
}

TEST(FusionRules, Relu6IsAClipToSix) {
  const std::string relu6 = conv_then("a = Conv(x, w) y = Clip(a, zero, six)");
  EXPECT_EQ(after(fuse_activation, relu6, rule("Conv", "Relu6", false)), "Conv Clip");
  EXPECT_EQ(after(fuse_activation, conv_then("a = Conv(x, w) y = Clip(a, zero, one)"),
                  rule("Conv", "Relu6", false)),
            "Conv[Clip]");
}

TEST(FusionRules, ForTheOtherPasses) {
  const std::string bn = conv_then("a = Conv(x, w) y = BatchNormalization(a, b, b, b, b)");
  EXPECT_EQ(after(fuse_bn_into_conv, bn, rule("Conv", "BatchNormalization", false)),
            "Conv BatchNormalization");
  const std::string add = conv_then("a = Conv(x, w) y = Add(a, r)");
  EXPECT_EQ(after(fuse_conv_add, add, rule("Conv", "Add", false)), "Conv Add");
  const std::string chain = conv_then("a = Mul(x, r) c = Sqrt(a) y = Exp(c)");
  EXPECT_EQ(after(fuse_elementwise, chain, rule("Sqrt", "Exp", false)), "Mul[Sqrt] Exp");
}

TEST(FusionRules, APatternIsOneKernelUnlessAPairWithinItIsNotFused) {
  const std::string silu = conv_then("s = Sigmoid(x) y = Mul(x, s)");
  EXPECT_EQ(after(fuse_silu, silu, FusionRules()), "Silu");
  EXPECT_EQ(after(fuse_silu, silu, rule("Sigmoid", "Mul", false)), "Sigmoid Mul");
  EXPECT_EQ(after(fuse_silu, silu, rule("Sigmoid", "Add", false)), "Silu");
  EXPECT_EQ(after(fuse_silu, silu, rule("Mul", "Sigmoid", false)), "Silu") << "the other order";
  // A pair of the pattern and what stands before it is none of the pattern's.
  const std::string behind = conv_then("a = Conv(x, w) s = Sigmoid(a) y = Mul(a, s)");
  EXPECT_EQ(after(fuse_silu, behind, rule("Conv", "Sigmoid", false)), "Conv Silu");

  const std::string gelu =
      conv_then("h = Mul(x, root) e = Erf(h) s = Add(e, one) m = Mul(x, s) y = Mul(m, half)");
  EXPECT_EQ(after(fuse_gelu, gelu, FusionRules()), "Gelu");
  EXPECT_EQ(after(fuse_gelu, gelu, rule("Erf", "Add", false)), "Mul Erf Add Mul Mul");

  const std::string attention =
      "g (float[1,2,4,8] q, float[1,2,8,4] k, float[1,2,4,8] v) => (float[1,2,4,8] y)"
      "{ a = MatMul(q, k) s = Softmax<axis = -1>(a) y = MatMul(s, v) }";
  EXPECT_EQ(after(fuse_attention, attention, FusionRules()), "FusedAttention");
  EXPECT_EQ(after(fuse_attention, attention, rule("MatMul", "Softmax", false)),
            "MatMul Softmax MatMul");
}

TEST(FusionRules, TheLastAbsorbedOperatorCounts) {
  const std::string text = conv_then("a = Conv(x, w) c = Add(a, r) y = Relu(c)");
  Graph graph = inferred(text);
  fuse_conv_add(graph);
  Graph other = graph;
  fuse_activation(graph, rule("Add", "Relu", false));
  EXPECT_EQ(listing(graph), "Conv[Add] Relu");
  fuse_activation(other, rule("Conv", "Relu", false));
  EXPECT_EQ(listing(other), "Conv[Add,Relu]");
}

TEST(FusionRules, MayFuseWhatIsNotFusedByDefault) {
  const std::string pool = conv_then("a = MaxPool<kernel_shape = [1, 1]>(x) y = Relu(a)");
  EXPECT_EQ(after(fuse_activation, pool, FusionRules()), "MaxPool Relu");
  EXPECT_EQ(after(fuse_activation, pool, rule("MaxPool", "Relu", true)), "MaxPool[Relu]");
  const std::string view =
      "g (float[1,4] x) => (float[4] y) <int64[1] s = {4}>"
      "{ a = Reshape(x, s) y = Relu(a) }";
  EXPECT_EQ(after(fuse_activation, view, rule("Reshape", "Relu", true)), "Reshape Relu");
}

TEST(FusionRules, LowerAsksThem) {
  const Graph graph = testing::graph_from_text(
      conv_then("a = Conv(x, w) c = BatchNormalization(a, b, b, b, b) y = Relu(c)"));
  EXPECT_EQ(lower(graph, {}).kernels.kernels.size(), 1u);
  EXPECT_EQ(lower(graph, {{}, rule("Conv", "Relu", false)}).kernels.kernels.size(), 2u);
}

std::string problem(const std::string& text) {
  try {
    FusionRules::parse(text, "rules.json");
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

std::string file(const std::string& pairs) {
  return R"({"schema_version": 1, "kind": "fusion_rules", "platform": "p", "pairs": [)" + pairs +
         "]}";
}

TEST(FusionRulesFile, IsRead) {
  const FusionRules rules = FusionRules::parse(
      file(R"({"root": "Conv", "reader": "Relu", "fused": false, "times": [1]})"), "rules.json");
  EXPECT_EQ(rules.platform(), "p");
  EXPECT_EQ(after(fuse_activation, conv_then("a = Conv(x, w) y = Relu(a)"), rules), "Conv Relu");
  EXPECT_TRUE(FusionRules::parse(file(""), "rules.json").empty());
}

TEST(FusionRulesFile, SaysWhatIsWrong) {
  EXPECT_EQ(problem("root: Conv"), "rules.json: is not JSON");
  EXPECT_EQ(problem("[]"), "rules.json: has no field 'schema_version'");
  EXPECT_THAT(problem(R"({"schema_version": 2})"), HasSubstr("schema_version is 2"));
  EXPECT_THAT(problem(R"({"schema_version": "1"})"), HasSubstr("'schema_version' is no number"));
  EXPECT_THAT(problem(R"({"schema_version": 1, "kind": "models"})"), HasSubstr("is a 'models'"));
  EXPECT_THAT(problem(R"({"schema_version": 1, "kind": "fusion_rules", "platform": "p"})"),
              HasSubstr("has no field 'pairs'"));
  EXPECT_THAT(problem(file(R"({"root": "Conv", "reader": "Rleu", "fused": true})")),
              HasSubstr("rules.json: pair 1: no operator 'Rleu'; did you mean 'Relu'?"));
  EXPECT_THAT(problem(file(R"({"root": "Conv", "reader": "Relu", "fused": "yes"})")),
              HasSubstr("pair 1: field 'fused' is no true or false"));
  EXPECT_THAT(problem(file(R"({"root": "Conv", "reader": "Relu", "fused": true},
                              {"root": "Conv", "reader": "Relu", "fused": false})")),
              HasSubstr("pair 2: the pair Conv, Relu is both"));
  EXPECT_THAT(problem(file("3")), HasSubstr("pair 1: has no field 'root'"));
}

}  // namespace
}  // namespace tacho

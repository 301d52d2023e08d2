// What the backend onednn makes of a graph: which nodes run as one primitive, and in which types.
// Skipped where the plugin was not built.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "backends/registry.h"
#include "backends/testing.h"
#include "graph_ir/graph_builder.h"

namespace tacho {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using testing::inferred;
using ::testing::Not;

class Onednn : public ::testing::Test {
 protected:
  void SetUp() override {
    try {
      fp32_ = open_backend("onednn:threads=1");
      int8_ = open_backend("onednn:threads=1,type=int8");
    } catch (const Error& e) {
      GTEST_SKIP() << e.what();
    }
  }

  static std::vector<float> values(Backend& backend, const Graph& graph) {
    const auto model = backend.compile(graph);
    model->run();
    return model->outputs().at(0).values;
  }
  /// Lines of the plan that convert nothing.
  static std::vector<std::string> kernels(Backend& backend, const Graph& graph) {
    std::vector<std::string> lines = backend.compile(graph)->plan();
    lines.erase(
        std::remove_if(lines.begin(), lines.end(),
                       [](const std::string& line) { return line.rfind("reorder:", 0) == 0; }),
        lines.end());
    return lines;
  }

  std::unique_ptr<Backend> fp32_, int8_;
};

/// A residual block with a head: conv-bn-relu, conv-bn-add-relu, pool, fully connected.
Graph residual_network() {
  GraphBuilder g("residual");
  const ValueId x = g.relu(g.bn(g.conv(g.input({1, 16, 14, 14}), 32, {3, 1})));
  const ValueId y = g.relu(g.bn(g.conv(x, 32, {3, 1})));
  const ValueId sum = g.relu(g.add(g.bn(g.conv(y, 32, {3, 1})), x));
  return g.finish({g.fc(g.flatten(g.global_avg_pool(sum)), 40)});
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
  double ab = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    ab += static_cast<double>(a[i]) * b[i];
    aa += static_cast<double>(a[i]) * a[i];
    bb += static_cast<double>(b[i]) * b[i];
  }
  return ab / std::sqrt(aa * bb);
}

TEST_F(Onednn, RefusesSummandsThatAreNoVectorOfTheOutputs) {
  for (const char* c : {"float[2,2] c = {1, 2, 3, 4}", "float[2,1] c = {1, 2}"}) {
    const std::string given = std::string("float[1,2] w = {1, 2}, ") + c;
    EXPECT_THAT(fp32_->unsupported(inferred("g (float[2,1] x) => (float[2,2] y) <" + given +
                                            "> { y = Gemm(x, w, c) }")),
                ElementsAre(HasSubstr("no vector of the outputs")))
        << c;
  }
}

TEST_F(Onednn, RefusesABiasThatIsComputed) {
  EXPECT_THAT(
      fp32_->unsupported(inferred("g (float[2,1] x, float[2] b) => (float[2,2] y) "
                                  "<float[1,2] w = {1, 2}> { r = Relu(b) y = Gemm(x, w, r) }")),
      ElementsAre(HasSubstr("is computed")));
}

TEST_F(Onednn, NormsSumsAndActivationsArePartOfTheConvolution) {
  EXPECT_THAT(kernels(*fp32_, residual_network()),
              ElementsAre(HasSubstr("Conv "), HasSubstr("Conv "), HasSubstr("Conv "),
                          HasSubstr("GlobalAveragePool"), HasSubstr("Gemm")));
}

TEST_F(Onednn, AConvolutionThatOthersReadKeepsItsResult) {
  const Graph graph = testing::inferred(
      "g (float[1,16,8,8] x) => (float[1,16,8,8] a, float[1,16,8,8] y) <float[16,16,1,1] w = {}>"
      "{ a = Conv(x, w)  y = Relu(a) }");
  EXPECT_THAT(kernels(*fp32_, graph), Contains(HasSubstr("Relu")));
  const auto model = fp32_->compile(graph);
  model->run();
  const auto outputs = model->outputs();
  ASSERT_EQ(outputs.size(), 2u);
  bool negative = false;
  for (size_t i = 0; i < outputs[0].values.size(); ++i) {
    negative = negative || outputs[0].values[i] < 0;
    EXPECT_EQ(outputs[1].values[i], std::max(0.0F, outputs[0].values[i]));
  }
  EXPECT_TRUE(negative);
}

TEST_F(Onednn, ASumIsNotWrittenOverWhatIsStillRead) {
  // The residual is read again after the sum, which oneDNN would put in its place.
  const Graph graph = testing::inferred(
      "g (float[1,16,8,8] x) => (float[1,16,8,8] y) <float[16,16,1,1] w = {}>"
      "{ r = Relu(x)  a = Conv(r, w)  s = Add(a, r)  y = Sub(s, r) }");
  const Graph bare = testing::inferred(
      "g (float[1,16,8,8] x) => (float[1,16,8,8] y) <float[16,16,1,1] w = {}>"
      "{ r = Relu(x)  y = Conv(r, w) }");
  const std::vector<float> a = values(*fp32_, graph), b = values(*fp32_, bare);
  for (size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], 1e-5);
}

TEST_F(Onednn, ASumIsNotWrittenOverItsOwnInput) {
  const std::string head = "g (float[1,16,8,8] x) => (float[1,16,8,8] y";
  const std::string body =
      ") <float[16,16,3,3] w = {}>"
      "{ r = Relu(x)  a = Conv<pads = [1, 1, 1, 1]>(r, w)  y = Add(a, r) }";
  const std::vector<float> a = values(*fp32_, testing::inferred(head + body));
  const std::vector<float> b =
      values(*fp32_, testing::inferred(head + ", float[1,16,8,8] a" + body));  // not fused
  for (size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], 1e-5);
}

TEST_F(Onednn, ProductsRunInIntegersOf8Bits) {
  const auto in_8_bits = [](const char* what) {
    return AllOf(HasSubstr(what), ::testing::ContainsRegex(" [us]8→"));
  };
  const std::vector<std::string> plan = kernels(*int8_, residual_network());
  EXPECT_THAT(plan, ElementsAre(in_8_bits("Conv "), in_8_bits("Conv "), in_8_bits("Conv "),
                                HasSubstr("GlobalAveragePool"), in_8_bits("Gemm")));
  EXPECT_THAT(plan[0], HasSubstr("→u8"));      // its only readers are convolutions and a sum in u8
  EXPECT_THAT(plan[3], HasSubstr("f32→f32"));  // a mean needs more than 8 bits
  EXPECT_THAT(kernels(*fp32_, residual_network()), Not(Contains(HasSubstr("8→"))));
}

TEST_F(Onednn, QuantizedResultsAreCloseToFloats) {
  const Graph graph = residual_network();
  const std::vector<float> floats = values(*fp32_, graph), integers = values(*int8_, graph);
  EXPECT_GT(cosine(floats, integers), 0.99);
  EXPECT_NE(floats, integers);
}

TEST_F(Onednn, EveryActivationOfAQuantizedConvolutionIsOfRealNumbers) {
  // The scale of 8 bits must not be inside of what is not linear.
  for (const char* activation : {"Relu", "HardSwish", "Sigmoid", "Elu", "LeakyRelu"}) {
    const Graph graph = testing::inferred(
        "g (float[1,16,8,8] x) => (float[1,16,8,8] y) <float[16,16,3,3] w = {}, "
        "float[16,16,1,1] v = {}> { a = Conv<pads = [1, 1, 1, 1]>(x, w)  b = " +
        std::string(activation) + "(a)  y = Conv(b, v) }");
    EXPECT_GT(cosine(values(*fp32_, graph), values(*int8_, graph)), 0.99) << activation;
  }
}

TEST_F(Onednn, OneReasonForEachNode) {
  const Graph graph = testing::inferred(
      "g (float[4,4] x) => (float[4,4] z) { y = Einsum<equation = \"ij,jk->ik\">(x, x)  "
      "z = Einsum<equation = \"ij,jk->ik\">(y, x) }");
  EXPECT_EQ(fp32_->unsupported(graph).size(), 2u);
}

TEST_F(Onednn, UnknownTypesAreRefused) {
  EXPECT_THAT(error_of([] { open_backend("onednn:type=int9"); }), HasSubstr("int8"));
}

}  // namespace
}  // namespace tacho

// Operators of the runtimes, each on numbers small enough to follow by hand. Skipped where a plugin
// was not built.
#include <gmock/gmock.h>

#include <cmath>

#include "backends/registry.h"
#include "backends/testing.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::FloatNear;
using ::testing::HasSubstr;
using testing::inferred;
using ::testing::Pointwise;

class Operators : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    try {
      backend_ = open_backend(GetParam());
    } catch (const Error& e) {
      GTEST_SKIP() << e.what();
    }
  }

  HostTensor run(const Graph& graph) {
    const auto model = backend_->compile(graph);
    model->run();
    return model->outputs().at(0);
  }

  /// The values of `y`, computed from constants by the statements; "float[2] x = {1, 2}" are they.
  std::vector<float> values(const std::string& constants, const std::string& result,
                            const std::string& statements) {
    return run(inferred("g (float[1] unused) => (" + result + ") <" + constants + "> { " +
                        statements + " }"))
        .values;
  }

  std::unique_ptr<Backend> backend_;
};

auto near(std::vector<float> expected) { return Pointwise(FloatNear(1e-5F), expected); }

// 1 to n.
std::string count_to(int n) {
  std::string text;
  for (int i = 1; i <= n; ++i) text += (i > 1 ? ", " : "") + std::to_string(i);
  return "{" + text + "}";
}

TEST_P(Operators, ConvWithPadsThatDiffer) {
  // 1 2 3 with a zero in front, kernel 1 10: 0·1+1·10, 1+20, 2+30
  EXPECT_THAT(values("float[1,1,3] x = {1, 2, 3}, float[1,1,2] w = {1, 10}", "float[1,1,3] y",
                     "y = Conv<pads = [1, 0]>(x, w)"),
              near({10, 21, 32}));
  EXPECT_THAT(values("float[1,1,3] x = {1, 2, 3}, float[1,1,2] w = {1, 10}", "float[1,1,3] y",
                     "y = Conv<auto_pad = \"SAME_UPPER\">(x, w)"),
              near({21, 32, 3}));
}

TEST_P(Operators, ConvInTwoDimensionsWithGroupsStridesAndBias) {
  // Each channel with its own weight: channel 0 times 2, channel 1 times 3, plus 100; every other
  // position.
  EXPECT_THAT(values("float[1,2,2,2] x = " + count_to(8) +
                         ", float[2,1,1,1] w = {2, 3}, float[2] b = {100, 200}",
                     "float[1,2,1,1] y", "y = Conv<group = 2, strides = [2, 2]>(x, w, b)"),
              near({102, 215}));
}

TEST_P(Operators, ConvTranspose) {
  // Each input element stamps 1 10 at twice its place.
  const std::string given = "float[1,1,2] x = {1, 2}, float[1,1,2] w = {1, 10}";
  EXPECT_THAT(values(given, "float[1,1,4] y", "y = ConvTranspose<strides = [2]>(x, w)"),
              near({1, 10, 2, 20}));
  EXPECT_THAT(
      values(given, "float[1,1,3] y", "y = ConvTranspose<strides = [2], pads = [1, 0]>(x, w)"),
      near({10, 2, 20}));
}

TEST_P(Operators, BatchNormalization) {
  EXPECT_THAT(values("float[1,1,2] x = {1, 5}, float[1] s = {2}, float[1] b = {1}, "
                     "float[1] m = {3}, float[1] v = {4}",
                     "float[1,1,2] y", "y = BatchNormalization<epsilon = 0.0>(x, s, b, m, v)"),
              near({-1, 3}));
}

TEST_P(Operators, Activations) {
  const auto of = [&](const std::string& call) {
    return values(
        "float[3] x = {-2, 0.5, 8}, float zero = {0}, float six = {6}, "
        "float[1] slope = {0.25}",
        "float[3] y", "y = " + call);
  };
  const auto sigmoid = [](float x) { return 1 / (1 + std::exp(-x)); };
  EXPECT_THAT(of("Relu(x)"), near({0, 0.5, 8}));
  EXPECT_THAT(of("Clip(x, zero, six)"), near({0, 0.5, 6}));
  EXPECT_THAT(of("Clip(x, , six)"), near({-2, 0.5, 6}));
  EXPECT_THAT(of("Sigmoid(x)"), near({sigmoid(-2), sigmoid(0.5), sigmoid(8)}));
  EXPECT_THAT(of("HardSigmoid(x)"), near({0.1F, 0.6F, 1}));
  EXPECT_THAT(of("HardSwish(x)"), near({-2.0F / 6, 0.5F * 3.5F / 6, 8}));
  EXPECT_THAT(of("Tanh(x)"), near({std::tanh(-2.0F), std::tanh(0.5F), std::tanh(8.0F)}));
  EXPECT_THAT(of("Erf(x)"), near({std::erf(-2.0F), std::erf(0.5F), std::erf(8.0F)}));
  EXPECT_THAT(of("LeakyRelu<alpha = 0.1>(x)"), near({-0.2F, 0.5, 8}));
  EXPECT_THAT(of("PRelu(x, slope)"), near({-0.5, 0.5, 8}));
  EXPECT_THAT(of("Elu(x)"), near({std::exp(-2.0F) - 1, 0.5, 8}));
  EXPECT_THAT(of("Softplus(x)"), near({std::log1p(std::exp(-2.0F)), std::log1p(std::exp(0.5F)),
                                       std::log1p(std::exp(8.0F))}));
}

TEST_P(Operators, ArithmeticBroadcastsAndTakesNumbers) {
  const auto of = [&](const std::string& call) {
    return values("float[2,1] a = {2, 3}, float[2] b = {4, 8}, float two = {2}", "float[2,2] y",
                  "y = " + call);
  };
  EXPECT_THAT(of("Add(a, b)"), near({6, 10, 7, 11}));
  EXPECT_THAT(of("Sub(a, b)"), near({-2, -6, -1, -5}));
  EXPECT_THAT(of("Mul(a, b)"), near({8, 16, 12, 24}));
  EXPECT_THAT(of("Div(b, a)"), near({2, 4, 4.0F / 3, 8.0F / 3}));
  EXPECT_THAT(of("Pow(a, b)"), near({16, 256, 81, 6561}));
  EXPECT_THAT(of("Min(a, b, two)"), near({2, 2, 2, 2}));
  EXPECT_THAT(of("Max(a, b)"), near({4, 8, 4, 8}));
  const auto number = [&](const std::string& call) {
    return values("float[2] b = {4, 8}, float two = {2}", "float[2] y", "y = " + call);
  };
  EXPECT_THAT(number("Sub(two, b)"), near({-2, -6}));
  EXPECT_THAT(number("Div(two, b)"), near({0.5, 0.25}));
  EXPECT_THAT(number("Pow(two, b)"), near({16, 256}));
  EXPECT_THAT(number("Pow(b, two)"), near({16, 64}));
}

TEST_P(Operators, Pools) {
  const auto of = [&](const std::string& dims, const std::string& call) {
    return values("float[1,1,5] x = " + count_to(5), "float" + dims + " y", "y = " + call);
  };
  EXPECT_THAT(of("[1,1,2]", "MaxPool<kernel_shape = [2], strides = [2]>(x)"), near({2, 4}));
  EXPECT_THAT(of("[1,1,3]", "MaxPool<kernel_shape = [2], strides = [2], ceil_mode = 1>(x)"),
              near({2, 4, 5}));
  EXPECT_THAT(of("[1,1,5]", "MaxPool<kernel_shape = [3], pads = [2, 0]>(x)"),
              near({1, 2, 3, 4, 5}));
  EXPECT_THAT(of("[1,1,5]", "AveragePool<kernel_shape = [3], pads = [1, 1]>(x)"),
              near({1.5, 2, 3, 4, 4.5}));
  EXPECT_THAT(
      of("[1,1,5]", "AveragePool<kernel_shape = [3], pads = [1, 1], count_include_pad = 1>(x)"),
      near({1, 2, 3, 4, 3}));
  EXPECT_THAT(of("[1,1,5]", "AveragePool<kernel_shape = [2], pads = [0, 1]>(x)"),
              near({1.5, 2.5, 3.5, 4.5, 5}));
  EXPECT_THAT(of("[1,1,3]", "AveragePool<kernel_shape = [2], strides = [2], ceil_mode = 1>(x)"),
              near({1.5, 3.5, 5}));
  EXPECT_THAT(of("[1,1,1]", "GlobalAveragePool(x)"), near({3}));
  EXPECT_THAT(of("[1,1,1]", "GlobalMaxPool(x)"), near({5}));
}

TEST_P(Operators, MatrixProducts) {
  const std::string given =
      "float[2,2] a = {1, 2, 3, 4}, float[2,2] b = {10, 20, 30, 40}, float[2] c = {1000, 2000}";
  const auto of = [&](const std::string& call) {
    return values(given, "float[2,2] y", "y = " + call);
  };
  EXPECT_THAT(of("MatMul(a, b)"), near({70, 100, 150, 220}));
  EXPECT_THAT(of("Gemm<transB = 1, alpha = 2.0>(a, b, c)"), near({1100, 2220, 1220, 2500}));
  EXPECT_THAT(of("Gemm<transA = 1>(a, b)"), near({100, 140, 140, 200}));
  if (backend_->name() == "onednn") return;  // has no Einsum
  EXPECT_THAT(of("Einsum<equation = \"ij,jk->ki\">(a, b)"), near({70, 150, 100, 220}));
}

TEST_P(Operators, Normalizations) {
  const float r = 1 / std::sqrt(1.25F);  // of 1 2 3 4: mean 2.5, variance 1.25
  const std::string given =
      "float[1,2,2] x = {1, 2, 3, 4}, float[2] s = {1, 2}, float[2] z = {0, 0}, float[2] s2 = {1, "
      "1}";
  EXPECT_THAT(values(given, "float[1,2,2] y", "y = LayerNormalization<epsilon = 0.0>(x, s, z)"),
              near({-1, 2, -1, 2}));
  EXPECT_THAT(values(given, "float[1,2,2] y", "y = InstanceNormalization<epsilon = 0.0>(x, s, z)"),
              near({-1, 1, -2, 2}));
  EXPECT_THAT(values("float[1,2] x = {0, 1.0986123}", "float[1,2] y", "y = Softmax(x)"),
              near({0.25, 0.75}));
  EXPECT_THAT(run(inferred("<ir_version: 8, opset_import: [\"\" : 21]> g (float[1] u) => "
                           "(float[1,2,2] y) <float[1,2,2] x = {1, 2, 3, 4}, float[2] s = {1, 2}, "
                           "float[2] z = {0, 0}> "
                           "{ y = GroupNormalization<num_groups = 1, epsilon = 0.0>(x, s, z) }"))
                  .values,
              near({-1.5F * r, -0.5F * r, 1 * r, 3 * r}));
}

TEST_P(Operators, Reductions) {
  const std::string given = "float[2,2] x = {1, 2, 3, 6}, int64[1] axis = {1}";
  EXPECT_THAT(values(given, "float[2,1] y", "y = ReduceMean<axes = [1]>(x)"), near({1.5, 4.5}));
  EXPECT_THAT(values(given, "float[2] y", "y = ReduceSum<keepdims = 0>(x, axis)"), near({3, 9}));
  EXPECT_THAT(values(given, "float[1,1] y", "y = ReduceMax(x)"), near({6}));
  EXPECT_THAT(values(given, "float[2,1] y", "y = ReduceL2<axes = [1]>(x)"),
              near({std::sqrt(5.0F), std::sqrt(45.0F)}));
  EXPECT_THAT(values(given, "int64[2] y", "y = ArgMax<axis = 1, keepdims = 0>(x)"), near({1, 1}));
}

TEST_P(Operators, Layout) {
  const std::string given = "float[2,3] x = " + count_to(6) + ", int64[2] s = {3, 2}";
  EXPECT_THAT(values(given, "float[3,2] y", "y = Reshape(x, s)"), near({1, 2, 3, 4, 5, 6}));
  EXPECT_THAT(values(given, "float[3,2] y", "y = Transpose(x)"), near({1, 4, 2, 5, 3, 6}));
  EXPECT_THAT(values(given, "float[4,3] y", "y = Concat<axis = 0>(x, x)"),
              near({1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6}));
  EXPECT_THAT(values(given + ", int64[2] parts = {1, 2}", "float[2,2] y",
                     "a, y = Split<axis = 1>(x, parts)"),
              near({2, 3, 5, 6}));
  EXPECT_THAT(values("float[1,4,1,1] x = {1, 2, 3, 4}", "float[1,1,2,2] y",
                     "y = DepthToSpace<blocksize = 2>(x)"),
              near({1, 2, 3, 4}));
  EXPECT_THAT(
      values("float[2] x = {1, 2}, int64[2] s = {2, 2}", "float[2,2] y", "y = Expand(x, s)"),
      near({1, 2, 1, 2}));
  EXPECT_THAT(values("float[2] x = {1, 2}, int64[1] s = {2}", "float[4] y", "y = Tile(x, s)"),
              near({1, 2, 1, 2}));
}

TEST_P(Operators, SlicesAndPads) {
  const auto slice = [&](const std::string& dims, const std::string& from, const std::string& to,
                         const std::string& step) {
    return values("float[5] x = " + count_to(5) + ", int64[1] a = {0}, int64[1] from = {" + from +
                      "}, int64[1] to = {" + to + "}, int64[1] step = {" + step + "}",
                  "float" + dims + " y", "y = Slice(x, from, to, a, step)");
  };
  EXPECT_THAT(slice("[2]", "1", "4", "2"), near({2, 4}));
  EXPECT_THAT(slice("[2]", "-2", "100", "1"), near({4, 5}));
  EXPECT_THAT(slice("[3]", "-1", "-100", "-2"), near({5, 3, 1}));
  EXPECT_THAT(slice("[2]", "3", "1", "-1"), near({4, 3}));
  const std::string given =
      "float[1,1,3] x = {1, 2, 3}, int64[6] p = {0, 0, 1, 0, 0, 2}, "
      "float seven = {7}";
  EXPECT_THAT(values(given, "float[1,1,6] y", "y = Pad(x, p, seven)"), near({7, 1, 2, 3, 7, 7}));
  EXPECT_THAT(values(given, "float[1,1,6] y", "y = Pad<mode = \"reflect\">(x, p)"),
              near({2, 1, 2, 3, 2, 1}));
  EXPECT_THAT(values(given, "float[1,1,6] y", "y = Pad<mode = \"edge\">(x, p)"),
              near({1, 1, 2, 3, 3, 3}));
}

TEST_P(Operators, GatherAndWhere) {
  const std::string given = "float[2,2] x = {1, 2, 3, 4}, int64[2] i = {-1, 0}, int64 one = {1}";
  EXPECT_THAT(values(given, "float[2,2] y", "y = Gather(x, i)"), near({3, 4, 1, 2}));
  EXPECT_THAT(values(given, "float[2] y", "y = Gather<axis = 1>(x, one)"), near({2, 4}));
  EXPECT_THAT(values("float[2] a = {1, 5}, float[2] b = {3, 4}", "float[2] y",
                     "c = Greater(a, b) y = Where(c, a, b)"),
              near({3, 5}));
}

TEST_P(Operators, Resizes) {
  const auto of = [&](const std::string& attributes) {
    return values("float[1,1,2] x = {1, 3}, float[3] scales = {1, 1, 2}", "float[1,1,4] y",
                  "y = Resize<" + attributes + ">(x, , scales)");
  };
  EXPECT_THAT(of("mode = \"nearest\""), near({1, 1, 3, 3}));
  EXPECT_THAT(of("mode = \"linear\""), near({1, 1.5, 2.5, 3}));
  EXPECT_THAT(of("mode = \"linear\", coordinate_transformation_mode = \"align_corners\""),
              near({1, 5.0F / 3, 7.0F / 3, 3}));
  EXPECT_THAT(error_of([&] {
                of("mode = \"linear\", coordinate_transformation_mode = \"tf_crop_and_resize\"");
              }),
              HasSubstr("mode linear with tf_crop_and_resize"));
}

TEST_P(Operators, ConstantsAreComputedOnceAndShapesNotAtAll) {
  const Graph graph = inferred(
      "g (float[1,2] x) => (float[2] y) <float[2] c = {3, 4}, "
      "int64[1] one = {1}, int64[1] two = {2}> "
      "{ s = Shape(x) n = Slice(s, one, two) d = Add(c, c) r = Reshape(x, n) y = Mul(r, d) }");
  EXPECT_TRUE(backend_->unsupported(graph).empty());
  EXPECT_EQ(run(graph).shape, (std::vector<int64_t>{2}));
}

TEST_P(Operators, AFusedGraphIsRefused) {
  Graph graph = testing::relu_graph();
  graph.node(0).fused.push_back({Op::kRelu, 1});
  EXPECT_THAT(backend_->unsupported(graph), ElementsAre(HasSubstr("the graph is fused")));
}

INSTANTIATE_TEST_SUITE_P(Runtimes, Operators,
                         ::testing::Values("libtorch:threads=1", "onednn:threads=1"),
                         [](const auto& info) { return testing::test_name(info.param); });

}  // namespace
}  // namespace tacho

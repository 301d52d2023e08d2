// Builds a Graph in code, inferred as it grows: every value has its dims and dtype at once, so that
// what comes out can be run, lowered or written without a pass over it. Weights are constants
// without data. Everything is NCHW, float32 and in terms of opset 17.
//
//   GraphBuilder g("resnet's beginning");
//   ValueId x = g.input({1, 3, 224, 224});
//   x = g.relu(g.bn(g.conv(x, 64, {7, 2})));
//   Graph graph = g.finish({g.max_pool(x, {3, 2})});
//
// Every function takes values of the same builder. Sizes that do not fit together are an Error that
// names the operator and the dims.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph_ir/graph.h"

namespace tacho {

/// The padding on every side that keeps the extent at stride 1, for odd windows; one less than half
/// of an even one, which is what halving poolings and doubling transposed convolutions use.
constexpr int64_t same_padding(int64_t kernel) { return (kernel - 1) / 2; }

/// A square window.
struct Window {
  int64_t kernel = 1;
  int64_t stride = 1;
  std::optional<int64_t> padding = {};  ///< on every side; nullopt: same_padding(kernel)
};

/// floor((extent + 2 · padding − kernel) / stride) + 1; below 1 where the window does not fit.
int64_t window_extent(int64_t extent, int64_t kernel, int64_t stride, int64_t padding);

struct ConvOptions {
  int64_t groups = 1;
  bool bias = false;
};

class GraphBuilder {
 public:
  static constexpr int64_t kOpset = 17;
  static constexpr int64_t kIrVersion = 8;

  explicit GraphBuilder(std::string name);
  /// Put before the names of all nodes made from now on: "stage1.block2." makes
  /// "stage1.block2.Conv_4".
  void scope(std::string prefix) { scope_ = std::move(prefix); }

  ValueId input(Dims dims, std::string name = "");
  ValueId weight(Dims dims);
  ValueId int_constant(std::vector<int64_t> elements);
  ValueId float_constant(std::vector<double> elements, Dims dims);
  ValueId scalar(double x) { return float_constant({x}, {}); }
  const Dims& dims(ValueId id) const { return *graph_.value(id).dims; }

  // With weights of their own.
  ValueId conv(ValueId x, int64_t cout, Window window, ConvOptions options = {});
  ValueId dwconv(ValueId x, Window window) { return conv(x, dims(x)[1], window, {dims(x)[1]}); }
  /// Output extent: (extent − 1) · stride + kernel − 2 · padding.
  ValueId conv_transpose(ValueId x, int64_t cout, Window window, ConvOptions options = {});
  ValueId bn(ValueId x);
  /// Over the last axis.
  ValueId layer_norm(ValueId x);
  /// A fully connected layer with a bias: Gemm for rank 2, else MatMul and Add.
  ValueId fc(ValueId x, int64_t cout);

  // Of one operand.
  ValueId relu(ValueId x) { return unary("Relu", x); }
  ValueId relu6(ValueId x);
  ValueId sigmoid(ValueId x) { return unary("Sigmoid", x); }
  ValueId tanh(ValueId x) { return unary("Tanh", x); }
  ValueId hswish(ValueId x) { return unary("HardSwish", x); }
  ValueId hsigmoid(ValueId x);
  ValueId silu(ValueId x) { return mul(x, sigmoid(x)); }
  ValueId gelu(ValueId x);  ///< spelled with Erf: runtimes know Gelu only from opset 20 on
  ValueId softmax(ValueId x, int64_t axis = -1);
  ValueId max_pool(ValueId x, Window window);
  ValueId avg_pool(ValueId x, Window window);  ///< padding is not counted
  ValueId global_avg_pool(ValueId x);
  /// x · hsigmoid(fc(relu(fc(mean(x))))), the layers being 1×1 convolutions with a bias.
  ValueId squeeze_excite(ValueId x, int64_t hidden);
  ValueId channel_shuffle(ValueId x, int64_t groups);
  ValueId resize_nearest(ValueId x, int64_t scale);
  ValueId reshape(ValueId x, Dims to);
  ValueId flatten(ValueId x);  ///< to rank 2
  ValueId transpose(ValueId x, std::vector<int64_t> permutation);

  // Of several.
  ValueId add(ValueId a, ValueId b) { return binary("Add", a, b); }
  ValueId mul(ValueId a, ValueId b) { return binary("Mul", a, b); }
  ValueId matmul(ValueId a, ValueId b);
  /// softmax(q · kᵀ / √d) · v; all … × tokens × d.
  ValueId attention(ValueId q, ValueId k, ValueId v);
  ValueId concat(const std::vector<ValueId>& parts, int64_t axis = 1);
  /// Equal parts.
  std::vector<ValueId> split(ValueId x, size_t parts, int64_t axis = 1);

  /// Any other operator: its outputs have the dims given.
  ValueId node(std::string_view op_type, const std::vector<ValueId>& inputs, Dims output,
               std::vector<Attribute> attributes = {});

  /// The graph; the builder is empty afterwards.
  Graph finish(const std::vector<ValueId>& outputs);

 private:
  ValueId unary(std::string_view op_type, ValueId x) { return node(op_type, {x}, dims(x)); }
  ValueId binary(std::string_view op_type, ValueId a, ValueId b);
  ValueId pool(std::string_view op_type, ValueId x, Window window,
               std::vector<Attribute> attributes);
  ValueId constant(Value value);

  Graph graph_;
  std::string scope_;
  int num_constants_ = 0;
};

/// Attributes for node().
Attribute int_attr(std::string name, int64_t value);
Attribute ints_attr(std::string name, std::vector<int64_t> values);
Attribute float_attr(std::string name, double value);
Attribute text_attr(std::string name, std::string value);

}  // namespace tacho

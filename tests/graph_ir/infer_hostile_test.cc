// Whatever a damaged or hostile file says, a rule gives dims whose elements can be counted, or an
// Error: no crash, no overflow (the sanitizer build watches), no work that grows with declared
// dims.
#include <gtest/gtest.h>

#include <random>

#include "common/error.h"
#include "graph_ir/infer/infer_shapes.h"

namespace tacho {
namespace {

constexpr int64_t kInteresting[] = {0,
                                    1,
                                    1,
                                    1,
                                    2,
                                    2,
                                    3,
                                    4,
                                    5,
                                    7,
                                    8,
                                    -1,
                                    -2,
                                    64,
                                    224,
                                    4096,
                                    INT32_MAX,
                                    INT32_MIN,
                                    INT64_MAX,
                                    INT64_MIN,
                                    kMaxElements,
                                    -9,
                                    10,
                                    1LL << 31,
                                    1LL << 40,
                                    -(1LL << 40),
                                    1LL << 62};
constexpr const char* kIntAttributes[] = {"axis",
                                          "group",
                                          "blocksize",
                                          "k",
                                          "keepdims",
                                          "to",
                                          "start",
                                          "end",
                                          "batch_dims",
                                          "num_outputs",
                                          "hidden_size",
                                          "layout",
                                          "transA",
                                          "transB",
                                          "ceil_mode",
                                          "allowzero",
                                          "output_height",
                                          "dtype",
                                          "noop_with_empty_axes",
                                          "upper",
                                          "sample_size",
                                          "output_dtype",
                                          "value_int"};
constexpr const char* kListAttributes[] = {
    "axes", "kernel_shape", "strides", "pads", "dilations", "output_padding", "output_shape",
    "perm", "split",        "starts",  "ends", "shape",     "pooled_shape",   "value_ints"};
constexpr const char* kTexts[] = {"SAME_UPPER",
                                  "VALID",
                                  "bidirectional",
                                  "not_larger",
                                  "not_smaller",
                                  "tf_crop_and_resize",
                                  "ij,jk->ik",
                                  "...ij,...jk->...ik",
                                  "ii->i",
                                  "i,->",
                                  "..",
                                  ",,,",
                                  "->",
                                  "a->b",
                                  "reverse",
                                  ""};
constexpr const char* kTextAttributes[] = {"auto_pad", "direction", "keep_aspect_ratio_policy",
                                           "coordinate_transformation_mode", "equation"};

class Hostile {
 public:
  explicit Hostile(unsigned seed) : random_(seed) {}

  /// One node of a random operator over random inputs, and a second one behind it.
  Graph graph() {
    Graph g;
    g.opset = pick(7, 21);
    std::vector<ValueId> values;
    for (int64_t i = pick(1, 6); i > 0; --i) values.push_back(add_value(g));
    for (int n = 0; n < 2; ++n) add_node(g, values);
    g.declare_output(values.back());
    return g;
  }

  int64_t pick(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random_);
  }

 private:
  int64_t interesting() { return kInteresting[pick(0, std::size(kInteresting) - 1)]; }
  int64_t size() { return pick(0, 3) == 0 ? interesting() : pick(0, 8); }

  ValueId add_value(Graph& g) {
    Value v;
    v.name = "v" + std::to_string(g.num_value_ids());
    Dims dims;
    for (int64_t r = pick(0, 5); r > 0; --r) dims.push_back(size());
    const bool constant = pick(0, 2) > 0;
    if (constant && pick(0, 1) == 0) dims = {pick(0, 5)};
    v.dtype = pick(0, 2) == 0 ? DType::kFloat32 : pick(0, 1) == 0 ? DType::kInt64 : DType::kBool;
    if (pick(0, 9) == 0) v.dtype = static_cast<DType>(pick(-1, 24));
    v.is_constant = constant;
    const std::optional<int64_t> n = checked_elements(dims);
    if (constant && n && *n <= static_cast<int64_t>(kMaxLiteralElements) && pick(0, 4) > 0) {
      Literal literal;
      for (int64_t k = 0; k < *n; ++k) {
        if (is_integer(v.dtype)) {
          literal.ints.push_back(pick(0, 1) == 0 ? interesting() : pick(-2, 6));
        } else {
          literal.reals.push_back(pick(0, 3) == 0 ? std::numeric_limits<double>::quiet_NaN()
                                                  : static_cast<double>(interesting()));
        }
      }
      v.literal = std::move(literal);
    }
    v.dims = dims;
    const ValueId id = g.add_value(std::move(v));
    if (!constant) g.declare_input(id, {});
    return id;
  }

  void add_node(Graph& g, std::vector<ValueId>& values) {
    Node node;
    node.op = static_cast<Op>(pick(0, static_cast<int64_t>(Op::kCount) - 1));
    node.op_type = std::string(op_name(node.op));
    for (int64_t i = pick(0, 5); i > 0; --i) {
      const bool absent = pick(0, 9) == 0;
      node.inputs.push_back(absent ? kNoValue : values[pick(0, values.size() - 1)]);
    }
    for (int64_t i = pick(0, 4); i > 0; --i) add_attribute(g, node, values);
    for (int64_t i = pick(1, 3); i > 0; --i) {
      Value out;
      out.name = "o" + std::to_string(g.num_value_ids());
      if (pick(0, 5) == 0) out.declared_dims = Dims{size(), size()};
      values.push_back(g.add_value(std::move(out)));
      node.outputs.push_back(values.back());
    }
    g.add_node(std::move(node));
  }

  void add_attribute(Graph& g, Node& node, const std::vector<ValueId>& values) {
    Attribute a;
    switch (pick(0, 4)) {
      case 0:
        a.name = kIntAttributes[pick(0, std::size(kIntAttributes) - 1)];
        a.ints = {size()};
        break;
      case 1:
        a.name = kTextAttributes[pick(0, std::size(kTextAttributes) - 1)];
        a.text = kTexts[pick(0, std::size(kTexts) - 1)];
        break;
      case 2:
        a.name = "value";
        a.tensor = values[pick(0, values.size() - 1)];
        if (g.value(a.tensor).producer != kNoNode) a.tensor = kNoValue;
        break;
      default:
        a.name = kListAttributes[pick(0, std::size(kListAttributes) - 1)];
        for (int64_t k = pick(0, 6); k > 0; --k) a.ints.push_back(size());
    }
    node.attributes.push_back(std::move(a));
  }

  std::mt19937 random_;
};

TEST(InferHostile, AnyNodeGivesCountableDimsOrAnError) {
  int inferred = 0;
#ifdef TACHO_HOSTILE_ROUNDS
  constexpr unsigned kRounds = TACHO_HOSTILE_ROUNDS;
#else
  constexpr unsigned kRounds = 20000;
#endif
  for (unsigned seed = 0; seed < kRounds; ++seed) {
    Hostile hostile(seed);
    Graph graph = hostile.graph();
    BindOptions options;
    if (hostile.pick(0, 2) == 0) options.batch = hostile.pick(1, 9);
    try {
      infer_shapes(graph, options);
    } catch (const Error& e) {
      EXPECT_EQ(std::string(e.what()).find('\n'), std::string::npos);
      continue;
    }
    ++inferred;
    for (ValueId id = 0; id < graph.num_value_ids(); ++id) {
      const Value& v = graph.value(id);
      ASSERT_TRUE(v.dims && checked_elements(*v.dims)) << "seed " << seed << ", " << v.name;
      if (v.literal && v.producer != kNoNode) {
        ASSERT_EQ(static_cast<int64_t>(v.literal->size()), *checked_elements(*v.dims));
      }
    }
  }
  // The generator must not only make nonsense, or the test says nothing about the rules.
  EXPECT_GT(inferred, static_cast<int>(kRounds / 100));
}

TEST(InferHostile, ChainsOfDoublingConstantsStopAtTheLimit) {
  Graph g;
  g.opset = 17;
  Value start;
  start.name = "c";
  start.dtype = DType::kInt64;
  start.dims = Dims{4};
  start.literal = Literal{{1, 2, 3, 4}, {}};
  start.is_constant = true;
  ValueId last = g.add_value(start);
  for (int i = 0; i < 60; ++i) {
    Node concat;
    concat.op = Op::kConcat;
    concat.op_type = "Concat";
    concat.name = "double" + std::to_string(i);
    Attribute axis;
    axis.name = "axis";
    axis.ints = {0};
    concat.attributes = {axis};
    concat.inputs = {last, last};
    Value out;
    out.name = "o" + std::to_string(i);
    last = g.add_value(out);
    concat.outputs = {last};
    g.add_node(concat);
  }
  g.declare_output(last);
  try {
    infer_shapes(g, {});
    FAIL() << "2^62 elements passed";
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("impossible output dimensions"), std::string::npos)
        << e.what();
  }
}

}  // namespace
}  // namespace tacho

#include "backends/onednn/quantize.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "backends/onednn/executor.h"
#include "graph_ir/made_up_tensors.h"
#include "graph_ir/passes/match.h"

namespace tacho::onednn {
namespace {

bool is_product_in_8_bits(const Graph& graph, const std::vector<char>& constant,
                          const Group& group) {
  const Node& node = graph.node(group.root);
  if (node.op != Op::kConv && node.op != Op::kGemm && node.op != Op::kMatMul) return false;
  const auto fixed = [&](ValueId v) { return constant[static_cast<size_t>(v)] != 0; };
  if (!fixed(node.inputs[1]) || fixed(node.inputs[0])) return false;
  if (node.op == Op::kConv) return true;
  return node.int_attribute("transA", 0) == 0 && dims_of(graph, node.inputs[1]).size() == 2 &&
         dims_of(graph, node.inputs[0]).size() >= 2;
}

enum class Moves { kNo, kOneScale, kOwnScale };

// How a group hands on what it does not change.
Moves moves(const Graph& graph, const std::vector<char>& constant, const Group& group) {
  const Node& node = graph.node(group.root);
  switch (node.op) {
    case Op::kMaxPool:
    case Op::kAveragePool:
    case Op::kReshape:
    case Op::kFlatten:
    case Op::kSqueeze:
    case Op::kUnsqueeze:
    case Op::kIdentity:
    case Op::kDropout:
    case Op::kConcat:
      return Moves::kOneScale;
    case Op::kAdd:
      for (const ValueId v : node.inputs) {
        if (constant[static_cast<size_t>(v)] != 0 || !same_dims(graph, v, node.outputs[0])) {
          return Moves::kNo;
        }
      }
      return Moves::kOwnScale;
    default:
      return Moves::kNo;
  }
}

// Sets of values with one scale.
class Unions {
 public:
  explicit Unions(size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), 0); }
  int find(int i) {
    while (parent_[static_cast<size_t>(i)] != i) i = parent_[static_cast<size_t>(i)];
    return i;
  }
  void join(int a, int b) { parent_[static_cast<size_t>(find(a))] = find(b); }

 private:
  std::vector<int> parent_;
};

Quantized quantized_for(const Range& range) {
  const float most = std::max({std::abs(range.low), std::abs(range.high), 1e-12F});
  if (range.low >= 0) return {most / 255, Type::u8};
  return {most / 127, Type::s8};
}

}  // namespace

Quantization quantization_of(const Graph& graph, const std::vector<Group>& groups,
                             const std::vector<char>& constant, const Ranges& seen) {
  std::set<ValueId> wanted;
  const auto want = [&](ValueId v) {
    if (constant[static_cast<size_t>(v)] == 0 && seen.count(v) > 0) wanted.insert(v);
  };
  Unions unions(static_cast<size_t>(graph.num_value_ids()));
  // From the back: whether the result is wanted is known before its inputs are asked for.
  for (auto group = groups.rbegin(); group != groups.rend(); ++group) {
    const Node& node = graph.node(group->root);
    if (is_product_in_8_bits(graph, constant, *group)) {
      want(node.inputs[0]);
      if (group->residual != kNoValue && wanted.count(group->result) > 0) want(group->residual);
      continue;
    }
    const Moves how = moves(graph, constant, *group);
    if (how == Moves::kNo || wanted.count(group->result) == 0) continue;
    const size_t read = node.op == Op::kConcat || node.op == Op::kAdd ? node.inputs.size() : 1;
    for (size_t i = 0; i < read; ++i) {
      want(node.inputs[i]);
      if (how == Moves::kOneScale) unions.join(node.inputs[i], group->result);
    }
  }
  std::map<int, Range> ranges;
  for (const ValueId v : wanted) {
    const Range& own = seen.at(v);
    const auto [known, is_new] = ranges.emplace(unions.find(v), own);
    if (!is_new) {
      known->second = {std::min(known->second.low, own.low),
                       std::max(known->second.high, own.high)};
    }
  }
  Quantization quantization;
  for (const ValueId v : wanted) quantization[v] = quantized_for(ranges.at(unions.find(v)));
  return quantization;
}

Ranges calibrate(const Graph& graph) {
  Program program(false);
  BuildOptions options;
  options.keep_all = true;
  Builder builder(graph, options, program);
  build_program(builder);
  program.finish();
  Ranges ranges;
  for (const uint64_t seed : {1, 2}) {  // not the input that is measured
    for (const ValueId v : graph.inputs) {
      if (!is_float(graph.value(v).dtype)) continue;
      const std::vector<float> elements = input_data(graph, v, seed).reals;
      std::copy(elements.begin(), elements.end(), builder.made(v).at<float>());
    }
    program.run();
    for (ValueId v = 0; v < graph.num_value_ids(); ++v) {
      if (!builder.is_made(v) || !is_float(graph.value(v).dtype)) continue;
      const std::vector<float> elements = elements_in(program, builder.made(v));
      const auto [low, high] = std::minmax_element(elements.begin(), elements.end());
      const auto [known, is_new] = ranges.emplace(v, Range{*low, *high});
      if (!is_new) {
        known->second = {std::min(known->second.low, *low), std::max(known->second.high, *high)};
      }
    }
  }
  return ranges;
}

}  // namespace tacho::onednn

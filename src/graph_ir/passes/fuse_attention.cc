#include "graph_ir/passes/fuse_attention.h"

#include <utility>

#include "graph_ir/dag.h"
#include "graph_ir/passes/edit.h"
#include "graph_ir/passes/match.h"

namespace tacho {
namespace {

// The other operand, if the node multiplies (or divides) by one constant element; kNoValue else.
ValueId unscaled(const Graph& graph, NodeId id) {
  const Node& n = graph.node(id);
  if (!n.fused.empty() || (n.op != Op::kMul && n.op != Op::kDiv)) return kNoValue;
  const auto operands = split_constant(graph, id);
  if (!operands || elements_of(graph, operands->first) != 1) return kNoValue;
  if (n.op == Op::kDiv && operands->first != n.inputs[1]) return kNoValue;
  return operands->other;
}

bool swaps_last_two(const Node& n) {
  std::vector<int64_t> perm = n.ints_attribute("perm");
  if (n.op != Op::kTranspose || perm.size() < 2) return false;
  std::swap(perm[perm.size() - 1], perm[perm.size() - 2]);
  for (size_t i = 0; i < perm.size(); ++i) {
    if (perm[i] != static_cast<int64_t>(i)) return false;
  }
  return true;
}

// Walks up over scales, and over one swap of the last two axes where `transposed` allows it, as
// long as nobody else reads.
ValueId operand_origin(const Graph& graph, ValueId v, bool transposed) {
  for (;;) {
    const NodeId id = graph.value(v).producer;
    if (id == kNoNode || graph.sole_consumer(v) == kNoNode) return v;
    ValueId up = unscaled(graph, id);
    if (up == kNoValue && transposed && swaps_last_two(graph.node(id))) {
      up = input(graph, id, 0);
      transposed = false;
    }
    if (up == kNoValue) return v;
    v = up;
  }
}

bool is_over_last_axis(const Graph& graph, NodeId softmax) {
  const auto rank = static_cast<int64_t>(dims_of(graph, output(graph, softmax)).size());
  const int64_t axis = graph.node(softmax).int_attribute("axis", graph.opset >= 13 ? -1 : 1);
  return axis == -1 || axis == rank - 1;
}

struct Scores {
  NodeId product = kNoNode;
  std::vector<ValueId> masks;
};

// From the Softmax's argument up over scales and masks to the product of q and k.
std::optional<Scores> match_scores(const Graph& graph, ValueId v) {
  Scores scores;
  for (;;) {
    const NodeId id = graph.value(v).producer;
    if (id == kNoNode || graph.sole_consumer(v) == kNoNode) return std::nullopt;
    const Node& n = graph.node(id);
    if (n.op == Op::kMatMul && n.inputs.size() == 2 && n.fused.empty()) {
      scores.product = id;
      return scores;
    }
    if (const ValueId up = unscaled(graph, id); up != kNoValue) {
      v = up;
      continue;
    }
    if (n.op != Op::kAdd || n.inputs.size() != 2 || !n.fused.empty()) return std::nullopt;
    // The scores are the operand that is as large as the sum and is not known; of two such, the one
    // that a product or a scale makes.
    size_t at = 2;
    for (const size_t i : {size_t{1}, size_t{0}}) {
      const ValueId candidate = n.inputs[i];
      const Node* maker = graph.producer(candidate);
      if (maker == nullptr || is_constant(graph, candidate) ||
          !same_dims(graph, candidate, n.outputs[0])) {
        continue;
      }
      const Op op = maker->op;
      if (op == Op::kMatMul || op == Op::kMul || op == Op::kDiv || op == Op::kAdd) at = i;
    }
    if (at == 2) return std::nullopt;
    scores.masks.push_back(n.inputs[1 - at]);
    v = n.inputs[at];
  }
}

bool try_fuse(Graph& graph, NodeId last, const FusionRules& rules) {
  const NodeId softmax = made_by(graph, input(graph, last, 0), Op::kSoftmax);
  if (softmax == kNoNode || !is_over_last_axis(graph, softmax)) return false;
  const ValueId v = input(graph, last, 1);
  const auto scores = match_scores(graph, input(graph, softmax, 0));
  if (!scores || is_constant(graph, v)) return false;
  const ValueId q = operand_origin(graph, input(graph, scores->product, 0), false);
  const ValueId k = operand_origin(graph, input(graph, scores->product, 1), true);
  if (is_constant(graph, k)) return false;
  Replacement r{Op::kFusedAttention, {q, k, v}, {}, {}};
  r.inputs.insert(r.inputs.end(), scores->masks.begin(), scores->masks.end());
  const int64_t elements = elements_of(graph, output(graph, scores->product));
  for (size_t i = 0; i < scores->masks.size(); ++i) r.fused.push_back({Op::kAdd, elements});
  return replace_subgraph(graph, last, std::move(r), rules);
}

}  // namespace

bool fuse_attention(Graph& graph, const FusionRules& rules) {
  bool changed = false;
  for (const NodeId id : topological_order(graph)) {
    const Node& n = graph.node(id);
    if (n.alive && n.op == Op::kMatMul && n.inputs.size() == 2 && n.fused.empty()) {
      changed |= try_fuse(graph, id, rules);
    }
  }
  return changed;
}

}  // namespace tacho

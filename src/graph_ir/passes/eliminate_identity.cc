#include "graph_ir/passes/eliminate_identity.h"

#include <algorithm>

#include "graph_ir/dag.h"
#include "graph_ir/passes/edit.h"
#include "graph_ir/passes/match.h"

namespace tacho {
namespace {

bool all_are(const std::vector<int64_t>& list, int64_t wanted) {
  return std::all_of(list.begin(), list.end(), [&](int64_t i) { return i == wanted; });
}

// Whether integer input i is absent or known, with every element equal to `wanted`.
bool ints_are(const Graph& graph, NodeId id, size_t i, int64_t wanted) {
  const ValueId v = input(graph, id, i);
  if (v == kNoValue) return true;
  const Value& value = graph.value(v);
  return value.literal && all_are(value.literal->ints, wanted);
}

bool keeps_order(const Node& n) {
  const std::vector<int64_t> perm = n.ints_attribute("perm");
  return !perm.empty() && std::is_sorted(perm.begin(), perm.end());
}

bool is_identity(const Graph& graph, NodeId id) {
  const Node& n = graph.node(id);
  const ValueId in = n.inputs[0], out = n.outputs[0];
  switch (n.op) {
    case Op::kIdentity:
      return true;
    case Op::kDropout:
      return (n.outputs.size() < 2 || n.outputs[1] == kNoValue ||
              (graph.value(n.outputs[1]).consumers.empty() && !graph.is_output(n.outputs[1]))) &&
             ints_are(graph, id, 2, 0);
    case Op::kCast:
      return graph.value(in).dtype == graph.value(out).dtype;
    case Op::kReshape:
    case Op::kFlatten:
    case Op::kSqueeze:
    case Op::kUnsqueeze:
    case Op::kExpand:
    case Op::kTile:
      return same_dims(graph, in, out);
    case Op::kSlice:
      return same_dims(graph, in, out) && ints_are(graph, id, 4, 1);
    case Op::kResize:
    case Op::kUpsample:
      return same_dims(graph, in, out) &&
             n.text_attribute("coordinate_transformation_mode", "") != "tf_crop_and_resize";
    case Op::kTranspose:
      return keeps_order(n);
    case Op::kPad:
      return same_dims(graph, in, out) && ints_are(graph, id, 1, 0) &&
             all_are(n.ints_attribute("pads"), 0);
    case Op::kConcat:
    case Op::kSum:
    case Op::kMax:
    case Op::kMin:
    case Op::kMean:
      return n.inputs.size() == 1;
    case Op::kSplit:
      return n.outputs.size() == 1 && same_dims(graph, in, out);
    case Op::kAveragePool:
    case Op::kMaxPool:
      return n.outputs.size() == 1 && same_dims(graph, in, out) &&
             all_are(n.ints_attribute("kernel_shape"), 1) && all_are(n.ints_attribute("pads"), 0);
    default:
      return false;
  }
}

}  // namespace

bool eliminate_identity(Graph& graph) {
  bool changed = false;
  for (const NodeId id : topological_order(graph)) {
    const Node& n = graph.node(id);
    if (n.inputs.empty() || n.inputs[0] == kNoValue || n.outputs.empty() ||
        n.outputs[0] == kNoValue || !n.fused.empty() || !is_identity(graph, id)) {
      continue;
    }
    graph.replace_uses(n.outputs[0], n.inputs[0]);
    remove_unread(graph, id);
    changed = true;
  }
  return changed;
}

}  // namespace tacho

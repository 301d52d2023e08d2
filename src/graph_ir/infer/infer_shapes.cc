#include "graph_ir/infer/infer_shapes.h"

#include <algorithm>
#include <map>

#include "common/error.h"
#include "graph_ir/dag.h"
#include "graph_ir/infer/bind.h"
#include "graph_ir/infer/rules.h"
#include "graph_ir/infer/unknown.h"

namespace tacho {
namespace {

// Sum of the lengths of all folded_from: real graphs stay below some thousands; a file made to grow
// them quadratically must not take the memory.
constexpr size_t kMaxRoots = size_t{1} << 22;

bool is_random(Op op) {
  switch (op) {
    case Op::kMultinomial:
    case Op::kRandomNormal:
    case Op::kRandomNormalLike:
    case Op::kRandomUniform:
    case Op::kRandomUniformLike:
      return true;
    default:
      return false;
  }
}

/// Operators whose result does not depend on their input's elements, only on its dims.
bool reads_dims_only(Op op) { return op == Op::kShape || op == Op::kSize || op == Op::kEyeLike; }

/// The initializers (and Constant nodes' tensors) that the node's constant inputs come from,
/// ascending, each once.
std::vector<ValueId> roots_of_inputs(const Graph& graph, const Node& node) {
  std::vector<ValueId> roots;
  if (reads_dims_only(node.op)) return roots;
  for (const ValueId id : node.inputs) {
    if (id == kNoValue || !graph.value(id).is_constant) continue;
    const Value& v = graph.value(id);
    if (v.producer == kNoNode) {
      roots.push_back(id);
    } else {
      roots.insert(roots.end(), v.folded_from.begin(), v.folded_from.end());
    }
  }
  std::sort(roots.begin(), roots.end());
  roots.erase(std::unique(roots.begin(), roots.end()), roots.end());
  return roots;
}

/// Marks the outputs that are known before the graph runs: those of a node that reads constants
/// only, and those whose elements a rule found out (the Shape of an activation).
void propagate_constness(Graph& graph, NodeId id, size_t& roots_left) {
  const Node& node = graph.node(id);
  const bool folds =
      !is_random(node.op) && std::all_of(node.inputs.begin(), node.inputs.end(), [&](ValueId v) {
        return v == kNoValue || graph.value(v).is_constant;
      });
  for (const ValueId out : node.outputs) {
    if (out == kNoValue) continue;
    Value& v = graph.value(out);
    v.is_constant = folds || v.literal.has_value();
    v.folded_from.clear();
    if (!v.is_constant) continue;
    v.folded_from = roots_of_inputs(graph, node);
    if (v.folded_from.size() > roots_left) {
      throw Error(graph.describe(id) + ": too many constants are folded into others",
                  Fault::kUnsupported);
    }
    roots_left -= v.folded_from.size();
  }
}

/// Operators that have no rule, and whose dims nothing else tells: their count and first node, by
/// name.
class Unsupported {
 public:
  void add(const Graph& graph, NodeId id) {
    const Node& n = graph.node(id);
    Entry& entry = entries_[n.domain.empty() ? n.op_type : n.domain + "." + n.op_type];
    if (entry.count++ == 0) entry.first = graph.describe(id);
  }
  bool empty() const { return entries_.empty(); }
  [[noreturn]] void raise() const {
    std::string list;
    for (const auto& [name, entry] : entries_) {
      if (!list.empty()) list += ", ";
      list += name + " (" + std::to_string(entry.count) + "x, first " + entry.first + ")";
    }
    throw Error(
        "unsupported operators: " + list +
            "; declare their outputs' shapes in the file's value_info to have them costed by "
            "their bytes",
        Fault::kUnsupported);
  }

 private:
  struct Entry {
    int count = 0;
    std::string first;
  };
  std::map<std::string, Entry> entries_;
};

bool inputs_known(const Graph& graph, const Node& node) {
  return std::all_of(node.inputs.begin(), node.inputs.end(),
                     [&](ValueId v) { return v == kNoValue || graph.value(v).dims; });
}

void walk(InferRun& run, const std::vector<NodeId>& order) {
  Unsupported unsupported;
  size_t roots_left = kMaxRoots;
  for (const NodeId id : order) {
    const Node& node = run.graph.node(id);
    // What hangs on an operator without dims cannot be inferred; the walk goes on only to list the
    // others.
    if (!unsupported.empty() && !inputs_known(run.graph, node)) {
      if (find_shape_rule(node.op) == nullptr && !infer_without_rule(run, id))
        unsupported.add(run.graph, id);
      continue;
    }
    const ShapeRule rule =
        node.domain.empty() || node.domain == "ai.onnx" ? find_shape_rule(node.op) : nullptr;
    InferContext context(run, id);
    if (rule != nullptr) {
      rule(context);
    } else if (!infer_without_rule(run, id)) {
      unsupported.add(run.graph, id);
      continue;
    }
    for (const ValueId out : node.outputs) {
      if (out != kNoValue && !run.graph.value(out).dims) {
        context.fail("output '" + run.graph.value(out).name + "' is not one that the operator has");
      }
    }
    propagate_constness(run.graph, id, roots_left);
  }
  if (!unsupported.empty()) unsupported.raise();
}

void set_inputs(Graph& graph, const std::vector<Dims>& dims) {
  for (size_t i = 0; i < graph.inputs.size(); ++i) graph.value(graph.inputs[i]).dims = dims[i];
}

void check_constants(const Graph& graph) {
  for (ValueId id = 0; id < graph.num_value_ids(); ++id) {
    const Value& v = graph.value(id);
    if (v.producer != kNoNode || !v.dims || !v.is_constant) continue;
    if (v.dims->size() > kMaxRank) {
      throw Error("constant '" + v.name + "': rank " + std::to_string(v.dims->size()));
    }
    if (!checked_elements(*v.dims)) {
      throw Error("constant '" + v.name + "': impossible dimensions " + dims_text(*v.dims));
    }
  }
}

}  // namespace

Notices infer_shapes(Graph& graph, const BindOptions& options) {
  check_constants(graph);
  const BoundInputs bound = bind_inputs(graph, options);
  const std::vector<NodeId> order = topological_order(graph);
  if (bound.asked == bound.declared) {
    set_inputs(graph, bound.asked);
    InferRun run{graph};
    walk(run, order);
    return bound.notices;
  }
  Graph declared = graph;
  set_inputs(declared, bound.declared);
  InferRun before{declared};
  walk(before, order);
  set_inputs(graph, bound.asked);
  InferRun run{graph, &declared, bound.declared_batch};
  walk(run, order);
  return bound.notices;
}

}  // namespace tacho

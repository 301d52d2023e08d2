#include "backends/partition/cut.h"

#include <algorithm>
#include <set>

#include "backends/node_context.h"
#include "graph_ir/dag.h"
#include "graph_ir/made_up_tensors.h"

namespace tacho {
namespace {

using backends::is_computed;
using backends::is_given;
using Flags = std::vector<char>;

bool has(const Flags& flags, int32_t id) { return flags[static_cast<size_t>(id)] != 0; }

// Nodes whose inputs are all given or made by such nodes.
Flags constant_nodes(const Graph& graph) {
  Flags constant(static_cast<size_t>(graph.num_node_ids()), 0);
  for (const NodeId id : topological_order(graph)) {
    const auto& inputs = graph.node(id).inputs;
    const bool all = std::all_of(inputs.begin(), inputs.end(), [&](ValueId v) {
      if (v == kNoValue || is_given(graph.value(v))) return true;
      const NodeId producer = graph.value(v).producer;
      return producer != kNoNode && has(constant, producer);
    });
    constant[static_cast<size_t>(id)] = all ? 1 : 0;
  }
  return constant;
}

std::vector<Part> cut_beginning(const Graph& graph, const std::vector<NodeId>& nodes,
                                const Flags& on_first, bool first) {
  Flags waits(static_cast<size_t>(graph.num_node_ids()), 0);
  for (const NodeId id : nodes) waits[static_cast<size_t>(id)] = 1;
  std::vector<Part> parts;
  for (std::vector<NodeId> pending = nodes; !pending.empty(); first = !first) {
    Part part{first, {}};
    std::vector<NodeId> later;
    for (const NodeId id : pending) {
      const auto& inputs = graph.node(id).inputs;
      const bool ready = std::none_of(inputs.begin(), inputs.end(), [&](ValueId v) {
        if (v == kNoValue) return false;
        const NodeId producer = graph.value(v).producer;
        return producer != kNoNode && has(waits, producer);
      });
      if (ready && has(on_first, id) == first) {
        waits[static_cast<size_t>(id)] = 0;
        part.nodes.push_back(id);
      } else {
        later.push_back(id);
      }
    }
    pending = std::move(later);
    if (!part.nodes.empty()) parts.push_back(std::move(part));
  }
  return parts;
}

class PartBuilder {
 public:
  PartBuilder(const Graph& whole, const std::vector<NodeId>& nodes)
      : whole_(whole), constant_(constant_nodes(whole)), inside_(nodes.begin(), nodes.end()) {
    for (const NodeId id : nodes) add_constant_producers(id);
    for (const NodeId id : inside_) touch(whole.node(id));
  }

  Graph build() {
    part_.name = whole_.name;
    part_.ir_version = whole_.ir_version;
    part_.opset = whole_.opset;
    for (ValueId v = 0; v < whole_.num_value_ids(); ++v) part_.add_value(value(v));
    for (NodeId id = 0; id < whole_.num_node_ids(); ++id) {
      Node dead;
      dead.alive = false;
      part_.add_node(inside_.count(id) > 0 ? whole_.node(id) : dead);
    }
    for (const ValueId v : touched_) {
      const Value& own = part_.value(v);
      if (own.producer == kNoNode) {
        if (!is_given(own)) part_.declare_input(v, std::vector<std::string>(own.dims->size()));
      } else if (is_needed(v)) {
        part_.declare_output(v);
      }
    }
    return std::move(part_);
  }

 private:
  void add_constant_producers(NodeId id) {
    for (const ValueId v : whole_.node(id).inputs) {
      if (v == kNoValue || is_given(whole_.value(v))) continue;
      const NodeId producer = whole_.value(v).producer;
      if (producer == kNoNode || !has(constant_, producer)) continue;
      if (inside_.insert(producer).second) add_constant_producers(producer);
    }
  }

  void touch(const Node& node) {
    for (const ValueId v : node.inputs) touch(v);
    for (const ValueId v : node.outputs) touch(v);
    for (const Attribute& a : node.attributes) touch(a.tensor);
  }
  void touch(ValueId v) {
    if (v == kNoValue || !touched_.insert(v).second) return;
    for (const ValueId source : whole_.value(v).folded_from) touch(source);
  }

  Value value(ValueId v) const {
    if (touched_.count(v) == 0) return {};
    Value own = whole_.value(v);
    own.consumers.clear();
    own.producer = kNoNode;
    own.output_uses = 0;
    own.is_graph_input = false;
    if (is_given(whole_.value(v))) {
      own.is_constant = true;
      keep_made_up_data(v, own);
    }
    return own;
  }

  // What stands for a weight depends on its first reader (graph_ir/made_up_tensors.h), which may be
  // in another part.
  void keep_made_up_data(ValueId v, Value& own) const {
    const std::vector<NodeId>& readers = whole_.value(v).consumers;
    if (own.literal || readers.empty()) return;
    if (inside_.count(*std::min_element(readers.begin(), readers.end())) > 0) return;
    const TensorData data = constant_data(whole_, v);
    own.literal = Literal{data.ints, {data.reals.begin(), data.reals.end()}};
  }

  bool is_needed(ValueId v) const {
    const Value& whole = whole_.value(v);
    if (whole.producer != kNoNode && has(constant_, whole.producer) && whole.output_uses == 0) {
      return false;
    }
    return whole.output_uses > 0 ||
           std::any_of(whole.consumers.begin(), whole.consumers.end(),
                       [&](NodeId reader) { return inside_.count(reader) == 0; });
  }

  const Graph& whole_;
  Flags constant_;
  std::set<NodeId> inside_;
  std::set<ValueId> touched_;
  Graph part_;
};

}  // namespace

std::vector<char> scheduled_nodes(const Graph& graph) {
  Flags scheduled(static_cast<size_t>(graph.num_node_ids()), 0);
  const Flags constant = constant_nodes(graph);
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    const Node& node = graph.node(id);
    if (!node.alive || !is_computed(graph, node)) continue;
    for (const ValueId v : node.outputs) {
      if (v == kNoValue) continue;
      const bool is_read = !graph.value(v).consumers.empty() && !has(constant, id);
      if (is_read || graph.is_output(v)) scheduled[static_cast<size_t>(id)] = 1;
    }
  }
  return scheduled;
}

std::vector<Part> cut(const Graph& graph, const std::vector<char>& on_first) {
  const Flags scheduled = scheduled_nodes(graph);
  std::vector<NodeId> nodes;
  for (const NodeId id : topological_order(graph)) {
    if (has(scheduled, id)) nodes.push_back(id);
  }
  std::vector<Part> parts = cut_beginning(graph, nodes, on_first, true);
  std::vector<Part> others = cut_beginning(graph, nodes, on_first, false);
  return others.size() < parts.size() ? others : parts;
}

Graph part_graph(const Graph& graph, const std::vector<NodeId>& nodes) {
  return PartBuilder(graph, nodes).build();
}

}  // namespace tacho

#include "graph_ir/graph.h"

#include <algorithm>
#include <cassert>

namespace tacho {
namespace {

void erase_one(std::vector<NodeId>& list, NodeId id) {
  const auto it = std::find(list.begin(), list.end(), id);
  assert(it != list.end());
  list.erase(it);
}

}  // namespace

const Attribute* Node::find_attribute(std::string_view attribute) const {
  for (const Attribute& a : attributes) {
    if (a.name == attribute) return &a;
  }
  return nullptr;
}

int64_t Node::int_attribute(std::string_view attribute, int64_t absent) const {
  const Attribute* a = find_attribute(attribute);
  return a != nullptr && !a->ints.empty() ? a->ints.front() : absent;
}

double Node::float_attribute(std::string_view attribute, double absent) const {
  const Attribute* a = find_attribute(attribute);
  return a != nullptr && !a->floats.empty() ? a->floats.front() : absent;
}

std::string_view Node::text_attribute(std::string_view attribute, std::string_view absent) const {
  const Attribute* a = find_attribute(attribute);
  return a != nullptr ? std::string_view(a->text) : absent;
}

std::vector<int64_t> Node::ints_attribute(std::string_view attribute) const {
  const Attribute* a = find_attribute(attribute);
  return a != nullptr ? a->ints : std::vector<int64_t>{};
}

bool Node::has_fused(Op wanted) const {
  return std::any_of(fused.begin(), fused.end(), [&](const FusedOp& f) { return f.op == wanted; });
}

ValueId Graph::add_value(Value value) {
  values_.push_back(std::move(value));
  return static_cast<ValueId>(values_.size() - 1);
}

NodeId Graph::add_node(Node node) {
  const auto id = static_cast<NodeId>(nodes_.size());
  for (const ValueId v : node.inputs) {
    if (v != kNoValue) value(v).consumers.push_back(id);
  }
  for (const ValueId v : node.outputs) {
    if (v != kNoValue) value(v).producer = id;
  }
  nodes_.push_back(std::move(node));
  return id;
}

int32_t Graph::num_live_nodes() const {
  return static_cast<int32_t>(
      std::count_if(nodes_.begin(), nodes_.end(), [](const Node& n) { return n.alive; }));
}

void Graph::declare_input(ValueId id, std::vector<std::string> symbols) {
  value(id).is_graph_input = true;
  inputs.push_back(id);
  input_symbols.push_back(std::move(symbols));
}

void Graph::declare_output(ValueId id) {
  ++value(id).output_uses;
  outputs.push_back(id);
}

Node* Graph::producer(ValueId id) {
  return id == kNoValue || value(id).producer == kNoNode ? nullptr : &node(value(id).producer);
}

const Node* Graph::producer(ValueId id) const { return const_cast<Graph*>(this)->producer(id); }

NodeId Graph::sole_consumer(ValueId id) const {
  const Value& v = value(id);
  return v.consumers.size() == 1 && !is_output(id) ? v.consumers.front() : kNoNode;
}

void Graph::set_input(NodeId id, size_t index, ValueId to) {
  ValueId& slot = node(id).inputs[index];
  if (slot != kNoValue) erase_one(value(slot).consumers, id);
  slot = to;
  if (to != kNoValue) value(to).consumers.push_back(id);
}

void Graph::add_input(NodeId id, ValueId to) {
  node(id).inputs.push_back(kNoValue);
  set_input(id, node(id).inputs.size() - 1, to);
}

void Graph::set_inputs(NodeId id, const std::vector<ValueId>& to) {
  for (size_t i = 0; i < node(id).inputs.size(); ++i) set_input(id, i, kNoValue);
  node(id).inputs.clear();
  for (const ValueId v : to) add_input(id, v);
}

void Graph::replace_uses(ValueId from, ValueId to) {
  const std::vector<NodeId> users = value(from).consumers;
  for (const NodeId user : users) {
    auto& slots = node(user).inputs;
    for (size_t i = 0; i < slots.size(); ++i) {
      if (slots[i] == from) set_input(user, i, to);
    }
  }
  if (!is_output(from)) return;
  std::replace(outputs.begin(), outputs.end(), from, to);
  value(to).output_uses += value(from).output_uses;
  value(from).output_uses = 0;
}

void Graph::take_output(NodeId id, ValueId taken) {
  if (Node* before = producer(taken); before != nullptr && before != &node(id)) {
    std::replace(before->outputs.begin(), before->outputs.end(), taken, kNoValue);
  }
  for (const ValueId v : node(id).outputs) {
    if (v != kNoValue) value(v).producer = kNoNode;
  }
  node(id).outputs.assign(1, taken);
  value(taken).producer = id;
}

void Graph::remove_node(NodeId id) {
  for (size_t i = 0; i < node(id).inputs.size(); ++i) set_input(id, i, kNoValue);
  for (const ValueId v : node(id).outputs) {
    if (v == kNoValue) continue;
    assert(value(v).consumers.empty());
    value(v).producer = kNoNode;
  }
  node(id).alive = false;
}

int Graph::remove_dead_nodes() {
  int removed = 0;
  std::vector<NodeId> candidates;
  for (NodeId id = num_node_ids() - 1; id >= 0; --id) candidates.push_back(id);
  while (!candidates.empty()) {
    const NodeId id = candidates.back();
    candidates.pop_back();
    const Node& n = node(id);
    if (!n.alive) continue;
    const bool read = std::any_of(n.outputs.begin(), n.outputs.end(), [&](ValueId v) {
      return v != kNoValue && (!value(v).consumers.empty() || is_output(v));
    });
    if (read) continue;
    for (const ValueId v : n.inputs) {
      if (v != kNoValue && value(v).producer != kNoNode) candidates.push_back(value(v).producer);
    }
    remove_node(id);
    ++removed;
  }
  return removed;
}

std::string Graph::describe(NodeId id) const {
  const Node& n = node(id);
  return n.name.empty() ? n.op_type + " #" + std::to_string(id) + " (unnamed)"
                        : n.op_type + " '" + n.name + "'";
}

}  // namespace tacho

#include "backends/partition/fingerprint.h"

#include <cstring>
#include <string>

#include "common/stable_hash.h"

namespace tacho {
namespace {

class Fingerprint {
 public:
  template <typename Number>
  void add(Number number) {
    hash_.add_integer(static_cast<uint64_t>(number));
  }
  void add(double number) {
    uint64_t bits;
    std::memcpy(&bits, &number, sizeof bits);
    hash_.add_integer(bits);
  }
  void add(const std::string& text) { hash_.add_text(text); }
  template <typename List>
  void add_list(const List& list) {
    add(list.size());
    for (const auto& element : list) add(element);
  }
  void add(const Node& node) {
    add(node.alive);
    add(node.domain);
    add(node.op_type);
    add(node.name);
    add_list(node.inputs);
    add_list(node.outputs);
    add(node.attributes.size());
    for (const Attribute& a : node.attributes) {
      add(a.name);
      add(a.text);
      add_list(a.ints);
      add_list(a.floats);
      add(a.tensor);
    }
  }
  void add(const Value& value) {
    add(value.name);
    add(value.dtype);
    add(value.is_constant);
    add_list(value.folded_from);
    add(value.dims.has_value());
    if (value.dims) add_list(*value.dims);
    add(value.literal.has_value());
    if (value.literal) add_list(value.literal->ints);
    if (value.literal) add_list(value.literal->reals);
  }
  uint64_t value() const { return hash_.value(); }

 private:
  Fnv1a hash_;
};

}  // namespace

uint64_t fingerprint(const Graph& graph) {
  Fingerprint print;
  print.add(graph.opset);
  print.add_list(graph.inputs);
  print.add_list(graph.outputs);
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) print.add(graph.node(id));
  for (ValueId v = 0; v < graph.num_value_ids(); ++v) print.add(graph.value(v));
  return print.value();
}

}  // namespace tacho

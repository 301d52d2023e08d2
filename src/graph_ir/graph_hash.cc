#include "graph_ir/graph_hash.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "common/error.h"
#include "common/stable_hash.h"
#include "graph_ir/dag.h"
#include "graph_ir/infer/bind.h"

namespace tacho {
namespace {

/// Hashed with every graph. The definition does not change between releases: databases keep what it
/// said, and a change would part networks from their measurements.
constexpr uint64_t kVersion = 1;

/// What a number that is hashed stands for, so that no two kinds of thing look alike.
enum Tag : uint64_t { kGraph = 1, kInput, kConstant, kAbsent, kNode, kAttribute, kUse, kOutput };

/// Two chains of SplitMix64's finaliser over the same numbers, of different algebra.
class Digest {
 public:
  explicit Digest(Tag tag) { add(tag); }
  Digest& add(uint64_t x) {
    high_ = splitmix64(high_ ^ x);
    low_ = splitmix64(low_ * 0x2545f4914f6cdd1dULL + x);
    return *this;
  }
  Digest& add(const GraphHash& hash) { return add(hash.high).add(hash.low); }
  Digest& add(double x) {
    uint64_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    return add(bits);
  }
  Digest& add(std::string_view text) {
    add(text.size());
    for (size_t at = 0; at < text.size(); at += 8) {
      uint64_t word = 0;
      for (size_t i = at; i < std::min(at + 8, text.size()); ++i) {
        word = word << 8 | static_cast<uint8_t>(text[i]);
      }
      add(word);
    }
    return *this;
  }
  Digest& add_type(const Value& value) {
    add(static_cast<uint64_t>(value.dtype));
    if (!value.dims) return add(uint64_t{0});
    add(1 + value.dims->size());
    for (const int64_t d : *value.dims) add(static_cast<uint64_t>(d));
    return *this;
  }
  Digest& add_sorted(std::vector<GraphHash>& hashes) {
    std::sort(hashes.begin(), hashes.end());
    add(hashes.size());
    for (const GraphHash& hash : hashes) add(hash);
    return *this;
  }
  GraphHash value() const { return {high_, low_}; }

 private:
  uint64_t high_ = 0x6a09e667f3bcc908ULL;  // the fractions of √2 and √3
  uint64_t low_ = 0xbb67ae8584caa73bULL;
};

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// QuantizeLinear, QLinearConv, MatMulInteger, …: their constants are calibrated or trained.
bool is_quantised(const Node& node) {
  return contains(node.op_type, "quantize") || contains(node.op_type, "Quantize") ||
         contains(node.op_type, "QLinear") || contains(node.op_type, "Integer") ||
         node.op_type.rfind("QGemm", 0) == 0 || node.op_type.rfind("QAttention", 0) == 0;
}

bool steers(const Node& reader, const Value& constant) {
  if (!constant.literal || is_quantised(reader)) return false;
  if (constant.dtype == DType::kInt64 || constant.dtype == DType::kInt32 ||
      constant.dtype == DType::kBool) {
    return true;
  }
  const std::vector<double>& reals = constant.literal->reals;
  if (reals.size() != 1) return false;
  return (constant.dims && constant.dims->empty()) || (reader.op == Op::kMul && reals[0] == 0);
}

GraphHash hash_of_constant(const Node& reader, const Value& constant) {
  Digest digest(kConstant);
  digest.add_type(constant);
  if (!steers(reader, constant)) return digest.value();
  for (const int64_t x : constant.literal->ints) digest.add(static_cast<uint64_t>(x));
  for (const double x : constant.literal->reals) digest.add(x == 0 ? 0.0 : x);  // -0 is 0
  return digest.value();
}

GraphHash hash_of_attribute(const Graph& graph, const Node& node, const Attribute& attribute) {
  Digest digest(kAttribute);
  digest.add(attribute.name).add(attribute.text);
  digest.add(attribute.ints.size());
  for (const int64_t x : attribute.ints) digest.add(static_cast<uint64_t>(x));
  digest.add(attribute.floats.size());
  for (const double x : attribute.floats) digest.add(x);
  if (attribute.tensor != kNoValue) {
    digest.add(hash_of_constant(node, graph.value(attribute.tensor)));
  }
  return digest.value();
}

/// Whether the operator, spelled alike, means something else in older opsets.
bool means_another(const Graph& graph, const Node& node) {
  constexpr std::array<std::string_view, 3> kChangedAt13 = {"Softmax", "LogSoftmax", "Hardmax"};
  return graph.opset < 13 && node.domain.empty() &&
         std::find(kChangedAt13.begin(), kChangedAt13.end(), node.op_type) != kChangedAt13.end();
}

/// Hashes every node twice: with all that leads to it, and then with all that it leads to as well.
/// A sum over both tells a value read twice from two equal ones, and which of two equal values
/// who reads.
class Hasher {
 public:
  explicit Hasher(const Graph& graph)
      : graph_(graph),
        order_(topological_order(graph)),
        above_(static_cast<size_t>(graph.num_node_ids())),
        uses_(static_cast<size_t>(graph.num_value_ids())) {}

  GraphHash hash() {
    find_live();
    for (const NodeId id : order_) above_[index(id)] = with_operands(graph_.node(id));
    std::vector<GraphHash> all;
    for (size_t i = 0; i < graph_.outputs.size(); ++i) {
      uses_[index(graph_.outputs[i])].push_back(Digest(kOutput).value());
    }
    for (auto id = order_.rbegin(); id != order_.rend(); ++id) all.push_back(with_readers(*id));
    for (const ValueId id : graph_.inputs) {
      if (uses_[index(id)].empty()) continue;
      all.push_back(Digest(kInput).add_type(graph_.value(id)).add_sorted(uses_[index(id)]).value());
    }
    return Digest(kGraph).add(kVersion).add_sorted(all).value();
  }

 private:
  static size_t index(int32_t id) { return static_cast<size_t>(id); }

  /// Leaves those nodes in order_ that reach an output.
  void find_live() {
    std::vector<uint8_t> live(above_.size(), 0);
    const auto mark = [&](ValueId id) {
      if (id != kNoValue && graph_.value(id).producer != kNoNode) {
        live[index(graph_.value(id).producer)] = 1;
      }
    };
    for (const ValueId id : graph_.outputs) mark(id);
    for (auto id = order_.rbegin(); id != order_.rend(); ++id) {
      if (live[index(*id)] == 0) continue;
      for (const ValueId input : graph_.node(*id).inputs) mark(input);
    }
    order_.erase(std::remove_if(order_.begin(), order_.end(),
                                [&](NodeId id) { return live[index(id)] == 0; }),
                 order_.end());
  }

  GraphHash of_operand(const Node& reader, ValueId id) const {
    if (id == kNoValue) return Digest(kAbsent).value();
    const Value& value = graph_.value(id);
    if (value.producer == kNoNode) {
      return value.is_constant ? hash_of_constant(reader, value)
                               : Digest(kInput).add_type(value).value();
    }
    const auto& outputs = graph_.node(value.producer).outputs;
    const auto place = std::find(outputs.begin(), outputs.end(), id) - outputs.begin();
    return Digest(kNode)
        .add(above_[index(value.producer)])
        .add(static_cast<uint64_t>(place))
        .value();
  }

  GraphHash with_operands(const Node& node) const {
    Digest digest(kNode);
    digest.add(node.domain).add(node.op_type).add(uint64_t{means_another(graph_, node)});
    std::vector<GraphHash> attributes;
    for (const Attribute& a : node.attributes) {
      attributes.push_back(hash_of_attribute(graph_, node, a));
    }
    digest.add_sorted(attributes);
    // Trailing optional operands may be left out or empty.
    size_t inputs = node.inputs.size();
    while (inputs > 0 && node.inputs[inputs - 1] == kNoValue) --inputs;
    digest.add(inputs);
    for (size_t i = 0; i < inputs; ++i) digest.add(of_operand(node, node.inputs[i]));
    for (const ValueId id : node.outputs) {
      if (id != kNoValue) digest.add_type(graph_.value(id));
    }
    return digest.value();
  }

  /// Also tells the values that the node reads that it does.
  GraphHash with_readers(NodeId id) {
    const Node& node = graph_.node(id);
    Digest digest(kNode);
    digest.add(above_[index(id)]);
    for (const ValueId output : node.outputs) {
      if (output == kNoValue) continue;
      digest.add_sorted(uses_[index(output)]);
    }
    const GraphHash hash = digest.value();
    for (size_t slot = 0; slot < node.inputs.size(); ++slot) {
      if (node.inputs[slot] == kNoValue) continue;
      uses_[index(node.inputs[slot])].push_back(Digest(kUse).add(hash).add(slot).value());
    }
    return hash;
  }

  const Graph& graph_;
  std::vector<NodeId> order_;
  std::vector<GraphHash> above_;              // by node: it and all that leads to it
  std::vector<std::vector<GraphHash>> uses_;  // by value: its readers with all they lead to
};

/// The same shapes at batch 1: see bind_inputs() for which dimensions are the batch.
BindOptions at_batch_one(BindOptions options, int64_t batch) {
  options.batch = 1;
  for (InputShape& shape : options.shapes) {
    if (!shape.dims.empty() && shape.dims[0] == batch) shape.dims[0] = 1;
  }
  return options;
}

GraphHash hash_at(Graph graph, const BindOptions& options) {
  infer_shapes(graph, options);
  return graph_hash(graph);
}

}  // namespace

std::string GraphHash::hex() const {
  std::string text;
  for (const uint64_t half : {high, low}) {
    for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[half >> shift & 15];
  }
  return text;
}

std::optional<GraphHash> GraphHash::from_hex(std::string_view text) {
  if (text.size() != 32) return std::nullopt;
  GraphHash hash;
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t digit = std::string_view("0123456789abcdef").find(text[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    uint64_t& half = i < 16 ? hash.high : hash.low;
    half = half << 4 | digit;
  }
  return hash;
}

GraphHash graph_hash(const Graph& graph) { return Hasher(graph).hash(); }

GraphKey graph_key(Graph graph, const BindOptions& options) {
  GraphKey key;
  const BoundInputs bound = bind_inputs(graph, options);
  if (!bound.asked.empty() && !bound.asked.front().empty()) key.batch = bound.asked.front().front();
  if (key.batch != 1) {
    try {
      key.hash = hash_at(graph, at_batch_one(options, key.batch));
      return key;
    } catch (const Error&) {  // a batch size that the network is built around
    }
  }
  key.hash = hash_at(std::move(graph), options);
  return key;
}

}  // namespace tacho

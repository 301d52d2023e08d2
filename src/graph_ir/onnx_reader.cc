#include "graph_ir/onnx_reader.h"

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "graph_ir/dag.h"
#include "graph_ir/onnx_skeleton.h"
#include "graph_ir/onnx_tensor.h"
#include "graph_ir/onnx_value_info.h"
#include "graph_ir/onnx_wire.h"

namespace tacho {
namespace {

using wire::Field;
using wire::Message;

// More would not be a network but a damaged or hostile file; bounds our memory.
constexpr int32_t kMaxNodes = 1 << 20;
constexpr int32_t kMaxValues = 1 << 22;

class Reader {
 public:
  explicit Reader(std::string folder) : folder_(std::move(folder)) {}

  Graph read(ByteSpan bytes) {
    ByteSpan graph_bytes;
    bool has_graph = false;
    Message model(bytes);
    for (Field f; model.next(f);) {
      if (f.number == 1 && f.type == 0) graph_.ir_version = f.integer();
      if (f.number == 8) read_opset(f.bytes);
      if (f.number == 7 && f.type == 2) {
        graph_bytes = f.bytes;
        has_graph = true;
      }
    }
    if (!has_graph) throw Error("not an ONNX model: it contains no graph");
    check_versions();
    read_graph(graph_bytes);
    finish();
    return std::move(graph_);
  }

 private:
  void read_opset(ByteSpan bytes) {
    Message message(bytes);
    std::string_view domain;
    int64_t version = 0;
    for (Field f; message.next(f);) {
      if (f.number == 1) domain = f.text();
      if (f.number == 2) version = f.integer();
    }
    if (domain.empty() || domain == "ai.onnx") graph_.opset = version;
  }

  void check_versions() const {
    if (graph_.ir_version < 3 || graph_.ir_version > 10) {
      throw Error(
          "IR version " + std::to_string(graph_.ir_version) +
              " is not supported (3 to 10 are); export the model again with another ONNX version",
          Fault::kUnsupported);
    }
    if (graph_.opset < 7 || graph_.opset > 21) {
      throw Error(
          "opset " + std::to_string(graph_.opset) +
              " is not supported (7 to 21 are); export the model again with opset_version=17",
          Fault::kUnsupported);
    }
  }

  void read_graph(ByteSpan bytes) {
    // Initializers first: a graph input that is one too (IR version 3) is no input.
    std::vector<ByteSpan> initializers, nodes, inputs, outputs, infos;
    Message message(bytes);
    for (Field f; message.next(f);) {
      if (f.type != 2) continue;
      switch (f.number) {
        case 1:
          nodes.push_back(f.bytes);
          break;
        case 2:
          graph_.name = std::string(f.text());
          break;
        case 5:
          initializers.push_back(f.bytes);
          break;
        case 11:
          inputs.push_back(f.bytes);
          break;
        case 12:
          outputs.push_back(f.bytes);
          break;
        case 13:
          infos.push_back(f.bytes);
          break;
        case 15:
          throw Error("sparse initializers are not supported", Fault::kUnsupported);
        default:
          break;
      }
      if (nodes.size() > kMaxNodes || outputs.size() > kMaxNodes) {
        throw Error("more than a million nodes or outputs; the file is damaged");
      }
    }
    ids_.reserve(std::min<size_t>(initializers.size() + inputs.size() + nodes.size(), kMaxValues));
    for (const ByteSpan& b : initializers) read_initializer(b);
    for (const ByteSpan& b : inputs) read_input(b);
    for (const ByteSpan& b : nodes) read_node(b);
    for (const ByteSpan& b : outputs) read_output(b);
    for (const ByteSpan& b : infos) read_declaration(b);
  }

  void read_initializer(ByteSpan bytes) {
    Value value = read_tensor(bytes, folder_);
    value.is_initializer = true;
    names_.push_back(value.name);
    define(std::move(value), names_.back());
  }

  void read_input(ByteSpan bytes) {
    ValueInfo info = read_value_info(bytes);
    if (const auto known = ids_.find(info.name); known != ids_.end()) {
      if (graph_.value(known->second).is_initializer) return;
      throw Error("input '" + std::string(info.name) + "' is declared twice");
    }
    Value value;
    value.name = std::string(info.name);
    value.dtype = info.dtype;
    if (!info.dims) {
      throw Error("input '" + value.name +
                      "' has no declared shape; only tensors with a rank are supported",
                  Fault::kUnsupported);
    }
    value.declared_dims = info.dims;
    value.dims = std::move(info.dims);
    graph_.declare_input(define(std::move(value), info.name), std::move(info.symbols));
  }

  void read_output(ByteSpan bytes) {
    const ValueInfo info = read_value_info(bytes);
    const auto known = ids_.find(info.name);
    if (known == ids_.end())
      throw Error("output '" + std::string(info.name) + "' is made by no node");
    declare(known->second, info);
    graph_.declare_output(known->second);
  }

  void read_declaration(ByteSpan bytes) {
    const ValueInfo info = read_value_info(bytes);
    if (const auto known = ids_.find(info.name); known != ids_.end()) declare(known->second, info);
  }

  void declare(ValueId id, const ValueInfo& info) {
    Value& value = graph_.value(id);
    value.declared_dims = info.dims;
    if (value.dtype == DType::kUnknown) value.dtype = info.dtype;
  }

  void read_node(ByteSpan bytes) {
    Node node;
    boost::container::small_vector<std::string_view, 8> inputs, outputs;
    boost::container::small_vector<ByteSpan, 8> attributes;
    Message message(bytes);
    for (Field f; message.next(f);) {
      switch (f.number) {
        case 1:
          inputs.push_back(f.text());
          break;
        case 2:
          outputs.push_back(f.text());
          break;
        case 3:
          node.name = std::string(f.text());
          break;
        case 4:
          node.op_type = std::string(f.text());
          break;
        case 5:
          attributes.push_back(f.bytes);
          break;
        case 7:
          node.domain = f.text() == "ai.onnx" ? "" : std::string(f.text());
          break;
        default:
          break;
      }
    }
    if (node.op_type.empty())
      throw Error("node '" + node.name + "' has no operator type; the file is damaged");
    if (node.domain.empty()) node.op = op_from_name(node.op_type);
    if (node.op == Op::kIf || node.op == Op::kLoop || node.op == Op::kScan) {
      throw Error(described(node) +
                      ": subgraphs (If, Loop, Scan) are not supported; "
                      "simplify the model first (onnxsim folds most of them)",
                  Fault::kUnsupported);
    }
    try {
      for (const ByteSpan& a : attributes) node.attributes.push_back(read_attribute(a));
      if (node.op == Op::kConstant) return define_constant(node, outputs);
      for (const std::string_view name : inputs)
        node.inputs.push_back(name.empty() ? kNoValue : use(name));
      for (const std::string_view name : outputs) {
        node.outputs.push_back(name.empty() ? kNoValue : define_output(name));
      }
    } catch (...) {
      with_context(described(node), [] { throw; });
    }
    graph_.add_node(std::move(node));
  }

  static std::string described(const Node& node) { return node.op_type + " '" + node.name + "'"; }

  Attribute read_attribute(ByteSpan bytes) {
    Attribute attribute;
    Message message(bytes);
    for (Field f; message.next(f);) {
      switch (f.number) {
        case 1:
          attribute.name = std::string(f.text());
          break;
        case 2:
          attribute.floats.push_back(f.float32());
          break;
        case 3:
          attribute.ints.push_back(f.integer());
          break;
        case 4:
          attribute.text = std::string(f.text());
          break;
        case 5: {
          Value tensor = read_tensor(f.bytes, folder_);
          attribute.tensor = graph_.add_value(std::move(tensor));
          break;
        }
        case 6:
        case 11:
          throw Error("subgraph attributes are not supported", Fault::kUnsupported);
        case 7:
          read_floats(f, attribute.floats);
          break;
        case 8:
          read_ints(f, attribute.ints);
          break;
        case 22:
          throw Error("sparse tensors are not supported", Fault::kUnsupported);
        default:
          break;
      }
    }
    return attribute;
  }

  static void read_floats(const Field& field, std::vector<double>& floats) {
    if (field.type == 5) {
      floats.push_back(field.float32());
      return;
    }
    for (size_t at = 0; at + 4 <= field.bytes.size; at += 4) {
      float f;
      std::memcpy(&f, field.bytes.data + at, 4);
      floats.push_back(f);
    }
  }

  static void read_ints(const Field& field, std::vector<int64_t>& ints) {
    if (field.type == 0) {
      ints.push_back(field.integer());
      return;
    }
    Message numbers(field.bytes);
    for (uint64_t n; numbers.next_varint(n);) ints.push_back(static_cast<int64_t>(n));
  }

  // A Constant node becomes a constant value; the IR has no such nodes.
  void define_constant(const Node& node,
                       const boost::container::small_vector_base<std::string_view>& outputs) {
    if (outputs.size() != 1) throw Error("a Constant has exactly one output");
    if (node.attributes.size() != 1) throw Error("a Constant has exactly one attribute");
    const Attribute& a = node.attributes.front();
    Value value;
    if (a.tensor != kNoValue) {
      value = std::move(graph_.value(a.tensor));
      graph_.value(a.tensor) = {};  // nobody reads it
    } else if (a.name == "value_int" || a.name == "value_ints") {
      value.dtype = DType::kInt64;
      value.dims = a.name == "value_int" ? Dims{} : Dims{static_cast<int64_t>(a.ints.size())};
      if (a.ints.size() <= kMaxLiteralElements) value.literal = Literal{a.ints, {}};
    } else if (a.name == "value_float" || a.name == "value_floats") {
      value.dtype = DType::kFloat32;
      value.dims = a.name == "value_float" ? Dims{} : Dims{static_cast<int64_t>(a.floats.size())};
      if (a.floats.size() <= kMaxFloatLiteral) value.literal = Literal{{}, a.floats};
    } else {
      value.dtype = DType::kString;
      value.dims = Dims{};
    }
    value.name = std::string(outputs.front());
    value.is_constant = true;
    if (value.name.empty()) throw Error("a Constant without a name");
    define(std::move(value), outputs.front());
  }

  // A name is one value. `use` may come before `define` (nodes need not be sorted): an entry that
  // is still undefined at the end is a fault.
  ValueId use(std::string_view name) {
    if (const auto known = ids_.find(name); known != ids_.end()) return known->second;
    Value value;
    value.name = std::string(name);
    const ValueId id = add(std::move(value), name);
    undefined_.push_back(id);
    return id;
  }

  // `name` is the value's, and lives as long as this.
  ValueId define(Value value, std::string_view name) {
    const auto known = ids_.find(name);
    if (known == ids_.end()) return add(std::move(value), name);
    Value& before = graph_.value(known->second);
    if (before.is_constant || before.producer != kNoNode || before.is_graph_input) {
      throw Error("value '" + value.name + "' is made twice");
    }
    value.consumers = std::move(before.consumers);
    before = std::move(value);
    return known->second;
  }

  ValueId define_output(std::string_view name) {
    const ValueId id = use(name);
    const Value& value = graph_.value(id);
    if (value.is_constant || value.producer != kNoNode || value.is_graph_input) {
      throw Error("value '" + value.name + "' is made twice");
    }
    return id;
  }

  ValueId add(Value value, std::string_view key) {
    if (graph_.num_value_ids() >= kMaxValues)
      throw Error("more than four million values; the file is damaged");
    const ValueId id = graph_.add_value(std::move(value));
    ids_.emplace(key, id);
    return id;
  }

  void finish() const {
    if (graph_.outputs.empty()) throw Error("the graph has no output");
    for (const ValueId id : undefined_) {
      const Value& value = graph_.value(id);
      if (value.producer != kNoNode || value.is_constant) continue;
      const std::string reader =
          value.consumers.empty() ? "" : graph_.describe(value.consumers.front()) + ": ";
      throw Error(reader + "input '" + value.name +
                  "' is made by no node and is no input of the graph");
    }
    topological_order(graph_);  // refuses cycles
  }

  std::string folder_;
  Graph graph_;
  std::unordered_map<std::string_view, ValueId> ids_;  // keys: views into the file, or into names_
  std::deque<std::string> names_;
  std::vector<ValueId> undefined_;
};

}  // namespace

Graph read_onnx(ByteSpan bytes) {
  if (bytes.size == 0) throw Error("not an ONNX file: it is empty");
  return Reader("").read(bytes);
}

Graph read_onnx_file(const std::string& path) {
  return with_context(path, [&] {
    const std::string bytes = read_onnx_skeleton(path);
    if (bytes.empty()) throw Error("not an ONNX file: it is empty");
    const size_t slash = path.rfind('/');
    return Reader(slash == std::string::npos ? "." : path.substr(0, slash))
        .read({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
  });
}

int64_t initializer_elements(const Graph& graph) {
  int64_t sum = 0;
  for (ValueId id = 0; id < graph.num_value_ids(); ++id) {
    const Value& value = graph.value(id);
    if (value.is_initializer) sum += checked_elements(*value.dims).value_or(0);
  }
  return sum;
}

}  // namespace tacho

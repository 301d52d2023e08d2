#include "graph_ir/onnx_writer.h"

#include <onnx/defs/schema.h>
#include <onnx/onnx_pb.h>

#include <set>

#include "common/error.h"
#include "common/side_file.h"
#include "graph_ir/dag.h"
#include "graph_ir/made_up_tensors.h"
#include "graph_ir/onnx_tensor_writer.h"

namespace tacho {
namespace {

class Writer {
 public:
  Writer(const Graph& graph, const OnnxWriteOptions& options)
      : graph_(graph), tensors_(graph, options.weights_seed) {}

  std::string bytes() {
    model_.set_ir_version(graph_.ir_version > 0 ? graph_.ir_version : 8);
    model_.set_producer_name("tachograph");
    onnx::GraphProto& g = *model_.mutable_graph();
    g.set_name(graph_.name.empty() ? "graph" : graph_.name);
    for (size_t i = 0; i < graph_.inputs.size(); ++i) {
      describe(*g.add_input(), graph_.inputs[i], graph_.input_symbols[i]);
    }
    for (const NodeId id : topological_order(graph_)) write_node(id, *g.add_node());
    for (const ValueId v : graph_.outputs) describe(*g.add_output(), v, {});
    for (const ValueId v : used_) {
      if (graph_.value(v).is_constant && graph_.value(v).producer == kNoNode) {
        write_tensor(v, *g.add_initializer());
      }
    }
    for (const std::string& domain : domains_) {
      auto* opset = model_.add_opset_import();
      opset->set_domain(domain);
      opset->set_version(domain.empty() ? graph_.opset : 1);
    }
    return model_.SerializeAsString();
  }

 private:
  std::string name(ValueId id) const { return id == kNoValue ? "" : value_name(graph_, id); }

  void describe(onnx::ValueInfoProto& info, ValueId id, const std::vector<std::string>& symbols) {
    const Value& v = graph_.value(id);
    used_.insert(id);
    info.set_name(name(id));
    auto* tensor = info.mutable_type()->mutable_tensor_type();
    tensor->set_elem_type(static_cast<int32_t>(v.dtype));
    const auto& dims = v.dims ? v.dims : v.declared_dims;
    if (!dims) return;
    auto* shape = tensor->mutable_shape();
    for (size_t i = 0; i < dims->size(); ++i) {
      auto* d = shape->add_dim();
      const bool symbolic = i < symbols.size() && !symbols[i].empty();
      if (symbolic) d->set_dim_param(symbols[i]);
      if (!symbolic && (*dims)[i] >= 0) d->set_dim_value((*dims)[i]);
    }
  }

  void write_node(NodeId id, onnx::NodeProto& out) {
    const Node& n = graph_.node(id);
    const bool fused = !n.fused.empty() || n.op >= Op::kFusedAttention;
    if (fused || (n.op != Op::kUnknown && op_name(n.op) != n.op_type)) {
      throw Error(graph_.describe(id) +
                  " is a fused kernel, which ONNX has no form for; write the "
                  "graph as it was before the passes");
    }
    out.set_op_type(n.op_type);
    out.set_domain(n.domain);
    out.set_name(n.name);
    domains_.insert(n.domain);
    for (const ValueId v : n.inputs) {
      out.add_input(name(v));
      if (v != kNoValue) used_.insert(v);
    }
    for (const ValueId v : n.outputs) out.add_output(name(v));
    const onnx::OpSchema* schema = onnx::OpSchemaRegistry::Schema(
        n.op_type, static_cast<int>(n.domain.empty() ? graph_.opset : 1), n.domain);
    for (const Attribute& a : n.attributes) write_attribute(a, schema, *out.add_attribute());
  }

  // Whether INT or INTS, only the operator's schema knows; of an unknown operator one number is
  // one.
  static bool is_list(const Attribute& a, const onnx::OpSchema* schema) {
    if (schema != nullptr) {
      const auto known = schema->attributes().find(a.name);
      if (known != schema->attributes().end()) {
        return known->second.type == onnx::AttributeProto::INTS ||
               known->second.type == onnx::AttributeProto::FLOATS;
      }
    }
    return a.ints.size() + a.floats.size() != 1;
  }

  void write_attribute(const Attribute& a, const onnx::OpSchema* schema,
                       onnx::AttributeProto& out) {
    const bool list = is_list(a, schema);
    out.set_name(a.name);
    if (a.tensor != kNoValue) {
      out.set_type(onnx::AttributeProto::TENSOR);
      write_tensor(a.tensor, *out.mutable_t());
    } else if (!a.floats.empty()) {
      out.set_type(list ? onnx::AttributeProto::FLOATS : onnx::AttributeProto::FLOAT);
      if (!list) out.set_f(static_cast<float>(a.floats[0]));
      for (const double f : a.floats) {
        if (list) out.add_floats(static_cast<float>(f));
      }
    } else if (!a.ints.empty() || (list && a.text.empty())) {
      out.set_type(list ? onnx::AttributeProto::INTS : onnx::AttributeProto::INT);
      if (!list) out.set_i(a.ints[0]);
      for (const int64_t i : a.ints) {
        if (list) out.add_ints(i);
      }
    } else {
      out.set_type(onnx::AttributeProto::STRING);
      out.set_s(a.text);
    }
  }

  void write_tensor(ValueId id, onnx::TensorProto& out) {
    out.set_name(name(id));
    tensors_.write(id, out);
  }

  const Graph& graph_;
  OnnxTensorWriter tensors_;
  onnx::ModelProto model_;
  std::set<ValueId> used_;
  std::set<std::string> domains_{""};
};

}  // namespace

std::string onnx_bytes(const Graph& graph, const OnnxWriteOptions& options) {
  return Writer(graph, options).bytes();
}

void write_onnx_file(const Graph& graph, const std::string& path, const OnnxWriteOptions& options) {
  write_whole_file(path, with_context(path, [&] { return onnx_bytes(graph, options); }));
}

}  // namespace tacho

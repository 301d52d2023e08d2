#include "backends/onednn/executor.h"

#include <omp.h>

#include <algorithm>
#include <cstring>

#include "backends/onednn/ops/ops.h"
#include "backends/onednn/ops/picking.h"
#include "backends/onednn/quantize.h"
#include "common/error.h"
#include "common/text.h"

namespace tacho::onednn {
namespace {

// With a Refusal or an exception of oneDNN's turned into an Error that names the node.
template <typename F>
auto at_node(const Graph& graph, NodeId id, F f) {
  try {
    return f();
  } catch (const Refusal& e) {
    throw Error(graph.describe(id) + ": " + e.what(), Fault::kUnsupported);
  } catch (const dnnl::error& e) {
    throw Error(graph.describe(id) + ": oneDNN: " + printable(e.what()), Fault::kUnsupported);
  }
}

void build_group(Builder& b, const Group& group) {
  const Graph& graph = b.graph();
  const Node& root = graph.node(group.root);
  at_node(graph, group.root, [&] {
    if (!root.fused.empty()) throw Refusal("the graph is fused; it must be as it was read");
    const Build build = find_build(root.op);
    if (build == nullptr) throw Refusal("the operator is not supported");
    b.program().begin_node(group.root, graph.describe(group.root));
    build(b, group);
  });
}

BuildOptions options_for(Precision precision) {
  BuildOptions options;
  if (precision == Precision::kBf16) options.real = Type::bf16;
  return options;
}

class Model : public CompiledModel {
 public:
  Model(const Graph& graph, Precision precision, int threads)
      : graph_(graph), threads_(threads), program_(false) {
    omp_set_num_threads(threads_);
    BuildOptions options = options_for(precision);
    if (precision == Precision::kInt8) {
      const std::vector<char> constant = constant_values(graph_);
      options.quantized =
          quantization_of(graph_, groups_of(graph_, constant), constant, calibrate(graph_));
    }
    Builder builder(graph_, options, program_);
    build_program(builder);
    for (const ValueId v : graph_.inputs) inputs_.push_back(builder.made(v));
    for (const ValueId v : graph_.outputs) outputs_.push_back(builder.made(v));
    program_.finish();
  }

  double run() override {
    omp_set_num_threads(threads_);
    try {
      return program_.run();
    } catch (const dnnl::error& e) {
      throw Error(graph_.describe(program_.running()) + ": oneDNN: " + printable(e.what()));
    }
  }

  void set_input(size_t i, const HostTensor& tensor) override {
    std::byte* data = inputs_[i].buffer->data.get();
    if (inputs_[i].type() == Type::f32) {
      std::memcpy(data, tensor.values.data(), tensor.values.size() * sizeof(float));
    } else {
      std::transform(tensor.values.begin(), tensor.values.end(), reinterpret_cast<int32_t*>(data),
                     [](float x) { return saturated_int32(x); });
    }
  }

  std::vector<HostTensor> outputs() override {
    std::vector<HostTensor> tensors;
    for (size_t i = 0; i < outputs_.size(); ++i) {
      const Dims& dims = *graph_.value(graph_.outputs[i]).dims;
      tensors.push_back({{dims.begin(), dims.end()}, elements_in(program_, outputs_[i])});
    }
    return tensors;
  }

  std::vector<std::string> plan() const override { return program_.lines(); }

 private:
  Graph graph_;
  int threads_;
  Program program_;
  std::vector<Tensor> inputs_, outputs_;
};

}  // namespace

void build_program(Builder& builder) {
  for (const Group& group : builder.groups()) build_group(builder, group);
}

std::vector<float> elements_in(const Program& program, const Tensor& tensor) {
  const Shape shape = shape_of(tensor.layout());
  std::vector<float> elements(static_cast<size_t>(elements_of(shape)));
  dnnl::memory host(plain(shape, Type::f32), program.engine(), elements.data());
  dnnl::primitive_attr attributes;
  if (tensor.scale != 1) attributes.set_output_scales(0, {tensor.scale});
  // A tensor that no step touches, such as a reshaped output, knows its place by its buffer alone.
  dnnl::memory from(tensor.layout(), program.engine(), tensor.buffer->data.get());
  dnnl::stream stream(program.engine());
  dnnl::reorder(from, host, attributes).execute(stream, from, host);
  stream.wait();
  return elements;
}

std::vector<std::string> refusals(const Graph& graph, Precision precision) {
  std::vector<std::string> reasons;
  Program program(true);
  Builder builder(graph, options_for(precision), program);
  for (const ValueId v : graph.inputs) {
    try {
      builder.made(v);
    } catch (const Refusal& e) {
      reasons.push_back("input '" + printable(graph.value(v).name) + "': " + e.what());
    }
  }
  for (const Group& group : builder.groups()) {
    try {
      build_group(builder, group);
    } catch (const Error& e) {
      reasons.emplace_back(e.what());
      for (const ValueId v : graph.node(group.last).outputs) {  // for those that read it
        try {
          if (v != kNoValue && !builder.is_made(v)) builder.put(v, builder.make_plain(v, false));
        } catch (const Refusal&) {
          continue;  // whoever reads it says so
        }
      }
    }
  }
  return reasons;
}

std::unique_ptr<CompiledModel> prepare(const Graph& graph, Precision precision, int threads) {
  return std::make_unique<Model>(graph, precision, threads);
}

}  // namespace tacho::onednn

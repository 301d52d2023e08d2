#include "backends/libtorch/executor.h"

#include <dlfcn.h>

#include <algorithm>
#include <chrono>

#include "backends/libtorch/constants.h"
#include "common/error.h"
#include "common/text.h"
#include "graph_ir/dag.h"

namespace tacho::libtorch {
namespace {

using backends::is_computed;
using backends::is_given;

Step build(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  if (!node.fused.empty()) throw Refusal("the graph is fused; it must be as it was read");
  const Builder builder = find_builder(node.op);
  if (builder == nullptr) throw Refusal("the operator is not supported");
  for (const ValueId v : node.outputs) {
    if (v != kNoValue) scalar_type(graph.value(v).dtype);
  }
  return builder(NodeContext(graph, id));
}

// The first line: what follows in LibTorch's messages is a stack trace.
std::string first_line(const std::string& text) {
  return printable(text.substr(0, text.find('\n')));
}

// With a Refusal or an exception of LibTorch's turned into an Error that names the node.
template <typename F>
auto at_node(const Graph& graph, NodeId id, F f) {
  try {
    return f();
  } catch (const Refusal& e) {
    throw Error(graph.describe(id) + ": " + e.what(), Fault::kUnsupported);
  } catch (const Error&) {
    throw;
  } catch (const std::exception& e) {
    throw Error(graph.describe(id) + ": LibTorch: " + first_line(e.what()));
  }
}

struct NodeStep {
  NodeId node = kNoNode;
  Step run;
  std::vector<size_t> last_read;  ///< slots that nobody needs afterwards
};

class Model : public CompiledModel {
 public:
  Model(const Graph& graph, int threads) : graph_(graph), threads_(threads) {
    const c10::InferenceMode no_autograd;
    use_threads(threads_);
    slots_.resize(static_cast<size_t>(graph_.num_value_ids()) + 1);
    for (const ValueId v : graph_.inputs) slots_[static_cast<size_t>(v)] = input_tensor(graph_, v);
    add_steps();
    find_last_reads();
    for (const ValueId v : graph_.outputs) {
      if (!slots_[static_cast<size_t>(v)].defined()) computed_outputs_.push_back(v);
    }
  }

  double run() override {
    const c10::InferenceMode no_autograd;
    if (at::get_num_threads() != threads_) use_threads(threads_);
    for (const ValueId v : computed_outputs_) slots_[static_cast<size_t>(v)].reset();
    const NodeStep* current = nullptr;
    try {
      const auto start = std::chrono::steady_clock::now();
      for (const NodeStep& step : steps_) {
        current = &step;
        step.run(slots_);
        for (const size_t slot : step.last_read) slots_[slot].reset();
      }
      const auto end = std::chrono::steady_clock::now();
      return std::chrono::duration<double, std::milli>(end - start).count();
    } catch (const std::exception& e) {
      throw Error(graph_.describe(current->node) + ": LibTorch: " + first_line(e.what()));
    }
  }

  void set_input(size_t i, const HostTensor& tensor) override {
    const c10::InferenceMode no_autograd;
    auto* values = const_cast<float*>(tensor.values.data());
    slots_[static_cast<size_t>(graph_.inputs[i])].copy_(
        at::from_blob(values, tensor.shape, at::kFloat));
  }

  std::vector<HostTensor> outputs() override {
    std::vector<HostTensor> tensors;
    for (const ValueId v : graph_.outputs) {
      HostTensor host;
      const at::Tensor& slot = slots_[static_cast<size_t>(v)];
      if (slot.defined()) {
        const at::Tensor floats = slot.to(at::kFloat).contiguous();
        host.shape = floats.sizes().vec();
        host.values.assign(floats.data_ptr<float>(), floats.data_ptr<float>() + floats.numel());
      }
      tensors.push_back(std::move(host));
    }
    return tensors;
  }

 private:
  // A node that reads only what is known runs here and now.
  void add_steps() {
    std::vector<char> known(slots_.size(), 0);
    for (const NodeId id : topological_order(graph_)) {
      const Node& node = graph_.node(id);
      if (!is_computed(graph_, node)) continue;
      Step step = at_node(graph_, id, [&] { return build(graph_, id); });
      bool constant = true;
      for (const ValueId v : node.inputs) {
        if (v == kNoValue) continue;
        const auto slot = static_cast<size_t>(v);
        if (is_given(graph_.value(v)) && !slots_[slot].defined()) {
          slots_[slot] = at_node(graph_, id, [&] { return constant_tensor(graph_, v); });
          known[slot] = 1;
        }
        constant = constant && known[slot] != 0;
      }
      if (constant) {
        at_node(graph_, id, [&] { step(slots_); });
        for (const ValueId v : node.outputs) {
          if (v != kNoValue) known[static_cast<size_t>(v)] = 1;
        }
      } else {
        steps_.push_back({id, std::move(step), {}});
      }
    }
    for (const ValueId v : graph_.outputs) {
      const auto slot = static_cast<size_t>(v);
      if (is_given(graph_.value(v)) && !slots_[slot].defined()) {
        slots_[slot] = constant_tensor(graph_, v);
      }
    }
    drop_unread_constants(known);
  }

  // What was only needed to compute other constants.
  void drop_unread_constants(const std::vector<char>& known) {
    std::vector<char> read(slots_.size(), 0);
    for (const NodeStep& step : steps_) {
      for (const ValueId v : graph_.node(step.node).inputs) {
        if (v != kNoValue) read[static_cast<size_t>(v)] = 1;
      }
    }
    for (const ValueId v : graph_.outputs) read[static_cast<size_t>(v)] = 1;
    for (size_t slot = 0; slot < slots_.size(); ++slot) {
      if (known[slot] != 0 && read[slot] == 0) slots_[slot].reset();
    }
  }

  void find_last_reads() {
    std::vector<char> kept(slots_.size(), 0);  // still needed, seen from the end
    for (size_t slot = 0; slot < slots_.size(); ++slot) kept[slot] = slots_[slot].defined();
    for (const ValueId v : graph_.outputs) kept[static_cast<size_t>(v)] = 1;
    for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
      const Node& node = graph_.node(step->node);
      const auto see = [&](ValueId v) {
        if (v == kNoValue || kept[static_cast<size_t>(v)] != 0) return;
        kept[static_cast<size_t>(v)] = 1;
        step->last_read.push_back(static_cast<size_t>(v));
      };
      for (const ValueId v : node.inputs) see(v);
      for (const ValueId v : node.outputs) see(v);  // made, and read by nobody
    }
  }

  Graph graph_;
  int threads_;
  Slots slots_;
  std::vector<NodeStep> steps_;
  std::vector<ValueId>
      computed_outputs_;  ///< given back before a run, so that it writes there again
};

}  // namespace

void use_threads(int threads) {
  at::set_num_threads(threads);
  // OpenBLAS with its own threads does not listen to ATen.
  using SetThreads = void (*)(int);
  static const auto set_blas = [] {
    void* blas = ::dlopen("libopenblas.so.0", RTLD_LAZY | RTLD_NOLOAD);
    return reinterpret_cast<SetThreads>(
        blas == nullptr ? nullptr : ::dlsym(blas, "openblas_set_num_threads"));
  }();
  if (set_blas != nullptr) set_blas(threads);
}

std::vector<std::string> refusals(const Graph& graph) {
  std::vector<std::string> reasons;
  for (const ValueId v : graph.inputs) {
    try {
      scalar_type(graph.value(v).dtype);
    } catch (const Refusal& e) {
      reasons.push_back("input '" + printable(graph.value(v).name) + "': " + e.what());
    }
  }
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    if (!graph.node(id).alive || !is_computed(graph, graph.node(id))) continue;
    try {
      at_node(graph, id, [&] { build(graph, id); });
    } catch (const Error& e) {
      reasons.emplace_back(e.what());
    }
  }
  return reasons;
}

Graph in_bfloat16(Graph graph) {
  for (ValueId v = 0; v < graph.num_value_ids(); ++v) {
    DType& dtype = graph.value(v).dtype;
    if (dtype == DType::kFloat32) dtype = DType::kBfloat16;
  }
  return graph;
}

std::unique_ptr<CompiledModel> prepare(const Graph& graph, int threads) {
  return std::make_unique<Model>(graph, threads);
}

}  // namespace tacho::libtorch

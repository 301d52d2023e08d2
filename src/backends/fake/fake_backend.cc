#include "backends/fake/fake_backend.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <thread>

#include "common/error.h"
#include "common/stable_hash.h"
#include "common/text.h"
#include "graph_ir/kernels.h"
#include "graph_ir/passes/pipeline.h"

namespace tacho {
namespace {

// A small CPU.
constexpr double kFlopsPerMs = 50e6;
constexpr double kBytesPerMs = 10e6;
constexpr double kLaunchMs = 0.005;  // of a kernel
constexpr double kCallMs = 0.0005;   // of the whole graph
constexpr double kBend = 0.2;        // a kernel takes up to this much more than counted

struct Settings {
  double noise = 0.01;
  uint64_t seed = 0;
  bool fuse = true;
  std::string fail;  ///< pattern of graph names
  std::string how;
};

const std::vector<std::string> kWaysToFail = {"error", "crash", "hang", "eat"};

[[noreturn]] void misbehave(const std::string& how, const std::string& name) {
  if (how == "crash") std::abort();
  std::vector<std::vector<char>> eaten;
  while (how == "hang" || how == "eat") {
    if (how == "eat") eaten.emplace_back(size_t{1} << 24, 'x');
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  throw Error("the fake device was told to fail on '" + printable(name) + "'");
}

// In [0, 1).
double unit(uint64_t hash) { return static_cast<double>(splitmix64(hash) >> 11) * 0x1p-53; }

double kernel_ms(const Kernel& kernel, uint64_t seed) {
  Fnv1a hash;
  hash.add_integer(seed);
  // What is fused into a kernel does not change by how much it is bent.
  hash.add_text(kernel.type.substr(0, kernel.type.find('-')));
  hash.add_integer(static_cast<uint64_t>(kernel.cost.macs));
  const double counted =
      std::max(kernel.cost.flops / kFlopsPerMs, kernel.cost.bytes() / kBytesPerMs);
  return kLaunchMs + counted * (1 + kBend * unit(hash.value()));
}

double graph_ms(Graph graph, const Settings& settings) {
  PipelineOptions passes;
  for (const NamedPass& pass : default_passes()) {
    if (!settings.fuse && pass.name.rfind("fuse_", 0) == 0) passes.skip.push_back(pass.name);
  }
  run_passes(graph, passes);
  double ms = kCallMs;
  for (const Kernel& kernel : kernels_of(graph).kernels) ms += kernel_ms(kernel, settings.seed);
  return ms;
}

HostTensor tensor_of(const Value& value) {
  HostTensor tensor;
  tensor.shape.assign(value.dims->begin(), value.dims->end());
  Fnv1a hash;
  hash.add_text(value.name);
  const auto elements = static_cast<size_t>(*checked_elements(*value.dims));
  for (size_t i = 0; i < elements; ++i) {
    tensor.values.push_back(static_cast<float>(unit(hash.value() + i)));
  }
  return tensor;
}

class FakeModel : public CompiledModel {
 public:
  FakeModel(const Graph& graph, const Settings& settings)
      : name_(graph.name), settings_(settings), ms_(graph_ms(graph, settings)) {
    for (const ValueId v : graph.outputs) outputs_.push_back(graph.value(v));
  }

  double run() override {
    if (!settings_.fail.empty() && glob_match(settings_.fail, name_)) {
      misbehave(settings_.how, name_);
    }
    // Twelve uniform numbers minus six are nearly normal, without a library's own idea of one.
    double normal = -6;
    for (uint64_t i = 0; i < 12; ++i) normal += unit(settings_.seed + 12 * runs_ + i);
    ++runs_;
    return ms_ * std::max(0.1, 1 + settings_.noise * normal);
  }

  std::vector<HostTensor> outputs() override {
    std::vector<HostTensor> tensors;
    for (const Value& value : outputs_) tensors.push_back(tensor_of(value));
    return tensors;
  }

 private:
  std::string name_;
  Settings settings_;
  double ms_;
  uint64_t runs_ = 0;
  std::vector<Value> outputs_;
};

class FakeBackend : public Backend {
 public:
  explicit FakeBackend(const Settings& settings) : settings_(settings) {}

  std::string name() const override { return "fake"; }
  std::string platform() const override {
    const std::string seed = settings_.seed == 0 ? "" : std::to_string(settings_.seed);
    return "cpu-fake" + seed + (settings_.fuse ? "-counted-fp32" : "-unfused-fp32");
  }
  std::map<std::string, std::string> facts() const override {
    return {{"runtime", "fake"},
            {"threads", "1"},
            {"noise", significant(settings_.noise, 3)},
            {"seed", std::to_string(settings_.seed)}};
  }

  std::vector<std::string> unsupported(const Graph& graph) const override {
    std::vector<std::string> reasons;
    for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
      const Node& node = graph.node(id);
      if (node.alive && node.op == Op::kUnknown) {
        reasons.push_back(graph.describe(id) + ": the operator is not known");
      }
    }
    return reasons;
  }

  std::unique_ptr<CompiledModel> compile(const Graph& graph) override {
    const std::vector<std::string> reasons = unsupported(graph);
    if (!reasons.empty()) throw Error(reasons[0], Fault::kUnsupported);
    return std::make_unique<FakeModel>(graph, settings_);
  }

 private:
  Settings settings_;
};

}  // namespace

std::unique_ptr<Backend> open_fake_backend(const BackendSpec& spec) {
  Settings settings;
  settings.noise = spec.number("noise", settings.noise, 0);
  settings.seed = static_cast<uint64_t>(spec.integer("seed", 0, 0));
  settings.fuse = spec.integer("fuse", 1, 0) != 0;
  settings.fail = spec.text("fail", "");
  settings.how = spec.text("how", kWaysToFail[0]);
  if (std::count(kWaysToFail.begin(), kWaysToFail.end(), settings.how) == 0) {
    throw Error("backend 'fake': no how=" + settings.how + name_hint(settings.how, kWaysToFail),
                Fault::kUsage);
  }
  return std::make_unique<FakeBackend>(settings);
}

}  // namespace tacho

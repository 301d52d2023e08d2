// The plugin tacho-backend-libtorch.so: the only exported symbol is tacho_backend_plugin.
#include "backends/plugin.h"

#include <torch/csrc/api/include/torch/version.h>

#include <cstdlib>

#include "backends/cpu_name.h"
#include "backends/libtorch/executor.h"
#include "common/error.h"
#include "common/text.h"

namespace tacho::libtorch {
namespace {

std::string torch_version() {
  return std::to_string(TORCH_VERSION_MAJOR) + "." + std::to_string(TORCH_VERSION_MINOR);
}

class LibtorchBackend : public Backend {
 public:
  LibtorchBackend(int threads, bool bfloat16) : threads_(threads), bfloat16_(bfloat16) {
    use_threads(threads);
  }

  std::string name() const override { return "libtorch"; }
  std::string platform() const override {
    return "cpu-" + short_cpu_name(cpu_model()) + "-" + std::to_string(threads_) + "t-libtorch" +
           torch_version() + (bfloat16_ ? "-bf16" : "-fp32");
  }
  std::map<std::string, std::string> facts() const override {
    const char* core = std::getenv("OPENBLAS_CORETYPE");
    return {{"runtime", "libtorch " TORCH_VERSION ", eager"},
            {"cpu", cpu_model()},
            {"openblas_core", core == nullptr ? "its own choice" : core},
            {"onednn", at::hasMKLDNN() ? "yes" : "no"},
            {"threads", std::to_string(threads_)},
            {"type", bfloat16_ ? "bfloat16" : "float32"},
            {"input_copies", "none: inputs stay where they are"}};
  }
  std::vector<std::string> unsupported(const Graph& graph) const override {
    return refusals(bfloat16_ ? in_bfloat16(graph) : graph);
  }
  std::unique_ptr<CompiledModel> compile(const Graph& graph) override {
    return prepare(bfloat16_ ? in_bfloat16(graph) : graph, threads_);
  }
  bool takes_inputs() const override { return true; }
  std::optional<std::vector<Op>> operators() const override {
    std::vector<Op> ops;
    for (int op = 0; op < static_cast<int>(Op::kCount); ++op) {
      if (find_builder(static_cast<Op>(op)) != nullptr) ops.push_back(static_cast<Op>(op));
    }
    return ops;
  }

 private:
  int threads_;
  bool bfloat16_;
};

std::unique_ptr<Backend> open(const BackendSpec& spec) {
  const std::vector<std::string> types = {"fp32", "bf16"};
  const std::string type = spec.text("type", types[0]);
  if (type != types[0] && type != types[1]) {
    throw Error("no type '" + printable(type) + "'" + name_hint(type, types), Fault::kUsage);
  }
  return std::make_unique<LibtorchBackend>(static_cast<int>(spec.integer("threads", 1, 1)),
                                           type == "bf16");
}

}  // namespace
}  // namespace tacho::libtorch

extern "C" __attribute__((visibility("default"))) const tacho::BackendPlugin*
tacho_backend_plugin() {
  static const tacho::BackendPlugin plugin{tacho::plugin_abi(), TACHO_VERSION,
                                           tacho::libtorch::open};
  return &plugin;
}

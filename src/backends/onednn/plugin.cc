// The plugin tacho-backend-onednn.so: the only exported symbol is tacho_backend_plugin.
#include "backends/plugin.h"

#include "backends/cpu_name.h"
#include "backends/onednn/executor.h"
#include "backends/onednn/ops/ops.h"
#include "common/error.h"
#include "common/text.h"

namespace tacho::onednn {
namespace {

const char* isa_name() {
  switch (dnnl::get_effective_cpu_isa()) {
    case dnnl::cpu_isa::avx512_core_amx:
      return "AMX";
    case dnnl::cpu_isa::avx512_core_bf16:
      return "AVX-512 with bfloat16";
    case dnnl::cpu_isa::avx512_core_vnni:
      return "AVX-512 with VNNI";
    case dnnl::cpu_isa::avx512_core:
      return "AVX-512";
    case dnnl::cpu_isa::avx2_vnni:
      return "AVX2 with VNNI";
    case dnnl::cpu_isa::avx2:
      return "AVX2";
    default:
      return "other";
  }
}

class OnednnBackend : public Backend {
 public:
  OnednnBackend(Precision precision, std::string type, int threads)
      : precision_(precision), type_(std::move(type)), threads_(threads) {}

  std::string name() const override { return "onednn"; }
  std::string platform() const override {
    const dnnl_version_t& version = *dnnl::version();
    return "cpu-" + short_cpu_name(cpu_model()) + "-" + std::to_string(threads_) + "t-onednn" +
           std::to_string(version.major) + "." + std::to_string(version.minor) + "-" + type_;
  }
  std::map<std::string, std::string> facts() const override {
    const dnnl_version_t& version = *dnnl::version();
    return {{"runtime", "onednn " + std::to_string(version.major) + "." +
                            std::to_string(version.minor) + "." + std::to_string(version.patch)},
            {"cpu", cpu_model()},
            {"instructions", isa_name()},
            {"threads", std::to_string(threads_)},
            {"type", type_},
            {"input_copies",
             "none: inputs stay where they are; bringing them into blocked layouts is timed"}};
  }
  std::vector<std::string> unsupported(const Graph& graph) const override {
    return refusals(graph, precision_);
  }
  std::unique_ptr<CompiledModel> compile(const Graph& graph) override {
    return prepare(graph, precision_, threads_);
  }
  bool takes_inputs() const override { return true; }
  std::optional<std::vector<Op>> operators() const override {
    std::vector<Op> ops;
    for (int op = 0; op < static_cast<int>(Op::kCount); ++op) {
      if (find_build(static_cast<Op>(op)) != nullptr) ops.push_back(static_cast<Op>(op));
    }
    return ops;
  }

 private:
  Precision precision_;
  std::string type_;
  int threads_;
};

std::unique_ptr<Backend> open(const BackendSpec& spec) {
  const std::vector<std::string> types = {"fp32", "bf16", "int8"};
  const std::string type = spec.text("type", types[0]);
  for (size_t i = 0; i < types.size(); ++i) {
    if (type != types[i]) continue;
    return std::make_unique<OnednnBackend>(static_cast<Precision>(i), type,
                                           static_cast<int>(spec.integer("threads", 1, 1)));
  }
  throw Error("no type '" + printable(type) + "'" + name_hint(type, types), Fault::kUsage);
}

}  // namespace
}  // namespace tacho::onednn

extern "C" __attribute__((visibility("default"))) const tacho::BackendPlugin*
tacho_backend_plugin() {
  static const tacho::BackendPlugin plugin{tacho::plugin_abi(), TACHO_VERSION, tacho::onednn::open};
  return &plugin;
}

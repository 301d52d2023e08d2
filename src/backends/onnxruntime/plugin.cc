// The plugin tacho-backend-onnxruntime.so: the only exported symbol is tacho_backend_plugin.
#include "backends/plugin.h"

#include "backends/cpu_name.h"
#include "backends/onnx_model.h"
#include "backends/onnxruntime/session.h"
#include "common/text.h"

namespace tacho::onnxruntime {
namespace {

class OnnxruntimeBackend : public Backend {
 public:
  explicit OnnxruntimeBackend(int threads)
      : threads_(threads), session_(std::make_shared<Session>()), version_(session_->version()) {}

  std::string name() const override { return "onnxruntime"; }
  std::string platform() const override {
    const std::vector<std::string> parts = split(version_, '.');
    return "cpu-" + short_cpu_name(cpu_model()) + "-" + std::to_string(threads_) + "t-onnxruntime" +
           parts[0] + (parts.size() > 1 ? "." + parts[1] : "") + "-fp32";
  }
  std::map<std::string, std::string> facts() const override {
    return {{"runtime", "ONNX Runtime " + version_ + ", CPU provider"},
            {"cpu", cpu_model()},
            {"threads", std::to_string(threads_)},
            {"type", "float32"},
            {"input_copies", "none: inputs are bound once"}};
  }
  std::vector<std::string> unsupported(const Graph& graph) const override {
    return refusals(graph);
  }
  std::unique_ptr<CompiledModel> compile(const Graph& graph) override {
    if (!session_->alive()) session_ = std::make_shared<Session>();
    return prepare(session_, graph, threads_);
  }
  std::optional<std::vector<Op>> operators() const override { return onnx_operators(); }

 private:
  int threads_;
  std::shared_ptr<Session> session_;  ///< the interpreter, for all networks
  std::string version_;
};

std::unique_ptr<Backend> open(const BackendSpec& spec) {
  return std::make_unique<OnnxruntimeBackend>(
      static_cast<int>(spec.integer("threads", usable_cpus(), 1)));
}

}  // namespace
}  // namespace tacho::onnxruntime

extern "C" __attribute__((visibility("default"))) const tacho::BackendPlugin*
tacho_backend_plugin() {
  static const tacho::BackendPlugin plugin{tacho::plugin_abi(), TACHO_VERSION,
                                           tacho::onnxruntime::open};
  return &plugin;
}

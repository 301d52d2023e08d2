// The plugin tacho-backend-opencv.so: the only exported symbol is tacho_backend_plugin.
#include "backends/plugin.h"

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/core/version.hpp>

#include "backends/cpu_name.h"
#include "backends/opencv/network.h"

namespace tacho::opencv {
namespace {

class OpencvBackend : public Backend {
 public:
  explicit OpencvBackend(int threads) : threads_(threads) {
    cv::setNumThreads(threads);
    // Its importer prints what it then throws.
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  }

  std::string name() const override { return "opencv"; }
  std::string platform() const override {
    return "cpu-" + short_cpu_name(cpu_model()) + "-" + std::to_string(threads_) + "t-opencv" +
           std::to_string(CV_VERSION_MAJOR) + "." + std::to_string(CV_VERSION_MINOR) + "-fp32";
  }
  std::map<std::string, std::string> facts() const override {
    return {{"runtime", "OpenCV DNN " CV_VERSION},
            {"cpu", cpu_model()},
            {"threads", std::to_string(threads_)},
            {"type", "float32"},
            {"input_copies", "not timed: inputs are set before each run"}};
  }
  std::vector<std::string> unsupported(const Graph& graph) const override {
    return refusals(graph);
  }
  std::unique_ptr<CompiledModel> compile(const Graph& graph) override { return prepare(graph); }
  bool takes_inputs() const override { return true; }
  std::optional<std::vector<Op>> operators() const override { return opencv::operators(); }

 private:
  int threads_;
};

std::unique_ptr<Backend> open(const BackendSpec& spec) {
  return std::make_unique<OpencvBackend>(
      static_cast<int>(spec.integer("threads", usable_cpus(), 1)));
}

}  // namespace
}  // namespace tacho::opencv

extern "C" __attribute__((visibility("default"))) const tacho::BackendPlugin*
tacho_backend_plugin() {
  static const tacho::BackendPlugin plugin{tacho::plugin_abi(), TACHO_VERSION, tacho::opencv::open};
  return &plugin;
}

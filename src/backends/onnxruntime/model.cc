// A network in a session of its own.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "backends/onnx_model.h"
#include "backends/onnxruntime/session.h"
#include "common/error.h"

namespace tacho::onnxruntime {
namespace {

// Runs are asked for in bundles of so much time, so that a short run finds the process as it left
// it, and not just woken up by a message.
constexpr double kBundleMs = 10;
constexpr int kMostOfBundle = 1000;

template <typename T, typename From>
std::string bytes_of(const std::vector<From>& elements) {
  std::string bytes(elements.size() * sizeof(T), '\0');
  for (size_t i = 0; i < elements.size(); ++i) {
    const T element = static_cast<T>(elements[i]);
    std::memcpy(&bytes[i * sizeof(T)], &element, sizeof(T));
  }
  return bytes;
}

// NumPy's name of the type, and the elements in it.
std::pair<std::string, std::string> encoded(const OnnxInput& input) {
  switch (input.dtype) {
    case DType::kFloat32:
      return {"<f4", bytes_of<float>(input.data.reals)};
    case DType::kFloat64:
      return {"<f8", bytes_of<double>(input.data.reals)};
    case DType::kInt64:
      return {"<i8", bytes_of<int64_t>(input.data.ints)};
    case DType::kInt32:
      return {"<i4", bytes_of<int32_t>(input.data.ints)};
    case DType::kBool:
      return {"?", bytes_of<uint8_t>(input.data.ints)};
    default:
      throw Error("input '" + input.name + "': type " + std::string(dtype_name(input.dtype)) +
                      " is not made up for ONNX Runtime",
                  Fault::kUnsupported);
  }
}

// null is what is not finite.
std::vector<float> floats_of(const nlohmann::json& elements) {
  std::vector<float> floats;
  floats.reserve(elements.size());
  for (const nlohmann::json& x : elements) {
    floats.push_back(x.is_null() ? std::numeric_limits<float>::quiet_NaN() : x.get<float>());
  }
  return floats;
}

class Model : public CompiledModel {
 public:
  Model(std::shared_ptr<Session> session, const Graph& graph, int threads)
      : session_(std::move(session)), number_(session_->next_number()) {
    std::string payload = runnable_onnx(graph);
    nlohmann::json request = about("load");
    request["threads"] = threads;
    request["bytes"] = payload.size();
    request["inputs"] = nlohmann::json::array();
    for (const OnnxInput& input : made_up_inputs(graph)) {
      const auto [type, bytes] = encoded(input);
      request["inputs"].push_back(
          {{"name", input.name}, {"type", type}, {"shape", input.shape}, {"bytes", bytes.size()}});
      payload += bytes;
    }
    session_->ask(request, payload);
  }
  ~Model() override {
    try {
      session_->ask(about("unload"));
    } catch (const Error&) {  // it is gone, and the network with it
    }
  }
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  void begin_turn() override { next_ = times_ns_.size(); }  // the rest of a bundle is of the past

  double run() override {
    if (next_ == times_ns_.size()) {
      nlohmann::json request = about("run");
      request["runs"] = bundle_;
      times_ns_ = session_->ask(request).at("ns").get<std::vector<double>>();
      next_ = 0;
      const double slowest = 1e-6 * *std::max_element(times_ns_.begin(), times_ns_.end());
      bundle_ = std::clamp(static_cast<int>(kBundleMs / slowest), 1, kMostOfBundle);
    }
    return 1e-6 * times_ns_[next_++];
  }

  std::vector<HostTensor> outputs() override {
    std::vector<HostTensor> tensors;
    const nlohmann::json answer = session_->ask(about("outputs"));
    for (const nlohmann::json& tensor : answer.at("outputs")) {
      tensors.push_back(
          {tensor.at("shape").get<std::vector<int64_t>>(), floats_of(tensor.at("values"))});
    }
    return tensors;
  }

 private:
  nlohmann::json about(const char* what) const { return {{"do", what}, {"model", number_}}; }

  std::shared_ptr<Session> session_;
  int number_;
  int bundle_ = 1;
  std::vector<double> times_ns_;  ///< of a bundle
  size_t next_ = 0;               ///< of it
};

}  // namespace

std::vector<std::string> refusals(const Graph& graph) { return without_onnx_form(graph); }

std::unique_ptr<CompiledModel> prepare(std::shared_ptr<Session> session, const Graph& graph,
                                       int threads) {
  const std::vector<std::string> reasons = refusals(graph);
  if (!reasons.empty()) throw Error(reasons[0], Fault::kUnsupported);
  return std::make_unique<Model>(std::move(session), graph, threads);
}

}  // namespace tacho::onnxruntime

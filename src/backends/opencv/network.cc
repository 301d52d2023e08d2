#include "backends/opencv/network.h"

#include <chrono>
#include <opencv2/dnn.hpp>

#include "backends/onnx_model.h"
#include "backends/opencv/dialect.h"
#include "common/error.h"
#include "common/text.h"

namespace tacho::opencv {
namespace {

// OpenCV's messages have the source file in front and lines in them; what is wrong comes last.
std::string reason_of(const cv::Exception& e) {
  return "OpenCV: " + printable(e.err.empty() ? e.what() : e.err);
}

template <typename Body>
auto translated(Body body) -> decltype(body()) {
  try {
    return body();
  } catch (const cv::Exception& e) {
    throw Error(reason_of(e), Fault::kUnsupported);
  }
}

cv::Mat blob_of(const OnnxInput& input) {
  if (input.dtype != DType::kFloat32) {
    throw Error("input '" + printable(input.name) + "': OpenCV's networks read floats, not " +
                    std::string(dtype_name(input.dtype)),
                Fault::kUnsupported);
  }
  const std::vector<int> sizes(input.shape.begin(), input.shape.end());
  cv::Mat blob(sizes, CV_32F);
  std::copy(input.data.reals.begin(), input.data.reals.end(), blob.begin<float>());
  return blob;
}

class Network : public CompiledModel {
 public:
  explicit Network(const Graph& graph) : outputs_(output_names(graph)) {
    const std::string bytes = runnable_onnx(in_dialect(graph));
    for (const OnnxInput& input : made_up_inputs(graph)) {
      inputs_.emplace_back(input.name, blob_of(input));
    }
    for (const ValueId v : graph.outputs) {
      const Dims& dims = *graph.value(v).dims;
      shapes_.emplace_back(dims.begin(), dims.end());
    }
    translated([&] {
      net_ = cv::dnn::readNetFromONNX(bytes.data(), bytes.size());
      net_.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
      net_.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
      set_inputs();
    });
  }

  // Throws where a layer cannot compute its output's shape.
  void check_shapes() const {
    std::vector<cv::dnn::MatShape> shapes;
    for (const auto& [name, blob] : inputs_) {
      shapes.emplace_back(blob.size.p, blob.size.p + blob.dims);
    }
    std::vector<int> ids;
    std::vector<std::vector<cv::dnn::MatShape>> in, out;
    translated([&] { net_.getLayersShapes(shapes, ids, in, out); });
  }

  // Inputs are set anew before each run, outside of its time: layers may compute in place.
  double run() override {
    return translated([&] {
      set_inputs();
      const auto start = std::chrono::steady_clock::now();
      net_.forward(results_, outputs_);
      const std::chrono::duration<double, std::milli> took =
          std::chrono::steady_clock::now() - start;
      check_sizes();
      return took.count();
    });
  }

  void set_input(size_t i, const HostTensor& tensor) override {
    std::copy(tensor.values.begin(), tensor.values.end(), inputs_[i].second.begin<float>());
  }

  std::vector<HostTensor> outputs() override {
    std::vector<HostTensor> tensors;
    for (size_t i = 0; i < results_.size(); ++i) {
      cv::Mat floats;
      results_[i].convertTo(floats, CV_32F);
      HostTensor tensor;
      tensor.shape = shapes_[i];  // OpenCV has no tensors of rank 0 and 1
      tensor.values.assign(floats.begin<float>(), floats.end<float>());
      tensors.push_back(std::move(tensor));
    }
    return tensors;
  }

 private:
  // What it takes and computes otherwise than ONNX says may show in the outputs' sizes.
  void check_sizes() const {
    for (size_t i = 0; i < results_.size(); ++i) {
      int64_t elements = 1;
      for (const int64_t dim : shapes_[i]) elements *= dim;
      if (static_cast<int64_t>(results_[i].total()) == elements) continue;
      throw Error("output '" + printable(outputs_[i]) + "': OpenCV computes " +
                      std::to_string(results_[i].total()) + " elements, not " +
                      std::to_string(elements),
                  Fault::kUnsupported);
    }
  }
  void set_inputs() {
    for (const auto& [name, blob] : inputs_) net_.setInput(blob, name);
  }

  std::vector<std::pair<std::string, cv::Mat>> inputs_;
  std::vector<std::string> outputs_;
  std::vector<std::vector<int64_t>> shapes_;
  mutable cv::dnn::Net net_;
  std::vector<cv::Mat> results_;
};

}  // namespace

std::vector<std::string> refusals(const Graph& graph) {
  std::vector<std::string> reasons = without_onnx_form(graph);
  for (std::string& reason : computed_wrongly(graph)) reasons.push_back(std::move(reason));
  if (!reasons.empty()) return reasons;
  try {
    Network(graph).check_shapes();
  } catch (const Error& e) {
    reasons.emplace_back(e.what());
  }
  return reasons;
}

std::unique_ptr<CompiledModel> prepare(const Graph& graph) {
  std::vector<std::string> reasons = without_onnx_form(graph);
  if (reasons.empty()) reasons = computed_wrongly(graph);
  if (!reasons.empty()) throw Error(reasons[0], Fault::kUnsupported);
  return std::make_unique<Network>(graph);
}

}  // namespace tacho::opencv

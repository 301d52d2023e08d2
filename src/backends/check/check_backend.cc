#include "backends/check/check_backend.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "backends/registry.h"
#include "common/error.h"
#include "common/text.h"
#include "graph_ir/made_up_tensors.h"

namespace tacho {
namespace {

constexpr double kTolerance = 1e-3;

std::vector<std::string> output_names(const Graph& graph) {
  std::vector<std::string> names;
  for (const ValueId id : graph.outputs) names.push_back(printable(value_name(graph, id)));
  return names;
}

bool is_finite(const HostTensor& tensor) {
  return std::all_of(tensor.values.begin(), tensor.values.end(),
                     [](float x) { return std::isfinite(x); });
}

class CheckModel : public CompiledModel {
 public:
  CheckModel(std::unique_ptr<CompiledModel> model, std::unique_ptr<CompiledModel> reference,
             std::vector<std::string> names, double tolerance)
      : model_(std::move(model)),
        reference_(std::move(reference)),
        names_(std::move(names)),
        tolerance_(tolerance) {}

  void begin_turn() override { model_->begin_turn(); }
  double run() override {
    const double ms = model_->run();
    if (reference_) {
      reference_->run();
      compare(model_->outputs(), reference_->outputs());
      reference_.reset();  // inputs do not change
    }
    return ms;
  }
  std::vector<HostTensor> outputs() override { return model_->outputs(); }
  std::vector<std::string> plan() const override { return model_->plan(); }

 private:
  void compare(const std::vector<HostTensor>& tensors, const std::vector<HostTensor>& references) {
    if (tensors.size() != names_.size() || references.size() != names_.size()) {
      throw Error("cannot be checked: a recording has no outputs");
    }
    for (size_t i = 0; i < names_.size(); ++i) {
      const std::string output = "output '" + names_[i] + "'";
      if (!is_finite(tensors[i])) throw Error("non-finite " + output);
      if (!is_finite(references[i])) throw Error("non-finite " + output + " of the reference");
      const double difference = relative_difference(tensors[i], references[i]);
      if (difference <= tolerance_) continue;
      throw Error(output + " differs by " + significant(difference, 2) + " relative, more than " +
                  significant(tolerance_, 2));
    }
  }

  std::unique_ptr<CompiledModel> model_, reference_;
  std::vector<std::string> names_;
  double tolerance_;
};

class CheckBackend : public Backend {
 public:
  CheckBackend(std::unique_ptr<Backend> backend, std::unique_ptr<Backend> reference,
               double tolerance)
      : backend_(std::move(backend)), reference_(std::move(reference)), tolerance_(tolerance) {}

  std::string name() const override { return "check"; }
  std::string platform() const override { return backend_->platform(); }
  std::map<std::string, std::string> facts() const override {
    std::map<std::string, std::string> facts = backend_->facts();
    facts["checked_against"] = reference_->platform();
    return facts;
  }
  std::vector<std::string> unsupported(const Graph& graph) const override {
    std::vector<std::string> reasons = backend_->unsupported(graph);
    return reasons.empty() ? reference_->unsupported(graph) : reasons;
  }
  std::vector<std::string> split_off(const Graph& graph) const override {
    return backend_->split_off(graph);
  }
  std::optional<std::vector<Op>> operators() const override { return backend_->operators(); }
  std::unique_ptr<CompiledModel> compile(const Graph& graph) override {
    auto model = backend_->compile(graph);
    return std::make_unique<CheckModel>(std::move(model), reference_->compile(graph),
                                        output_names(graph), tolerance_);
  }

 private:
  std::unique_ptr<Backend> backend_, reference_;
  double tolerance_;
};

}  // namespace

double relative_difference(const HostTensor& tensor, const HostTensor& reference) {
  constexpr double kNone = std::numeric_limits<double>::infinity();
  if (tensor.shape != reference.shape || tensor.values.size() != reference.values.size()) {
    return kNone;
  }
  double largest = 0, difference = 0;
  for (size_t i = 0; i < reference.values.size(); ++i) {
    const double x = tensor.values[i], y = reference.values[i];
    if (!std::isfinite(x) || !std::isfinite(y)) return kNone;
    largest = std::max(largest, std::abs(y));
    difference = std::max(difference, std::abs(x - y));
  }
  return difference == 0 ? 0 : difference / largest;
}

std::unique_ptr<Backend> open_check_backend(const BackendSpec& spec) {
  const std::string of = spec.required("of"), against = spec.required("against");
  return std::make_unique<CheckBackend>(open_backend(of), open_backend(against),
                                        spec.number("tolerance", kTolerance, 0));
}

}  // namespace tacho

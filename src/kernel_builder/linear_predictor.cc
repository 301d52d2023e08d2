#include "kernel_builder/linear_predictor.h"

#include <algorithm>

#include "kernel_builder/linear_file.h"

namespace tacho {

LinearPredictor::LinearPredictor(const std::string& path)
    : LinearPredictor(load_linear_model(path), "linear model " + path) {}

LinearPredictor::LinearPredictor(LinearModel model, std::string description)
    : model_(std::move(model)), description_(std::move(description)), platforms_(model_.names()) {}

double LinearPredictor::latency_ms(const std::string& platform, const GraphTotals& totals) const {
  return model_.at(platform).latency_ms(
      linear_terms(totals.cost, totals.input_elements, model_.write_weight));
}

std::vector<double> LinearPredictor::kernel_ms(const std::string& platform, const Graph& graph,
                                               const KernelGraph& kernels) const {
  const LinearPlatform& p = model_.at(platform);
  const size_t n = kernels.kernels.size();
  if (n == 0) return {};
  const GraphTotals totals = totals_of(graph, kernels);
  const LinearTerms terms = linear_terms(totals.cost, totals.input_elements, model_.write_weight);
  std::vector<bool> first(n, true);
  for (const auto& [producer, consumer] : kernels.edges)
    first[static_cast<size_t>(consumer)] = false;
  const auto num_first = static_cast<double>(std::count(first.begin(), first.end(), true));
  const double per_first = p.law.ms_per_input * totals.input_elements / num_first;

  const bool low = p.in_low_range(terms);
  const double slope = low ? p.low->slope : 1;
  const double offset = low ? p.low->offset_ms : 0;
  std::vector<double> parts;
  for (size_t i = 0; i < n; ++i) {
    LinearLaw own = p.law;
    own.constant_ms = 0;
    const double high = own(linear_terms(kernels.kernels[i].cost, 0, model_.write_weight)) +
                        (first[i] ? per_first : 0) + p.law.constant_ms / static_cast<double>(n);
    parts.push_back(slope * high + offset / static_cast<double>(n));
  }
  return parts;
}

std::vector<std::pair<std::string, double>> LinearPredictor::terms_ms(
    const LinearPlatform& platform, const LinearTerms& terms) const {
  const LinearLaw& law = platform.law;
  const bool low = platform.in_low_range(terms);
  const double slope = low ? platform.low->slope : 1, offset = low ? platform.low->offset_ms : 0;
  return {{"acts", slope * law.ms_per_act * terms.acts},
          {"inputs", slope * law.ms_per_input * terms.inputs},
          {"flops", slope * law.ms_per_flop * terms.flops},
          {"constant", slope * law.constant_ms + offset}};
}

std::vector<Prediction> LinearPredictor::predict(const LoweredModel& model,
                                                 const PredictOptions& options) const {
  const GraphTotals totals = totals_of(model.graph, model.kernels);
  const LinearTerms terms = linear_terms(totals.cost, totals.input_elements, model_.write_weight);
  std::vector<Prediction> predictions;
  for (const std::string& name : options.platforms.empty() ? platforms_ : options.platforms) {
    const LinearPlatform& platform = model_.at(name);
    Prediction p;
    p.platform = name;
    p.latency_ms = platform.latency_ms(terms);
    p.terms_ms = terms_ms(platform, terms);
    p.lower_ms = p.latency_ms * platform.band_low;
    p.upper_ms = p.latency_ms * platform.band_high;
    p.band_coverage = 0.8;
    p.measured = platform.batches;
    if (options.per_kernel) p.kernel_ms = kernel_ms(name, model.graph, model.kernels);
    predictions.push_back(std::move(p));
  }
  return predictions;
}

}  // namespace tacho

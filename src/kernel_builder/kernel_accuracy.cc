#include "kernel_builder/kernel_accuracy.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "common/error.h"

namespace tacho {

KernelAccuracy kernel_accuracy(const std::vector<double>& predicted,
                               const std::vector<double>& measured) {
  KernelAccuracy result;
  result.accuracy = accuracy_of(predicted, measured);
  double squares = 0, relative_squares = 0;
  for (size_t i = 0; i < measured.size(); ++i) {
    const double off = predicted[i] - measured[i];
    squares += off * off;
    relative_squares += off * off / (measured[i] * measured[i]);
  }
  const double n = std::max<double>(1, static_cast<double>(measured.size()));
  result.rmse_ms = std::sqrt(squares / n);
  result.rmspe = 100 * std::sqrt(relative_squares / n);
  return result;
}

std::vector<KernelAccuracy> evaluate_kernels(const KernelLatencyModel& model,
                                             const std::vector<MeasuredKernel>& rows,
                                             const Catalogue& catalogue,
                                             std::vector<std::string>& faults) {
  std::map<std::pair<std::string, std::string>, std::pair<std::vector<double>, std::vector<double>>>
      pairs;
  for (const MeasuredKernel& row : rows) {
    try {
      const KernelType& type = catalogue.at(row.config.kernel);
      const double predicted = model.predict(row.platform, type, row.config).latency_ms;
      auto& [predictions, measurements] = pairs[{type.predictor(), row.platform}];
      predictions.push_back(predicted);
      measurements.push_back(row.latency_ms);
    } catch (const Error& e) {
      if (std::find(faults.begin(), faults.end(), e.what()) == faults.end()) {
        faults.emplace_back(e.what());
      }
    }
  }
  std::vector<KernelAccuracy> list;
  for (const auto& [key, values] : pairs) {
    list.push_back(kernel_accuracy(values.first, values.second));
    list.back().predictor = key.first;
    list.back().platform = key.second;
  }
  return list;
}

std::vector<KernelAccuracy> means_by_predictor(const std::vector<KernelAccuracy>& platforms) {
  std::map<std::string, std::vector<const KernelAccuracy*>> groups;
  for (const KernelAccuracy& p : platforms) groups[p.predictor].push_back(&p);
  std::vector<KernelAccuracy> means;
  for (const auto& [predictor, group] : groups) {
    const auto mean = [&, &members = group](auto value) {
      double sum = 0;
      for (const KernelAccuracy* p : members) sum += value(*p);
      return sum / static_cast<double>(members.size());
    };
    KernelAccuracy m;
    m.predictor = predictor;
    m.platform = "mean";
    for (const KernelAccuracy* p : group) m.accuracy.count += p->accuracy.count;
    m.accuracy.mape = mean([](const KernelAccuracy& p) { return p.accuracy.mape; });
    m.accuracy.median_error = mean([](const KernelAccuracy& p) { return p.accuracy.median_error; });
    m.accuracy.within_5 = mean([](const KernelAccuracy& p) { return p.accuracy.within_5; });
    m.accuracy.within_10 = mean([](const KernelAccuracy& p) { return p.accuracy.within_10; });
    m.accuracy.spearman = mean([](const KernelAccuracy& p) { return p.accuracy.spearman; });
    m.rmse_ms = mean([](const KernelAccuracy& p) { return p.rmse_ms; });
    m.rmspe = mean([](const KernelAccuracy& p) { return p.rmspe; });
    means.push_back(m);
  }
  return means;
}

}  // namespace tacho

#include "common/metrics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

namespace tacho {
namespace {

/// 1-based ranks; equal values share the mean of the ranks they take up.
std::vector<double> ranks_of(const std::vector<double>& values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (size_t first = 0; first < order.size();) {
    size_t last = first + 1;
    while (last < order.size() && values[order[last]] == values[order[first]]) ++last;
    const double shared = (static_cast<double>(first + 1) + static_cast<double>(last)) / 2;
    for (size_t i = first; i < last; ++i) ranks[order[i]] = shared;
    first = last;
  }
  return ranks;
}

/// Pearson's correlation; NaN below two points or where one side is constant.
double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  const double n = static_cast<double>(a.size());
  const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / n;
  const double mean_b = std::accumulate(b.begin(), b.end(), 0.0) / n;
  double ab = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  if (aa == 0 || bb == 0) return std::numeric_limits<double>::quiet_NaN();
  return ab / std::sqrt(aa * bb);
}

}  // namespace

double median_of(std::vector<double> values) {
  assert(!values.empty());
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

Accuracy accuracy_of(const std::vector<double>& predicted, const std::vector<double>& measured) {
  assert(predicted.size() == measured.size());
  Accuracy accuracy;
  accuracy.count = measured.size();
  accuracy.spearman = correlation(ranks_of(predicted), ranks_of(measured));
  if (measured.empty()) return accuracy;

  std::vector<double> errors;
  errors.reserve(measured.size());
  size_t within_5 = 0, within_10 = 0;
  for (size_t i = 0; i < measured.size(); ++i) {
    assert(measured[i] > 0);
    const double off = 100 * std::abs(predicted[i] - measured[i]);
    within_5 += off <= 5 * measured[i];
    within_10 += off <= 10 * measured[i];
    errors.push_back(off / measured[i]);
  }
  const double n = static_cast<double>(errors.size());
  accuracy.mape = std::accumulate(errors.begin(), errors.end(), 0.0) / n;
  accuracy.median_error = median_of(errors);
  accuracy.within_5 = 100 * static_cast<double>(within_5) / n;
  accuracy.within_10 = 100 * static_cast<double>(within_10) / n;
  return accuracy;
}

}  // namespace tacho

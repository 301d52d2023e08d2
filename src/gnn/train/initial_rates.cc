#include "gnn/train/initial_rates.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "common/nnls.h"

namespace tacho {
namespace {

constexpr double kMinShare =
    0.01;                        ///< of the typical latency, by a base cost that the fit left out
constexpr double kSpread = 0.3;  ///< components of one base cost start within exp(±0.3) of another

/// samples × base costs: Σ over kernels.
Eigen::MatrixXd summed_costs(const TrainingSet& set) {
  const Eigen::Index width = static_cast<Eigen::Index>(set.num_base_costs());
  Eigen::MatrixXd sums(static_cast<Eigen::Index>(set.data.samples.size()), width);
  for (size_t s = 0; s < set.data.samples.size(); ++s) {
    const GraphFeatures& graph = set.data.samples[s].features;
    const Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>
        costs(graph.base_costs.data(), graph.num_kernels, width);
    sums.row(static_cast<Eigen::Index>(s)) = costs.cast<double>().colwise().sum();
  }
  return sums;
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<long>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

/// Rates per base cost, none of them zero unless its column is.
Eigen::VectorXd platform_rates(const Eigen::MatrixXd& costs, const Eigen::VectorXd& targets) {
  Eigen::VectorXd rates = fit_relative_nnls(costs, targets);
  const Eigen::VectorXd mean_relative =
      (costs.array().colwise() / targets.array()).colwise().mean().transpose();
  for (Eigen::Index b = 0; b < rates.size(); ++b) {
    if (mean_relative[b] > 0) rates[b] = std::max(rates[b], kMinShare / mean_relative[b]);
  }
  // The least squares fit of relative errors leans low, and the shares above were added on top.
  const Eigen::VectorXd ratios = targets.cwiseQuotient(costs * rates);
  return rates * median(std::vector<double>(ratios.begin(), ratios.end()));
}

}  // namespace

Eigen::MatrixXf initial_theta(const TrainingSet& set, int components, uint64_t seed) {
  const Eigen::MatrixXd costs = summed_costs(set);
  const Eigen::Index num_costs = costs.cols();
  const Eigen::Index platforms = static_cast<Eigen::Index>(set.data.platforms.size());
  std::vector<std::vector<const SampleLabel*>> by_platform(static_cast<size_t>(platforms));
  for (int32_t i : set.labels_in(Stage::kTrain)) {
    const SampleLabel& label = set.data.labels[static_cast<size_t>(i)];
    by_platform[static_cast<size_t>(label.platform)].push_back(&label);
  }

  std::mt19937_64 random(seed);
  Eigen::MatrixXf theta(platforms, components);
  Eigen::VectorXf mean = Eigen::VectorXf::Zero(components);
  int known = 0;
  Eigen::VectorXd spread(components);
  for (double& value : spread) {
    value = kSpread * (2.0 * static_cast<double>(random() >> 11) / 9007199254740992.0 - 1.0);
  }
  for (Eigen::Index p = 0; p < platforms; ++p) {
    const std::vector<const SampleLabel*>& labels = by_platform[static_cast<size_t>(p)];
    if (labels.empty()) continue;
    Eigen::MatrixXd rows(static_cast<Eigen::Index>(labels.size()), num_costs);
    Eigen::VectorXd targets(rows.rows());
    for (Eigen::Index i = 0; i < rows.rows(); ++i) {
      rows.row(i) = costs.row(labels[static_cast<size_t>(i)]->sample);
      targets[i] = labels[static_cast<size_t>(i)]->latency_ms;
    }
    const Eigen::VectorXd rates = platform_rates(rows, targets);
    for (int m = 0; m < components; ++m) {
      const Eigen::Index owner = m % num_costs;
      const double sharers =
          (components - 1 - owner) / num_costs + 1;  // components of this base cost
      const double rate = std::max(rates[owner], 1e-30) / sharers;
      theta(p, m) = static_cast<float>(std::log(rate) + spread[m]);
    }
    mean += theta.row(p).transpose();
    ++known;
  }
  for (Eigen::Index p = 0; p < platforms; ++p) {
    if (by_platform[static_cast<size_t>(p)].empty()) theta.row(p) = mean.transpose() / known;
  }
  return theta;
}

}  // namespace tacho

#include "gnn/train/initial_rates.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ostream>
#include <random>

#include "common/metrics.h"
#include "common/nnls.h"

namespace tacho {
namespace {

constexpr double kMinShare =
    0.01;                        ///< of the typical latency, by a base cost that the fit left out
constexpr double kSpread = 0.3;  ///< components of one base cost start within exp(±0.3) of another

/// samples × base costs: Σ over kernels.
struct SummedCosts {
  Eigen::MatrixXd live;
  Eigen::MatrixXd dead;
};
SummedCosts summed_costs(const TrainingSet& set) {
  using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::Index width = static_cast<Eigen::Index>(set.num_base_costs());
  const auto sum = [&](const std::vector<float>& costs) -> Eigen::RowVectorXd {
    return Eigen::Map<const Rows>(costs.data(), static_cast<Eigen::Index>(costs.size()) / width,
                                  width)
        .cast<double>()
        .colwise()
        .sum();
  };
  const Eigen::Index samples = static_cast<Eigen::Index>(set.rows.size());
  SummedCosts sums{Eigen::MatrixXd(samples, width), Eigen::MatrixXd(samples, width)};
  for (Eigen::Index s = 0; s < samples; ++s) {
    sums.live.row(s) = sum(set.rows[static_cast<size_t>(s)].live_costs);
    sums.dead.row(s) = sum(set.rows[static_cast<size_t>(s)].dead_costs);
  }
  return sums;
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
  return rates * median_of(std::vector<double>(ratios.begin(), ratios.end()));
}

/// Mean relative error of the rates' predictions.
double relative_error(const Eigen::MatrixXd& costs, const Eigen::VectorXd& rates,
                      const Eigen::VectorXd& targets) {
  return ((costs * rates - targets).cwiseAbs().array() / targets.array()).mean();
}

/// What a platform starts with.
struct Start {
  Eigen::VectorXd rates;
  bool runs_dead = true;
  double error = 0;         ///< of these rates
  double other_error = -1;  ///< of the other view's; −1: nothing tells the two apart
};

/// The rows of `costs` that the labels are of.
Eigen::MatrixXd rows_of(const Eigen::MatrixXd& costs,
                        const std::vector<const SampleLabel*>& labels) {
  Eigen::MatrixXd rows(static_cast<Eigen::Index>(labels.size()), costs.cols());
  for (size_t i = 0; i < labels.size(); ++i) {
    rows.row(static_cast<Eigen::Index>(i)) = costs.row(labels[i]->sample);
  }
  return rows;
}

Eigen::VectorXd latencies_of(const std::vector<const SampleLabel*>& labels) {
  Eigen::VectorXd latencies(static_cast<Eigen::Index>(labels.size()));
  for (size_t i = 0; i < labels.size(); ++i) {
    latencies[static_cast<Eigen::Index>(i)] = labels[i]->latency_ms;
  }
  return latencies;
}

Start start_of(const SummedCosts& costs, const std::vector<const SampleLabel*>& labels) {
  // A graph of which nothing is live is a constant where it is folded: what that takes, next to
  // nothing, says nothing of the rates and would outweigh all else as a relative error.
  std::vector<const SampleLabel*> telling;
  for (const SampleLabel* label : labels) {
    if (costs.live.row(label->sample).sum() > 0) telling.push_back(label);
  }
  if (telling.empty()) telling = labels;
  const Eigen::VectorXd targets = latencies_of(telling);
  const Eigen::MatrixXd live = rows_of(costs.live, telling);
  const Eigen::MatrixXd dead = rows_of(costs.dead, telling);
  const Eigen::MatrixXd all = live + dead;
  Start start{platform_rates(all, targets), true, 0, -1};
  if (dead.sum() == 0 || live.sum() == 0) return start;
  start.error = relative_error(all, start.rates, targets);
  const Eigen::VectorXd folded = platform_rates(live, targets);
  start.other_error = relative_error(live, folded, targets);
  if (start.other_error >= start.error) return start;
  return {folded, false, start.other_error, start.error};
}

void print_folding(const std::string& platform, const Start& start, std::ostream& log) {
  char text[120];
  std::snprintf(
      text, sizeof(text),
      ": folds multiplications by zero (base costs alone: %.1f %% error, unfolded %.1f %%)\n",
      100 * start.error, 100 * start.other_error);
  log << platform << text;
}

}  // namespace

InitialRates initial_rates(const TrainingSet& set, int components, uint64_t seed,
                           std::ostream* log) {
  const SummedCosts costs = summed_costs(set);
  const Eigen::Index num_costs = costs.live.cols();
  const Eigen::Index platforms = static_cast<Eigen::Index>(set.data.platforms.size());
  std::vector<std::vector<const SampleLabel*>> by_platform(static_cast<size_t>(platforms));
  for (int32_t i : set.labels_in(Stage::kTrain)) {
    const SampleLabel& label = set.data.labels[static_cast<size_t>(i)];
    by_platform[static_cast<size_t>(label.platform)].push_back(&label);
  }

  std::mt19937_64 random(seed);
  InitialRates result{Eigen::MatrixXf(platforms, components),
                      std::vector<float>(static_cast<size_t>(platforms), 1.0f)};
  Eigen::MatrixXf& theta = result.theta;
  Eigen::VectorXf mean = Eigen::VectorXf::Zero(components);
  int known = 0;
  Eigen::VectorXd spread(components);
  for (double& value : spread) {
    value = kSpread * (2.0 * static_cast<double>(random() >> 11) / 9007199254740992.0 - 1.0);
  }
  for (Eigen::Index p = 0; p < platforms; ++p) {
    const std::vector<const SampleLabel*>& labels = by_platform[static_cast<size_t>(p)];
    if (labels.empty()) continue;
    const Start start = start_of(costs, labels);
    if (!start.runs_dead) {
      result.runs_dead[static_cast<size_t>(p)] = 0;
      if (log != nullptr) print_folding(set.data.platforms[static_cast<size_t>(p)], start, *log);
    }
    for (int m = 0; m < components; ++m) {
      const Eigen::Index owner = m % num_costs;
      const double sharers =
          (components - 1 - owner) / num_costs + 1;  // components of this base cost
      const double rate = std::max(start.rates[owner], 1e-30) / sharers;
      theta(p, m) = static_cast<float>(std::log(rate) + spread[m]);
    }
    mean += theta.row(p).transpose();
    ++known;
  }
  for (Eigen::Index p = 0; p < platforms; ++p) {
    if (by_platform[static_cast<size_t>(p)].empty()) theta.row(p) = mean.transpose() / known;
  }
  return result;
}

}  // namespace tacho

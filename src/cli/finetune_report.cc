#include "cli/finetune_report.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/predict_report.h"
#include "common/text.h"
#include "gnn/serve/device_totals.h"

namespace tacho {
namespace {

constexpr double kLeastShare = 0.05;  ///< of a device that is named
constexpr size_t kBandSamples = 3;    ///< below, nothing is known of the errors
constexpr double kWorstFactor = 10;   ///< a left-out sample counts as no further off than that

LeftOut left_out(const AdaptationSamples& s, const KnownDevices& devices, size_t folds,
                 std::vector<double>* ratios) {
  const Folds parted = folds_of(s.labels, folds);
  *ratios = left_out_ratios(s.samples, devices, parted.of);
  std::vector<double> predicted, measured;
  for (size_t i = 0; i < ratios->size(); ++i) {
    measured.push_back(s.samples[i].latency_ms);
    predicted.push_back((*ratios)[i] * measured.back());
  }
  size_t most = 0;
  for (size_t fold = 0; fold < parted.count; ++fold) {
    most = std::max<size_t>(most, std::count(parted.of.begin(), parted.of.end(), fold));
  }
  return {s.samples.size() - most, parted.by_model, accuracy_of(predicted, measured)};
}

/// One at a time where that is quick.
size_t folds_for(size_t samples) { return samples <= 20 ? samples : samples <= 100 ? 10 : 5; }

/// From what the left-out samples were off; few may agree by chance to less than the noise.
Band band_from(const std::vector<double>& ratios, double noise) {
  if (ratios.size() < kBandSamples) return {};
  std::vector<double> log_errors;
  for (const double ratio : ratios) {
    const double log_error = std::abs(std::log(std::max(ratio, 1e-9)));
    log_errors.push_back(std::min(log_error, std::log(kWorstFactor)));
  }
  return band_from_few(log_errors, noise);
}

std::vector<std::pair<std::string, double>> nearest_devices(const GnnPredictor& predictor,
                                                            const Eigen::VectorXd& shares) {
  std::vector<std::string> names = predictor.model().info().platforms;
  for (const std::string& counted : counted_devices()) names.push_back("(" + counted + ")");
  std::vector<std::pair<std::string, double>> nearest;
  for (size_t k = 0; k < names.size(); ++k) {
    nearest.emplace_back(names[k], shares[static_cast<Eigen::Index>(k)]);
  }
  std::stable_sort(nearest.begin(), nearest.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  const auto few = std::find_if(nearest.begin() + 1, nearest.end(),
                                [](const auto& d) { return d.second < kLeastShare; });
  nearest.erase(few, nearest.end());
  return nearest;
}

std::string percent(double x) { return significant(x, 3) + " %"; }

std::string dead_text(const FewShotResult& r) {
  if (!r.dead_told) return "not told by these graphs; as the nearest platforms do";
  return std::string(r.fit.runs_dead >= 0.5 ? "run" : "folded away") + " (probability " +
         significant(std::max(r.fit.runs_dead, 1 - r.fit.runs_dead), 2) + ")";
}

}  // namespace

FewShotResult fit_platform(const GnnPredictor& predictor, const AdaptationSamples& s,
                           const std::string& name) {
  const KnownDevices devices = known_devices(predictor.model());
  FewShotResult r;
  r.fit = fit_few_shot(s.samples, devices);
  r.nearest = nearest_devices(predictor, device_shares(r.fit, s.samples));
  for (const FewShotSample& sample : s.samples) {
    const Eigen::Index classes = sample.totals.cols() / 2;
    r.dead_told = r.dead_told || (sample.totals.rightCols(classes).array() > 0).any();
  }
  std::vector<double> ratios;
  const size_t n = s.samples.size();
  if (n >= 4) r.left_out.push_back(left_out(s, devices, 2, &ratios));
  if (n >= 2) r.left_out.push_back(left_out(s, devices, folds_for(n), &ratios));
  r.platform.name = name;
  r.platform.band = band_from(ratios, r.fit.noise);
  r.platform.measured = {s.labels[0].batch, s.labels[0].batch};
  for (const Label& label : s.labels) {
    r.platform.measured.low = std::min(r.platform.measured.low, label.batch);
    r.platform.measured.high = std::max(r.platform.measured.high, label.batch);
  }
  nlohmann::ordered_json fit = result_json(r);
  fit["samples"] = n;
  r.platform.fit = fit.dump();
  return r;
}

Table result_table(const FewShotResult& r, const std::string& method) {
  Table table;
  table.columns = {{"item"}, {"value"}};
  const auto add = [&](const std::string& item, const std::string& value) {
    table.rows.push_back({item, value});
  };
  add("platform", r.platform.name);
  add("method", method);
  add("measured at batch", batches_text(r.platform.measured));
  std::vector<std::string> nearest;
  for (const auto& [name, share] : r.nearest) {
    nearest.push_back(name + " " + significant(100 * share, 2) + " %");
  }
  add("nearest", join(nearest));
  add("how",
      r.fit.combined ? "several platforms at once" : "average over platforms, one at a time");
  add("multiplied by zero", dead_text(r));
  add("noise", percent(100 * r.fit.noise));
  if (r.fit.outliers > 0) add("outliers", std::to_string(r.fit.outliers) + " samples not used");
  for (const LeftOut& l : r.left_out) {
    add("error from " + std::to_string(l.fitted),
        "MAPE " + percent(l.accuracy.mape) + ", median " + percent(l.accuracy.median_error) +
            (l.models ? " on models left out" : " on samples of the one model left out"));
  }
  const Band& band = r.platform.band;
  if (band.is_known()) {
    add("band", significant(1 / band.factor(), 3) + " to " + significant(band.factor(), 3) +
                    " of a prediction");
  }
  return table;
}

nlohmann::ordered_json result_json(const FewShotResult& r) {
  nlohmann::ordered_json json;
  json["method"] = "few-shot";
  json["noise_percent"] = json_number(100 * r.fit.noise);
  json["runs_dead"] = r.dead_told ? json_number(r.fit.runs_dead) : nlohmann::ordered_json();
  json["several_at_once"] = r.fit.combined;
  json["outliers"] = r.fit.outliers;
  json["nearest"] = nlohmann::ordered_json::array();
  for (const auto& [name, share] : r.nearest) {
    json["nearest"].push_back({{"platform", name}, {"share", json_number(share)}});
  }
  json["left_out"] = nlohmann::ordered_json::array();
  for (const LeftOut& l : r.left_out) {
    json["left_out"].push_back({{"fitted", l.fitted},
                                {"mape_percent", json_number(l.accuracy.mape)},
                                {"median_error_percent", json_number(l.accuracy.median_error)},
                                {"spearman", json_number(l.accuracy.spearman)}});
  }
  return json;
}

}  // namespace tacho

#include "kernel_builder/kernel_training.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "common/error.h"
#include "common/text.h"
#include "dataset/split.h"

namespace tacho {
namespace {

constexpr size_t kFewestRowsToSplit = 20;
constexpr size_t kFewestRowsOfOwnForest = 200;  // of a platform
constexpr double kMixes[] = {0, 0.25, 0.5, 0.75, 1};

/// A row with its features; `platform` indexes Kind::platforms.
struct Sample {
  const MeasuredKernel* row = nullptr;
  KernelStage stage = KernelStage::kTrain;
  size_t platform = 0;
  KernelFeatures features;

  double target() const { return std::log2(row->latency_ms / features.roofline_ms); }
};

/// All measurements of one predictor's kernels.
struct Kind {
  std::string name;
  std::set<std::string> kernels;
  std::vector<std::string> feature_names;
  std::vector<std::string> platforms;
  std::vector<Sample> samples;
  std::map<std::string, double> constant_ms;  ///< of platforms where all rows took the same

  size_t count(KernelStage stage) const {
    return static_cast<size_t>(std::count_if(samples.begin(), samples.end(),
                                             [&](const Sample& s) { return s.stage == stage; }));
  }
};

/// Trees of one fit; their numbers, to be grown again on more rows.
struct Fit {
  Forest shared;
  std::map<std::string, Forest> own;
  int shared_trees = 0;
  std::map<std::string, int> own_trees;
};

using Chosen = std::function<bool(const Sample&)>;

/// Whether only its own forest can answer for the platform, where there are others: without facts
/// the shared one cannot tell it from them.
bool stands_alone(const std::string& platform, const DeviceTable& devices) {
  return devices.count(platform) == 0;
}

TreeData data_of(const Kind& kind, const Chosen& chosen) {
  TreeData data;
  data.num_features = kind.feature_names.size();
  for (const Sample& s : kind.samples) {
    if (chosen(s)) data.add(s.features.values, s.target());
  }
  return data;
}

class KindTrainer {
 public:
  KindTrainer(const Kind& kind, const KernelTrainingOptions& options, TreeMethod method)
      : kind_(kind), options_(options) {
    trees_ = options.trees;
    trees_.method = method;
    trees_.seed = options.seed;
    trees_.threads = options.threads;
  }

  /// Grows trees on the rows of `train`; early stopping looks at `validation` if it is given, else
  /// there are as many trees as `like` has.
  Fit fit(const Chosen& train, const Chosen& validation, const Fit* like) const {
    Fit result;
    const auto grow = [&](const Chosen& chosen, int trees, int members) {
      TreeOptions options = trees_;
      options.members = members;
      if (like != nullptr) options.max_trees = trees;
      const TreeData data = data_of(kind_, [&](const Sample& s) { return train(s) && chosen(s); });
      std::optional<TreeData> held_out;
      if (like == nullptr) {
        held_out = data_of(kind_, [&](const Sample& s) { return validation(s) && chosen(s); });
      }
      return train_forest(data, held_out && held_out->rows() > 0 ? &*held_out : nullptr, options);
    };
    TrainedForest shared =
        grow([](const Sample&) { return true; }, like != nullptr ? like->shared_trees : 0,
             options_.shared_members > 0 ? options_.shared_members : trees_.members);
    result.shared = std::move(shared.forest);
    result.shared_trees = shared.trees;
    if (kind_.platforms.size() < 2) return result;
    for (size_t p = 0; p < kind_.platforms.size(); ++p) {
      const std::string& platform = kind_.platforms[p];
      const auto of_platform = [p](const Sample& s) { return s.platform == p; };
      const auto rows_of = [&](const Chosen& chosen) {
        return static_cast<size_t>(
            std::count_if(kind_.samples.begin(), kind_.samples.end(),
                          [&](const Sample& s) { return of_platform(s) && chosen(s); }));
      };
      int trees = 0;  // as many as early stopping finds
      if (stands_alone(platform, options_.devices)) {
        if (rows_of(train) == 0) continue;
        if (like != nullptr) trees = like->shared_trees;
      } else {
        const size_t rows = rows_of([](const Sample& s) { return s.stage != KernelStage::kTest; });
        if (!options_.own_forests || rows < kFewestRowsOfOwnForest) continue;
        if (like != nullptr && like->own_trees.count(platform) == 0) continue;
      }
      if (like != nullptr && like->own_trees.count(platform) > 0) {
        trees = like->own_trees.at(platform);
      }
      TrainedForest own = grow(of_platform, trees, trees_.members);
      result.own_trees[platform] = own.trees;
      result.own[platform] = std::move(own.forest);
    }
    return result;
  }

  std::vector<KernelAccuracy> figures(const Fit& fit, double own_weight, KernelStage stage) const {
    std::vector<KernelAccuracy> list;
    for (size_t p = 0; p < kind_.platforms.size(); ++p) {
      std::vector<double> predicted, measured;
      const auto own = fit.own.find(kind_.platforms[p]);
      const auto constant = kind_.constant_ms.find(kind_.platforms[p]);
      for (const Sample& s : kind_.samples) {
        if (s.stage != stage || s.platform != p) continue;
        const float* row = s.features.values.data();
        double factor = fit.shared(row);
        if (own != fit.own.end()) {
          const bool alone = stands_alone(kind_.platforms[p], options_.devices);
          factor += (alone ? 1 : own_weight) * (own->second(row) - factor);
        }
        predicted.push_back(constant != kind_.constant_ms.end()
                                ? constant->second
                                : s.features.roofline_ms * std::exp2(factor));
        measured.push_back(s.row->latency_ms);
      }
      if (measured.empty()) continue;
      list.push_back(kernel_accuracy(predicted, measured));
      list.back().predictor = kind_.name;
      list.back().platform = kind_.platforms[p];
    }
    return list;
  }

 private:
  const Kind& kind_;
  const KernelTrainingOptions& options_;
  TreeOptions trees_;
};

double mean_error(const std::vector<KernelAccuracy>& list) {
  double sum = 0;
  for (const KernelAccuracy& a : list) sum += a.accuracy.mape;
  return list.empty() ? 0 : sum / static_cast<double>(list.size());
}

/// One method's way through train, validation and test.
struct Candidate {
  TreeMethod method = TreeMethod::kBoosting;
  Fit fit;
  double own_weight = 0;
  double validation_error = 0;
};

Candidate candidate_of(const KindTrainer& trainer, TreeMethod method) {
  Candidate c;
  c.method = method;
  c.fit = trainer.fit([](const Sample& s) { return s.stage == KernelStage::kTrain; },
                      [](const Sample& s) { return s.stage == KernelStage::kValidation; }, nullptr);
  c.validation_error = -1;
  for (const double mix : kMixes) {
    if (mix > 0 && c.fit.own.empty()) break;
    const double error = mean_error(trainer.figures(c.fit, mix, KernelStage::kValidation));
    if (c.validation_error >= 0 && error >= c.validation_error) continue;
    c.validation_error = error;
    c.own_weight = mix;
  }
  return c;
}

void say(const std::function<void(const std::string&)>& to, const std::string& text) {
  if (to) to(text);
}

/// One measurement is no constant: what else there is may differ.
std::map<std::string, double> constants_of(const Kind& kind) {
  std::map<std::string, double> constants;
  for (size_t p = 0; p < kind.platforms.size(); ++p) {
    size_t rows = 0;
    double ms = 0;
    bool same = true;
    for (const Sample& s : kind.samples) {
      if (s.platform != p) continue;
      if (rows++ == 0) ms = s.row->latency_ms;
      same &= s.row->latency_ms == ms;
    }
    if (same && rows > 1) constants[kind.platforms[p]] = ms;
  }
  return constants;
}

std::vector<Kind> kinds_of(const std::vector<MeasuredKernel>& rows, const Catalogue& catalogue,
                           const KernelTrainingOptions& options) {
  std::map<std::string, Kind> kinds;
  std::set<std::string> without_facts;
  std::map<std::string, std::set<std::string>> platforms;
  for (const MeasuredKernel& row : rows) {
    platforms[catalogue.at(row.config.kernel).predictor()].insert(row.platform);
    if (options.devices.count(row.platform) == 0) without_facts.insert(row.platform);
  }
  if (!without_facts.empty()) {
    say(options.notice, "no facts of " + join({without_facts.begin(), without_facts.end()}) +
                            "; nominal ones stand in, and new platforms cannot be told from them");
  }
  for (const MeasuredKernel& row : rows) {
    const KernelType& type = catalogue.at(row.config.kernel);
    Kind& kind = kinds[type.predictor()];
    if (kind.name.empty()) {
      kind.name = type.predictor();
      kind.feature_names = kernel_feature_names(type);
      const auto& names = platforms[kind.name];
      kind.platforms.assign(names.begin(), names.end());
    } else if (kind.kernels.count(type.name()) == 0 &&
               kernel_feature_names(type) != kind.feature_names) {
      throw Error("kernels " + type.name() + " and " + *kind.kernels.begin() + " share predictor " +
                  kind.name + " but not their parameters");
    }
    kind.kernels.insert(type.name());
    Sample s;
    s.row = &row;
    s.stage = kernel_stage(row.config, catalogue, options.seed, options.validation, options.test);
    const auto at = std::lower_bound(kind.platforms.begin(), kind.platforms.end(), row.platform);
    s.platform = static_cast<size_t>(at - kind.platforms.begin());
    s.features = kernel_features(type, row.config, facts_or_nominal(options.devices, row.platform));
    kind.samples.push_back(std::move(s));
  }
  std::vector<Kind> list;
  for (auto& [name, kind] : kinds) {
    kind.constant_ms = constants_of(kind);
    for (const auto& [platform, ms] : kind.constant_ms) {
      say(options.notice, name + ": all latencies on " + platform + " are the same, " +
                              significant(ms, 4) +
                              " ms; that is the answer for every configuration there");
    }
    list.push_back(std::move(kind));
  }
  return list;
}

KernelPredictor predictor_from(const Kind& kind, const Candidate& c, Fit fit,
                               const DeviceTable& devices) {
  KernelPredictor p;
  p.name = kind.name;
  p.kernels.assign(kind.kernels.begin(), kind.kernels.end());
  p.feature_names = kind.feature_names;
  p.platforms = kind.platforms;
  p.method = tree_method_name(c.method);
  p.own_weight = c.own_weight;
  p.constant_ms = kind.constant_ms;
  p.shared = std::move(fit.shared);
  for (auto& [platform, forest] : fit.own) {
    if (c.own_weight > 0 || stands_alone(platform, devices)) p.own[platform] = std::move(forest);
  }
  return p;
}

/// What cannot be split is trained on whole, without figures.
KernelPredictor train_unsplit(const Kind& kind, const KernelTrainingOptions& options) {
  const size_t rows = kind.samples.size();
  const std::string needed =
      rows < kFewestRowsToSplit
          ? std::to_string(kFewestRowsToSplit) + " are needed"
          : "this seed leaves nothing to train on, to validate or to test; try another --seed";
  say(options.notice, kind.name + ": " + std::to_string(rows) +
                          (rows == 1 ? " measurement is" : " measurements are") +
                          " too few to split (" + needed +
                          "); all are trained on, without figures");
  Candidate c;
  if (options.method == TrainingMethod::kForest) c.method = TreeMethod::kForest;
  const KindTrainer trainer(kind, options, c.method);
  Fit like;
  like.shared_trees = 100;
  return predictor_from(kind, c, trainer.fit([](const Sample&) { return true; }, {}, &like),
                        options.devices);
}

KernelPredictor train_kind(const Kind& kind, const KernelTrainingOptions& options,
                           std::vector<KernelFigures>& figures) {
  std::vector<TreeMethod> methods;
  if (options.method != TrainingMethod::kForest) methods.push_back(TreeMethod::kBoosting);
  if (options.method != TrainingMethod::kBoosting) methods.push_back(TreeMethod::kForest);
  std::vector<Candidate> candidates;
  for (const TreeMethod method : methods) {
    say(options.progress, kind.name + ": " + tree_method_name(method));
    candidates.push_back(candidate_of(KindTrainer(kind, options, method), method));
  }
  const auto best = std::min_element(candidates.begin(), candidates.end(),
                                     [](const Candidate& a, const Candidate& b) {
                                       return a.validation_error < b.validation_error;
                                     });
  const auto not_test = [](const Sample& s) { return s.stage != KernelStage::kTest; };
  std::optional<Fit> kept;
  for (const Candidate& c : candidates) {
    const KindTrainer trainer(kind, options, c.method);
    Fit fit = trainer.fit(not_test, {}, &c.fit);
    figures.push_back({kind.name, tree_method_name(c.method), &c == &*best,
                       trainer.figures(fit, c.own_weight, KernelStage::kTest)});
    if (&c == &*best) kept = std::move(fit);
  }
  if (options.on_all) {
    say(options.progress, kind.name + ": all rows");
    kept = KindTrainer(kind, options, best->method)
               .fit([](const Sample&) { return true; }, {}, &best->fit);
  }
  return predictor_from(kind, *best, std::move(*kept), options.devices);
}

nlohmann::json figures_json(const std::vector<KernelFigures>& figures) {
  nlohmann::json list = nlohmann::json::array();
  const auto rounded = [](double x) { return std::isfinite(x) ? std::round(x * 100) / 100 : 0; };
  for (const KernelFigures& f : figures) {
    std::vector<KernelAccuracy> rows = f.platforms;
    for (const KernelAccuracy& mean : means_by_predictor(f.platforms)) rows.push_back(mean);
    for (const KernelAccuracy& a : rows) {
      list.push_back({{"predictor", f.predictor},
                      {"method", f.method},
                      {"chosen", f.chosen},
                      {"platform", a.platform},
                      {"rows", a.accuracy.count},
                      {"mean_error", rounded(a.accuracy.mape)},
                      {"rmspe", rounded(a.rmspe)},
                      {"within_5", rounded(a.accuracy.within_5)},
                      {"within_10", rounded(a.accuracy.within_10)}});
    }
  }
  return list;
}

}  // namespace

KernelStage kernel_stage(const KernelConfig& config, const Catalogue& catalogue, uint64_t seed,
                         double validation, double test) {
  switch (stage_of(to_text(catalogue.at(config.kernel), config), seed, {validation, test})) {
    case Stage::kTrain:
      return KernelStage::kTrain;
    case Stage::kValidation:
      return KernelStage::kValidation;
    case Stage::kTest:
      break;
  }
  return KernelStage::kTest;
}

TrainedKernelPredictor train_kernel_predictor(const KernelTable& table, const Catalogue& catalogue,
                                              const KernelTrainingOptions& options) {
  if (table.rows.empty()) throw Error("no measured kernels to train on");
  const std::vector<MeasuredKernel> rows = mean_of_duplicates(table.rows);
  TrainedKernelPredictor result;
  std::vector<KernelPredictor> predictors;
  for (const Kind& kind : kinds_of(rows, catalogue, options)) {
    const bool splits =
        kind.samples.size() >= kFewestRowsToSplit && kind.count(KernelStage::kTrain) > 0 &&
        kind.count(KernelStage::kValidation) > 0 && kind.count(KernelStage::kTest) > 0;
    predictors.push_back(splits ? train_kind(kind, options, result.figures)
                                : train_unsplit(kind, options));
  }
  result.file.model = KernelLatencyModel(std::move(predictors), options.devices);
  result.file.training = nlohmann::json{
      {"data_digest", digest_of(rows, catalogue)},
      {"rows", rows.size()},
      {"seed", options.seed},
      {"split",
       {{"by", "configuration"}, {"validation", options.validation}, {"test", options.test}}},
      {"trained_on",
       options.on_all ? "all rows, once the figures were taken" : "training and validation rows"},
      {"includes_test_rows", options.on_all},
      {"figures",
       figures_json(
           result.figures)}}.dump();
  return result;
}

}  // namespace tacho

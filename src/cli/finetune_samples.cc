#include "cli/finetune_samples.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "cli/measured_labels.h"
#include "cli/models.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "common/stable_hash.h"
#include "common/text.h"
#include "dataset/platforms.h"
#include "dataset/split.h"
#include "gnn/serve/device_totals.h"
#include "graph_ir/references/reference.h"

namespace tacho {
namespace {

constexpr double kMostApart = 0.2;  ///< relative, between measurements of the same
constexpr size_t kMaxListed = 10;   ///< graphs that are not there
// What a network can take; the fit is in squares of it and the checkpoint in float.
constexpr double kLeastMs = 1e-6, kMostMs = 30 * 24 * 3600e3;
constexpr const char* kForTesting = "test";  ///< the stage that is not adapted to unless asked for

std::string where(const SampleOptions& o, const Label& label) {
  return o.labels + ":" + std::to_string(label.line);
}

bool is_of_stage(const Label& label, const SampleOptions& o) {
  return o.stage.empty() ? label.stage.str() != kForTesting : label.stage.str() == o.stage;
}

void check_latency(const SampleOptions& o, const Label& label) {
  if (label.latency_ms >= kLeastMs && label.latency_ms <= kMostMs) return;
  throw Error(where(o, label) + ": a latency of " + significant(label.latency_ms, 4) +
              " ms is not between 1 nanosecond and 30 days");
}

std::vector<Label> labels_of_platform(const LabelFile& file, const SampleOptions& o) {
  if (!o.stage.empty() && !file.has_stages) {
    throw Error(o.labels + ": has no stages; leave out --stage", Fault::kUsage);
  }
  const std::string platform = platform_of_id(o.platform);
  std::set<std::string> others;
  std::vector<Label> labels;
  size_t of_other_stages = 0;
  for (const Label& label : file.labels) {
    if (label.platform != platform) {
      others.insert(label.platform);
    } else if (is_of_stage(label, o)) {
      check_latency(o, label);
      labels.push_back(label);
    } else {
      ++of_other_stages;
    }
  }
  size_t without_graph = 0;
  for (const Label& label : file.without_graph) without_graph += label.platform == platform;
  if (without_graph > 0) {
    print_notice(o.labels + ": " + std::to_string(without_graph) +
                 " rows without a graph left out");
  }
  if (!labels.empty()) {
    if (o.stage.empty() && of_other_stages > 0) {
      print_notice(o.labels + ": " + std::to_string(of_other_stages) +
                   (of_other_stages == 1 ? " row" : " rows") + " of stage 'test' left out");
    }
    return labels;
  }
  if (o.stage.empty() && of_other_stages > 0) {
    throw Error(o.labels + ": all rows for platform '" + platform +
                    "' are of stage 'test'; --stage test adapts to them",
                Fault::kUsage);
  }
  if (of_other_stages > 0) {
    throw Error(o.labels + ": no row of stage '" + o.stage + "' for platform '" + platform + "'",
                Fault::kUsage);
  }
  throw Error(o.labels + ": no row for platform '" + platform + "'" +
                  name_hint(platform, {others.begin(), others.end()}),
              Fault::kUsage);
}

/// Rows of the same graph and batch become one, with their median.
std::vector<Label> settled(const std::vector<Label>& labels, const SampleOptions& o) {
  std::map<std::pair<std::string, int64_t>, std::vector<const Label*>> groups;
  for (const Label& label : labels) groups[{label.graph, label.batch}].push_back(&label);
  std::vector<Label> result;
  size_t repeated = 0;
  double most_apart = 0;
  for (auto& [what, rows] : groups) {
    std::sort(rows.begin(), rows.end(),
              [](const Label* a, const Label* b) { return a->latency_ms < b->latency_ms; });
    const Label &low = *rows.front(), &high = *rows.back();
    const double apart = high.latency_ms / low.latency_ms - 1;
    if (apart >= kMostApart) {
      throw Error(where(o, high) + ": " + significant(high.latency_ms, 4) + " ms contradicts " +
                  significant(low.latency_ms, 4) + " ms in line " + std::to_string(low.line) +
                  " by " + significant(100 * apart, 3) + " %, for the same graph '" + what.first +
                  "' at batch " + std::to_string(what.second) +
                  "; measure it again, or remove one of them");
    }
    const size_t half = rows.size() / 2;
    Label label = *rows[half];
    if (rows.size() % 2 == 0)
      label.latency_ms = (label.latency_ms + rows[half - 1]->latency_ms) / 2;
    repeated += rows.size() - 1;
    most_apart = std::max(most_apart, apart);
    result.push_back(std::move(label));
  }
  if (repeated > 0) {
    print_notice(o.labels + ": " + std::to_string(repeated) +
                 " rows repeat a graph and batch, up to " + significant(100 * most_apart, 3) +
                 " % apart; their median is taken");
  }
  return result;
}

uint64_t rank_of(const Label& label, uint64_t seed) {
  Fnv1a hash;
  hash.add_text(label.graph.str());
  hash.add_integer(static_cast<uint64_t>(label.batch));
  return splitmix64(hash.value() ^ splitmix64(seed));
}

std::string place_of(const Label& label, const SampleOptions& o) {
  const std::string beside = std::filesystem::path(o.labels).parent_path().string();
  return locate_graph(label.graph, o.graphs, beside);
}

/// Without totals if the readout has none.
FewShotSample sample_of(const GnnPredictor& predictor, const Label& label, const SampleOptions& o) {
  BindOptions bind;
  bind.batch = label.batch;
  const LoweredModel model = lower_file(place_of(label, o), bind);
  if (predictor.model().info().config.readout != Readout::kSum) return {{}, label.latency_ms};
  const GraphFeatures features = featurize(model.graph, model.kernels, predictor.source());
  return {device_totals(predictor.model(), features), label.latency_ms};
}

}  // namespace

std::vector<Label> labels_to_adapt_to(const SampleOptions& o) {
  std::vector<Label> labels = settled(labels_of_platform(read_measured_labels(o.labels), o), o);
  if (o.samples == 0) return labels;
  if (labels.size() < o.samples) {
    throw Error(o.labels + ": --samples asks for " + std::to_string(o.samples) + " of platform '" +
                o.platform + "', there are " + std::to_string(labels.size()));
  }
  std::sort(labels.begin(), labels.end(), [&](const Label& a, const Label& b) {
    return std::make_tuple(rank_of(a, o.seed), a.graph.str(), a.batch) <
           std::make_tuple(rank_of(b, o.seed), b.graph.str(), b.batch);
  });
  labels.resize(o.samples);
  return labels;
}

AdaptationSamples adaptation_samples(const GnnPredictor& predictor, std::vector<Label> labels,
                                     const SampleOptions& o) {
  AdaptationSamples result;
  std::vector<std::string> problems;
  Progress progress("reading graphs", labels.size());
  for (Label& label : labels) {
    try {
      result.samples.push_back(sample_of(predictor, label, o));
      result.labels.push_back(std::move(label));
    } catch (const Error& e) {
      problems.push_back(where(o, label) + ": " + e.what());
    }
    progress.update(result.labels.size() + problems.size());
  }
  progress.clear();
  if (problems.empty()) return result;
  std::string text = std::to_string(problems.size()) + " of " + std::to_string(labels.size()) +
                     " graphs cannot be used: ";
  const size_t listed = std::min(problems.size(), kMaxListed);
  text += join({problems.begin(), problems.begin() + static_cast<long>(listed)}, "; ");
  if (listed < problems.size())
    text += "; and " + std::to_string(problems.size() - listed) + " more";
  if (!o.skip_missing) throw Error(text + "; --skip-missing goes on with the rest");
  if (result.samples.empty()) throw Error(text);
  print_notice(text);
  return result;
}

AdaptationSamples with_live(AdaptationSamples s, const SampleOptions& o) {
  AdaptationSamples live;
  for (size_t i = 0; i < s.samples.size(); ++i) {
    if (!has_live(s.samples[i])) continue;
    live.labels.push_back(s.labels[i]);
    live.samples.push_back(s.samples[i]);
  }
  const size_t folded = s.samples.size() - live.samples.size();
  if (folded == 0 || live.samples.empty()) return s;
  print_notice(o.labels + ": " + std::to_string(folded) +
               (folded == 1 ? " graph whose output does" : " graphs whose outputs do") +
               " not depend on the input left out");
  return live;
}

Folds folds_of(const std::vector<Label>& labels, size_t folds) {
  std::map<std::string, size_t> models;  // by their order of appearance
  for (const Label& label : labels) models.try_emplace(model_of(label.model.str()), models.size());
  Folds result;
  result.by_model = models.size() > 1;
  result.count = std::min(folds, result.by_model ? models.size() : labels.size());
  for (size_t i = 0; i < labels.size(); ++i) {
    const size_t place = result.by_model ? models.at(model_of(labels[i].model.str())) : i;
    result.of.push_back(place % result.count);
  }
  return result;
}

std::vector<Label> labels_in_place(std::vector<Label> labels, const SampleOptions& o) {
  for (Label& label : labels) {
    const std::string place = place_of(label, o);
    if (!is_graph_reference(place)) label.graph = std::filesystem::absolute(place).string();
  }
  return labels;
}

}  // namespace tacho

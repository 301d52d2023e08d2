#include "cli/finetune_choice.h"

#include "cli/output.h"
#include "cli/row_predictor.h"
#include "common/metrics.h"
#include "common/work_folder.h"
#include "gnn/serve/device_totals.h"

namespace tacho {
namespace {

constexpr size_t kFolds = 3;
constexpr size_t kMostCompared = 1000;

AdaptationSamples spread_over(const AdaptationSamples& all, size_t most) {
  const size_t n = all.samples.size();
  if (n <= most) return all;
  AdaptationSamples some;
  for (size_t i = 0; i < most; ++i) {
    some.labels.push_back(all.labels[i * n / most]);
    some.samples.push_back(all.samples[i * n / most]);
  }
  return some;
}

/// What training on the other folds makes of this one, in the order of its samples.
std::vector<double> trained_on_others(const GnnPredictor& predictor,
                                      const std::vector<Label>& labels, const Folds& folds,
                                      size_t fold, FullOptions full) {
  std::vector<Label> others;
  std::vector<RowQuery> own;
  for (size_t i = 0; i < labels.size(); ++i) {
    const Label& label = labels[i];
    if (folds.of[i] == fold) {
      own.push_back({label.graph, label.batch, label.platform});
    } else {
      others.push_back(label);
    }
  }
  const WorkFolder work("tacho-finetune");
  full.output = work.file("fold.safetensors");
  if (train_on(std::move(others), predictor.model().info().config, full) != 0) {
    throw Error("tacho finetune: training on a part of the samples failed");
  }
  const GnnPredictor tuned(full.output);
  RowPredictor rows(tuned, {}, own);
  std::vector<double> predicted;
  for (size_t row = 0; row < own.size(); ++row) predicted.push_back(rows.answer(row).latency_ms);
  return predicted;
}

}  // namespace

WaysCompared compare_ways(const GnnPredictor& predictor, const AdaptationSamples& samples,
                          const SampleOptions& options, const FullOptions& full) {
  const AdaptationSamples some = spread_over(samples, kMostCompared);
  const Folds folds = folds_of(some.labels, kFolds);
  const std::vector<double> ratios =
      left_out_ratios(some.samples, known_devices(predictor.model()), folds.of);
  const std::vector<Label> labels = labels_in_place(some.labels, options);
  std::vector<double> measured(labels.size()), few_shot(labels.size()), trained(labels.size());
  for (size_t i = 0; i < labels.size(); ++i) {
    measured[i] = labels[i].latency_ms;
    few_shot[i] = ratios[i] * measured[i];
  }
  for (size_t fold = 0; fold < folds.count; ++fold) {
    print_notice("trying both ways on models left out, " + std::to_string(fold + 1) + " of " +
                 std::to_string(folds.count));
    const std::vector<double> predicted = trained_on_others(predictor, labels, folds, fold, full);
    size_t next = 0;
    for (size_t i = 0; i < labels.size(); ++i) {
      if (folds.of[i] == fold) trained[i] = predicted[next++];
    }
  }
  return {folds.count, labels.size(), accuracy_of(few_shot, measured).mape,
          accuracy_of(trained, measured).mape};
}

}  // namespace tacho

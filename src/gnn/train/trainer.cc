#include "gnn/train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <ostream>
#include <thread>

#include "common/error.h"
#include "gnn/train/batch.h"
#include "gnn/train/run_state.h"
#include "gnn/train/torch_model.h"

namespace tacho {
namespace {

using Clock = std::chrono::steady_clock;
using torch::Tensor;

constexpr int kValidationBatchKernels = 8192;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void use_threads(int threads) {
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  at::set_num_threads(threads > 0 ? threads : cores);
}

/// One run: everything that an epoch needs.
class Trainer {
 public:
  Trainer(const TrainConfig& config, const TrainingSet& set, const TrainOptions& options,
          std::ostream& log)
      : config_(config),
        set_(set),
        options_(options),
        log_(log),
        info_(checkpoint_info(config, set)),
        model_(info_, set, config.seed),
        optimizer_(
            model_.parameters(config.theta_learning_rate / std::max(1e-12, config.learning_rate)),
            {config.weight_decay, config.clip_norm, config.ema}),
        key_(config_fingerprint(config) + " " + options.data_digest),
        state_path_(config.output + ".state"),
        samples_(labelled_samples(set, Stage::kTrain)),
        weights_(label_weights(set, config.platform_power)) {
    for (const LabelledSample& sample : samples_) {
      total_kernels_ += set.data.samples[static_cast<size_t>(sample.sample)].features.num_kernels;
      for (int32_t label : sample.labels) total_weight_ += weights_[static_cast<size_t>(label)];
    }
    const std::vector<LabelledSample> validation = labelled_samples(set, Stage::kValidation);
    for (size_t next = 0; next < validation.size();) {
      validation_.push_back(std::make_unique<TorchBatch>(
          pack_batch(set, validation, weights_, kValidationBatchKernels, &next)));
    }
    state_.best = model_.values();
    state_.best_error = std::numeric_limits<double>::infinity();
  }

  TrainResult run() {
    resume();
    started_ = Clock::now();
    first_epoch_ = state_.epochs_done;
    while (state_.epochs_done < config_.epochs && !out_of_patience()) {
      if (options_.stop_after > 0 && state_.epochs_done >= options_.stop_after) return result();
      run_epoch();
    }
    if (validation_.empty()) write(state_.best);
    std::remove(state_path_.c_str());
    return result();
  }

 private:
  void resume() {
    if (options_.resume == Resume::kNever) return;
    std::string reason;
    auto loaded = load_run_state(state_path_, key_, optimizer_.parameters(), &reason);
    if (!loaded) {
      if (options_.resume == Resume::kRequired)
        throw Error("cannot resume: " + reason, Fault::kUsage);
      return;
    }
    state_ = std::move(*loaded);
    model_.set_values(state_.weights);
    optimizer_.set_state(std::move(state_.optimizer));
    log_ << "resuming after epoch " << state_.epochs_done << " (" << state_path_ << ")\n";
  }

  bool out_of_patience() const {
    return !validation_.empty() && config_.patience > 0 &&
           state_.epochs_done - state_.best_epoch >= config_.patience;
  }

  void run_epoch() {
    const Clock::time_point start = Clock::now();
    const int epoch = state_.epochs_done;
    torch::manual_seed(config_.seed * 1000003 + static_cast<uint64_t>(epoch) + 1);  // dropout
    const std::vector<LabelledSample> order =
        shuffled(samples_, config_.seed * 7919 + static_cast<uint64_t>(epoch));
    double loss = 0;
    double kernels = 0;
    for (size_t next = 0; next < order.size();) {
      const TorchBatch batch(pack_batch(set_, order, weights_, config_.batch_kernels, &next));
      kernels += static_cast<double>(batch.batch.num_kernels);
      const double progress = (epoch + kernels / total_kernels_) / config_.epochs;
      loss += train_on(batch, kernels, progress);
    }
    state_.losses.push_back(loss / total_weight_);
    state_.epochs_done = epoch + 1;
    const double error = validate();
    save();
    print_epoch(error, static_cast<double>(order.size()) / seconds_since(start));
  }

  /// One step; returns the weighted sum of the batch's losses.
  double train_on(const TorchBatch& batch, double, double progress) {
    const Tensor predicted =
        model_.log_latency(batch, config_.dropout).reshape({-1}).index_select(0, batch.label_cell);
    const Tensor losses =
        torch::smooth_l1_loss(predicted, batch.log_latency, at::Reduction::None, config_.loss_beta);
    const Tensor sum = (losses * batch.label_weight).sum();
    const double value = sum.item<double>();
    if (!std::isfinite(value)) {
      throw Error("training diverged: the loss is not a number any more; lower learning_rate",
                  Fault::kUsage);
    }
    // Divided by the mean weight of a batch, not this batch's own: every label counts the same.
    const double batches = std::max(1.0, total_kernels_ / config_.batch_kernels);
    model_.clear_gradients();
    (sum * (batches / total_weight_)).backward();
    optimizer_.step(model_.gradients(),
                    config_.learning_rate * one_cycle(progress, config_.warmup));
    return value;
  }

  /// Mean over platforms of the averaged weights' MAPE on validation data, in percent; keeps the
  /// best.
  double validate() {
    const std::vector<std::vector<float>>& average = optimizer_.state().average;
    if (validation_.empty()) {
      state_.best = average;
      state_.best_epoch = state_.epochs_done;
      state_.best_error = 0;
      return 0;
    }
    const std::vector<std::vector<float>> current = model_.values();
    model_.set_values(average);
    const double error = validation_error();
    if (error < state_.best_error) {
      state_.best_error = error;
      state_.best_epoch = state_.epochs_done;
      state_.best = average;
      write(average);
    }
    model_.set_values(current);
    return error;
  }

  double validation_error() const {
    const torch::NoGradGuard no_gradients;
    const size_t platforms = set_.data.platforms.size();
    std::vector<double> errors(platforms, 0), counts(platforms, 0);
    for (const auto& batch : validation_) {
      const Tensor predicted =
          model_.log_latency(*batch).reshape({-1}).index_select(0, batch->label_cell);
      const float* values = predicted.data_ptr<float>();
      for (size_t i = 0; i < batch->batch.label.size(); ++i) {
        const size_t platform =
            static_cast<size_t>(batch->batch.label_cell[i] % static_cast<int64_t>(platforms));
        errors[platform] += std::abs(std::expm1(double{values[i]} - batch->batch.log_latency[i]));
        counts[platform] += 1;
      }
    }
    double sum = 0;
    double known = 0;
    for (size_t p = 0; p < platforms; ++p) {
      if (counts[p] == 0) continue;
      sum += errors[p] / counts[p];
      known += 1;
    }
    return 100 * sum / known;
  }

  /// Writes a checkpoint of these weights; the model keeps its own.
  void write(const std::vector<std::vector<float>>& weights) {
    const std::vector<std::vector<float>> current = model_.values();
    model_.set_values(weights);
    write_checkpoint(config_.output, info_, model_.checkpoint_tensors());
    model_.set_values(current);
  }

  void save() {
    state_.weights = model_.values();
    state_.optimizer = optimizer_.state();
    save_run_state(state_path_, key_, optimizer_.parameters(), state_);
  }

  void print_epoch(double error, double graphs_per_second) {
    const double per_epoch = seconds_since(started_) / (state_.epochs_done - first_epoch_);
    const double left = per_epoch * (config_.epochs - state_.epochs_done);
    char line[200];
    std::snprintf(line, sizeof(line), "epoch %3d/%d  loss %.5f", state_.epochs_done, config_.epochs,
                  state_.losses.back());
    log_ << line;
    if (!validation_.empty()) {
      std::snprintf(line, sizeof(line), "  val MAPE %6.2f %%  best %6.2f %% (epoch %d)", error,
                    state_.best_error, state_.best_epoch);
      log_ << line;
    }
    std::snprintf(line, sizeof(line), "  %.0f graphs/s  %.1f s  left %d:%02d", graphs_per_second,
                  per_epoch, static_cast<int>(left) / 60, static_cast<int>(left) % 60);
    log_ << line << std::endl;
  }

  TrainResult result() const {
    const bool found = std::isfinite(state_.best_error);
    return {state_.epochs_done, state_.best_epoch, found ? state_.best_error : 0, state_.losses};
  }

  const TrainConfig& config_;
  const TrainingSet& set_;
  const TrainOptions& options_;
  std::ostream& log_;
  CheckpointInfo info_;
  TorchModel model_;
  Optimizer optimizer_;
  std::string key_;
  std::string state_path_;
  std::vector<LabelledSample> samples_;
  std::vector<float> weights_;
  std::vector<std::unique_ptr<TorchBatch>> validation_;
  double total_kernels_ = 0;
  double total_weight_ = 0;
  RunState state_;
  Clock::time_point started_;
  int first_epoch_ = 0;
};

std::vector<std::string> names_of(const std::vector<FeatureInfo>& table) {
  std::vector<std::string> names;
  for (const FeatureInfo& info : table) names.emplace_back(info.name);
  return names;
}

}  // namespace

CheckpointInfo checkpoint_info(const TrainConfig& config, const TrainingSet& set) {
  CheckpointInfo info;
  info.config = config.model;
  info.platforms = set.data.platforms;
  info.bands.assign(info.platforms.size(), Band{});
  info.feature_version = set.data.feature_version;
  info.feature_names = names_of(feature_table());
  info.base_cost_names = names_of(base_cost_table());
  if (info.feature_names.size() != set.num_features() ||
      info.base_cost_names.size() != set.num_base_costs()) {
    throw Error(
        "the data sets' features are not those this program computes; import them again: "
        "tacho dataset import");
  }
  return info;
}

TrainResult train_model(const TrainConfig& config, const TrainingSet& set,
                        const TrainOptions& options, std::ostream& log) {
  use_threads(config.threads);
  torch::manual_seed(config.seed);
  return Trainer(config, set, options, log).run();
}

}  // namespace tacho

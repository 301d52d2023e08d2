#include "gnn/train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <memory>
#include <ostream>
#include <thread>

#include "common/error.h"
#include "common/mapped_file.h"
#include "common/stable_hash.h"
#include "gnn/train/batch.h"
#include "gnn/train/fine_tune.h"
#include "gnn/train/run_state.h"
#include "gnn/train/speed.h"
#include "gnn/train/torch_model.h"
#include "gnn/train/worker_pool.h"

namespace tacho {
namespace {

using Clock = std::chrono::steady_clock;
using torch::Tensor;

constexpr int kValidationBatchRows = 2048;
/// Each batch is worked on in so many parts whose gradients are added in order: up to so many
/// threads help, and the result is the same for any number of them. Each part's products run on one
/// thread, which wastes less than splitting every product does.
constexpr int kShards = 4;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

int thread_count(int asked) {
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return asked > 0 ? asked : cores;
}

TorchModel first_model(const TrainConfig& config, const CheckpointInfo& info,
                       const TrainingSet& set, std::ostream& log) {
  if (config.start_from.empty()) return TorchModel(info, set, config.seed, &log);
  const auto start = load_start(config, set.data.schema);
  return TorchModel(*start, info, platform_starts(start, set, log), config.freeze_body);
}

/// What decides the result: configuration, data, and the checkpoint to start from.
std::string run_key(const TrainConfig& config, const std::string& data_digest) {
  std::string key = config_fingerprint(config) + " " + data_digest;
  if (config.start_from.empty()) return key;
  const MappedFile file(config.start_from);
  Fnv1a hash;
  hash.add_bytes({reinterpret_cast<const char*>(file.bytes().data), file.bytes().size});
  return key + " from " + std::to_string(hash.value());
}

/// What one worker makes of its part of a batch.
struct Shard {
  double loss = 0;  ///< weighted sum over its labels
  std::vector<Tensor> gradients;
};

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
        model_(first_model(config, info_, set, log)),
        optimizer_(
            model_.parameters(config.theta_learning_rate / std::max(1e-12, config.learning_rate)),
            {config.weight_decay, config.clip_norm, config.ema}),
        key_(run_key(config, options.data_digest)),
        state_path_(config.output + ".state"),
        samples_(labelled_samples(set, Stage::kTrain)),
        weights_(label_weights(set, config.platform_power)),
        workers_(std::min(thread_count(config.threads), kShards), [] { at::set_num_threads(1); }) {
    for (const LabelledSample& sample : samples_) {
      const Quotient& classes = set.rows[static_cast<size_t>(sample.sample)].classes;
      total_rows_ += static_cast<double>(classes.num_classes());
      total_kernels_ += static_cast<double>(classes.class_of.size());
      for (int32_t label : sample.labels) total_weight_ += weights_[static_cast<size_t>(label)];
    }
    const std::vector<LabelledSample> validation = labelled_samples(set, Stage::kValidation);
    for (size_t first = 0, last = 0; first < validation.size(); first = last) {
      last = batch_end(set, validation, first, kValidationBatchRows);
      validation_.push_back(
          std::make_unique<TorchBatch>(pack_batch(set, validation, weights_, first, last)));
    }
    model_.set_feature_limits(set.scaling);  // a checkpoint's to start from may be narrower
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
    print_speed();
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
      if (std::rename(state_path_.c_str(), (state_path_ + ".old").c_str()) == 0) {
        log_ << "starting anew: " << reason << "; kept as " << state_path_ << ".old\n";
      }
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
    const uint64_t seed = config_.seed * 1000003 + static_cast<uint64_t>(epoch);
    const std::vector<LabelledSample> order = shuffled(samples_, seed);
    const int shard_rows = std::max(1, config_.batch_kernels / kShards);
    double loss = 0;
    size_t done = 0;
    while (done < order.size()) {
      std::vector<size_t> bounds{done};
      for (int i = 0; i < kShards && bounds.back() < order.size(); ++i) {
        bounds.push_back(batch_end(set_, order, bounds.back(), shard_rows));
      }
      done = bounds.back();
      const double share = static_cast<double>(done) / static_cast<double>(order.size());
      loss += train_on(order, bounds, seed, (epoch + share) / config_.epochs);
    }
    train_seconds_ += seconds_since(start);
    state_.losses.push_back(loss / total_weight_);
    state_.epochs_done = epoch + 1;
    const double error = validate();
    save();
    print_epoch(error, static_cast<double>(order.size()) / seconds_since(start));
  }

  /// One step on the samples between the bounds; returns the weighted sum of their losses.
  double train_on(const std::vector<LabelledSample>& order, const std::vector<size_t>& bounds,
                  uint64_t seed, double progress) {
    std::vector<Shard> shards(bounds.size() - 1);
    workers_.run(shards.size(), [&](size_t i) {
      const TorchBatch batch(pack_batch(set_, order, weights_, bounds[i], bounds[i + 1]));
      shards[i] = shard_gradients(batch, seed * 0x9e3779b97f4a7c15u + bounds[i]);
    });
    double loss = 0;
    for (const Shard& shard : shards) loss += shard.loss;
    if (!std::isfinite(loss)) {
      throw Error("training diverged: the loss is not a number any more; lower learning_rate",
                  Fault::kUsage);
    }
    std::vector<const float*> gradients;
    for (size_t i = 0; i < shards[0].gradients.size(); ++i) {
      for (size_t s = 1; s < shards.size(); ++s)
        shards[0].gradients[i].add_(shards[s].gradients[i]);
      gradients.push_back(shards[0].gradients[i].data_ptr<float>());
    }
    optimizer_.step(gradients, config_.learning_rate * one_cycle(progress, config_.warmup));
    return loss;
  }

  Shard shard_gradients(const TorchBatch& batch, uint64_t seed) const {
    const Tensor predicted =
        model_.log_latency(batch, config_.dropout, at::detail::createCPUGenerator(seed))
            .reshape({-1})
            .index_select(0, batch.label_cell);
    const Tensor losses =
        torch::smooth_l1_loss(predicted, batch.log_latency, at::Reduction::None, config_.loss_beta);
    const Tensor sum = (losses * batch.label_weight).sum();
    // Divided by the mean weight of a batch, not this batch's own: every label counts the same.
    const double batches = std::max(1.0, total_rows_ / config_.batch_kernels);
    Shard shard;
    shard.loss = sum.item<double>();
    for (Tensor& gradient :
         torch::autograd::grad({sum * (batches / total_weight_)}, model_.leaves())) {
      shard.gradients.push_back(gradient.contiguous());
    }
    return shard;
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

  double validation_error() {
    const size_t platforms = set_.data.platforms.size();
    std::vector<Tensor> predicted(validation_.size());
    workers_.run(validation_.size(), [&](size_t i) {
      const torch::NoGradGuard no_gradients;
      predicted[i] = model_.log_latency(*validation_[i])
                         .reshape({-1})
                         .index_select(0, validation_[i]->label_cell);
    });
    std::vector<double> errors(platforms, 0), counts(platforms, 0);
    for (size_t b = 0; b < validation_.size(); ++b) {
      const Batch& batch = validation_[b]->batch;
      const float* values = predicted[b].data_ptr<float>();
      for (size_t i = 0; i < batch.label.size(); ++i) {
        const size_t platform =
            static_cast<size_t>(batch.label_cell[i] % static_cast<int64_t>(platforms));
        errors[platform] += std::abs(std::expm1(double{values[i]} - batch.log_latency[i]));
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

  void print_speed() {
    const int epochs = state_.epochs_done - first_epoch_;
    if (epochs == 0 || train_seconds_ <= 0) return;
    const int threads = std::min(thread_count(config_.threads), kShards);
    const double rows_per_second = total_rows_ * epochs / train_seconds_;
    const double gflops =
        rows_per_second * training_flops_per_row(info_.config, set_.num_features()) * 1e-9;
    const double peak = measure_peak_gflops(&workers_, threads);
    char line[200];
    std::snprintf(line, sizeof(line),
                  "%.0f kernels/s as %.0f rows/s (equal kernels are one row); products at %.1f "
                  "GFLOP/s, %.0f %% of the %.0f that %d thread%s can do\n",
                  total_kernels_ * epochs / train_seconds_, rows_per_second, gflops,
                  100 * gflops / peak, peak, threads, threads == 1 ? "" : "s");
    log_ << line;
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
  WorkerPool workers_;
  std::vector<std::unique_ptr<TorchBatch>> validation_;
  double total_kernels_ = 0;  ///< of the training samples
  double total_rows_ = 0;     ///< the same, equal kernels counted once
  double train_seconds_ = 0;
  double total_weight_ = 0;
  RunState state_;
  Clock::time_point started_;
  int first_epoch_ = 0;
};

std::vector<BatchRange> measured_batches(const Dataset& data) {
  std::vector<BatchRange> ranges(data.platforms.size());
  for (const SampleLabel& label : data.labels) {
    BatchRange& range = ranges[static_cast<size_t>(label.platform)];
    const int64_t batch = data.samples[static_cast<size_t>(label.sample)].batch;
    range.low = range.high == 0 ? batch : std::min(range.low, batch);
    range.high = std::max(range.high, batch);
  }
  return ranges;
}

}  // namespace

CheckpointInfo checkpoint_info(const TrainConfig& config, const TrainingSet& set) {
  CheckpointInfo info;
  info.config = config.model;
  info.platforms = set.data.platforms;
  info.bands.assign(info.platforms.size(), Band{});
  info.measured = measured_batches(set.data);
  info.schema = set.data.schema;
  if (info.schema.features.size() != set.num_features() ||
      info.schema.base_costs.size() != set.num_base_costs()) {
    throw Error(
        "the data sets' features are not those this program computes; import them again: "
        "tacho dataset import");
  }
  return info;
}

TrainResult train_model(const TrainConfig& config, const TrainingSet& set,
                        const TrainOptions& options, std::ostream& log) {
  torch::manual_seed(config.seed);
  return Trainer(config, set, options, log).run();
}

}  // namespace tacho

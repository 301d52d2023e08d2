// AdamW with decoupled weight decay (Loshchilov & Hutter 2019), gradient clipping by the norm of
// all gradients, an exponential moving average of the weights, and the one-cycle learning rate
// (Smith 2018). Plain loops over plain memory: the same on every run, and its whole state can be
// saved.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tacho {

/// A weight tensor that somebody else owns.
struct Parameter {
  std::string name;
  float* values = nullptr;
  size_t size = 0;
  double rate_scale = 1;  ///< its learning rate is this times the schedule's
  bool decays = true;
};

struct OptimizerOptions {
  double weight_decay = 1e-2;
  double clip_norm = 1.0;
  double ema = 0.999;
};

/// Share of the highest learning rate at `progress` (0 to 1) of the run: from 4 % up to 1 within
/// `warmup`, then down to 0, both along a cosine.
double one_cycle(double progress, double warmup);

class Optimizer {
 public:
  /// The averages start at the parameters' values.
  Optimizer(std::vector<Parameter> parameters, const OptimizerOptions& options);

  /// `gradients[i]` has parameters()[i].size values. Returns the gradients' norm before clipping.
  double step(const std::vector<const float*>& gradients, double learning_rate);

  /// What a resumed run needs, besides the parameters' values.
  struct State {
    int64_t steps = 0;
    std::vector<std::vector<float>> first;  ///< moments, one vector per parameter
    std::vector<std::vector<float>> second;
    std::vector<std::vector<float>> average;  ///< the weights' moving average
  };
  const State& state() const { return state_; }
  void set_state(State state);
  const std::vector<Parameter>& parameters() const { return parameters_; }

 private:
  std::vector<Parameter> parameters_;
  OptimizerOptions options_;
  State state_;
};

}  // namespace tacho

#include "gnn/train/optimizer.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace tacho {
namespace {

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.999;
constexpr double kEpsilon = 1e-8;
constexpr double kStartShare = 0.04;
constexpr double kPi = 3.14159265358979323846;

double norm_of(const std::vector<Parameter>& parameters,
               const std::vector<const float*>& gradients) {
  double squares = 0;
  for (size_t i = 0; i < parameters.size(); ++i) {
    for (size_t j = 0; j < parameters[i].size; ++j) {
      squares += static_cast<double>(gradients[i][j]) * gradients[i][j];
    }
  }
  return std::sqrt(squares);
}

}  // namespace

double one_cycle(double progress, double warmup) {
  progress = std::min(std::max(progress, 0.0), 1.0);
  if (progress < warmup) {
    return kStartShare + (1 - kStartShare) * 0.5 * (1 - std::cos(kPi * progress / warmup));
  }
  if (warmup >= 1) return 1;
  return 0.5 * (1 + std::cos(kPi * (progress - warmup) / (1 - warmup)));
}

Optimizer::Optimizer(std::vector<Parameter> parameters, const OptimizerOptions& options)
    : parameters_(std::move(parameters)), options_(options) {
  for (const Parameter& parameter : parameters_) {
    state_.first.emplace_back(parameter.size, 0.0f);
    state_.second.emplace_back(parameter.size, 0.0f);
    state_.average.emplace_back(parameter.values, parameter.values + parameter.size);
  }
}

double Optimizer::step(const std::vector<const float*>& gradients, double learning_rate) {
  assert(gradients.size() == parameters_.size());
  const double norm = norm_of(parameters_, gradients);
  const float clip = static_cast<float>(
      options_.clip_norm > 0 && norm > options_.clip_norm ? options_.clip_norm / norm : 1.0);
  const double t = static_cast<double>(++state_.steps);
  const float correction1 = static_cast<float>(1 / (1 - std::pow(kBeta1, t)));
  const float correction2 = static_cast<float>(1 / (1 - std::pow(kBeta2, t)));
  // A young average forgets faster, or it would remember the initial weights for long.
  const float keep = static_cast<float>(std::min(options_.ema, (1 + t) / (10 + t)));
  const float beta1 = static_cast<float>(kBeta1);
  const float beta2 = static_cast<float>(kBeta2);
  const float epsilon = static_cast<float>(kEpsilon);

  for (size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& parameter = parameters_[i];
    const float rate = static_cast<float>(learning_rate * parameter.rate_scale);
    const float shrink =
        parameter.decays ? 1 - rate * static_cast<float>(options_.weight_decay) : 1.0f;
    float* values = parameter.values;
    float* first = state_.first[i].data();
    float* second = state_.second[i].data();
    float* average = state_.average[i].data();
    const float* gradient = gradients[i];
    for (size_t j = 0; j < parameter.size; ++j) {
      const float g = gradient[j] * clip;
      first[j] = beta1 * first[j] + (1 - beta1) * g;
      second[j] = beta2 * second[j] + (1 - beta2) * g * g;
      values[j] = values[j] * shrink -
                  rate * first[j] * correction1 / (std::sqrt(second[j] * correction2) + epsilon);
      average[j] = keep * average[j] + (1 - keep) * values[j];
    }
  }
  return norm;
}

void Optimizer::set_state(State state) {
  assert(state.average.size() == parameters_.size());
  state_ = std::move(state);
}

}  // namespace tacho

// The linear latency model: LATENCY = a·ACTS + b·INP + c·FLOPs + d with a, b, c, d ≥ 0, per
// platform.
//
// All counts and latencies are per batch. FLOPs count a multiply-accumulate as two.
//
// The two-range form (Li et al., "A low-overhead predictor"): networks whose time is bound by the
// launching of kernels take longer than the law says. Below a breakpoint the law's value L is
// replaced by slope·L + offset. The two pieces meet at the breakpoint, so that a network never gets
// faster by growing over it; with 0 ≤ slope < 1 that is latency = max(L, slope·L + offset) and
// breakpoint = offset / (1 − slope).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/predictor.h"
#include "graph_ir/kernels.h"

namespace tacho {

/// ACTS counts output elements of convolutions and fully connected layers once and what all kernels
/// write (in elements of four bytes) at this weight on top. 0 is the plain definition; 0.25 was
/// chosen on timm's training models, see experiments/linear.
constexpr double kDefaultWriteWeight = 0.25;

struct LinearTerms {
  double acts = 0;    ///< ACTS, elements
  double inputs = 0;  ///< INP: elements of the network's inputs
  double flops = 0;   ///< all floating-point operations
};

LinearTerms linear_terms(const Cost& cost, double input_elements, double write_weight);

struct LinearLaw {
  double ms_per_act = 0;
  double ms_per_input = 0;
  double ms_per_flop = 0;
  double constant_ms = 0;

  double operator()(const LinearTerms& terms) const {
    return ms_per_act * terms.acts + ms_per_input * terms.inputs + ms_per_flop * terms.flops +
           constant_ms;
  }
  /// FLOPs per ACTS element above which a network's FLOPs cost more than its ACTS; infinite if
  /// FLOPs cost nothing.
  double ridge() const;
};

struct LowRange {
  double slope = 0;
  double offset_ms = 0;

  double breakpoint_ms() const { return offset_ms / (1 - slope); }
};

/// Mean share of each term in the law's value over the training rows; they add up to 1.
struct TermShares {
  double acts = 0, inputs = 0, flops = 0, constant = 0;

  /// "memory" if ACTS and INP carry most of the predicted time, "compute" if FLOPs do, "overhead"
  /// if the constant does.
  std::string bound() const;
};

struct LinearPlatform {
  std::string name;
  LinearLaw law;
  std::optional<LowRange> low;  ///< absent: the law alone
  /// 10 % and 90 % quantiles of measured / predicted over the training rows.
  double band_low = 1, band_high = 1;
  BatchRange batches;                ///< of the training rows
  size_t rows = 0;                   ///< of training
  size_t networks = 0;               ///< behind them, by model name
  double training_median_error = 0;  ///< percent
  TermShares shares;

  double latency_ms(const LinearTerms& terms) const;
  /// Whether the low range answers.
  bool in_low_range(const LinearTerms& terms) const;
};

struct LinearModel {
  double write_weight = kDefaultWriteWeight;
  std::string objective = "relative";  ///< what the fit minimised: "relative" or "absolute" error
  std::vector<LinearPlatform> platforms;

  /// Throws Error (usage) with the nearest name.
  const LinearPlatform& at(const std::string& platform) const;
  std::vector<std::string> names() const;
};

}  // namespace tacho

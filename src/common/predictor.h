// What all predictors look like from outside.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tacho {

struct LoweredModel;

/// The batch sizes that a platform was measured at; 0 to 0 if that is not recorded.
struct BatchRange {
  int64_t low = 0;
  int64_t high = 0;

  /// False only if `batch` is known to lie outside: a prediction there is an extrapolation.
  bool may_hold(int64_t batch) const { return high == 0 || (low <= batch && batch <= high); }
};

/// One platform's answer for one graph.
struct Prediction {
  std::string platform;
  double latency_ms = 0;
  /// The band that holds the truth so often as band_coverage says, from validation errors; NaN if
  /// it is not known.
  double lower_ms = 0;
  double upper_ms = 0;
  double band_coverage = 0.9;
  BatchRange measured;  ///< of the platform
  /// It rests on no measurement of that platform, or leaves out a part of the graph.
  bool incomplete = false;
  /// Each kernel's share of latency_ms, in the order of the kernels; they add up to it. Empty
  /// unless asked for.
  std::vector<double> kernel_ms;
  /// What a predictor with few terms adds latency_ms up from: ("flops", 1.2 ms), …; empty of
  /// others.
  std::vector<std::pair<std::string, double>> terms_ms;
  /// What the reader should know of this number, one line each.
  std::vector<std::string> notices;
};

/// Whether nothing like it was measured on the platform.
inline bool extrapolates(const Prediction& p, int64_t batch) {
  return p.incomplete || !p.measured.may_hold(batch);
}

struct PredictOptions {
  std::vector<std::string> platforms;  ///< empty: Predictor::platforms()
  bool per_kernel = false;
};

/// The places of `asked` in `known`, all of them if none is asked for. Throws Error (usage) naming
/// `source` for one that is not known.
std::vector<size_t> indices_of_platforms(const std::vector<std::string>& asked,
                                         const std::vector<std::string>& known,
                                         const std::string& source);

class Predictor {
 public:
  virtual ~Predictor() = default;
  /// Name and version of the model behind it.
  virtual std::string description() const = 0;
  /// Those it was trained for.
  virtual const std::vector<std::string>& platforms() const = 0;
  /// Further ones that it answers for if they are asked for by name, without having seen a
  /// measurement of them.
  virtual std::vector<std::string> unmeasured_platforms() const { return {}; }
  /// One answer per platform asked for, in that order. Throws Error for a platform that is not
  /// known.
  virtual std::vector<Prediction> predict(const LoweredModel& model,
                                          const PredictOptions& options) const = 0;
};

/// All that may be asked for: platforms() and then unmeasured_platforms().
std::vector<std::string> known_platforms(const Predictor& predictor);

}  // namespace tacho

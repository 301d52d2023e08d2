// Fitting the linear model to measured latencies.
#pragma once

#include <string>
#include <vector>

#include "kernel_builder/linear_model.h"

namespace tacho {

struct LinearSample {
  LinearTerms terms;
  double latency_ms = 0;  ///< > 0
};

enum class LinearObjective { kRelative, kAbsolute };

struct LinearFitOptions {
  LinearObjective objective = LinearObjective::kRelative;
  bool two_range = false;
};

/// Relative: minimises Σ log(1 + (r/s)²) over the relative errors r = predicted/measured − 1, with
/// s = 0.1, by reweighted non-negative least squares that begins at s = 1: networks that the law
/// cannot explain (grouped convolutions, say) do not bend it for the others, as they would with
/// squares. Absolute: plain non-negative least squares in milliseconds.
/// samples must not be empty.
LinearLaw fit_law(const std::vector<LinearSample>& samples, LinearObjective objective);

/// Law, low range if asked for, shares, band and training error; the caller fills in the name, the
/// batches and the number of networks. The low range is searched over starting breakpoints at
/// quantiles of the law's values; from each, law (on the networks above) and line (on those below)
/// are fitted in turn until the networks stay where they are. It is taken if it lowers the mean
/// robust error by more than 1 %, else absent.
/// Throws Error: no sample, a latency that is not positive, all samples of one size.
LinearPlatform fit_linear(const std::vector<LinearSample>& samples,
                          const LinearFitOptions& options);

}  // namespace tacho

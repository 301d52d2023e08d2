// Draws configurations to measure, as nn-Meter's builder does: first like those of real networks,
// then around those that were predicted badly.
#pragma once

#include <memory>
#include <optional>
#include <set>

#include "kernel_builder/prior.h"
#include "kernel_builder/random.h"

namespace tacho {

/// How far channels are scaled from the prior's: [1 / kChannelSpread, kChannelSpread].
constexpr double kChannelSpread = 1.8;
/// How far fine-grained sampling goes around a configuration's channels.
constexpr double kFineLow = 0.4, kFineHigh = 1.2;

/// What was drawn or measured before and is not to be drawn again.
using TakenConfigs = std::set<KernelConfig>;

class Sampler {
 public:
  virtual ~Sampler() = default;
  /// Up to `count` different configurations that are not taken, which then are; fewer if no more
  /// can be found.
  virtual std::vector<KernelConfig> initial(size_t count, Random& random, TakenConfigs& taken) = 0;
  /// The same around `center`: all values but the channels fixed (where a type has none: but its
  /// sizes), each of those from 0.4 to 1.2 of its own.
  virtual std::vector<KernelConfig> around(const KernelConfig& center, size_t count, Random& random,
                                           TakenConfigs& taken) = 0;
};

/// Listed parameters (hw, k, s) each on its own from the prior, moved to the nearest valid value;
/// channels and sizes together from one entry of the prior, then scaled at random each. Entries
/// weigh by the root of their count. What fits nowhere, and what computes more than twice as much
/// as the costliest entry of the prior, is drawn again. A user's kernel is drawn from its own lists
/// and ranges. `batch` sets the batch size; without it, it is the prior's, 1 for all but fc.
/// Without entries in the prior all sizes are log-uniform in 8 … 1024. `type` must live as long as
/// the sampler.
std::unique_ptr<Sampler> prior_sampler(const KernelType& type, const Prior& prior,
                                       std::optional<int64_t> batch = std::nullopt);

/// Draws from a table of configurations that can be measured: the initial ones at random; around a
/// center those in range of it (see above), or, if those are too few, the nearest in log space.
std::unique_ptr<Sampler> pool_sampler(const KernelType& type, std::vector<KernelConfig> pool);

}  // namespace tacho

// nn-Meter's adaptive sampling: sample, measure, train, look where predictions are bad, sample
// there, and again. Of what nn-Meter would sample there and of fresh draws from the prior, what the
// predictor doubts is measured, the more likely the more it doubts: a bad prediction says where to
// look once it has been paid for, doubt says so before.
//
// What is measured so is harder than the prior: figures of rounds, and of a predictor on such data,
// are not those of the prior, nor comparable from round to round.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kernel_builder/kernel_accuracy.h"
#include "kernel_builder/profile_kernels.h"
#include "kernel_builder/sampler.h"

namespace tacho {

/// A measured configuration and what a predictor that had not seen it says.
struct JudgedKernel {
  KernelConfig config;
  double measured_ms = 0;
  double predicted_ms = 0;

  double relative_error() const;
};

struct Judgement {
  std::vector<JudgedKernel> judged;
  /// How unsure the predictor is of a configuration's log2 latency, 0 or more; null: it cannot say,
  /// and what is sampled around bad predictions is measured as it comes.
  std::function<double(const KernelConfig&)> doubt;
};

/// Measurements that a learner needs to train on some and judge the others.
constexpr size_t kFewestToJudge = 20;

/// Trains on what was measured and judges part of it out of sample. Which part may differ from
/// iteration to iteration, so that every configuration is judged at some time.
using Learner =
    std::function<Judgement(const std::vector<WorkspaceEntry>& measured, int64_t iteration)>;

struct LoopOptions {
  KernelSettings settings;
  uint64_t seed = 0;
  /// At most so many configurations altogether; 0: no limit.
  size_t budget = 0;
  ProfileOptions profile;
  std::function<void(const std::string&)> notice;  ///< a line per step; may be empty
};

struct LoopRound {
  std::string mark;         ///< "prior", "finegrained1", …
  size_t sampled = 0;       ///< configurations of this mark
  size_t judged = 0;        ///< of all measured so far, out of sample, after this round
  size_t bad = 0;           ///< of those, with an error over the threshold
  KernelAccuracy accuracy;  ///< of those judged
};

/// Runs until `iterations` rounds are done, no prediction is bad, too few were measured to judge
/// any or nothing new can be sampled; the notice says which. All that it decides lies in the
/// workspace's files: a run that was killed goes on where it was, and one that is complete only
/// trains. Throws Error if nothing could be measured.
std::vector<LoopRound> build_adaptively(const Workspace& workspace, const KernelType& type,
                                        Backend& backend, Sampler& sampler, const Learner& learner,
                                        const LoopOptions& options);

}  // namespace tacho

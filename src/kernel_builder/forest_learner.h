// The adaptive loop's learner: the trees that tacho kernel train grows.
#pragma once

#include <string>

#include "kernel_builder/adaptive_loop.h"
#include "kernel_builder/kernel_training.h"

namespace tacho {

/// Trains (a few seconds' worth of boosted trees) on four fifths of what was measured and judges
/// the other fifth; another fifth in every iteration. With fewer than kFewestToJudge rows it judges
/// nothing. `catalogue` must live as long as the learner.
Learner forest_learner(const Catalogue& catalogue, const std::string& platform, uint64_t seed,
                       int threads);

/// All that the workspace has measured, of every kernel that the catalogue knows. What cannot be
/// used is appended to `problems`.
KernelTable workspace_table(const Workspace& workspace, const Catalogue& catalogue,
                            const std::string& platform, std::vector<std::string>& problems);

}  // namespace tacho

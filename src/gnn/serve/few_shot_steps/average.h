// The first step of a few-shot fit: one device at a time.
#pragma once

#include "gnn/serve/few_shot_steps/problem.h"

namespace tacho::few_shot {

/// What each device, alone or with what comes on top, makes of the samples, weighted by its
/// evidence. `runs_dead` as in KnownDevices.
FewShotFit fit_average(const Problem& problem, const VectorXd& runs_dead);

}  // namespace tacho::few_shot

// The second step of a few-shot fit: several devices at once.
#pragma once

#include "gnn/serve/few_shot_steps/problem.h"

namespace tacho::few_shot {

/// With the average as prior mean; the average itself if the evidence is for that.
FewShotFit combine(const Problem& problem, const FewShotFit& average);

}  // namespace tacho::few_shot

// Which graphs to measure on a new platform before it is fitted (few_shot.h). The maths is in
// docs/architecture.md.
#pragma once

#include <Eigen/Core>
#include <vector>

namespace tacho {

/// The `count` graphs (all, if there are fewer) whose measurements would leave the least variance
/// in what is predicted for all of these graphs on an unknown platform: a greedy I-optimal choice.
/// (A D-optimal one takes the oddest graphs; ten random ones were better.) `totals` are of each
/// graph, as in FewShotSample; `on_top` as in KnownDevices. Indices in the order of choice; every
/// prefix is the choice for fewer.
std::vector<size_t> most_informative(const std::vector<Eigen::MatrixXd>& totals,
                                     Eigen::Index on_top, size_t count);

}  // namespace tacho

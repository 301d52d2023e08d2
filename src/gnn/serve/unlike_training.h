// What sets a graph apart from all that a checkpoint was trained on.
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "gnn/serve/gnn_model.h"

namespace tacho {

/// In plain words, one line each: kernels of families that training never saw, members that
/// disagree more than on all but one in a hundred of the validation graphs. Empty for most graphs.
/// `spread`: spread_of() the graph.
std::vector<std::string> unlike_training(const GnnModel& model, const GraphFeatures& graph,
                                         const Eigen::VectorXd& spread);

/// FLOPs of the graph in GFLOP per item of the batch, which is dimension 0 of its first kernel's
/// output. 0 for a schema without the columns that say so.
double gflops_per_item(const GraphFeatures& graph, const FeatureSchema& schema);

}  // namespace tacho

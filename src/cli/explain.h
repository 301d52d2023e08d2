// predict --explain: where a network's time goes.
#pragma once

#include "common/predictor.h"
#include "common/table.h"
#include "graph_ir/lower.h"

namespace tacho {

/// The kernels of `model` by their share of the prediction (which must have been made per kernel),
/// slowest first: rank, kernel, node, output, flops, bytes, latency_ms, share_percent. At most
/// `top` of them, and then one row that sums up the others; 0: all.
Table explain_table(const LoweredModel& model, const Prediction& prediction, size_t top);

}  // namespace tacho

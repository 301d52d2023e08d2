// Where a network's time goes on a platform, block by block, after the linear model.
#pragma once

#include <string>
#include <vector>

#include "graph_ir/lower.h"
#include "kernel_builder/graph_blocks.h"
#include "kernel_builder/linear_predictor.h"

namespace tacho {

struct BlockCost {
  GraphBlock block;
  std::string kernels;   ///< the kernel types, "conv-bn-relu ×2, conv-bn, add-relu"
  double ms = 0;         ///< as LinearPredictor::kernel_ms; the blocks add up to the prediction
  double acts_ms = 0;    ///< what the block's ACTS cost by the law
  double flops_ms = 0;   ///< what its FLOPs cost by the law
  double intensity = 0;  ///< FLOPs per ACTS element, to be held against LinearLaw::ridge();
                         ///< infinite without ACTS
  std::string bound;     ///< "memory" or "compute", after the larger of the two; "overhead" if both
                         ///< are nothing
};

std::vector<BlockCost> block_costs(const LinearPredictor& predictor, const std::string& platform,
                                   const LoweredModel& model);

}  // namespace tacho

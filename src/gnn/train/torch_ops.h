// The two graph operations of the GNN as autograd functions over neighbour lists, in plain loops.
// LibTorch's index_add does the same, but on a CPU one element at a time.
#pragma once

#include "gnn/train/torch_headers.h"

namespace tacho {

/// Neighbour lists as int32 tensors: row i's are index[begin[i] .. begin[i + 1]).
struct TorchNeighbours {
  torch::Tensor predecessor_begin, predecessor_index;
  torch::Tensor successor_begin, successor_index;
};

/// n × d → n × 3d: each row itself, the mean of its predecessors, the mean of its successors (0
/// where there are none).
torch::Tensor neighbourhood(const torch::Tensor& x, const TorchNeighbours& neighbours);

/// n × m, costs n × b without gradient (or undefined: ones), begin S + 1 → S × m:
/// out[s, j] = Σ over rows k of segment s of x[k, j] · costs[k, j mod b].
torch::Tensor weighted_segment_sum(const torch::Tensor& x, const torch::Tensor& costs,
                                   const torch::Tensor& begin);

}  // namespace tacho

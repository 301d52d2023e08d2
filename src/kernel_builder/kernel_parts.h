// What else computes as much as a kernel: the decompositions that stand in where its own kind was
// not measured.
//
//   gconv, dwconv   the dense conv of one group's input channels and all output channels: the same
//                   multiply-accumulates, the same output
//   convtranspose   the conv that it is the backward pass of, from the output's extent to the
//                   input's: the same multiply-accumulates, and how runtimes run it
//   attention       product of queries and keys, softmax of its rows, product with the values
//   se              global pooling, two fully connected layers, scaling
//   addrelu         add
//   all other kernels with multiply-accumulates: the product of their Workload
#pragma once

#include <vector>

#include "graph_ir/workload.h"
#include "kernel_builder/catalogue.h"

namespace tacho {

struct KernelPart {
  KernelConfig config;  ///< of a built-in type
  double count = 1;     ///< so often, one after the other
};

/// Empty if nothing else does the same: poolings, most of what works element by element. `type`
/// must be a built-in one and `config` one of it.
std::vector<KernelPart> parts_of(const KernelType& type, const KernelConfig& config);

/// For kernels that no type describes (grouped transposed convolutions, recurrent layers, whose
/// steps follow each other, convolutions of rank 3 and 5); empty without multiply-accumulates.
std::vector<KernelPart> parts_of(const Workload& work, WorkKind kind);

}  // namespace tacho

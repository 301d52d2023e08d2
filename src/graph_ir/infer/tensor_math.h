// Index arithmetic on small tensors whose elements are known, and broadcasting.
#pragma once

#include <vector>

#include "graph_ir/infer/context.h"

namespace tacho {

/// Dims of one operand, now and in the graph as declared (equal without a batch override).
struct OperandDims {
  Dims now;
  Dims declared;
  /// The override changed none of its dims: it may be a constant of the declared batch.
  bool unscaled = true;
};

OperandDims operand(const InferContext& c, size_t input);

/// NumPy's rule for one dimension of two operands. A dimension that follows the batch wins over one
/// that was the same before the override and did not: that one is a constant of the declared batch.
/// Fails if the two do not go together.
struct OperandDim {
  int64_t now = 1;
  int64_t declared = 1;
  bool unscaled = true;  ///< as in OperandDims: of all operands so far
};
OperandDim broadcast_dim(const InferContext& c, OperandDim a, OperandDim b);

/// NumPy's rule, right-aligned, for any number of operands.
Dims broadcast(const InferContext& c, const std::vector<OperandDims>& operands);

/// Whether a tensor of these dims may have its elements known.
bool is_small(const Dims& dims);

/// Whether NumPy's rule stretches `from` to `to`. Under a batch override an operand of the declared
/// batch may have been taken as repeated instead: its elements then say nothing about the result.
bool stretches(const Dims& from, const Dims& to);

/// For each element of a tensor of dims `to`, the element of one of dims `from` that broadcasting
/// puts there. `to` must be small and what `from` broadcasts to.
std::vector<int64_t> broadcast_index(const Dims& from, const Dims& to);

/// For each element of `to` (small): offset + Σ coordinate·stride. One stride per dimension of
/// `to`.
std::vector<int64_t> strided_index(const Dims& to, int64_t offset,
                                   const std::vector<int64_t>& strides);

/// Row-major strides, in elements.
std::vector<int64_t> strides_of(const Dims& dims);

/// The elements at `index`, which must all exist.
Literal pick(const Literal& from, const std::vector<int64_t>& index);

}  // namespace tacho

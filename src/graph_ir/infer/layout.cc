// Operators that move, repeat or interleave elements: Transpose, Expand, Tile, DepthToSpace,
// SpaceToDepth.
#include <algorithm>

#include "graph_ir/infer/arithmetic.h"
#include "graph_ir/infer/batch.h"
#include "graph_ir/infer/rules.h"
#include "graph_ir/infer/tensor_math.h"

namespace tacho {
namespace {

void set_picked(InferContext& c, const std::vector<int64_t>& index) {
  c.set_output_literal(0, pick(*c.literal(0), index));
}

int64_t block_size(const InferContext& c) {
  const int64_t block = c.node().int_attribute("blocksize", 0);
  if (block < 1 || block > (1 << 20)) c.fail("attribute blocksize is " + std::to_string(block));
  if (c.rank(0) != 4) c.fail("the input must have rank 4");
  return block;
}

}  // namespace

void infer_transpose(InferContext& c) {
  const Dims& in = c.dims(0);
  std::vector<int64_t> perm = c.node().ints_attribute("perm");
  if (perm.empty()) {
    for (int64_t d = c.rank(0); d-- > 0;) perm.push_back(d);
  }
  if (perm.size() != in.size()) c.fail("perm has another rank than the input");
  perm = c.normal_axes(perm, c.rank(0));
  const std::vector<int64_t> own = strides_of(in);
  Dims out;
  std::vector<int64_t> strides;
  for (const int64_t axis : perm) {
    out.push_back(in[axis]);
    strides.push_back(own[axis]);
  }
  c.set_output(0, out, c.dtype(0));
  if (c.literal(0) != nullptr && is_small(out)) set_picked(c, strided_index(out, 0, strides));
}

void infer_expand(InferContext& c) {
  const std::vector<int64_t>& target = c.required_ints(1, "the target shape");
  if (target.size() > kMaxRank) c.fail("a target of rank " + std::to_string(target.size()));
  Dims out;
  if (constant_missed_batch(c, 0, 1) && c.declared_output(0)->dims) {
    out = follow_dims(c.declared_input_dims(0), c.dims(0), *c.declared_output(0)->dims);
    if (!stretches(c.dims(0), out)) c.fail("the batch does not fit through the constant target");
  } else {
    const Dims shape(target.begin(), target.end());
    if (!checked_elements(shape)) c.fail("impossible target " + dims_text(shape));
    out = broadcast(c, {operand(c, 0), {shape, shape}});
  }
  c.set_output(0, out, c.dtype(0));
  if (c.literal(0) != nullptr && is_small(out)) set_picked(c, broadcast_index(c.dims(0), out));
}

void infer_tile(InferContext& c) {
  const std::vector<int64_t>& repeats = c.required_ints(1, "repeats");
  const Dims& in = c.dims(0);
  if (repeats.size() != in.size()) c.fail("repeats must have one value per dimension");
  Dims out;
  for (size_t d = 0; d < in.size(); ++d) {
    if (repeats[d] < 0) c.fail("repeats contain " + std::to_string(repeats[d]));
    out.push_back(saturating_mul(in[d], repeats[d]));
  }
  c.set_output(0, out, c.dtype(0));
  if (c.literal(0) == nullptr || !is_small(out)) return;
  // Output coordinate modulo input dimension, per dimension.
  const std::vector<int64_t> own = strides_of(in), all = strides_of(out);
  std::vector<int64_t> index;
  const int64_t n = *checked_elements(out);
  for (int64_t k = 0; k < n; ++k) {
    int64_t from = 0;
    for (size_t d = 0; d < in.size(); ++d) from += k / all[d] % out[d] % in[d] * own[d];
    index.push_back(from);
  }
  set_picked(c, index);
}

void infer_depth_to_space(InferContext& c) {
  const int64_t block = block_size(c);
  const Dims& in = c.dims(0);
  if (in[1] % (block * block) != 0) c.fail("channels are not a multiple of blocksize squared");
  c.set_output(
      0,
      {in[0], in[1] / (block * block), saturating_mul(in[2], block), saturating_mul(in[3], block)},
      c.dtype(0));
}

void infer_space_to_depth(InferContext& c) {
  const int64_t block = block_size(c);
  const Dims& in = c.dims(0);
  if (in[2] % block != 0 || in[3] % block != 0) {
    c.fail("height and width are not multiples of blocksize");
  }
  c.set_output(0, {in[0], saturating_mul(in[1], block * block), in[2] / block, in[3] / block},
               c.dtype(0));
}

}  // namespace tacho

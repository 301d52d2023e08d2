#include "graph_ir/infer/batch.h"

#include <algorithm>

#include "graph_ir/infer/arithmetic.h"

namespace tacho {
namespace {

/// The output dimension that takes the factor of an input dimension (`matrix`: of a matrix) of
/// declared size `size` at prefix `before`.
std::optional<size_t> target_dim(const Dims& out, int64_t before, int64_t size,
                                 int64_t declared_batch, bool matrix) {
  std::optional<size_t> starting, containing, inside;
  int64_t prefix = 1;
  for (size_t j = 0; j < out.size(); ++j) {
    if (prefix == before) {
      if (out[j] == 1 || (out[j] == declared_batch && out[j] > 0 && size % out[j] == 0)) return j;
      if (!starting) starting = j;
    }
    if (matrix && starting && *starting + 1 == j && out[*starting] == size &&
        out[j] == declared_batch && size > declared_batch) {
      inside = j;
    }
    if (prefix < before && before < saturating_mul(prefix, out[j])) containing = j;
    prefix = saturating_mul(prefix, out[j]);
  }
  // Rows that stay, with a new dimension of the batch's declared size right behind them: the batch
  // had been merged into a matrix's rows from behind (sequence × batch), and is taken apart again.
  if (inside) return inside;
  // Rows × features: a batch that lies between the two counts as rows.
  if (starting && *starting > 0 && *starting + 1 == out.size() && before > 1) return *starting - 1;
  return starting ? starting : containing;
}

}  // namespace

bool constant_missed_batch(const InferContext& c, size_t data, size_t constant) {
  if (c.declared_input(data) == nullptr || !c.input_scaled(data)) return false;
  return constant == kAttribute || c.same_literal(constant);
}

std::optional<Dims> follow_batch(const Dims& declared_in, const Dims& in, const Dims& declared_out,
                                 int64_t declared_batch) {
  if (declared_in.size() != in.size()) return std::nullopt;
  std::optional<Dims> out = declared_out;
  int64_t before = 1;
  for (size_t i = 0; i < in.size(); ++i) {
    if (in[i] != declared_in[i]) {
      const std::optional<size_t> j =
          target_dim(declared_out, before, declared_in[i], declared_batch, in.size() == 2);
      if (!j || declared_in[i] < 1) return std::nullopt;
      const int64_t scaled = saturating_mul((*out)[*j], in[i]);
      if (scaled % declared_in[i] != 0) return std::nullopt;
      (*out)[*j] = scaled / declared_in[i];
    }
    before = saturating_mul(before, declared_in[i]);
  }
  return out;
}

Dims follow_batch(const InferContext& c) {
  const Value* before = c.declared_output(0);
  if (before == nullptr || !before->dims) c.fail("output 0 is missing");
  std::optional<Dims> out =
      follow_batch(c.declared_input_dims(0), c.dims(0), *before->dims, c.declared_batch());
  if (!out || checked_elements(*out) != checked_elements(c.dims(0))) {
    c.fail("the batch does not fit through the constant shape " + dims_text(*before->dims));
  }
  return *out;
}

Dims follow_dims(const Dims& declared_in, const Dims& in, const Dims& declared_out) {
  Dims out = declared_out;
  for (size_t i = 0; i < std::min(in.size(), out.size()); ++i) {  // from the right
    const size_t at_in = in.size() - 1 - i, at_out = out.size() - 1 - i;
    if (declared_in.size() == in.size() && declared_in[at_in] == out[at_out]) {
      out[at_out] = in[at_in];
    }
  }
  return out;
}

int64_t follow_size(int64_t size, int64_t declared, int64_t now) {
  if (now == declared || declared < 1) return size;
  const int64_t scaled = saturating_mul(size, now);
  return scaled % declared == 0 ? scaled / declared : size;
}

}  // namespace tacho

// Operators whose output's size depends on the elements: known elements, else what the file
// declares.
#include "common/error.h"
#include "graph_ir/infer/rules.h"
#include "graph_ir/infer/tensor_math.h"

namespace tacho {
namespace {

DType index_dtype(const InferContext& c, size_t output) {
  return c.node().op == Op::kUnique && output == 0 ? c.dtype(0) : DType::kInt64;
}

}  // namespace

void infer_data_dependent(InferContext& c) {
  for (size_t i = 0; i < c.num_outputs(); ++i) {
    if (!c.has_output(i)) continue;
    const std::optional<Dims> declared = c.declared_dims(i);
    if (!declared) {
      try {
        c.fail("the size of output " + std::to_string(i) +
               " depends on the data; declare it in the file's value_info");
      } catch (const Error& e) {
        throw Error(e.what(), Fault::kUnsupported);
      }
    }
    c.set_output(i, *declared, c.node().op == Op::kCompress ? c.dtype(0) : index_dtype(c, i));
  }
}

void infer_non_zero(InferContext& c) {
  const Literal* in = c.literal(0);
  if (in == nullptr) return infer_data_dependent(c);
  const std::vector<int64_t> strides = strides_of(c.dims(0));
  const bool real = is_float(c.dtype(0));
  std::vector<int64_t> found;
  for (size_t k = 0; k < in->size(); ++k) {
    if (real ? in->reals[k] != 0 : in->ints[k] != 0) found.push_back(static_cast<int64_t>(k));
  }
  Literal out;
  for (int64_t d = 0; d < c.rank(0); ++d) {
    for (const int64_t at : found) out.ints.push_back(at / strides[d] % c.dims(0)[d]);
  }
  c.set_output(0, {c.rank(0), static_cast<int64_t>(found.size())}, DType::kInt64);
  c.set_output_literal(0, std::move(out));
}

void infer_det(InferContext& c) {
  if (c.rank(0) < 2) c.fail("the input must have rank 2 or more");
  c.set_output(0, Dims(c.dims(0).begin(), c.dims(0).end() - 2), c.dtype(0));
}

}  // namespace tacho

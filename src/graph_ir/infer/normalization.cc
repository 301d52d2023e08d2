// Normalisations and what is normalised to a distribution.
#include "graph_ir/infer/rules.h"

namespace tacho {

// Inputs: X, scale, B, mean, var. In training mode there are also the running statistics.
void infer_batch_normalization(InferContext& c) {
  if (c.rank(0) < 2) c.fail("the input must have rank 2 or more");
  const int64_t channels = c.dims(0)[1];
  for (size_t i = 1; i < 5; ++i) {
    if (c.elements(i) != channels) {
      c.fail("input " + std::to_string(i) + " must have one value for each of the " +
             std::to_string(channels) + " channels");
    }
  }
  c.set_output(0, c.dims(0), c.dtype(0));
  for (size_t i = 1; i < c.num_outputs(); ++i) c.set_output(i, {channels}, c.dtype(1));
}

// LayerNormalization and RMSNormalization; further outputs are the statistics, 1 in the normalised
// dimensions.
void infer_layer_normalization(InferContext& c) {
  const int64_t axis = c.normal_axis(c.node().int_attribute("axis", -1), c.rank(0));
  c.set_output(0, c.dims(0), c.dtype(0));
  Dims statistics = c.dims(0);
  for (int64_t d = axis; d < c.rank(0); ++d) statistics[d] = 1;
  for (size_t i = 1; i < c.num_outputs(); ++i) c.set_output(i, statistics, DType::kFloat32);
}

void infer_softmax(InferContext& c) {
  const int64_t axis = c.node().int_attribute("axis", c.opset() >= 13 ? -1 : 1);
  // Up to opset 12 the axis only tells where the input is cut into rows, and may be the rank.
  if (c.opset() >= 13 || axis != c.rank(0)) c.normal_axis(axis, c.rank(0));
  c.set_output(0, c.dims(0), c.dtype(0));
}

void infer_dropout(InferContext& c) {
  c.set_output(0, c.dims(0), c.dtype(0));
  if (c.literal(0) != nullptr) c.set_output_literal(0, *c.literal(0));
  c.set_output(1, c.dims(0), DType::kBool);
}

}  // namespace tacho

// Poolings: windows, global, and the region and unpooling operators.
#include "graph_ir/infer/arithmetic.h"
#include "graph_ir/infer/rules.h"
#include "graph_ir/infer/window.h"

namespace tacho {

void infer_pool(InferContext& c) {
  const Dims& in = c.dims(0);
  if (in.size() < 3) c.fail("the input must have rank 3 or more");
  const Window window = read_window(c, c.rank(0) - 2, {});
  Dims out = {in[0], in[1]};
  for (int64_t d = 0; d < c.rank(0) - 2; ++d) {
    out.push_back(window_output(c, window, d, in[d + 2]));
  }
  c.set_output(0, out, c.dtype(0));
  c.set_output(1, out, DType::kInt64);  // MaxPool's indices
}

void infer_global_pool(InferContext& c) {
  Dims out = c.dims(0);
  if (out.size() < 2) c.fail("the input must have rank 2 or more");
  for (size_t d = 2; d < out.size(); ++d) out[d] = 1;
  c.set_output(0, out, c.dtype(0));
}

// Inputs: X, indices, optional output_shape.
void infer_max_unpool(InferContext& c) {
  const Dims& in = c.dims(0);
  if (in.size() < 3) c.fail("the input must have rank 3 or more");
  if (c.has_input(2)) {
    const std::vector<int64_t>& shape = c.required_ints(2, "output_shape");
    c.set_output(0, Dims(shape.begin(), shape.end()), c.dtype(0));
    return;
  }
  const int64_t spatial = c.rank(0) - 2;
  const Window w = read_window(c, spatial, {});
  Dims out = {in[0], in[1]};
  for (int64_t d = 0; d < spatial; ++d) {
    out.push_back(
        saturating_sub(saturating_add(saturating_mul(in[d + 2] - 1, w.strides[d]), w.kernel[d]),
                       w.pads[d] + w.pads[d + spatial]));
  }
  c.set_output(0, out, c.dtype(0));
}

// Inputs: X, rois (K×5).
void infer_max_roi_pool(InferContext& c) {
  const std::vector<int64_t> pooled = c.node().ints_attribute("pooled_shape");
  if (c.rank(0) != 4 || c.rank(1) != 2 || pooled.size() != 2) {
    c.fail("wants an image of rank 4, regions of rank 2 and two values in pooled_shape");
  }
  c.set_output(0, {c.dims(1)[0], c.dims(0)[1], pooled[0], pooled[1]}, c.dtype(0));
}

// Inputs: X, rois (K×4), batch_indices (K).
void infer_roi_align(InferContext& c) {
  if (c.rank(0) != 4 || c.rank(1) != 2) c.fail("wants an image of rank 4 and regions of rank 2");
  c.set_output(0,
               {c.dims(1)[0], c.dims(0)[1], c.node().int_attribute("output_height", 1),
                c.node().int_attribute("output_width", 1)},
               c.dtype(0));
}

}  // namespace tacho

// Quantisation: QuantizeLinear, DequantizeLinear, DynamicQuantizeLinear.
#include "graph_ir/infer/rules.h"

namespace tacho {

// Inputs: x, y_scale, y_zero_point. The type is the zero point's, else attribute output_dtype, else
// uint8.
void infer_quantize_linear(InferContext& c) {
  const auto asked = static_cast<DType>(c.node().int_attribute("output_dtype", 0));
  const DType absent = asked == DType::kUnknown ? DType::kUint8 : asked;
  c.set_output(0, c.dims(0), c.has_input(2) ? c.dtype(2) : absent);
}

// Inputs: x, x_scale, x_zero_point. The type is the scale's.
void infer_dequantize_linear(InferContext& c) { c.set_output(0, c.dims(0), c.dtype(1)); }

// Outputs: y, y_scale, y_zero_point.
void infer_dynamic_quantize_linear(InferContext& c) {
  c.set_output(0, c.dims(0), DType::kUint8);
  c.set_output(1, {}, DType::kFloat32);
  c.set_output(2, {}, DType::kUint8);
}

}  // namespace tacho

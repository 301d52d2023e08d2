// The geometry that convolutions and poolings share: kernel, strides, dilations and padding per
// spatial dimension.
#pragma once

#include <vector>

#include "graph_ir/infer/context.h"

namespace tacho {

enum class AutoPad { kNotSet, kSameUpper, kSameLower, kValid };

struct Window {
  std::vector<int64_t> kernel;     ///< ≥ 1
  std::vector<int64_t> strides;    ///< ≥ 1
  std::vector<int64_t> dilations;  ///< ≥ 1
  std::vector<int64_t> pads;       ///< all begins, then all ends; ≥ 0
  AutoPad auto_pad = AutoPad::kNotSet;
  bool ceil_mode = false;
};

/// Reads the attributes for `spatial` dimensions. `weight_kernel` is the kernel that the weights'
/// dims tell; empty where there are none (pooling), which makes the attribute kernel_shape
/// obligatory. Fails on lists of another length, on what is out of range, and on a kernel_shape
/// that contradicts the weights.
Window read_window(const InferContext& c, int64_t spatial, std::vector<int64_t> weight_kernel);

/// (kernel - 1)·dilation + 1 of spatial dimension `d`.
int64_t window_extent(const Window& window, int64_t d);

/// Output size of spatial dimension `d` for an input of size `in`. In ceil_mode a last window that
/// would start in the end padding is dropped, as PyTorch and ONNX Runtime do and ONNX has specified
/// since opset 22. Fails if the padded input is smaller than the window.
int64_t window_output(const InferContext& c, const Window& window, int64_t d, int64_t in);

}  // namespace tacho

// The geometry of a convolution or pooling node, resolved for its shapes.
#pragma once

#include "backends/node_context.h"

namespace tacho::backends {

struct Window {
  Shape kernel, strides, dilations;  ///< per spatial dimension
  Shape begins, ends;                ///< padding

  bool symmetric() const { return begins == ends; }
  Shape zeros() const { return Shape(kernel.size(), 0); }
  /// Of the last dimension first, begin and end in turn.
  Shape pads_last_first() const;
};

/// Reads attributes and auto_pad, which the shapes of input and output decide.
/// `kernel` is empty where the attribute kernel_shape must tell.
Window window_of(const NodeContext& c, Shape kernel);

/// The end padding that an explicitly padded input needs to make the output's shape without
/// ceil_mode. Negative never: what a floor division leaves unread needs no padding.
void extend_to_output(const NodeContext& c, Window& window);

}  // namespace tacho::backends

// Outputs each element of which is one of the input's, or a constant.
#pragma once

#include <functional>

#include "backends/onednn/ops/ops.h"

namespace tacho::onednn {

/// The place in the row-major input that `index` of the output comes from; below 0 for the
/// constant.
using Source = std::function<int64_t(const Shape& index)>;

/// The places of all elements of `out`, row-major.
std::vector<int64_t> places_of(const Shape& out, const Source& source);
/// Where the element of `in` stands that is broadcast to `index` of a shape of the same or higher
/// rank.
int64_t broadcast_place(const Shape& in, const Shape& index);
/// `x` truncated towards zero, as ONNX's Cast does; the nearest that int32 holds of what it cannot
/// hold; 0 for NaN. (C++ leaves these conversions undefined.)
int32_t saturated_int32(double x);
/// Makes the group's result from its first input.
void pick(Builder& b, const Group& group, const Source& source, double constant = 0);

}  // namespace tacho::onednn

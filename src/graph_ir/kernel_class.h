// Coarse classes of kernels, from their feature rows: what a few measurements on a new device can
// still tell apart.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace tacho {

/// conv_1x1, conv_kxk, …: the classes' names, in the order of their numbers.
const std::vector<std::string_view>& kernel_classes();

/// The class of the kernel with this row of feature_table() (a feature source's columns may
/// follow): an index into kernel_classes().
size_t kernel_class(const float* feature_row);

/// The row's `live` column: whether the kernel is run where multiplications by zero are folded.
bool is_live(const float* feature_row);

}  // namespace tacho

// Tensor dimensions.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <optional>
#include <string>

namespace tacho {

/// A tensor's dimensions, outermost first. Rank up to 6 needs no allocation. In a graph whose
/// inputs are not bound yet, kUnknownDim stands for a symbolic dimension.
using Dims = boost::container::small_vector<int64_t, 6>;

constexpr int64_t kUnknownDim = -1;

/// No tensor of ours has more elements than this (2^48, 1 PB of float32): a file that claims one is
/// damaged, and the bound keeps products of two sizes within double's exact range and sums within
/// int64.
constexpr int64_t kMaxElements = int64_t{1} << 48;

/// Product of all dimensions (1 for a scalar); nullopt if one is unknown or negative, or if the
/// product exceeds kMaxElements.
std::optional<int64_t> checked_elements(const Dims& dims);

/// "1x3x224x224"; "scalar" for rank 0; "?" for an unknown dimension.
std::string dims_text(const Dims& dims);

}  // namespace tacho

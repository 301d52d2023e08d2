// Tensors of a network as the parameters of kernel types: what network_kernels.cc and the files of
// its families share.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "kernel_builder/catalogue.h"

namespace tacho {

using MaybeConfig = std::optional<KernelConfig>;
using Assignments = std::initializer_list<std::pair<const char*, int64_t>>;

/// A configuration of the built-in type `kernel`, what is not assigned absent; nullopt if it is not
/// valid: an empty tensor, a window that only asymmetric padding makes fit.
MaybeConfig valid_config(const std::string& kernel, Assignments assignments);

/// None if they are not known.
const Dims& known_dims(const Graph& graph, ValueId id);
/// Elements in the dimensions from `begin` to before `end`.
double elements_in(const Dims& d, size_t begin, size_t end);
int64_t rounded(double x);
/// The side of a square of that area, at least 1.
int64_t side_of(double area);

/// A tensor as a square feature map.
struct FeatureMap {
  int64_t b = 1, cin = 1, hw = 1;
};
/// Rank 4: images. Rank 3: images of tokens, features last. Rank 2: rows of features.
FeatureMap feature_map_of(const Dims& d);

}  // namespace tacho

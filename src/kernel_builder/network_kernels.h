// A network as the kernels of the catalogue that it is made of.
#pragma once

#include <optional>

#include "kernel_builder/catalogue.h"

namespace tacho {

/// The configuration of the kernel at `node` of a lowered graph, with its real extents (nothing is
/// rounded to values that a sampler would draw); nullopt if no built-in type describes it.
/// Kernels on feature maps that are not square take the root of the area, rounded.
std::optional<KernelConfig> kernel_config_of(const Graph& graph, const Kernel& kernel);

}  // namespace tacho

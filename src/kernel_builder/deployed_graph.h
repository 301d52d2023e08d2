// A kernel's graph as a network's file would contain it.
#pragma once

#include "kernel_builder/catalogue.h"

namespace tacho {

/// type.build(config) with every batch norm behind a convolution folded into its weights and a
/// bias, as exporters do: what is profiled is then what networks are made of, also on runtimes that
/// run a file's operators one by one. Values stay inferred; weights have no data, so nothing is
/// computed.
Graph deployed_graph(const KernelType& type, const KernelConfig& config);

}  // namespace tacho

// The families of kernel_config_of(): one file each, by what the kernels work on.
#pragma once

#include "graph_ir/workload.h"
#include "kernel_builder/network_shapes.h"

namespace tacho {

// network_windows.cc
MaybeConfig convolution_config(const Graph& graph, const Node& node, WorkKind kind);
MaybeConfig pooling_config(const Graph& graph, const Node& node);
MaybeConfig global_pooling_config(const Graph& graph, const Node& node);
MaybeConfig resize_config(const Graph& graph, const Node& node);

// network_matrices.cc
MaybeConfig product_config(const Graph& graph, const Node& node, WorkKind kind);
MaybeConfig softmax_config(const Graph& graph, const Node& node);
MaybeConfig normalization_config(const Graph& graph, const Node& node);

// network_maps.cc
MaybeConfig concat_config(const Graph& graph, const Node& node);
/// Element by element and moving; nullopt for an operator that no type of these is like.
MaybeConfig map_config(const Graph& graph, const Node& node);

}  // namespace tacho

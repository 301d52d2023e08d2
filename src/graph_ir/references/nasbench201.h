// Networks of NAS-Bench-201: a cell, stacked, between a stem and a head.
#pragma once

#include <string_view>

#include "graph_ir/graph_builder.h"
#include "graph_ir/references/nasbench201_cell.h"

namespace tacho {

/// The benchmark's own sizes, but for the image.
struct Nasbench201Size {
  int64_t channels = 16;  ///< of the first stage; doubled at the second and third
  int64_t cells = 5;      ///< per stage
  int64_t classes = 10;
};

/// From an image to the classes. A `none` edge multiplies its source by zero, and the product is
/// added, which is what PyTorch does. A cell without any edge into its output is its input times
/// zero, so that the network stays connected.
ValueId nasbench201_network(GraphBuilder& g, ValueId image, const Nasbench201Cell& cell,
                            const Nasbench201Size& size = {});

/// `cell` as text; on CIFAR-10's images, 32×32.
Graph build_nasbench201(std::string_view cell, int64_t batch);
/// Of without_zero_edges(cell): NNLQP's files.
Graph build_nasbench201_pruned(std::string_view cell, int64_t batch);

}  // namespace tacho

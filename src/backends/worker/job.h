// What a worker process is asked to measure.
#pragma once

#include <string>

#include "graph_ir/infer/infer_shapes.h"

namespace tacho {

struct MeasureJob {
  std::string model;  ///< what read_graph() takes: a file, or a graph reference
  BindOptions bind;   ///< batch and shapes
};

}  // namespace tacho

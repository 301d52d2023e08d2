// A graph by what names it on a command line or in a labels file.
#pragma once

#include <string>

#include "graph_ir/graph.h"

namespace tacho {

/// `name` is a reference (references/reference.h) or the path of an ONNX file. Weights of a
/// reference have no data, as those of a file. Errors begin with the name.
Graph read_graph(const std::string& name);

}  // namespace tacho

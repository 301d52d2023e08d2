// The graphs that the fusion probe times.
#pragma once

#include <string>
#include <vector>

#include "graph_ir/graph.h"
#include "kernel_builder/fusion_probe.h"

namespace tacho {

/// Whether `reader` can take what `root` makes: maps of features and rows of them do not mix, and
/// windows need more than one position.
bool can_follow(const std::string& root, const std::string& reader);

struct ProbeGraphs {
  Graph root, reader, together;
};

/// Inferred; named after what they are ("probe Conv+Relu 1x32x28x28"), so that they can be recorded
/// and replayed. The reader alone takes what the root would hand it.
ProbeGraphs probe_graphs(const OperatorPair& pair, const ProbeShape& shape);

}  // namespace tacho

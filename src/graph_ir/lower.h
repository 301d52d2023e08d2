// The whole front half in one call: file or reference → graph → shapes → kernels.
#pragma once

#include <string>

#include "common/mapped_file.h"
#include "graph_ir/fusion_rules.h"
#include "graph_ir/infer/infer_shapes.h"
#include "graph_ir/kernels.h"

namespace tacho {

struct LoweredModel {
  Graph graph;
  KernelGraph kernels;
  Notices notices;
  /// Operators costed by their bytes alone because we do not know them, with their number:
  /// ("com.acme.Foo", 3).
  std::vector<std::pair<std::string, int>> unknown_operators;
};

struct LowerOptions {
  BindOptions bind;
  FusionRules fusion = {};  ///< empty: what runtimes have in common

  LowerOptions() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): most callers have shapes alone
  LowerOptions(BindOptions shapes, FusionRules rules = {})
      : bind(std::move(shapes)), fusion(std::move(rules)) {}
};

/// Of a graph as it was read.
LoweredModel lower(Graph graph, const LowerOptions& options);
/// Of what read_graph() takes. Errors begin with the name.
LoweredModel lower_file(const std::string& name, const LowerOptions& options);
LoweredModel lower_bytes(ByteSpan bytes, const LowerOptions& options);

}  // namespace tacho

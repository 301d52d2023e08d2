// What the tests of references share.
#pragma once

#include <algorithm>
#include <string>

#include "common/error.h"
#include "graph_ir/lower.h"
#include "graph_ir/references/reference.h"

namespace tacho::testing {

inline std::string reference_fault(const std::string& text) {
  try {
    build_reference(text);
  } catch (const Error& e) {
    return (e.fault() == Fault::kUsage ? "" : "NOT A USAGE FAULT: ") + std::string(e.what());
  }
  return "";
}

inline int count_nodes(const Graph& graph, Op op) {
  int count = 0;
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) count += graph.node(id).op == op ? 1 : 0;
  return count;
}

inline GraphTotals totals_of_reference(const std::string& text) {
  const LoweredModel model = lower(build_reference(text), {});
  return totals_of(model.graph, model.kernels);
}

/// "k3_e1/skip/…": `block` at place `at`, all others skip.
inline std::string fbnet_with(const std::string& block, size_t at) {
  std::string text = "fbnet:";
  for (size_t i = 0; i < 22; ++i) text += (i > 0 ? "/" : "") + (i == at ? block : "skip");
  return text;
}

}  // namespace tacho::testing

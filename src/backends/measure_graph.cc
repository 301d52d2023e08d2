#include "backends/measure_graph.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "common/error.h"
#include "graph_ir/passes/pipeline.h"

namespace tacho {
namespace {

constexpr std::array<std::string_view, 6> kNamingPasses = {
    "fuse_group_norm", "fuse_layer_norm", "fuse_gelu", "fuse_mish", "fuse_hswish", "fuse_silu"};

PipelineOptions only_naming() {
  PipelineOptions options;
  for (const NamedPass& pass : default_passes()) {
    if (std::find(kNamingPasses.begin(), kNamingPasses.end(), pass.name) == kNamingPasses.end()) {
      options.skip.push_back(pass.name);
    }
  }
  return options;
}

}  // namespace

Graph runnable_graph(const Backend& backend, const Graph& graph) {
  Graph named = graph;
  const bool runs_named = run_passes(named, only_naming()) && backend.unsupported(named).empty();
  const size_t splits = runs_named ? backend.split_off(named).size() : 0;
  if (runs_named && splits == 0) return named;
  const std::vector<std::string> reasons = backend.unsupported(graph);
  if (runs_named && (!reasons.empty() || splits <= backend.split_off(graph).size())) return named;
  if (reasons.empty()) return graph;
  const std::string more =
      reasons.size() > 1 ? " (and " + std::to_string(reasons.size() - 1) + " more reasons)" : "";
  throw Error(backend.name() + " cannot run it: " + reasons.front() + more, Fault::kUnsupported);
}

Timing measure_graph(Backend& backend, const Graph& graph, const MeasureOptions& options) {
  return measure(*backend.compile(runnable_graph(backend, graph)), options);
}

}  // namespace tacho

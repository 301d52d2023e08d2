// The rewrites between the file's graph and the graph of kernels, in their order.
//
// A pass is a function that returns whether it changed the graph. It runs after shape inference:
// every value has dims, and a rewrite keeps that true. The pipeline does the chores: dead nodes are
// removed after every pass, and debug builds check the "changed" claim.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "graph_ir/fusion_rules.h"
#include "graph_ir/graph.h"

namespace tacho {

using Pass = bool (*)(Graph&);
/// Of passes that ask what a platform fuses.
using PassByRules = bool (*)(Graph&, const FusionRules&);

class NamedPass {
 public:
  std::string_view name;  ///< the file's name: passes/<name>.cc

  NamedPass(std::string_view file, Pass pass) : name(file), pass_(pass) {}
  NamedPass(std::string_view file, PassByRules pass) : name(file), by_rules_(pass) {}
  bool run(Graph& graph, const FusionRules& rules) const {
    return by_rules_ != nullptr ? by_rules_(graph, rules) : pass_(graph);
  }

 private:
  Pass pass_ = nullptr;
  PassByRules by_rules_ = nullptr;
};

/// All passes in the order in which they run.
const std::vector<NamedPass>& default_passes();

struct PipelineOptions {
  std::vector<std::string_view> skip;  ///< passes left out, by name
  FusionRules rules;                   ///< of the platform
  /// Called after each pass that changed the graph.
  std::function<void(std::string_view pass, const Graph&)> on_change;
};

/// Runs default_passes(); true if any changed the graph.
bool run_passes(Graph& graph, const PipelineOptions& options = {});

}  // namespace tacho

#include "graph_ir/passes/pipeline.h"

#include <algorithm>
#include <cassert>

#include "graph_ir/passes/eliminate_identity.h"
#include "graph_ir/passes/fold_constants.h"
#include "graph_ir/passes/fuse_activation.h"
#include "graph_ir/passes/fuse_attention.h"
#include "graph_ir/passes/fuse_bias.h"
#include "graph_ir/passes/fuse_bn_into_conv.h"
#include "graph_ir/passes/fuse_channel_shuffle.h"
#include "graph_ir/passes/fuse_conv_add.h"
#include "graph_ir/passes/fuse_elementwise.h"
#include "graph_ir/passes/fuse_gelu.h"
#include "graph_ir/passes/fuse_group_norm.h"
#include "graph_ir/passes/fuse_hswish.h"
#include "graph_ir/passes/fuse_layer_norm.h"
#include "graph_ir/passes/fuse_mish.h"
#include "graph_ir/passes/fuse_qdq.h"
#include "graph_ir/passes/fuse_silu.h"
#include "graph_ir/passes/fuse_squeeze_excite.h"
#include "graph_ir/passes/merge_reshapes.h"

namespace tacho {
namespace {

#ifndef NDEBUG
// FNV-1a over what passes may change: enough to catch a pass that changes and denies it, or the
// reverse.
size_t structure_hash(const Graph& graph) {
  size_t hash = 1469598103934665603u;
  const auto mix = [&](int64_t word) {
    hash = (hash ^ static_cast<size_t>(word)) * 1099511628211u;
  };
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    const Node& n = graph.node(id);
    if (!n.alive) continue;
    mix(id);
    mix(static_cast<int64_t>(n.op));
    for (const ValueId v : n.inputs) mix(v);
    mix(-2);
    for (const ValueId v : n.outputs) mix(v);
    for (const FusedOp& f : n.fused) mix(static_cast<int64_t>(f.op));
  }
  for (const ValueId v : graph.outputs) mix(v);
  return hash;
}
#endif

}  // namespace

const std::vector<NamedPass>& default_passes() {
  // Order matters where one pass makes what the next looks for; the reason stands beside it.
  static const std::vector<NamedPass> passes{
      {"fold_constants", fold_constants},
      {"eliminate_identity", eliminate_identity},
      {"merge_reshapes", merge_reshapes},
      {"fuse_group_norm", fuse_group_norm},  // before its Mul and Add look like anything else
      {"fuse_layer_norm", fuse_layer_norm},
      // activations become single nodes, so that those who absorb see one
      {"fuse_gelu", fuse_gelu},
      {"fuse_mish", fuse_mish},
      {"fuse_hswish", fuse_hswish},
      {"fuse_silu", fuse_silu},
      {"fuse_attention", fuse_attention},
      {"fuse_channel_shuffle", fuse_channel_shuffle},
      {"fuse_bias", fuse_bias},
      {"fuse_bn_into_conv", fuse_bn_into_conv},      // after the bias, which stands between
      {"fuse_squeeze_excite", fuse_squeeze_excite},  // before its parts are fused with each other
      {"fuse_conv_add", fuse_conv_add},  // before the activation behind the Add is taken
      {"fuse_activation", fuse_activation},
      {"fuse_qdq", fuse_qdq},                  // the QuantizeLinear stands behind the activation
      {"fuse_elementwise", fuse_elementwise},  // takes what is left
  };
  return passes;
}

bool run_passes(Graph& graph, const PipelineOptions& options) {
  bool any = graph.remove_dead_nodes() > 0;
  for (const NamedPass& pass : default_passes()) {
    const auto& skip = options.skip;
    if (std::find(skip.begin(), skip.end(), pass.name) != skip.end()) continue;
#ifndef NDEBUG
    const size_t before = structure_hash(graph);
#endif
    const bool changed = pass.run(graph, options.rules);
    assert(changed == (structure_hash(graph) != before) &&
           "a pass lied about having changed the graph");
    if (!changed) continue;
    any = true;
    graph.remove_dead_nodes();
    if (options.on_change) options.on_change(pass.name, graph);
  }
  return any;
}

}  // namespace tacho

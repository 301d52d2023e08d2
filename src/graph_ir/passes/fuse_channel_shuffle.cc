#include "graph_ir/passes/fuse_channel_shuffle.h"

#include "graph_ir/dag.h"
#include "graph_ir/passes/edit.h"
#include "graph_ir/passes/match.h"

namespace tacho {
bool fuse_channel_shuffle(Graph& graph, const FusionRules& rules) {
  const std::vector<int64_t> swap_groups{0, 2, 1, 3, 4};
  bool changed = false;
  for (const NodeId id : topological_order(graph)) {
    if (!graph.node(id).alive || graph.node(id).op != Op::kReshape) continue;
    const NodeId transpose = made_by(graph, input(graph, id, 0), Op::kTranspose);
    if (transpose == kNoNode || graph.node(transpose).ints_attribute("perm") != swap_groups)
      continue;
    const NodeId split = made_by(graph, input(graph, transpose, 0), Op::kReshape);
    if (split == kNoNode) continue;
    const ValueId x = input(graph, split, 0);
    const Dims &d = dims_of(graph, x), &g = dims_of(graph, output(graph, split));
    if (d.size() != 4 || g.size() != 5 || !same_dims(graph, x, output(graph, id))) continue;
    if (g[0] != d[0] || g[1] * g[2] != d[1] || g[3] != d[2] || g[4] != d[3]) continue;
    changed |= replace_subgraph(
        graph, id, {Op::kChannelShuffle, {x}, {ints_attribute("group", {g[1]})}, {}}, rules);
  }
  return changed;
}

}  // namespace tacho

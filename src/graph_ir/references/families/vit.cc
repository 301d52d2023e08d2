// Vision transformer (Dosovitskiy et al., ICLR 2021) that averages its tokens instead of having one
// for the class. Varied: patch, width, heads, depth, the inner width of the MLP.
#include <string>

#include "graph_ir/references/families/blocks.h"
#include "graph_ir/references/families/families.h"

namespace tacho {
namespace {

ValueId self_attention(GraphBuilder& g, ValueId x, int64_t heads) {
  const Dims d = g.dims(x);  // batch, tokens, width
  const std::vector<ValueId> qkv = g.split(g.fc(x, 3 * d[2]), 3, -1);
  const auto per_head = [&](ValueId part) {
    return g.transpose(g.reshape(part, {d[0], d[1], heads, d[2] / heads}), {0, 2, 1, 3});
  };
  const ValueId q = per_head(qkv[0]), k = per_head(qkv[1]), v = per_head(qkv[2]);
  const ValueId mixed = g.attention(q, k, v);
  return g.fc(g.reshape(g.transpose(mixed, {0, 2, 1, 3}), d), d[2]);
}

}  // namespace

ValueId build_vit(GraphBuilder& g, ValueId image, Draws& draws) {
  const int64_t patch = draws.pick({8, 16, 16, 32});
  const int64_t head_width = draws.pick({32, 64});
  const int64_t heads = draws.between(2, 12 * 32 / head_width);
  const int64_t width = heads * head_width;
  const int64_t inner = width * draws.between(2, 4);
  const int64_t depth = draws.between(2, 12);

  g.scope("patches.");
  ValueId x = g.conv(image, width, {patch, patch, 0}, {1, true});
  const Dims map = g.dims(x);
  x = g.transpose(g.reshape(x, {map[0], width, map[2] * map[3]}), {0, 2, 1});
  x = g.add(x, g.weight({1, map[2] * map[3], width}));  // where each token stands
  for (int64_t i = 0; i < depth; ++i) {
    g.scope("block" + std::to_string(i) + ".");
    x = g.add(x, self_attention(g, g.layer_norm(x), heads));
    x = g.add(x, g.fc(g.gelu(g.fc(g.layer_norm(x), inner)), width));
  }
  g.scope("head.");
  x = g.node("ReduceMean", {g.layer_norm(x)}, {map[0], width},
             {ints_attr("axes", {1}), int_attr("keepdims", 0)});
  return g.fc(x, draw_classes(draws));
}

}  // namespace tacho

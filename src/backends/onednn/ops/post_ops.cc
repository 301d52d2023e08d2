// What a primitive does with its result before it is written.
#include <algorithm>

#include "backends/onednn/ops/ops.h"

namespace tacho::onednn {
namespace {

std::vector<Eltwise> activations_of(Builder& b, const Group& group) {
  std::vector<Eltwise> chain;
  for (const NodeId id : group.activations) {
    const auto own = eltwise_of(NodeContext(b.graph(), id));
    chain.insert(chain.end(), own->begin(), own->end());
  }
  return chain;
}

}  // namespace

PostOps post_ops_of(Builder& b, const Group& group, const std::optional<Quantized>& result) {
  PostOps ops;
  dnnl::post_ops list;
  if (group.residual != kNoValue) {
    if (result) {
      const Quantized residual = *b.quantized(group.residual);
      list.append_sum(residual.scale, residual.type);
    } else {
      list.append_sum(1);
    }
    ops.sums = true;
  }
  for (const Eltwise& e : activations_of(b, group)) {
    list.append_eltwise(1, e.algorithm, e.alpha, e.beta);
  }
  if (result) list.append_eltwise(1, dnnl::algorithm::eltwise_linear, 1 / result->scale, 0);
  ops.attributes.set_post_ops(list);
  return ops;
}

Tensor destination(Builder& b, const Group& group, const PostOps& ops, const Desc& layout,
                   bool known, const std::optional<Quantized>& result) {
  const float scale = result ? result->scale : 1;
  if (!ops.sums) return b.program().make(layout, known, scale);
  const ValueId v = group.residual;
  const std::optional<Quantized> held = result ? b.quantized(v) : std::nullopt;
  const Desc own = held ? with_type(layout, held->type) : layout;
  const float own_scale = held ? held->scale : 1;
  // It must be free: read by nobody afterwards, and not what the primitive itself reads.
  const auto& read = b.graph().node(group.root).inputs;
  const bool is_free =
      b.is_last_reader(v, group) && std::find(read.begin(), read.end(), v) == read.end();
  Tensor sum = is_free ? b.as(v, own, own_scale) : b.reordered(b.made(v), own, own_scale);
  if (sum.buffer->shared || sum.buffer->kept) sum = b.reordered(sum, own, own_scale);
  Tensor dst = b.program().seen_as(sum, layout);
  dst.scale = scale;
  return dst;
}

Tensor apply(Builder& b, Tensor x, const std::vector<Eltwise>& chain) {
  for (const Eltwise& e : chain) {
    const dnnl::eltwise_forward::primitive_desc pd(
        dnnl::eltwise_forward::desc(dnnl::prop_kind::forward_inference, e.algorithm, x.layout(),
                                    e.alpha, e.beta),
        b.program().engine());
    const Tensor y = b.program().make(pd.dst_desc(), x.known());
    b.program().add<dnnl::eltwise_forward>(pd, {{DNNL_ARG_SRC, x}, {DNNL_ARG_DST, y}});
    x = y;
  }
  return x;
}

Tensor activated(Builder& b, const Group& group, Tensor x) {
  return apply(b, std::move(x), activations_of(b, group));
}

}  // namespace tacho::onednn

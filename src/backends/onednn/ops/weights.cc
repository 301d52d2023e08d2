#include "backends/onednn/ops/weights.h"

#include <algorithm>
#include <cmath>

namespace tacho::onednn {
namespace {

// weight *= factor of its output channel.
void scale_channels(std::vector<float>& weight, const Shape& shape, size_t channel,
                    const std::vector<float>& factors) {
  const Shape strides = row_major_strides(shape);
  const auto stride = static_cast<size_t>(strides[channel]);
  const auto size = static_cast<size_t>(shape[channel]);
  const size_t groups = factors.size() / size;  // of a ConvTranspose: along dimension 0
  const size_t per_group = weight.size() / groups;
  for (size_t i = 0; i < weight.size(); ++i) {
    weight[i] *= factors[i / per_group * size + i / stride % size];
  }
}

}  // namespace

Tensor Weights::bias_or_zero(Builder& b) const {
  std::vector<float> elements = bias;
  elements.resize(static_cast<size_t>(outputs), 0.0F);
  return b.known_floats({outputs}, elements);
}

Weights weights_of(Builder& b, const Group& group, size_t channel, int64_t outputs) {
  const NodeContext c(b.graph(), group.root);
  const ValueId w = c.value(1);
  Weights weights;
  weights.outputs = outputs;
  weights.outputs_first = channel == 0;
  weights.fan_in = elements_of(b.dims(w)) / std::max<int64_t>(1, outputs);
  weights.has_bias = c.has_input(2) || group.norm != kNoNode || group.bias != kNoValue;
  weights.weight = b.in_f32(w);
  std::vector<float>& bias = weights.bias;
  bias.assign(static_cast<size_t>(outputs), 0.0F);
  if (c.has_input(2)) {
    b.need_constant(c.value(2));
    const Shape own = b.dims(c.value(2));
    const int64_t count = elements_of(own);
    if (count != 1 && (count != outputs || own.back() != outputs)) {
      throw Refusal("a summand that is no vector of the outputs");
    }
  }
  if (group.bias != kNoValue) b.need_constant(group.bias);
  if (group.norm != kNoNode) {
    const NodeContext norm(b.graph(), group.norm);
    for (size_t i = 1; i <= 4; ++i) b.need_constant(norm.value(i));
  }
  if (b.dry()) return weights;
  for (const ValueId v : {c.has_input(2) ? c.value(2) : kNoValue, group.bias}) {
    if (v == kNoValue) continue;
    const std::vector<float> own = b.floats(v);
    const auto beta = static_cast<float>(c.node().float_attribute("beta", 1));
    for (size_t i = 0; i < bias.size(); ++i) bias[i] += beta * own[own.size() == 1 ? 0 : i];
  }
  if (group.norm == kNoNode) return weights;
  const NodeContext norm(b.graph(), group.norm);
  const auto at = [&](size_t i) { return b.floats(norm.value(i)); };
  const std::vector<float> scale = at(1), shift = at(2), mean = at(3), variance = at(4);
  const double epsilon = norm.node().float_attribute("epsilon", 1e-5);
  std::vector<float> factors(bias.size());
  for (size_t i = 0; i < bias.size(); ++i) {
    factors[i] = static_cast<float>(scale[i] / std::sqrt(variance[i] + epsilon));
    bias[i] = (bias[i] - mean[i]) * factors[i] + shift[i];
  }
  std::vector<float> elements = b.floats(w);
  scale_channels(elements, b.dims(w), channel, factors);
  weights.weight = b.known_floats(b.dims(w), elements);
  return weights;
}

Eight::Eight(Builder& b, const Group& group, ValueId x, const Weights& weights)
    : b_(b), x_(x), weights_(weights) {
  on_ = b.quantized(x).has_value() && weights.weight.known() && weights.outputs_first;
  if (!on_) return;
  result_ = b.quantized(group.result);
  // What is summed up in place has the result's width.
  if (group.residual != kNoValue && !b.quantized(group.residual)) result_ = std::nullopt;
  const auto outputs = static_cast<size_t>(weights.outputs);
  channel_scales_.assign(outputs, 1.0F);
  if (b.dry()) return;
  const auto* w = static_cast<const float*>(weights.weight.memory.get_data_handle());
  const auto fan_in = static_cast<size_t>(weights.fan_in);
  for (size_t o = 0; o < outputs; ++o) {
    float most = 1e-12F;
    for (size_t i = 0; i < fan_in; ++i) most = std::max(most, std::abs(w[o * fan_in + i]));
    channel_scales_[o] = most / 127;
  }
}

Type Eight::source_type() const { return on_ ? b_.quantized(x_)->type : b_.real(); }

Type Eight::result_type() const {
  if (!on_) return b_.real();
  return result_ ? result_->type : Type::f32;
}

void Eight::set_output_scales(dnnl::primitive_attr& attributes, int mask) const {
  if (!on_) return;
  const float source = b_.quantized(x_)->scale;
  std::vector<float> scales = channel_scales_;
  for (float& scale : scales) scale *= source;
  attributes.set_output_scales(mask, scales);
}

Tensor Eight::source(const Desc& layout) const {
  return on_ ? b_.in_quantized(x_, layout) : b_.as(x_, layout);
}

Tensor Eight::weights(const Tensor& weight, const Desc& layout, int mask) const {
  if (!on_) return b_.reordered(weight, layout, 1);
  std::vector<float> factors = channel_scales_;
  for (float& factor : factors) factor = 1 / factor;
  dnnl::primitive_attr attributes;
  attributes.set_output_scales(mask, factors);
  const Tensor to = b_.program().make(layout, weight.known());
  b_.program().add<dnnl::reorder>(
      dnnl::reorder::primitive_desc(b_.program().engine(), weight.layout(), b_.program().engine(),
                                    layout, attributes),
      {{DNNL_ARG_FROM, weight}, {DNNL_ARG_TO, to}});
  return to;
}

// oneDNN adds it to the products before it scales them.
Tensor Eight::bias() const {
  std::vector<float> bias = weights_.bias;
  if (on_) {
    const float source = b_.quantized(x_)->scale;
    for (size_t o = 0; o < bias.size(); ++o) bias[o] /= source * channel_scales_[o];
  }
  return b_.known_floats({weights_.outputs}, bias);
}

}  // namespace tacho::onednn

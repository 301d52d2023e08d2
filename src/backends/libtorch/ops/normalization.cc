// Normalizations and softmax.
#include <numeric>

#include "backends/libtorch/ops/ops.h"

namespace tacho::libtorch {
namespace {

using at::Tensor;

double epsilon_of(const NodeContext& c) { return c.node().float_attribute("epsilon", 1e-5); }

void refuse_statistics(const NodeContext& c) {
  if (c.has_output(1) || c.has_output(2)) throw Refusal("its statistics are read");
}

// From `axis` to the end.
Shape normalized_shape(const NodeContext& c) {
  const Shape x = c.shape(0);
  const int64_t axis = c.axis(c.node().int_attribute("axis", -1), c.rank());
  return Shape(x.begin() + static_cast<std::ptrdiff_t>(axis), x.end());
}

}  // namespace

Step build_batch_norm(const NodeContext& c) {
  if (c.node().int_attribute("training_mode", 0) != 0 || c.has_output(1)) {
    throw Refusal("training mode");
  }
  const double epsilon = epsilon_of(c);
  const size_t x = c.in(0), scale = c.in(1), bias = c.in(2), mean = c.in(3), var = c.in(4),
               y = c.out();
  return [=](Slots& s) {
    s[y] = at::batch_norm(s[x], s[scale], s[bias], s[mean], s[var], false, 0.1, epsilon, false);
  };
}

Step build_layer_norm(const NodeContext& c) {
  refuse_statistics(c);
  const double epsilon = epsilon_of(c);
  const Shape shape = normalized_shape(c);
  const bool whole = c.shape(1) == shape && (!c.has_input(2) || c.shape(2) == shape);
  const size_t x = c.in(0), scale = c.in(1), bias = c.in(2), y = c.out();
  if (whole) {
    return [=](Slots& s) { s[y] = at::layer_norm(s[x], shape, s[scale], s[bias], epsilon, false); };
  }
  return [=](Slots& s) {
    Tensor result = at::mul(at::layer_norm(s[x], shape, {}, {}, epsilon, false), s[scale]);
    s[y] = s[bias].defined() ? at::add(result, s[bias]) : result;
  };
}

Step build_group_norm(const NodeContext& c) {
  const double epsilon = epsilon_of(c);
  const int64_t groups = c.node().int_attribute("num_groups", 1), channels = c.shape(0).at(1);
  const int64_t repeat = channels / c.shape(1).at(0);  // opset 18 has one scale per group
  const size_t x = c.in(0), scale = c.in(1), bias = c.in(2), y = c.out();
  return [=](Slots& s) {
    const bool per_group = repeat > 1;
    // One per channel, whatever their shape: exporters write C×1×1.
    const Tensor scales = s[scale].reshape({-1}), biases = s[bias].reshape({-1});
    const Tensor w = per_group ? scales.repeat_interleave(repeat) : scales;
    const Tensor b = per_group ? biases.repeat_interleave(repeat) : biases;
    s[y] = at::group_norm(s[x], groups, w, b, epsilon, false);
  };
}

Step build_instance_norm(const NodeContext& c) {
  const double epsilon = epsilon_of(c);
  const size_t x = c.in(0), scale = c.in(1), bias = c.in(2), y = c.out();
  return [=](Slots& s) {
    s[y] = at::instance_norm(s[x], s[scale], s[bias], {}, {}, true, 0.1, epsilon, false);
  };
}

Step build_rms_norm(const NodeContext& c) {
  const double epsilon = epsilon_of(c);
  Shape axes(normalized_shape(c).size());
  std::iota(axes.begin(), axes.end(), c.rank() - static_cast<int64_t>(axes.size()));
  const size_t x = c.in(0), scale = c.in(1), y = c.out();
  return [=](Slots& s) {
    const Tensor square = at::mean(at::mul(s[x], s[x]), axes, true);
    s[y] = at::mul(at::mul(s[x], at::rsqrt(at::add(square, epsilon))), s[scale]);
  };
}

Step build_lrn(const NodeContext& c) {
  const double alpha = c.node().float_attribute("alpha", 1e-4);
  const double beta = c.node().float_attribute("beta", 0.75);
  const double bias = c.node().float_attribute("bias", 1);
  const int64_t size = c.node().int_attribute("size", 1);
  const int64_t before = (size - 1) / 2, after = size - 1 - before;
  Shape flat = c.shape(0);  // channels as the depth of a pooling of one channel
  if (flat.size() != 4) throw Refusal("an input that is not of rank 4");
  flat.insert(flat.begin() + 1, 1);
  const Shape shape = c.shape(0);
  return unary(c, [=](const Tensor& x) {
    const Tensor square =
        at::constant_pad_nd(at::mul(x, x).view(flat), {0, 0, 0, 0, before, after});
    const Tensor mean = at::avg_pool3d(square, {size, 1, 1}, {1, 1, 1}).view(shape);
    return at::div(x, mean.mul(alpha).add_(bias).pow_(beta));
  });
}

Step build_softmax(const NodeContext& c) {
  const int64_t rank = c.rank();
  const bool flattens = c.opset() < 13;  // everything from the axis on is one dimension
  const int64_t axis = c.axis(c.node().int_attribute("axis", flattens ? 1 : -1), rank);
  const bool log = c.node().op == Op::kLogSoftmax;
  const auto soft = [log](const Tensor& x, int64_t dim) {
    return log ? at::log_softmax(x, dim) : at::softmax(x, dim);
  };
  if (!flattens || axis == rank - 1) {
    return unary(c, [=](const Tensor& x) { return soft(x, axis); });
  }
  return unary(c, [=](const Tensor& x) { return soft(x.flatten(axis), axis).view_as(x); });
}

}  // namespace tacho::libtorch

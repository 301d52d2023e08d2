// Weights as a primitive gets them: with the batch norm folded in, and in 8 bits where that is
// asked for.
#pragma once

#include "backends/onednn/ops/ops.h"

namespace tacho::onednn {

struct Weights {
  Tensor weight;  ///< float32, row-major, of the node's dims
  bool has_bias = false;
  std::vector<float> bias;  ///< one per output channel
  int64_t outputs = 0;
  int64_t fan_in = 1;  ///< elements per output channel
  bool outputs_first = true;

  Tensor bias_or_zero(Builder& b) const;
};

/// Of a Conv, ConvTranspose, Gemm or MatMul. `channel` is the weights' dimension of the outputs (of
/// a ConvTranspose those of one group). Weights that are computed cannot have anything folded in.
Weights weights_of(Builder& b, const Group& group, size_t channel, int64_t outputs);

/// The arithmetic in 8 bits of one product: types, scales, and the tensors in them. Where the
/// product stays in floats, the same with those.
class Eight {
 public:
  /// In 8 bits if `x` is held so and the weights are known and have their outputs first.
  Eight(Builder& b, const Group& group, ValueId x, const Weights& weights);

  bool is_on() const { return on_; }
  Type source_type() const;
  Type weight_type() const { return on_ ? Type::s8 : b_.real(); }
  Type result_type() const;
  const std::optional<Quantized>& result() const { return result_; }
  /// From products of integers to real numbers, per output channel (mask).
  void set_output_scales(dnnl::primitive_attr& attributes, int mask) const;
  Tensor source(const Desc& layout) const;
  /// `mask`: which dimensions of `weight`'s view tell output channels apart.
  Tensor weights(const Tensor& weight, const Desc& layout, int mask) const;
  Tensor bias() const;

 private:
  Builder& b_;
  ValueId x_;
  const Weights& weights_;
  bool on_ = false;
  std::optional<Quantized> result_;
  std::vector<float> channel_scales_;  ///< of the weights
};

}  // namespace tacho::onednn

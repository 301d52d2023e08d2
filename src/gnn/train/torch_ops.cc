#include "gnn/train/torch_ops.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

namespace tacho {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

constexpr int64_t kRowsPerTask = 256;

/// A read-only view of neighbour lists.
struct Rows {
  const int32_t* begin;
  const int32_t* index;
  Rows(const torch::Tensor& begin_tensor, const torch::Tensor& index_tensor)
      : begin(begin_tensor.data_ptr<int32_t>()), index(index_tensor.data_ptr<int32_t>()) {}
  int32_t degree(int64_t row) const { return begin[row + 1] - begin[row]; }
};

/// out += mean of x's rows in `rows` of `row`; x's rows are `stride` apart.
void add_mean(const float* x, int64_t stride, int64_t width, const Rows& rows, int64_t row,
              float* out) {
  const int32_t degree = rows.degree(row);
  if (degree == 0) return;
  const float scale = 1.0f / static_cast<float>(degree);
  for (int32_t e = rows.begin[row]; e < rows.begin[row + 1]; ++e) {
    const float* in = x + rows.index[e] * stride;
    for (int64_t j = 0; j < width; ++j) out[j] += scale * in[j];
  }
}

/// The transpose of add_mean: the rows that the mean of `row` took from get their share of its
/// gradient.
void add_mean_gradient(const float* gradient, int64_t width, const Rows& rows, int64_t row,
                       float* out) {
  const int32_t degree = rows.degree(row);
  if (degree == 0) return;
  const float scale = 1.0f / static_cast<float>(degree);
  for (int32_t e = rows.begin[row]; e < rows.begin[row + 1]; ++e) {
    float* to = out + rows.index[e] * width;
    for (int64_t j = 0; j < width; ++j) to[j] += scale * gradient[j];
  }
}

class Neighbourhood : public torch::autograd::Function<Neighbourhood> {
 public:
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& input,
                               const torch::Tensor& predecessor_begin,
                               const torch::Tensor& predecessor_index,
                               const torch::Tensor& successor_begin,
                               const torch::Tensor& successor_index) {
    context->save_for_backward(
        {predecessor_begin, predecessor_index, successor_begin, successor_index});
    const torch::Tensor x = input.contiguous();
    const int64_t width = x.size(1);
    torch::Tensor out = torch::zeros({x.size(0), 3 * width}, x.options());
    const Rows predecessors(predecessor_begin, predecessor_index);
    const Rows successors(successor_begin, successor_index);
    const float* in = x.data_ptr<float>();
    float* result = out.data_ptr<float>();
    at::parallel_for(0, x.size(0), kRowsPerTask, [&](int64_t first, int64_t last) {
      for (int64_t i = first; i < last; ++i) {
        float* row = result + i * 3 * width;
        std::copy_n(in + i * width, width, row);
        add_mean(in, width, width, predecessors, i, row + width);
        add_mean(in, width, width, successors, i, row + 2 * width);
      }
    });
    return out;
  }

  static tensor_list backward(AutogradContext* context, tensor_list gradients) {
    const auto saved = context->get_saved_variables();
    const Rows predecessors(saved[0], saved[1]);
    const Rows successors(saved[2], saved[3]);
    const torch::Tensor gradient = gradients[0].contiguous();
    const int64_t stride = gradient.size(1);
    const int64_t width = stride / 3;
    torch::Tensor out = torch::empty({gradient.size(0), width}, gradient.options());
    const float* in = gradient.data_ptr<float>();
    float* result = out.data_ptr<float>();
    // On one thread: rows write to each other's. Training runs a shard per thread anyway.
    for (int64_t i = 0; i < gradient.size(0); ++i)
      std::copy_n(in + i * stride, width, result + i * width);
    for (int64_t i = 0; i < gradient.size(0); ++i) {
      add_mean_gradient(in + i * stride + width, width, predecessors, i, result);
      add_mean_gradient(in + i * stride + 2 * width, width, successors, i, result);
    }
    return {out, {}, {}, {}, {}};
  }
};

class WeightedSegmentSum : public torch::autograd::Function<WeightedSegmentSum> {
 public:
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& input,
                               const torch::Tensor& costs, const torch::Tensor& begin) {
    context->save_for_backward({costs, begin});
    const torch::Tensor x = input.contiguous();
    const int64_t width = x.size(1);
    const int64_t num_costs = costs.size(1);
    const int64_t segments = begin.size(0) - 1;
    torch::Tensor out = torch::empty({segments, width}, x.options());
    const float* in = x.data_ptr<float>();
    const float* cost = costs.data_ptr<float>();
    const int32_t* first_row = begin.data_ptr<int32_t>();
    float* result = out.data_ptr<float>();
    at::parallel_for(0, segments, 1, [&](int64_t first, int64_t last) {
      std::vector<double> sum(static_cast<size_t>(width));
      for (int64_t s = first; s < last; ++s) {
        std::fill(sum.begin(), sum.end(), 0.0);
        for (int64_t k = first_row[s]; k < first_row[s + 1]; ++k) {
          for (int64_t j0 = 0; j0 < width; j0 += num_costs) {
            const int64_t count = std::min(num_costs, width - j0);
            for (int64_t j = 0; j < count; ++j) {
              sum[static_cast<size_t>(j0 + j)] += in[k * width + j0 + j] * cost[k * num_costs + j];
            }
          }
        }
        for (int64_t j = 0; j < width; ++j) {
          result[s * width + j] = static_cast<float>(sum[static_cast<size_t>(j)]);
        }
      }
    });
    return out;
  }

  static tensor_list backward(AutogradContext* context, tensor_list gradients) {
    const auto saved = context->get_saved_variables();
    const torch::Tensor& costs = saved[0];
    const torch::Tensor& begin = saved[1];
    const torch::Tensor gradient = gradients[0].contiguous();
    const int64_t width = gradient.size(1);
    const int64_t num_costs = costs.size(1);
    torch::Tensor out = torch::empty({costs.size(0), width}, gradient.options());
    const float* in = gradient.data_ptr<float>();
    const float* cost = costs.data_ptr<float>();
    const int32_t* first_row = begin.data_ptr<int32_t>();
    float* result = out.data_ptr<float>();
    at::parallel_for(0, gradient.size(0), 1, [&](int64_t first, int64_t last) {
      for (int64_t s = first; s < last; ++s) {
        for (int64_t k = first_row[s]; k < first_row[s + 1]; ++k) {
          for (int64_t j0 = 0; j0 < width; j0 += num_costs) {
            const int64_t count = std::min(num_costs, width - j0);
            for (int64_t j = 0; j < count; ++j) {
              result[k * width + j0 + j] = in[s * width + j0 + j] * cost[k * num_costs + j];
            }
          }
        }
      }
    });
    return {out, {}, {}};
  }
};

}  // namespace

torch::Tensor neighbourhood(const torch::Tensor& x, const TorchNeighbours& neighbours) {
  return Neighbourhood::apply(x, neighbours.predecessor_begin, neighbours.predecessor_index,
                              neighbours.successor_begin, neighbours.successor_index);
}

torch::Tensor weighted_segment_sum(const torch::Tensor& x, const torch::Tensor& costs,
                                   const torch::Tensor& begin) {
  const torch::Tensor weights =
      costs.defined() ? costs
                      : torch::ones({x.size(0), x.size(1)}, x.options().requires_grad(false));
  return WeightedSegmentSum::apply(x, weights, begin);
}

}  // namespace tacho

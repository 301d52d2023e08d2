#include "graph_ir/features.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "graph_ir/kernel_family.h"
#include "graph_ir/liveness.h"
#include "graph_ir/workload.h"

namespace tacho {
namespace {

constexpr FeatureInfo kScalars[] = {
    {"flops", "log2", "FLOPs of the kernel"},
    {"macs", "log2", "multiply-accumulates"},
    {"activation_read", "log2 bytes", "activations read"},
    {"write", "log2 bytes", "outputs written"},
    {"weight", "log2 bytes", "constant operands"},
    {"intensity", "log2 FLOP/byte", "FLOPs per byte moved"},
    {"batch", "log2", "dimension 0 of the output"},
    {"gemm_batch", "log2", "independent matrix products (groups of a convolution)"},
    {"gemm_m", "log2", "rows of each product"},
    {"gemm_n", "log2", "columns of each product"},
    {"gemm_k", "log2", "inner dimension"},
    {"fill_m", "share", "of the last 128-row tile's multiple that m fills"},
    {"fill_n", "share", "the same for n and 64 columns"},
    {"fill_k", "share", "the same for k and 32"},
    {"aligned_n", "0 or 1", "n is a multiple of 8"},
    {"aligned_k", "0 or 1", "k is a multiple of 8"},
    {"input_channels", "log2", "dimension 1 of the first input"},
    {"output_channels", "log2", "dimension 1 of the output"},
    {"input_positions", "log2", "product of the first input's dimensions from 2 on"},
    {"output_positions", "log2", "product of the output's dimensions from 2 on"},
    {"last_extent", "log2", "last dimension of the output"},
    {"reduced_extent", "log2", "first input's elements per output element"},
    {"rank", "", "of the output"},
    {"window", "", "largest side of the window"},
    {"stride", "log2", "largest stride"},
    {"dilation", "log2", "largest dilation"},
    {"groups", "log2", "groups of the convolution"},
    {"bits", "log2", "width of the output's element type"},
    {"num_inputs", "", "computed operands"},
    {"num_producers", "", "kernels that feed it"},
    {"num_consumers", "", "kernels that it feeds"},
    {"num_fused", "", "operators fused in"},
    {"has_bias", "0 or 1", "a constant bias or batch norm is applied"},
    {"fused_add", "0 or 1", "a residual is added"},
    {"fused_relu", "0 or 1", "relu, relu6 or leaky relu is applied"},
    {"fused_smooth", "0 or 1", "sigmoid, silu, gelu, hard swish or the like is applied"},
    {"fused_mul", "0 or 1", "an element-wise product is applied"},
    {"permutes_last", "0 or 1", "a transpose that moves the last dimension"},
    {"cubic", "0 or 1", "a resize that interpolates"},
    {"live", "0 or 1", "still run where multiplications by zero are folded away"},
};

std::vector<FeatureInfo> make_features() {
  std::vector<FeatureInfo> table(std::begin(kScalars), std::end(kScalars));
  for (const std::string_view family : kernel_families())
    table.push_back({family, "0 or 1", "the kernel's root operator is of this family"});
  return table;
}

double log2p1(double x) { return std::log2(1 + std::max(x, 0.0)); }

double fill(double extent, double tile) {
  return extent > 0 ? extent / (tile * std::ceil(extent / tile)) : 0;
}

double aligned(double extent) { return extent > 0 && std::fmod(extent, 8) == 0 ? 1 : 0; }

const Dims& known_dims(const Graph& graph, ValueId id) {
  static const Dims none;
  return id != kNoValue && graph.value(id).dims ? *graph.value(id).dims : none;
}

double extent(const Dims& d, size_t axis) {
  return axis < d.size() ? static_cast<double>(d[axis]) : 0;
}

double product_from(const Dims& d, size_t begin) {
  double p = 1;
  for (size_t i = begin; i < d.size(); ++i) p *= static_cast<double>(d[i]);
  return p;
}

bool fuses_any(const Node& node, std::initializer_list<Op> ops) {
  return std::any_of(ops.begin(), ops.end(), [&](Op op) { return node.has_fused(op); });
}

bool permutes_last(const Node& node) {
  const std::vector<int64_t> perm = node.ints_attribute("perm");
  return node.op == Op::kTranspose && !perm.empty() &&
         perm.back() != static_cast<int64_t>(perm.size()) - 1;
}

// Appends the kernel's row. The order is kScalars', then kernel_families()'; the size is checked by
// featurize().
void add_features(const Graph& graph, const Kernel& kernel, int producers, int consumers, bool live,
                  std::vector<float>& out) {
  const Node& node = graph.node(kernel.node);
  const Workload work = workload_of(graph, node);
  const ValueId result = node.outputs.empty() ? kNoValue : node.outputs[0];
  const Dims& x = known_dims(graph, node.inputs.empty() ? kNoValue : node.inputs[0]);
  const Dims& y = known_dims(graph, result);
  const Cost& c = kernel.cost;
  const double outputs = product_from(y, 0);
  int computed = 0;
  for (const ValueId v : node.inputs)
    computed += v != kNoValue && !graph.value(v).is_constant ? 1 : 0;
  const int bits = result == kNoValue ? 0 : dtype_bits(graph.value(result).dtype);

  const auto put = [&](double value) { out.push_back(static_cast<float>(value)); };
  put(log2p1(c.flops));
  put(log2p1(c.macs));
  put(log2p1(c.read_bytes - c.weight_bytes));
  put(log2p1(c.write_bytes));
  put(log2p1(c.weight_bytes));
  put(log2p1(c.intensity()));
  put(log2p1(extent(y, 0)));
  put(log2p1(work.batch));
  put(log2p1(work.m));
  put(log2p1(work.n));
  put(log2p1(work.k));
  put(fill(work.m, 128));
  put(fill(work.n, 64));
  put(fill(work.k, 32));
  put(aligned(work.n));
  put(aligned(work.k));
  put(log2p1(extent(x, 1)));
  put(log2p1(extent(y, 1)));
  put(log2p1(x.size() > 2 ? product_from(x, 2) : 0));
  put(log2p1(y.size() > 2 ? product_from(y, 2) : 0));
  put(log2p1(y.empty() ? 0 : static_cast<double>(y.back())));
  put(log2p1(outputs > 0 ? product_from(x, 0) / outputs : 0));
  put(static_cast<double>(y.size()));
  put(static_cast<double>(std::min<int64_t>(work.kernel_size, 64)));
  put(std::log2(static_cast<double>(std::max<int64_t>(work.stride, 1))));
  put(std::log2(static_cast<double>(std::max<int64_t>(work.dilation, 1))));
  put(log2p1(static_cast<double>(work.groups)));
  put(log2p1(bits));
  put(std::min(computed, 16));
  put(std::min(producers, 16));
  put(std::min(consumers, 16));
  put(std::min<double>(static_cast<double>(node.fused.size()), 16));
  put(node.has_fused(Op::kBatchNormalization) || has_constant_bias(graph, node) ? 1 : 0);
  put(node.has_fused(Op::kAdd) ? 1 : 0);
  put(fuses_any(node, {Op::kRelu, Op::kClip, Op::kLeakyRelu, Op::kPRelu}) ? 1 : 0);
  put(fuses_any(node, {Op::kSigmoid, Op::kSilu, Op::kGelu, Op::kHardSwish, Op::kHardSigmoid,
                       Op::kTanh, Op::kMish, Op::kElu})
          ? 1
          : 0);
  put(node.has_fused(Op::kMul) ? 1 : 0);
  put(permutes_last(node) ? 1 : 0);
  const std::string_view mode = node.text_attribute("mode", "");
  put(mode == "linear" || mode == "cubic" ? 1 : 0);
  put(live ? 1 : 0);
  const std::string_view family = kernel_family(graph, node);
  for (const std::string_view f : kernel_families()) put(family == f ? 1 : 0);
}

constexpr FeatureInfo kBaseCosts[] = {
    {"dense_gflops", "GFLOP", "multiply-accumulate work (2 FLOPs each) in dense products"},
    {"grouped_gflops", "GFLOP", "the same in grouped and depthwise convolutions"},
    {"vector_gflops", "GFLOP", "all other operations"},
    {"moved_mb", "MB", "activations read and written"},
    {"weight_mb", "MB", "constant operands read"},
    {"fused_mb", "MB", "what the fused operators would read and write as kernels of their own"},
    {"launches", "", "1: the kernel itself"},
    {"operators", "", "fused operators: further launches where nothing is fused"},
};

void add_base_costs(const Graph& graph, const Kernel& kernel, std::vector<float>& out) {
  const Node& node = graph.node(kernel.node);
  const WorkKind kind = work_kind(graph, node);
  const bool grouped = kind == WorkKind::kGrouped || kind == WorkKind::kDepthwise ||
                       (kind == WorkKind::kTransposed && workload_of(graph, node).groups > 1);
  const Cost& c = kernel.cost;
  const double mac_gflops = 2 * c.macs * 1e-9;
  const int bits = node.outputs.empty() ? 0 : dtype_bits(graph.value(node.outputs[0]).dtype);
  const double element_mb = (bits > 0 ? bits : 32) / 8.0 * 1e-6;
  double fused_mb = 0;
  for (const FusedOp& f : node.fused) fused_mb += 2 * element_mb * static_cast<double>(f.elements);
  const double row[] = {grouped ? 0 : mac_gflops,
                        grouped ? mac_gflops : 0,
                        std::max(0.0, c.flops * 1e-9 - mac_gflops),
                        (c.bytes() - c.weight_bytes) * 1e-6,
                        c.weight_bytes * 1e-6,
                        fused_mb,
                        1.0,
                        static_cast<double>(node.fused.size())};
  static_assert(std::size(row) == std::size(kBaseCosts));
  for (const double value : row) out.push_back(static_cast<float>(value));
}

}  // namespace

const std::vector<FeatureInfo>& feature_table() {
  static const std::vector<FeatureInfo> table = make_features();
  return table;
}

const std::vector<FeatureInfo>& base_cost_table() {
  static const std::vector<FeatureInfo> table(std::begin(kBaseCosts), std::end(kBaseCosts));
  return table;
}

FeatureSchema feature_schema(const FeatureSource* source) {
  FeatureSchema schema;
  for (const FeatureInfo& info : feature_table()) schema.features.emplace_back(info.name);
  for (const FeatureInfo& info : base_cost_table()) schema.base_costs.emplace_back(info.name);
  if (source == nullptr) return schema;
  schema.source = source->id();
  for (const std::string& column : source->columns()) {
    schema.features.push_back(column);
    schema.base_costs.push_back(column);
  }
  return schema;
}

GraphFeatures featurize(const Graph& graph, const KernelGraph& kernels,
                        const FeatureSource* source) {
  GraphFeatures result;
  const size_t n = kernels.kernels.size();
  result.num_kernels = static_cast<int32_t>(n);
  result.edges = kernels.edges;
  std::vector<int> producers(n), consumers(n);
  for (const auto& [from, to] : kernels.edges) {
    ++consumers[static_cast<size_t>(from)];
    ++producers[static_cast<size_t>(to)];
  }
  const std::vector<uint8_t> live = live_kernels(graph, kernels);
  const size_t more = source == nullptr ? 0 : source->columns().size();
  const std::vector<float> more_ms =
      source == nullptr ? std::vector<float>() : source->kernel_ms(graph, kernels);
  result.features.reserve(n * (feature_table().size() + more));
  result.base_costs.reserve(n * (base_cost_table().size() + more));
  for (size_t i = 0; i < n; ++i) {
    add_features(graph, kernels.kernels[i], producers[i], consumers[i], live[i] != 0,
                 result.features);
    add_base_costs(graph, kernels.kernels[i], result.base_costs);
    for (size_t j = i * more; j < (i + 1) * more; ++j) {
      result.features.push_back(static_cast<float>(log2p1(1000.0 * more_ms[j])));
      result.base_costs.push_back(more_ms[j]);
    }
  }
  return result;
}

}  // namespace tacho

#include "graph_ir/infer/unknown.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace tacho {
namespace {

// Parts of the names of shape-preserving operators, in lower case: activations, normalisations,
// what frameworks call fake quantisation, and operators that only mark a place.
constexpr std::array kPreserving = {"relu",        "gelu",       "silu",
                                    "swish",       "sigmoid",    "tanh",
                                    "mish",        "selu",       "celu",
                                    "softplus",    "softsign",   "softmax",
                                    "activation",  "norm",       "dropout",
                                    "droppath",    "fakequant",  "quantizelinear",
                                    "identity",    "biasadd",    "rotaryembedding",
                                    "clip",        "scaleshift", "print",
                                    "stopgradient"};

/// new ÷ old of dimension 0 of the first input whose dimension 0 the override changed; 1/1 if none.
std::pair<int64_t, int64_t> batch_ratio(const InferRun& run, NodeId node) {
  if (run.declared == nullptr) return {1, 1};
  for (const ValueId id : run.graph.node(node).inputs) {
    if (id == kNoValue) continue;
    const std::optional<Dims>& now = run.graph.value(id).dims;
    const std::optional<Dims>& before = run.declared->value(id).dims;
    if (!now || !before || now->empty() || before->empty()) continue;
    if (now->front() != before->front() && before->front() > 0)
      return {now->front(), before->front()};
  }
  return {1, 1};
}

}  // namespace

std::optional<Dims> declared_dims_at_batch(const InferRun& run, NodeId node, size_t output) {
  const Value& v = run.graph.value(run.graph.node(node).outputs[output]);
  if (!v.declared_dims || v.declared_dims->size() > kMaxRank ||
      !checked_elements(*v.declared_dims)) {
    return std::nullopt;
  }
  std::optional<Dims> dims = v.declared_dims;
  const auto [now, before] = batch_ratio(run, node);
  if (!dims->empty() && now != before && dims->front() % before == 0) {
    int64_t& first = dims->front();
    // Both factors are at most kMaxElements = 2^48, their product may not be.
    if (first / before > kMaxElements / std::max<int64_t>(now, 1)) return std::nullopt;
    first = first / before * now;
  }
  if (!checked_elements(*dims)) dims.reset();
  return dims;
}

bool preserves_shape_by_name(std::string_view op_type) {
  std::string lower(op_type);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::any_of(kPreserving.begin(), kPreserving.end(),
                     [&](const char* part) { return lower.find(part) != std::string::npos; });
}

bool infer_without_rule(InferRun& run, NodeId id) {
  const Node& node = run.graph.node(id);
  const bool by_name =
      preserves_shape_by_name(node.op_type) && !node.inputs.empty() && node.inputs[0] != kNoValue;
  bool first = true;
  for (size_t i = 0; i < node.outputs.size(); ++i) {
    if (node.outputs[i] == kNoValue) continue;
    std::optional<Dims> dims = declared_dims_at_batch(run, id, i);
    // Only the first output is like the input; what else there may be (means, masks) nobody reads
    // as a rule.
    if (!dims && by_name) dims = run.graph.value(node.inputs[0]).dims;
    if (!dims) return false;
    Value& v = run.graph.value(node.outputs[i]);
    v.dims = std::move(dims);
    v.literal.reset();
    if (v.dtype == DType::kUnknown && !node.inputs.empty() && node.inputs[0] != kNoValue && first) {
      v.dtype = run.graph.value(node.inputs[0]).dtype;
    }
    first = false;
  }
  return true;
}

}  // namespace tacho

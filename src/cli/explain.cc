#include "cli/explain.h"

#include <algorithm>
#include <numeric>

namespace tacho {
namespace {

std::string output_dims(const Graph& graph, const Node& node) {
  for (const ValueId v : node.outputs) {
    if (v != kNoValue && graph.value(v).dims.has_value()) return dims_text(*graph.value(v).dims);
  }
  return "?";
}

int64_t whole(double x) { return static_cast<int64_t>(x); }

std::vector<size_t> slowest_first(const std::vector<double>& kernel_ms) {
  std::vector<size_t> order(kernel_ms.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return kernel_ms[a] > kernel_ms[b]; });
  return order;
}

}  // namespace

Table explain_table(const LoweredModel& model, const Prediction& prediction, size_t top) {
  Table table;
  table.columns = {{"rank", "#"},
                   {"kernel"},
                   {"node"},
                   {"output"},
                   {"flops", "MFLOPs", 3, 1e-6},
                   {"bytes", "MB", 3, 1e-6},
                   {"latency_ms", "ms"},
                   {"share_percent", "share %"}};
  const std::vector<size_t> order = slowest_first(prediction.kernel_ms);
  const size_t listed = top == 0 ? order.size() : std::min(top, order.size());
  const auto share = [&](double ms) {
    return prediction.latency_ms > 0 ? 100 * ms / prediction.latency_ms : 0;
  };
  for (size_t i = 0; i < listed; ++i) {
    const Kernel& kernel = model.kernels.kernels[order[i]];
    const Node& node = model.graph.node(kernel.node);
    const double ms = prediction.kernel_ms[order[i]];
    table.rows.push_back(
        {static_cast<int64_t>(i + 1), kernel.type,
         node.name.empty() ? node.op_type + " #" + std::to_string(kernel.node) : node.name,
         output_dims(model.graph, node), whole(kernel.cost.flops), whole(kernel.cost.bytes()), ms,
         share(ms)});
  }
  if (listed == order.size()) return table;
  Cost others;
  double others_ms = 0;
  for (size_t i = listed; i < order.size(); ++i) {
    others += model.kernels.kernels[order[i]].cost;
    others_ms += prediction.kernel_ms[order[i]];
  }
  table.rows.push_back({Cell{}, std::to_string(order.size() - listed) + " others", "", "",
                        whole(others.flops), whole(others.bytes()), others_ms, share(others_ms)});
  return table;
}

}  // namespace tacho

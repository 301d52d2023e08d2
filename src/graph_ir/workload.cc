#include "graph_ir/workload.h"

#include <algorithm>
#include <map>
#include <string>

namespace tacho {
namespace {

const Dims& dims(const Graph& graph, const Node& node, size_t input) {
  static const Dims none;
  if (input >= node.inputs.size() || node.inputs[input] == kNoValue) return none;
  const auto& known = graph.value(node.inputs[input]).dims;
  return known ? *known : none;
}

const Dims& output_dims(const Graph& graph, const Node& node) {
  static const Dims none;
  if (node.outputs.empty() || node.outputs[0] == kNoValue) return none;
  const auto& known = graph.value(node.outputs[0]).dims;
  return known ? *known : none;
}

double product(const Dims& d, size_t begin, size_t end) {
  double p = 1;
  for (size_t i = begin; i < end; ++i) p *= static_cast<double>(d[i]);
  return p;
}

int64_t largest(const std::vector<int64_t>& values) {
  int64_t most = 1;
  for (const int64_t v : values) most = std::max(most, v);
  return most;
}

size_t weight_index(Op op) { return op == Op::kQLinearConv || op == Op::kQLinearMatMul ? 3 : 1; }

void set_window(const Node& node, Workload& work) {
  const std::vector<int64_t> window = node.ints_attribute("kernel_shape");
  work.kernel_size = largest(window);
  work.kernel_positions = 1;
  for (const int64_t side : window) {  // an attribute may claim anything
    work.kernel_positions =
        std::min(work.kernel_positions * std::clamp<int64_t>(side, 1, 1 << 20), int64_t{1} << 40);
  }
  work.stride = largest(node.ints_attribute("strides"));
  work.dilation = largest(node.ints_attribute("dilations"));
}

Workload convolution(const Graph& graph, const Node& node) {
  Workload work;
  const Dims& x = dims(graph, node, 0);
  const Dims& w = dims(graph, node, weight_index(node.op));
  const Dims& y = output_dims(graph, node);
  set_window(node, work);
  if (x.size() < 3 || w.size() != x.size() || y.size() != x.size()) return work;
  work.kernel_size = *std::max_element(w.begin() + 2, w.end());
  work.kernel_positions = static_cast<int64_t>(product(w, 2, w.size()));
  work.groups = std::max<int64_t>(1, node.int_attribute("group", 1));
  const auto groups = static_cast<double>(work.groups),
             window = static_cast<double>(work.kernel_positions);
  work.batch = groups;
  if (node.op == Op::kConvTranspose) {
    work.m = static_cast<double>(x[0]) * product(x, 2, x.size());
    work.n = static_cast<double>(w[1]) * window;
    work.k = static_cast<double>(x[1]) / groups;
  } else {
    work.m = static_cast<double>(y[0]) * product(y, 2, y.size());
    work.n = static_cast<double>(w[0]) / groups;
    work.k = static_cast<double>(w[1]) * window;
  }
  return work;
}

Workload gemm(const Graph& graph, const Node& node) {
  Workload work;
  const Dims& a = dims(graph, node, 0);
  const Dims& y = output_dims(graph, node);
  if (a.size() != 2 || y.size() != 2) return work;
  work.batch = 1;
  work.m = static_cast<double>(y[0]);
  work.n = static_cast<double>(y[1]);
  work.k = static_cast<double>(node.int_attribute("transA", 0) != 0 ? a[0] : a[1]);
  return work;
}

Workload matmul(const Graph& graph, const Node& node) {
  Workload work;
  const Dims& a = dims(graph, node, 0);
  const Dims& b = dims(graph, node, weight_index(node.op));
  const Dims& y = output_dims(graph, node);
  if (a.empty() || b.empty()) return work;
  work.k = static_cast<double>(a.back());
  work.n = b.size() >= 2 ? static_cast<double>(b.back()) : 1;
  const double outputs = product(y, 0, y.size());
  work.m = a.size() >= 2 ? static_cast<double>(a[a.size() - 2]) : 1;
  if (b.size() <= 2) work.m = product(a, 0, a.size() - 1);  // one weight matrix for all rows
  work.batch = work.m * work.n > 0 ? outputs / (work.m * work.n) : 0;
  return work;
}

Workload attention(const Graph& graph, const Node& node) {
  Workload work;
  const Dims& q = dims(graph, node, 0);
  const Dims& k = dims(graph, node, 1);
  const Dims& v = dims(graph, node, 2);
  if (q.size() < 2 || k.size() < 2 || v.size() < 2) return work;
  work.batch = product(q, 0, q.size() - 2);
  work.m = static_cast<double>(q[q.size() - 2]);
  work.n = static_cast<double>(v[v.size() - 2]);
  work.k = static_cast<double>(q.back() + v.back());
  return work;
}

Workload recurrent(const Graph& graph, const Node& node) {
  Workload work;
  const Dims& x = dims(graph, node, 0);
  const Dims& w = dims(graph, node, 1);
  const Dims& r = dims(graph, node, 2);
  if (x.size() != 3 || w.size() != 3 || r.size() != 3) return work;
  work.batch = static_cast<double>(w[0]) * static_cast<double>(x[0]);
  work.m = static_cast<double>(x[1]);
  work.n = static_cast<double>(w[1]);
  work.k = static_cast<double>(w[2] + r[2]);
  return work;
}

// A term of an Einsum equation with one label per dimension of its operand: blanks removed, "..."
// replaced by labels that no equation can contain, counted from the right as broadcasting does.
// Empty if it does not fit.
std::string labels_of(std::string term, size_t rank) {
  term.erase(std::remove(term.begin(), term.end(), ' '), term.end());
  const size_t dots = term.find("...");
  if (dots != std::string::npos) {
    if (term.size() - 3 > rank) return "";
    std::string open;
    for (size_t i = rank - (term.size() - 3); i > 0; --i) open += static_cast<char>(i);
    term.replace(dots, 3, open);
  }
  return term.size() == rank ? term : "";
}

// Without a right side: the ellipsis, and the letters that occur once.
bool is_kept(const std::string& equation, char label, bool in_both) {
  const size_t arrow = equation.find("->");
  if (label < 'A') return true;  // ours, of an ellipsis
  return arrow == std::string::npos ? !in_both : equation.find(label, arrow) != std::string::npos;
}

// Every label of a two-operand equation is one dimension of the loop nest.
Workload einsum(const Graph& graph, const Node& node) {
  Workload work;
  const std::string equation(node.text_attribute("equation", ""));
  const size_t comma = equation.find(','), arrow = std::min(equation.find("->"), equation.size());
  if (node.inputs.size() != 2 || comma == std::string::npos || comma > arrow) return work;
  const Dims &da = dims(graph, node, 0), &db = dims(graph, node, 1);
  const std::string a = labels_of(equation.substr(0, comma), da.size());
  const std::string b = labels_of(equation.substr(comma + 1, arrow - comma - 1), db.size());
  if (a.size() != da.size() || b.size() != db.size()) return work;
  std::map<char, double> size;  // of broadcast dimensions the larger
  for (size_t i = 0; i < a.size(); ++i) size[a[i]] = static_cast<double>(da[i]);
  for (size_t i = 0; i < b.size(); ++i) {
    size[b[i]] = std::max(size[b[i]], static_cast<double>(db[i]));
  }
  work.batch = work.m = work.n = work.k = 1;
  for (const auto& [label, extent] : size) {
    const bool in_a = a.find(label) != std::string::npos, in_b = b.find(label) != std::string::npos;
    if (is_kept(equation, label, in_a && in_b)) {
      (in_a && in_b ? work.batch : in_a ? work.m : work.n) *= extent;
    } else if (in_a && in_b) {  // summed in one operand alone: before the product
      work.k *= extent;
    }
  }
  return work;
}

bool is_constant(const Graph& graph, const Node& node, size_t input) {
  return input < node.inputs.size() && node.inputs[input] != kNoValue &&
         graph.value(node.inputs[input]).is_constant;
}

}  // namespace

Workload workload_of(const Graph& graph, const Node& node) {
  switch (node.op) {
    case Op::kConv:
    case Op::kConvInteger:
    case Op::kQLinearConv:
    case Op::kConvTranspose:
      return convolution(graph, node);
    case Op::kGemm:
      return gemm(graph, node);
    case Op::kMatMul:
    case Op::kMatMulInteger:
    case Op::kQLinearMatMul:
      return matmul(graph, node);
    case Op::kFusedAttention:
      return attention(graph, node);
    case Op::kLSTM:
    case Op::kGRU:
    case Op::kRNN:
      return recurrent(graph, node);
    case Op::kEinsum:
      return einsum(graph, node);
    default: {
      Workload none;
      set_window(node, none);
      return none;
    }
  }
}

std::optional<size_t> bias_index(Op op) {
  switch (op) {
    case Op::kConv:
    case Op::kConvTranspose:
    case Op::kGemm:
    case Op::kMatMul:  // after fuse_bias
      return 2;
    case Op::kQLinearConv:
      return 8;
    case Op::kLSTM:
    case Op::kGRU:
    case Op::kRNN:
      return 3;
    default:
      return std::nullopt;
  }
}

bool has_constant_bias(const Graph& graph, const Node& node) {
  const std::optional<size_t> index = bias_index(node.op);
  return index.has_value() && is_constant(graph, node, *index);
}

WorkKind work_kind(const Graph& graph, const Node& node) {
  switch (node.op) {
    case Op::kConv:
    case Op::kConvInteger:
    case Op::kQLinearConv: {
      const int64_t groups = node.int_attribute("group", 1);
      const Dims& x = dims(graph, node, 0);
      if (groups <= 1) return WorkKind::kDense;
      return x.size() >= 2 && groups == x[1] ? WorkKind::kDepthwise : WorkKind::kGrouped;
    }
    case Op::kConvTranspose:
      return WorkKind::kTransposed;
    case Op::kGemm:
      return WorkKind::kFullyConnected;
    case Op::kMatMul:
    case Op::kMatMulInteger:
    case Op::kQLinearMatMul:
    case Op::kEinsum:
      return is_constant(graph, node, weight_index(node.op)) || is_constant(graph, node, 0)
                 ? WorkKind::kFullyConnected
                 : WorkKind::kProduct;
    case Op::kFusedAttention:
      return WorkKind::kAttention;
    case Op::kLSTM:
    case Op::kGRU:
    case Op::kRNN:
      return WorkKind::kRecurrent;
    default:
      return WorkKind::kNone;
  }
}

}  // namespace tacho

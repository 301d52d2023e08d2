// Kernels on matrices: products, attention, and what works row by row.
#include "kernel_builder/kernel_families.h"

namespace tacho {
namespace {

constexpr double kFloat = 4;  // bytes

std::string no_misfit(const KernelValues&) { return ""; }

}  // namespace

KernelFamily fc_family() {
  KernelFamily f;
  f.parameters = {channel_parameter("cin", "CIN"), channel_parameter("cout", "COUT")};
  f.misfit = no_misfit;
  f.cost = [](const KernelValues& v) {
    KernelCost c;
    c.work.batch = 1;
    c.work.m = v.real("b");
    c.work.n = v.real("cout");
    c.work.k = v.real("cin");
    c.cost.activations = c.work.m * c.work.n;
    c.cost.macs = c.work.macs();
    c.cost.flops = 2 * c.cost.macs + c.cost.activations;  // the bias
    c.cost.params = c.work.n * c.work.k + c.work.n;
    c.cost.weight_bytes = kFloat * c.cost.params;
    c.cost.read_bytes = kFloat * c.work.m * c.work.k + c.cost.weight_bytes;
    c.cost.write_bytes = kFloat * c.cost.activations;
    return c;
  };
  f.build = [](GraphBuilder& g, const KernelValues& v) {
    return std::vector<ValueId>{g.fc(g.input({v["b"], v["cin"]}), v["cout"])};
  };
  return f;
}

KernelFamily matmul_family() {
  KernelFamily f;
  f.parameters = {size_parameter("m", "M"), size_parameter("n", "N"), size_parameter("k", "K")};
  f.misfit = no_misfit;
  f.cost = [](const KernelValues& v) {
    KernelCost c;
    c.work.batch = v.real("b");
    c.work.m = v.real("m");
    c.work.n = v.real("n");
    c.work.k = v.real("k");
    c.cost.macs = c.work.macs();
    c.cost.flops = 2 * c.cost.macs;
    c.cost.read_bytes = kFloat * c.work.batch * (c.work.m + c.work.n) * c.work.k;
    c.cost.write_bytes = kFloat * c.work.batch * c.work.m * c.work.n;
    return c;
  };
  f.build = [](GraphBuilder& g, const KernelValues& v) {
    const ValueId a = g.input({v["b"], v["m"], v["k"]}), b = g.input({v["b"], v["k"], v["n"]});
    return std::vector<ValueId>{g.matmul(a, b)};
  };
  return f;
}

KernelFamily attention_family() {
  KernelFamily f;
  f.parameters = {
      {"heads", "HEADS"}, size_parameter("m", "M"), size_parameter("n", "N"), {"d", "D"}};
  f.misfit = no_misfit;
  f.cost = [](const KernelValues& v) {
    KernelCost c;
    const double heads = v.real("b") * v.real("heads");
    c.work.batch = heads;
    c.work.m = v.real("m");
    c.work.n = v.real("n");
    c.work.k = 2 * v.real("d");
    c.cost.macs = c.work.macs();
    c.cost.flops = 2 * c.cost.macs + 5 * heads * c.work.m * c.work.n;  // the softmax
    c.cost.read_bytes = kFloat * heads * (c.work.m + 2 * c.work.n) * v.real("d");
    c.cost.write_bytes = kFloat * heads * c.work.m * v.real("d");
    return c;
  };
  f.build = [](GraphBuilder& g, const KernelValues& v) {
    const ValueId q = g.input({v["b"], v["heads"], v["m"], v["d"]}, "q");
    const ValueId k = g.input({v["b"], v["heads"], v["n"], v["d"]}, "k");
    const ValueId value = g.input({v["b"], v["heads"], v["n"], v["d"]}, "v");
    return std::vector<ValueId>{g.attention(q, k, value)};
  };
  return f;
}

KernelFamily row_family(RowOp op) {
  KernelFamily f;
  f.parameters = {size_parameter("rows", "ROWS"), size_parameter("cols", "COLS")};
  f.misfit = no_misfit;
  f.cost = [op](const KernelValues& v) {
    const double n = v.real("b") * v.real("rows") * v.real("cols");
    KernelCost c;
    c.cost.flops = (op == RowOp::kSoftmax ? 5 : 8) * n;
    if (op == RowOp::kLayerNorm) c.cost.params = 2 * v.real("cols");  // scale and bias
    c.cost.weight_bytes = kFloat * c.cost.params;
    c.cost.read_bytes = kFloat * n + c.cost.weight_bytes;
    c.cost.write_bytes = kFloat * n;
    return c;
  };
  f.build = [op](GraphBuilder& g, const KernelValues& v) {
    const ValueId x = g.input({v["b"], v["rows"], v["cols"]});
    return std::vector<ValueId>{op == RowOp::kSoftmax ? g.softmax(x) : g.layer_norm(x)};
  };
  return f;
}

}  // namespace tacho

// Kernels with a window: convolutions and poolings.
#include "kernel_builder/kernel_families.h"

namespace tacho {
namespace {

constexpr double kFloat = 4;  // bytes

std::vector<KernelParameter> window_parameters(const char* stride_key, int64_t absent_cout,
                                               bool pooling = false) {
  return {hw_parameter(),
          channel_parameter("cin", "CIN"),
          channel_parameter("cout", "COUT", absent_cout),
          window_parameter(pooling),
          stride_parameter(stride_key),
          {"p", "PADDING", kSamePadding, 0}};
}

int64_t extent(const KernelValues& v) { return window_extent(v["hw"], v["k"], v["s"], v["p"]); }

Window window(const KernelValues& v) { return {v["k"], v["s"], v["p"]}; }

std::string window_misfit(const KernelValues& v) {
  if (extent(v) >= 1) return "";
  return "k=" + std::to_string(v["k"]) + " does not fit into hw=" + std::to_string(v["hw"]) +
         " with p=" + std::to_string(v["p"]);
}

int64_t groups_of(ConvKind kind, const KernelValues& v) {
  return kind == ConvKind::kDense ? 1 : kind == ConvKind::kDepthwise ? v["cin"] : v["g"];
}

// Operations per output element behind the multiply-accumulates: a batch norm's are those of its
// bias and two of its own.
double tail_flops(const Tails& tails) {
  double flops = 0;
  for (const Tail t : tails) {
    flops += t == Tail::kBn ? 3 : t == Tail::kRelu ? 1 : t == Tail::kRelu6 ? 2 : 4;
  }
  return flops;
}

bool has_bn(const Tails& tails) { return !tails.empty() && tails.front() == Tail::kBn; }

KernelCost conv_cost(ConvKind kind, const Tails& tails, const KernelValues& v) {
  const double b = v.real("b"), hw = v.real("hw"), cin = v.real("cin"), cout = v.real("cout");
  const int64_t k = v["k"], g = groups_of(kind, v);
  const auto out = static_cast<double>(extent(v)), groups = static_cast<double>(g);
  const auto positions = static_cast<double>(k * k);
  KernelCost c;
  c.work.batch = groups;
  c.work.m = b * out * out;
  c.work.n = cout / groups;
  c.work.k = cin / groups * positions;
  c.work.groups = g;
  c.work.kernel_size = k;
  c.work.kernel_positions = k * k;
  c.work.stride = v["s"];
  const double outputs = b * cout * out * out;
  c.cost.macs = c.work.macs();
  c.cost.flops = 2 * c.cost.macs + tail_flops(tails) * outputs;
  c.cost.params = cout * cin / groups * positions + (has_bn(tails) ? cout : 0);
  c.cost.activations = outputs;
  c.cost.weight_bytes = kFloat * c.cost.params;
  c.cost.read_bytes = kFloat * b * cin * hw * hw + c.cost.weight_bytes;
  c.cost.write_bytes = kFloat * outputs;
  return c;
}

ValueId with_tail(GraphBuilder& g, ValueId x, Tail tail) {
  switch (tail) {
    case Tail::kBn:
      return g.bn(x);
    case Tail::kRelu:
      return g.relu(x);
    case Tail::kRelu6:
      return g.relu6(x);
    case Tail::kHswish:
      break;
  }
  return g.hswish(x);
}

ValueId image(GraphBuilder& g, const KernelValues& v) {
  return g.input({v["b"], v["cin"], v["hw"], v["hw"]});
}

std::string group_misfit(ConvKind kind, const KernelValues& v) {
  const int64_t g = groups_of(kind, v);
  if (kind == ConvKind::kGrouped && (g == 1 || g == v["cin"])) {
    return "g=" + std::to_string(g) + " makes it a " + (g == 1 ? "conv" : "dwconv");
  }
  for (const char* channels : {"cin", "cout"}) {
    if (v[channels] % g == 0) continue;
    return std::string(channels) + "=" + std::to_string(v[channels]) + " is not a multiple of " +
           (kind == ConvKind::kGrouped ? "g=" : "cin=") + std::to_string(g);
  }
  return window_misfit(v);
}

}  // namespace

KernelFamily conv_family(ConvKind kind, const Tails& tails) {
  KernelFamily f;
  f.parameters =
      window_parameters("STRIDES", kind == ConvKind::kDepthwise ? kSameAsCin : kRequired);
  if (kind == ConvKind::kGrouped) f.parameters.insert(f.parameters.end() - 1, {"g", "GROUPS"});
  f.misfit = [kind](const KernelValues& v) { return group_misfit(kind, v); };
  f.cost = [kind, tails](const KernelValues& v) { return conv_cost(kind, tails, v); };
  f.build = [kind, tails](GraphBuilder& g, const KernelValues& v) {
    ValueId x = g.conv(image(g, v), v["cout"], window(v), {groups_of(kind, v)});
    for (const Tail t : tails) x = with_tail(g, x, t);
    return std::vector<ValueId>{x};
  };
  return f;
}

KernelFamily conv_transpose_family() {
  KernelFamily f;
  f.parameters = window_parameters("STRIDES", kRequired);
  const auto out_extent = [](const KernelValues& v) {
    return (v["hw"] - 1) * v["s"] + v["k"] - 2 * v["p"];
  };
  f.misfit = [=](const KernelValues& v) {
    return out_extent(v) >= 1 ? ""
                              : "p=" + std::to_string(v["p"]) + " leaves nothing of the output";
  };
  f.cost = [=](const KernelValues& v) {
    const auto out = static_cast<double>(out_extent(v)), k = v.real("k");
    KernelCost c;
    c.work.batch = 1;
    c.work.m = v.real("b") * v.real("hw") * v.real("hw");
    c.work.n = v.real("cout") * k * k;
    c.work.k = v.real("cin");
    c.work.kernel_size = v["k"];
    c.work.kernel_positions = v["k"] * v["k"];
    c.work.stride = v["s"];
    c.cost.macs = c.work.macs();
    c.cost.flops = 2 * c.cost.macs;
    c.cost.params = c.work.n * c.work.k;
    c.cost.activations = v.real("b") * v.real("cout") * out * out;
    c.cost.weight_bytes = kFloat * c.cost.params;
    c.cost.read_bytes = kFloat * c.work.m * c.work.k + c.cost.weight_bytes;
    c.cost.write_bytes = kFloat * c.cost.activations;
    return c;
  };
  f.build = [](GraphBuilder& g, const KernelValues& v) {
    return std::vector<ValueId>{g.conv_transpose(image(g, v), v["cout"], window(v))};
  };
  return f;
}

KernelFamily pool_family(bool max) {
  KernelFamily f;
  f.parameters = window_parameters("POOL_STRIDES", kSameAsCin, true);
  f.misfit = [](const KernelValues& v) -> std::string {
    if (v["cout"] != v["cin"]) return "cout must be cin, " + std::to_string(v["cin"]);
    if (v["k"] == 1 && extent(v) == v["hw"]) return "k=1 pools nothing";
    // Runtimes refuse windows that may lie in the padding altogether.
    if (2 * v["p"] > v["k"]) return "p must be at most half of k=" + std::to_string(v["k"]);
    return window_misfit(v);
  };
  f.cost = [](const KernelValues& v) {
    const auto out = static_cast<double>(extent(v));
    KernelCost c;
    c.work.kernel_size = v["k"];
    c.work.kernel_positions = v["k"] * v["k"];
    c.work.stride = v["s"];
    const double maps = v.real("b") * v.real("cin");
    c.cost.flops = maps * out * out * static_cast<double>(c.work.kernel_positions);
    c.cost.read_bytes = kFloat * maps * v.real("hw") * v.real("hw");
    c.cost.write_bytes = kFloat * maps * out * out;
    return c;
  };
  f.build = [max](GraphBuilder& g, const KernelValues& v) {
    const ValueId x = image(g, v);
    return std::vector<ValueId>{max ? g.max_pool(x, window(v)) : g.avg_pool(x, window(v))};
  };
  return f;
}

}  // namespace tacho

// Kernels on feature maps without a window: element by element, or moving channels about.
#include <algorithm>

#include "kernel_builder/kernel_families.h"

namespace tacho {
namespace {

constexpr double kFloat = 4;  // bytes
constexpr int64_t kShuffleGroups = 2;

std::vector<KernelParameter> map_parameters() {
  return {hw_parameter(), channel_parameter("cin", "CIN")};
}

double elements(const KernelValues& v) {
  return v.real("b") * v.real("cin") * v.real("hw") * v.real("hw");
}

ValueId map(GraphBuilder& g, const KernelValues& v) {
  return g.input({v["b"], v["cin"], v["hw"], v["hw"]});
}

std::string no_misfit(const KernelValues&) { return ""; }

KernelCost moved(double flops, double read_elements, double write_elements) {
  KernelCost c;
  c.cost.flops = flops;
  c.cost.read_bytes = kFloat * read_elements;
  c.cost.write_bytes = kFloat * write_elements;
  return c;
}

double flops_per_element(MapOp op) {
  switch (op) {
    case MapOp::kBn:
      return 2;
    case MapOp::kBnRelu:
      return 3;
    case MapOp::kHswish:
    case MapOp::kSigmoid:
    case MapOp::kTanh:
      return 4;
    case MapOp::kSilu:
      return 5;
    case MapOp::kGelu:
      return 8;
    case MapOp::kAddRelu:
      return 2;
    case MapOp::kTranspose:
      return 0;
    case MapOp::kRelu:
    case MapOp::kAdd:
    case MapOp::kMul:
      break;
  }
  return 1;
}

bool is_binary(MapOp op) { return op == MapOp::kAdd || op == MapOp::kAddRelu || op == MapOp::kMul; }

ValueId apply(GraphBuilder& g, MapOp op, ValueId x, ValueId y) {
  switch (op) {
    case MapOp::kBn:
      return g.bn(x);
    case MapOp::kBnRelu:
      return g.relu(g.bn(x));
    case MapOp::kRelu:
      return g.relu(x);
    case MapOp::kHswish:
      return g.hswish(x);
    case MapOp::kGelu:
      return g.gelu(x);
    case MapOp::kSilu:
      return g.silu(x);
    case MapOp::kSigmoid:
      return g.sigmoid(x);
    case MapOp::kTanh:
      return g.tanh(x);
    case MapOp::kAdd:
      return g.add(x, y);
    case MapOp::kAddRelu:
      return g.relu(g.add(x, y));
    case MapOp::kTranspose:
      return g.transpose(x, {0, 2, 3, 1});
    case MapOp::kMul:
      break;
  }
  return g.mul(x, y);
}

std::string even_misfit(const KernelValues& v) {
  return v["cin"] % 2 == 0 ? "" : "cin=" + std::to_string(v["cin"]) + " is not even";
}

// A squeeze-excite kernel's parameters: a single element is taken for a setting.
double parameters_in(double elements) { return elements > 1 ? elements : 0; }

int64_t squeezed(const KernelValues& v) { return std::max<int64_t>(1, v["cin"] / 4); }

}  // namespace

KernelFamily map_family(MapOp op) {
  KernelFamily f;
  f.parameters = map_parameters();
  f.misfit = no_misfit;
  f.cost = [op](const KernelValues& v) {
    const double n = elements(v);
    KernelCost c = moved(flops_per_element(op) * n, is_binary(op) ? 2 * n : n, n);
    if (op == MapOp::kBn || op == MapOp::kBnRelu) {  // scale, bias, mean, variance
      c.cost.params = 4 * v.real("cin");
      c.cost.weight_bytes = kFloat * c.cost.params;
      c.cost.read_bytes += c.cost.weight_bytes;
    }
    return c;
  };
  f.build = [op](GraphBuilder& g, const KernelValues& v) {
    const ValueId x = map(g, v), y = is_binary(op) ? map(g, v) : kNoValue;
    return std::vector<ValueId>{apply(g, op, x, y)};
  };
  return f;
}

KernelFamily global_pool_family() {
  KernelFamily f;
  f.parameters = map_parameters();
  f.misfit = no_misfit;
  f.cost = [](const KernelValues& v) {
    return moved(elements(v), elements(v), v.real("b") * v.real("cin"));
  };
  f.build = [](GraphBuilder& g, const KernelValues& v) {
    return std::vector<ValueId>{g.global_avg_pool(map(g, v))};
  };
  return f;
}

KernelFamily concat_family() {
  KernelFamily f;
  f.parameters = {hw_parameter(), channel_parameter("cin1", "CIN1"),
                  channel_parameter("cin2", "CIN2"), channel_parameter("cin3", "CIN3", 0),
                  channel_parameter("cin4", "CIN4", 0)};
  f.misfit = [](const KernelValues& v) {
    return v["cin4"] > 0 && v["cin3"] == 0 ? "cin4 is given without cin3" : "";
  };
  f.cost = [](const KernelValues& v) {
    const double channels = v.real("cin1") + v.real("cin2") + v.real("cin3") + v.real("cin4");
    const double n = v.real("b") * channels * v.real("hw") * v.real("hw");
    return moved(0, n, n);
  };
  f.build = [](GraphBuilder& g, const KernelValues& v) {
    std::vector<ValueId> parts;
    for (const char* name : {"cin1", "cin2", "cin3", "cin4"}) {
      if (v[name] > 0) parts.push_back(g.input({v["b"], v[name], v["hw"], v["hw"]}));
    }
    return std::vector<ValueId>{g.concat(parts)};
  };
  return f;
}

KernelFamily split_family() {
  KernelFamily f;
  f.parameters = map_parameters();
  f.misfit = even_misfit;
  f.cost = [](const KernelValues& v) { return moved(0, elements(v), elements(v)); };
  f.build = [](GraphBuilder& g, const KernelValues& v) { return g.split(map(g, v), 2); };
  return f;
}

KernelFamily channel_shuffle_family() {
  KernelFamily f;
  f.parameters = map_parameters();
  f.misfit = even_misfit;
  f.cost = [](const KernelValues& v) { return moved(0, elements(v), elements(v)); };
  f.build = [](GraphBuilder& g, const KernelValues& v) {
    return std::vector<ValueId>{g.channel_shuffle(map(g, v), kShuffleGroups)};
  };
  return f;
}

KernelFamily squeeze_excite_family() {
  KernelFamily f;
  f.parameters = map_parameters();
  f.misfit = no_misfit;
  f.cost = [](const KernelValues& v) {
    const double n = elements(v), b = v.real("b"), cin = v.real("cin");
    const auto hidden = static_cast<double>(squeezed(v));
    KernelCost c = moved(0, 2 * n, n);  // read once to pool, once to scale
    c.cost.macs = 2 * b * cin * hidden;
    c.cost.flops = 2 * n + 2 * c.cost.macs + b * hidden + 2 * b * cin;  // ReLU 1, HardSigmoid 2
    c.cost.params = 2 * parameters_in(cin * hidden) + parameters_in(hidden) + parameters_in(cin);
    c.cost.weight_bytes = kFloat * c.cost.params;
    c.cost.read_bytes += c.cost.weight_bytes;
    return c;
  };
  f.build = [](GraphBuilder& g, const KernelValues& v) {
    return std::vector<ValueId>{g.squeeze_excite(map(g, v), squeezed(v))};
  };
  return f;
}

KernelFamily resize_family() {
  KernelFamily f;
  f.parameters = {hw_parameter(), channel_parameter("cin", "CIN"), {"s", "SCALE", 2, 2}};
  f.misfit = no_misfit;
  f.cost = [](const KernelValues& v) {
    const double n = elements(v), out = n * v.real("s") * v.real("s");
    KernelCost c = moved(out, n, out);
    c.cost.params = 4;  // the scales, one per dimension
    c.cost.weight_bytes = kFloat * c.cost.params;
    c.cost.read_bytes += c.cost.weight_bytes;
    return c;
  };
  f.build = [](GraphBuilder& g, const KernelValues& v) {
    return std::vector<ValueId>{g.resize_nearest(map(g, v), v["s"])};
  };
  return f;
}

}  // namespace tacho

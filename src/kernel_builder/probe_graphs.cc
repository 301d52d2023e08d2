#include "kernel_builder/probe_graphs.h"

#include <cassert>

#include "common/error.h"
#include "common/text.h"
#include "graph_ir/graph_builder.h"

namespace tacho {
namespace {

constexpr int64_t kRowFeatures = 16;  // of a fully connected layer, per channel of a map

enum class Form { kMap, kRow, kBoth };

struct ProbeOperator {
  const char* name;
  Form takes;
  bool has_window;  ///< needs more than one position
  ValueId (*apply)(GraphBuilder& g, ValueId x);
};

int64_t features(const GraphBuilder& g, ValueId x) { return g.dims(x)[1]; }

// In the order in which pairs are probed. A second operand is an input of the graph.
const std::vector<ProbeOperator>& operators() {
  static const std::vector<ProbeOperator> list{
      {"Conv", Form::kMap, true,
       [](GraphBuilder& g, ValueId x) { return g.conv(x, features(g, x), {3}); }},
      {"DepthwiseConv", Form::kMap, true,
       [](GraphBuilder& g, ValueId x) { return g.dwconv(x, {3}); }},
      {"ConvTranspose", Form::kMap, true,
       [](GraphBuilder& g, ValueId x) {
         return g.conv_transpose(x, features(g, x), {2, 2});
       }},
      {"Gemm", Form::kRow, false,
       [](GraphBuilder& g, ValueId x) { return g.fc(x, features(g, x)); }},
      {"MaxPool", Form::kMap, true,
       [](GraphBuilder& g, ValueId x) {
         return g.max_pool(x, {3, 2});
       }},
      {"AveragePool", Form::kMap, true,
       [](GraphBuilder& g, ValueId x) {
         return g.avg_pool(x, {3, 2});
       }},
      {"GlobalAveragePool", Form::kMap, true,
       [](GraphBuilder& g, ValueId x) { return g.global_avg_pool(x); }},
      {"BatchNormalization", Form::kMap, false, [](GraphBuilder& g, ValueId x) { return g.bn(x); }},
      {"Add", Form::kBoth, false,
       [](GraphBuilder& g, ValueId x) { return g.add(x, g.input(g.dims(x))); }},
      {"Mul", Form::kBoth, false,
       [](GraphBuilder& g, ValueId x) { return g.mul(x, g.input(g.dims(x))); }},
      {"Concat", Form::kBoth, false,
       [](GraphBuilder& g, ValueId x) {
         return g.concat({x, g.input(g.dims(x))});
       }},
      {"Relu", Form::kBoth, false, [](GraphBuilder& g, ValueId x) { return g.relu(x); }},
      {"Relu6", Form::kBoth, false, [](GraphBuilder& g, ValueId x) { return g.relu6(x); }},
      {"HardSwish", Form::kBoth, false, [](GraphBuilder& g, ValueId x) { return g.hswish(x); }},
      {"Sigmoid", Form::kBoth, false, [](GraphBuilder& g, ValueId x) { return g.sigmoid(x); }},
  };
  return list;
}

const ProbeOperator* find(const std::string& name) {
  for (const ProbeOperator& candidate : operators()) {
    if (name == candidate.name) return &candidate;
  }
  return nullptr;
}

const ProbeOperator& at(const std::string& name) {
  const ProbeOperator* found = find(name);
  if (found != nullptr) return *found;
  throw Error("operator '" + name + "' cannot be probed" + name_hint(name, probe_operators()),
              Fault::kUsage);
}

Graph chain(const std::vector<const ProbeOperator*>& parts, const Dims& dims, Dims* result) {
  std::string name;
  for (const ProbeOperator* part : parts)
    name += (name.empty() ? "" : "+") + std::string(part->name);
  GraphBuilder g("probe " + name + " " + dims_text(dims));
  ValueId x = g.input(dims);
  for (const ProbeOperator* part : parts) x = part->apply(g, x);
  if (result != nullptr) *result = g.dims(x);
  return g.finish({x});
}

}  // namespace

std::vector<std::string> probe_operators() {
  std::vector<std::string> names;
  for (const ProbeOperator& op : operators()) names.emplace_back(op.name);
  return names;
}

bool can_follow(const std::string& root, const std::string& reader) {
  const ProbeOperator &a = at(root), &b = at(reader);
  if (root == "GlobalAveragePool" && b.has_window) return false;
  return a.takes == b.takes || a.takes == Form::kBoth || b.takes == Form::kBoth;
}

std::vector<OperatorPair> probe_pairs() {
  std::vector<OperatorPair> pairs;
  for (const std::string& root : probe_operators()) {
    for (const std::string& reader : probe_operators()) {
      if (can_follow(root, reader)) pairs.emplace_back(root, reader);
    }
  }
  return pairs;
}

OperatorPair parse_probe_pair(const std::string& text) {
  const size_t plus = text.find('+');
  if (plus == std::string::npos) {
    throw Error("pair '" + text + "' is not of the form Conv+Relu", Fault::kUsage);
  }
  const OperatorPair pair{text.substr(0, plus), text.substr(plus + 1)};
  if (!can_follow(pair.first, pair.second)) {
    throw Error(pair.second + " cannot read what " + pair.first + " makes", Fault::kUsage);
  }
  return pair;
}

ProbeGraphs probe_graphs(const OperatorPair& pair, const ProbeShape& shape) {
  const ProbeOperator &root = at(pair.first), &reader = at(pair.second);
  const bool rows = root.takes == Form::kRow || reader.takes == Form::kRow;
  const Dims dims =
      rows ? Dims{1, kRowFeatures * shape.channels} : Dims{1, shape.channels, shape.hw, shape.hw};
  ProbeGraphs graphs;
  Dims between;
  graphs.root = chain({&root}, dims, &between);
  graphs.reader = chain({&reader}, between, nullptr);
  graphs.together = chain({&root, &reader}, dims, nullptr);
  return graphs;
}

}  // namespace tacho

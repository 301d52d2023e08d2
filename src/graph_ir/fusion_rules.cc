#include "graph_ir/fusion_rules.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <vector>

#include "common/error.h"
#include "common/text.h"
#include "graph_ir/passes/edit.h"
#include "graph_ir/workload.h"

namespace tacho {
namespace {

constexpr const char* kDepthwise = "DepthwiseConv";
constexpr const char* kRelu6 = "Relu6";

void check_operator(const std::string& name) {
  std::vector<std::string> known{kDepthwise, kRelu6};
  for (int op = 1; op < static_cast<int>(Op::kCount); ++op) {
    known.emplace_back(op_name(static_cast<Op>(op)));
  }
  if (std::find(known.begin(), known.end(), name) != known.end()) return;
  throw Error("no operator '" + printable(name) + "'" + name_hint(name, known));
}

// What a node may be called in a rule, the most specific name first.
std::vector<std::string> names_of(const Graph& graph, NodeId id) {
  std::vector<std::string> names;
  const Node& node = graph.node(id);
  if (node.op == Op::kConv && work_kind(graph, node) == WorkKind::kDepthwise) {
    names.emplace_back(kDepthwise);
  }
  if (node.op == Op::kClip && fused_op_of(graph, id).relu6) names.emplace_back(kRelu6);
  names.emplace_back(op_name(node.op));
  return names;
}

std::vector<std::string> names_of_last(const Graph& graph, NodeId root) {
  const auto& fused = graph.node(root).fused;
  for (auto last = fused.rbegin(); last != fused.rend(); ++last) {
    if (last->op == Op::kBatchNormalization) continue;
    std::vector<std::string> names;
    if (last->relu6) names.emplace_back(kRelu6);
    names.emplace_back(op_name(last->op));
    return names;
  }
  return names_of(graph, root);
}

template <typename T>
T field(const nlohmann::json& object, const char* key, const char* type) {
  if (!object.is_object() || !object.contains(key)) {
    throw Error(std::string("has no field '") + key + "'");
  }
  try {
    return object.at(key).get<T>();
  } catch (const nlohmann::json::exception&) {
    throw Error(std::string("field '") + key + "' is no " + type);
  }
}

}  // namespace

void FusionRules::set(const std::string& root, const std::string& reader, bool fused) {
  check_operator(root);
  check_operator(reader);
  const auto [place, is_new] = pairs_.emplace(std::make_pair(root, reader), fused);
  if (!is_new && place->second != fused) {
    throw Error("the pair " + root + ", " + reader + " is both fused and not fused");
  }
}

std::optional<bool> FusionRules::find(const Graph& graph, NodeId root, NodeId reader) const {
  if (pairs_.empty()) return std::nullopt;
  for (const std::string& first : names_of_last(graph, root)) {
    for (const std::string& second : names_of(graph, reader)) {
      const auto rule = pairs_.find({first, second});
      if (rule != pairs_.end()) return rule->second;
    }
  }
  return std::nullopt;
}

FusionRules FusionRules::parse(const std::string& text, const std::string& name) {
  return with_context(name, [&] {
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    if (json.is_discarded()) throw Error("is not JSON");
    const auto version = field<int>(json, "schema_version", "number");
    if (version != kSchemaVersion) {
      throw Error("schema_version is " + std::to_string(version) + ", this program reads " +
                  std::to_string(kSchemaVersion));
    }
    const auto kind = field<std::string>(json, "kind", "text");
    if (kind != "fusion_rules") {
      throw Error("is a '" + printable(kind) + "' and not 'fusion_rules'");
    }
    FusionRules rules;
    rules.platform_ = field<std::string>(json, "platform", "text");
    const auto pairs = field<nlohmann::json>(json, "pairs", "list");
    if (!pairs.is_array()) throw Error("field 'pairs' is no list");
    for (size_t i = 0; i < pairs.size(); ++i) {
      with_context("pair " + std::to_string(i + 1), [&] {
        const auto root = field<std::string>(pairs[i], "root", "text");
        const auto reader = field<std::string>(pairs[i], "reader", "text");
        rules.set(root, reader, field<bool>(pairs[i], "fused", "true or false"));
      });
    }
    return rules;
  });
}

FusionRules FusionRules::read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Error(path + ": cannot be read");
  return parse(std::string(std::istreambuf_iterator<char>(in), {}), path);
}

}  // namespace tacho

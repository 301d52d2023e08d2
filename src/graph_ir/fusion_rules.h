// What a platform's runtime fuses and what it does not, as `tacho kernel probe-fusion` measured it.
//
// The file is JSON; other fields are allowed and ignored:
//
//   {"schema_version": 1, "kind": "fusion_rules", "platform": "cpu-xeon-1t-libtorch1.13-fp32",
//    "pairs": [{"root": "Conv", "reader": "Relu", "fused": false}, …]}
//
// `root` makes a tensor that `reader` reads. Names are ONNX's operators, and two that a runtime may
// treat in another way: DepthwiseConv (a Conv with a group per channel) and Relu6 (a Clip to 0…6).
// A pair for Conv holds for DepthwiseConv too, unless that has one of its own; so with Clip.
//
// Patterns of several operators (GELU, SiLU, attention, layer norm, …) become one kernel unless a
// pair within them is not fused: a runtime that runs Sigmoid and Mul one by one has no SiLU.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "graph_ir/graph.h"

namespace tacho {

class FusionRules {
 public:
  static constexpr int kSchemaVersion = 1;

  /// Throws Error naming the file: not JSON, of another kind or version, an unknown operator (with
  /// the nearest name), a pair that contradicts another.
  static FusionRules read_file(const std::string& path);
  /// `name` is what errors call the text.
  static FusionRules parse(const std::string& text, const std::string& name);

  bool empty() const { return pairs_.empty(); }
  /// Of the file; empty if there is none.
  const std::string& platform() const { return platform_; }
  /// Throws Error for a name that is neither an operator nor one of the two above.
  void set(const std::string& root, const std::string& reader, bool fused);

  /// What the rules say of `reader`, which reads the output of `root`; nullopt if they say nothing.
  /// Of a root that has absorbed operators, the last one counts (batch norms apart, which are part
  /// of the weights).
  std::optional<bool> find(const Graph& graph, NodeId root, NodeId reader) const;
  /// Whether a pass that fuses the two may do so: unless the rules forbid it.
  bool allow(const Graph& graph, NodeId root, NodeId reader) const {
    return find(graph, root, reader).value_or(true);
  }

 private:
  std::string platform_;
  std::map<std::pair<std::string, std::string>, bool> pairs_;
};

}  // namespace tacho

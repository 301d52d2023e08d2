#include "graph_ir/references/nasbench201.h"

#include <optional>
#include <string>
#include <vector>

#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

constexpr size_t kNodes = 4;

struct NamedOp {
  const char* name;
  CellOp op;
};
constexpr std::array<NamedOp, 5> kOps = {{{"none", CellOp::kNone},
                                          {"skip_connect", CellOp::kSkip},
                                          {"avg_pool_3x3", CellOp::kAvgPool3x3},
                                          {"nor_conv_1x1", CellOp::kConv1x1},
                                          {"nor_conv_3x3", CellOp::kConv3x3}}};

CellOp parse_op(const std::string& name) {
  std::vector<std::string> names;
  for (const NamedOp& known : kOps) {
    if (known.name == name) return known.op;
    names.emplace_back(known.name);
  }
  throw Error("no operation '" + printable(name) + "'" + name_hint(name, names), Fault::kUsage);
}

CellOp parse_edge(const std::string& text, size_t node, size_t source) {
  const size_t tilde = text.find('~');
  if (tilde == std::string::npos) {
    throw Error("'" + printable(text) + "' has no '~' and source; write " + kOps[1].name + "~" +
                    std::to_string(source),
                Fault::kUsage);
  }
  if (text.substr(tilde + 1) != std::to_string(source)) {
    throw Error("the source is '" + printable(text.substr(tilde + 1)) + "', not " +
                    std::to_string(source) + "; node " + std::to_string(node) +
                    " has one edge from each of nodes 0 to " + std::to_string(node - 1) +
                    ", in this order",
                Fault::kUsage);
  }
  return parse_op(text.substr(0, tilde));
}

using NodeMask = std::array<bool, kNodes>;

/// The values of one cell while it is built.
class CellBuilder {
 public:
  CellBuilder(GraphBuilder& g, const Nasbench201Cell& cell, ZeroEdges zero_edges)
      : g_(g), cell_(cell), computed_(zero_edges == ZeroEdges::kComputed) {
    reached_[0] = useful_[kNodes - 1] = true;
    for (size_t n = 1; n < kNodes; ++n) {
      for (size_t s = 0; s < n; ++s) reached_[n] |= is_there(n, s) && reached_[s];
    }
    for (size_t n = kNodes - 1; n > 0; --n) {
      for (size_t s = 0; s < n; ++s) useful_[s] |= is_there(n, s) && useful_[n];
    }
  }

  ValueId build(ValueId input) {
    std::array<ValueId, kNodes> values = {input, kNoValue, kNoValue, kNoValue};
    for (size_t n = 1; n < kNodes; ++n) {
      for (size_t s = 0; s < n; ++s) {
        if (!is_there(n, s) || !reached_[s] || !useful_[n]) continue;
        const ValueId edge = edge_value(cell_.op[n - 1][s], values[s]);
        values[n] = values[n] == kNoValue ? edge : g_.add(values[n], edge);
      }
    }
    const ValueId output = values[kNodes - 1];
    return output == kNoValue ? times_zero(input) : output;
  }

 private:
  bool is_there(size_t node, size_t source) const {
    return computed_ || cell_.op[node - 1][source] != CellOp::kNone;
  }

  ValueId times_zero(ValueId x) {
    if (zero_ == kNoValue) zero_ = g_.scalar(0);
    return g_.mul(x, zero_);
  }

  ValueId edge_value(CellOp op, ValueId x) {
    const int64_t channels = g_.dims(x)[1];
    switch (op) {
      case CellOp::kNone:
        return times_zero(x);
      case CellOp::kSkip:
        return x;
      case CellOp::kAvgPool3x3:
        return g_.avg_pool(x, {3});
      case CellOp::kConv1x1:
        return g_.bn(g_.conv(g_.relu(x), channels, {1}));
      case CellOp::kConv3x3:
        return g_.bn(g_.conv(g_.relu(x), channels, {3}));
    }
    return kNoValue;
  }

  GraphBuilder& g_;
  const Nasbench201Cell& cell_;
  bool computed_;
  ValueId zero_ = kNoValue;  ///< made when first needed
  NodeMask reached_ = {};    ///< from the input
  NodeMask useful_ = {};     ///< for the output
};

/// Halves the image and doubles the channels.
ValueId reduction(GraphBuilder& g, ValueId x) {
  const int64_t channels = 2 * g.dims(x)[1];
  const ValueId main = g.bn(g.conv(g.relu(x), channels, {3, 2}));
  const ValueId shortcut = g.conv(g.avg_pool(x, {2, 2}), channels, {1});
  return g.add(shortcut, g.bn(g.conv(g.relu(main), channels, {3})));
}

Graph build(std::string_view text, ZeroEdges zero_edges, int64_t batch) {
  const Nasbench201Cell cell = parse_nasbench201_cell(text);
  GraphBuilder g("");
  const ValueId image = g.input({batch, 3, 32, 32});
  return g.finish({nasbench201_network(g, image, cell, zero_edges)});
}

}  // namespace

Nasbench201Cell parse_nasbench201_cell(std::string_view text) {
  const std::vector<std::string> nodes = split(text, '+');
  if (nodes.size() != kNodes - 1) {
    throw Error("a cell has 3 nodes joined by '+', this has " + std::to_string(nodes.size()) +
                    "; like |op~0|+|op~0|op~1|+|op~0|op~1|op~2|",
                Fault::kUsage);
  }
  Nasbench201Cell cell;
  for (size_t n = 1; n < kNodes; ++n) {
    with_context("node " + std::to_string(n), [&] {
      const std::string& node = nodes[n - 1];
      if (node.size() < 2 || node.front() != '|' || node.back() != '|') {
        throw Error("'" + printable(node) + "' does not stand between two '|'", Fault::kUsage);
      }
      const std::vector<std::string> edges = split(node.substr(1, node.size() - 2), '|');
      if (edges.size() != n) {
        throw Error("has " + std::to_string(edges.size()) + " edges; one from each of the " +
                        std::to_string(n) + " nodes before it is needed",
                    Fault::kUsage);
      }
      for (size_t s = 0; s < n; ++s) {
        with_context("edge " + std::to_string(s),
                     [&] { cell.op[n - 1][s] = parse_edge(edges[s], n, s); });
      }
    });
  }
  return cell;
}

ValueId nasbench201_network(GraphBuilder& g, ValueId image, const Nasbench201Cell& cell,
                            ZeroEdges zero_edges, const Nasbench201Size& size) {
  constexpr int kStages = 3;
  CellBuilder cells(g, cell, zero_edges);
  g.scope("stem.");
  ValueId x = g.bn(g.conv(image, size.channels, {3}));
  for (int stage = 0; stage < kStages; ++stage) {
    const std::string scope = "stage" + std::to_string(stage);
    g.scope(scope + ".reduction.");
    if (stage > 0) x = reduction(g, x);
    for (int64_t i = 0; i < size.cells; ++i) {
      g.scope(scope + ".cell" + std::to_string(i) + ".");
      x = cells.build(x);
    }
  }
  g.scope("head.");
  return g.fc(g.flatten(g.global_avg_pool(g.relu(g.bn(x)))), size.classes);
}

Graph build_nasbench201(std::string_view cell, int64_t batch) {
  return build(cell, ZeroEdges::kComputed, batch);
}

Graph build_nasbench201_pruned(std::string_view cell, int64_t batch) {
  return build(cell, ZeroEdges::kPruned, batch);
}

}  // namespace tacho

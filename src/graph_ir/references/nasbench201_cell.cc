#include "graph_ir/references/nasbench201_cell.h"

#include <string>
#include <vector>

#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

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

}  // namespace

bool Nasbench201Cell::has_edge_into(size_t node) const {
  for (size_t s = 0; s < node; ++s) {
    if (edge(s, node) != CellOp::kAbsent) return true;
  }
  return false;
}

Nasbench201Cell parse_nasbench201_cell(std::string_view text) {
  const std::vector<std::string> nodes = split(text, '+');
  if (nodes.size() != kCellNodes - 1) {
    throw Error("a cell has 3 nodes joined by '+', this has " + std::to_string(nodes.size()) +
                    "; like |op~0|+|op~0|op~1|+|op~0|op~1|op~2|",
                Fault::kUsage);
  }
  Nasbench201Cell cell;
  for (size_t n = 1; n < kCellNodes; ++n) {
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
                     [&] { cell.edge(s, n) = parse_edge(edges[s], n, s); });
      }
    });
  }
  return cell;
}

Nasbench201Cell without_zero_edges(Nasbench201Cell cell) {
  std::array<bool, kCellNodes> from_input = {true}, to_output = {};
  to_output.back() = true;
  for (size_t n = 1; n < kCellNodes; ++n) {
    for (size_t s = 0; s < n; ++s) {
      if (cell.edge(s, n) == CellOp::kNone) cell.edge(s, n) = CellOp::kAbsent;
      from_input[n] |= from_input[s] && cell.edge(s, n) != CellOp::kAbsent;
    }
  }
  for (size_t n = kCellNodes - 1; n > 0; --n) {
    for (size_t s = 0; s < n; ++s) {
      if (!from_input[s] || !to_output[n]) cell.edge(s, n) = CellOp::kAbsent;
      to_output[s] |= cell.edge(s, n) != CellOp::kAbsent;
    }
  }
  return cell;
}

}  // namespace tacho

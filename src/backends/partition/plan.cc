#include "backends/partition/plan.h"

#include <algorithm>
#include <memory>
#include <set>

#include "backends/partition/cut.h"
#include "backends/partition/tensor_size.h"
#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

// The nodes that the reasons are about: a reason begins with its node's description.
std::vector<NodeId> nodes_of(const std::vector<std::string>& reasons, const Piece& piece) {
  std::vector<NodeId> nodes;
  for (const NodeId id : piece.nodes) {
    const std::string who = piece.graph.describe(id) + ":";
    if (std::any_of(reasons.begin(), reasons.end(),
                    [&](const std::string& reason) { return reason.rfind(who, 0) == 0; })) {
      nodes.push_back(id);
    }
  }
  return nodes;
}

class Planner {
 public:
  Planner(const Graph& graph, Backend& first, const Backend& rest)
      : graph_(graph),
        first_(first),
        rest_(rest),
        on_first_(static_cast<size_t>(graph.num_node_ids()), 0) {}

  Plan plan() {
    whole_problem_ = problem_on_first(graph_);
    if (whole_problem_.empty()) return {{{true, {}, graph_}}, {}};
    ask_for_each_node();
    Plan plan;
    do plan = cut_in_pieces();
    while (plan.reasons.empty() && withdraw_refused(plan));
    if (plan.reasons.empty()) ask_the_rest(plan);
    return plan;
  }

 private:
  void ask_for_each_node() {
    const std::vector<char> scheduled = scheduled_nodes(graph_);
    for (NodeId id = 0; id < graph_.num_node_ids(); ++id) {
      const auto at = static_cast<size_t>(id);
      on_first_[at] = scheduled[at] != 0 && runs_on_first({id}) ? 1 : 0;
    }
  }

  // Some runtimes find out that they cannot only when they run (OpenCV, on ranks below 4).
  std::string problem_on_first(const Graph& graph) const {
    try {
      const std::vector<std::string> reasons = first_.unsupported(graph);
      if (!reasons.empty()) return reasons[0];
      const std::unique_ptr<CompiledModel> model = first_.compile(graph);
      model->run();
      const std::vector<HostTensor> outputs = model->outputs();
      for (size_t i = 0; i < outputs.size(); ++i) {
        const Value& value = graph.value(graph.outputs[i]);
        check_size(outputs[i], checked_elements(*value.dims).value_or(-1), value.name);
      }
      return "";
    } catch (const Error& e) {
      return e.what();
    }
  }
  bool runs_on_first(const std::vector<NodeId>& nodes) {
    if (ran_.count(nodes) > 0) return true;
    const bool runs = problem_on_first(part_graph(graph_, nodes)).empty();
    if (runs) ran_.insert(nodes);
    return runs;
  }

  Plan cut_in_pieces() const {
    Plan plan;
    std::vector<ValueId> made;
    for (Part& part : cut(graph_, on_first_)) {
      Graph graph = part_graph(graph_, part.nodes);
      made.insert(made.end(), graph.outputs.begin(), graph.outputs.end());
      if (!graph.outputs.empty()) {
        plan.pieces.push_back({part.first, std::move(part.nodes), std::move(graph)});
      }
    }
    for (const ValueId v : graph_.outputs) {
      if (std::count(made.begin(), made.end(), v) > 0) continue;
      plan.reasons.push_back("output '" + printable(graph_.value(v).name) +
                             "': no node computes it");
    }
    if (std::none_of(plan.pieces.begin(), plan.pieces.end(),
                     [](const Piece& piece) { return piece.first; })) {
      plan.reasons = first_.unsupported(graph_);
      if (plan.reasons.empty()) plan.reasons = {whole_problem_};
    }
    return plan;
  }

  // What it runs by itself, it may not run beside others.
  bool withdraw_refused(const Plan& plan) {
    bool changed = false;
    for (const Piece& piece : plan.pieces) {
      if (!piece.first || runs_on_first(piece.nodes)) continue;
      const std::vector<NodeId> refused = nodes_of(first_.unsupported(piece.graph), piece);
      for (const NodeId id : refused) withdraw(id);
      if (refused.empty()) withdraw_failing(piece.nodes);
      changed = true;
    }
    return changed;
  }

  // Of nodes that fail together, in their order: the one that makes those before it fail, and so on
  // with those behind it.
  void withdraw_failing(std::vector<NodeId> nodes) {
    do {
      auto runs = nodes.begin(), fails = nodes.end();  // ends of a beginning that does
      while (fails - runs > 1) {
        const auto middle = runs + (fails - runs) / 2;
        (runs_on_first({nodes.begin(), middle}) ? runs : fails) = middle;
      }
      withdraw(*runs);
      nodes.erase(nodes.begin(), fails);
    } while (!nodes.empty() && !runs_on_first(nodes));
  }

  void withdraw(NodeId id) { on_first_[static_cast<size_t>(id)] = 0; }

  void ask_the_rest(Plan& plan) const {
    for (const Piece& piece : plan.pieces) {
      if (piece.first) continue;
      for (std::string& reason : rest_.unsupported(piece.graph)) {
        plan.reasons.push_back(std::move(reason));
      }
    }
  }

  const Graph& graph_;
  Backend& first_;
  const Backend& rest_;
  std::vector<char> on_first_;
  std::string whole_problem_;          ///< why the first does not run all of it
  std::set<std::vector<NodeId>> ran_;  ///< parts that the first runs
};

}  // namespace

Plan make_plan(const Graph& graph, Backend& first, const Backend& rest) {
  return Planner(graph, first, rest).plan();
}

}  // namespace tacho

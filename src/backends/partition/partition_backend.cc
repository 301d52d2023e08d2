#include "backends/partition/partition_backend.h"

#include <algorithm>
#include <chrono>
#include <deque>

#include "backends/partition/cut.h"
#include "backends/registry.h"
#include "common/stable_hash.h"
#include "common/text.h"

namespace tacho {
namespace {

using Clock = std::chrono::steady_clock;

struct Piece {
  bool first = true;  ///< on the first runtime
  std::vector<NodeId> nodes;
  Graph graph;
};

struct Plan {
  std::vector<Piece> pieces;
  std::vector<std::string> reasons;  ///< why it cannot be run, if it cannot
};

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// Of all that a plan depends on.
uint64_t fingerprint(const Graph& graph) {
  Fnv1a hash;
  const auto add = [&](auto number) { hash.add_integer(static_cast<uint64_t>(number)); };
  add(graph.opset);
  for (const ValueId v : graph.outputs) add(v);
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    const Node& node = graph.node(id);
    add(node.alive);
    hash.add_text(node.op_type);
    hash.add_text(node.name);
    for (const ValueId v : node.inputs) add(v);
    add(node.inputs.size());
    for (const ValueId v : node.outputs) add(v);
    for (const Attribute& a : node.attributes) {
      hash.add_text(a.name);
      hash.add_text(a.text);
      for (const int64_t x : a.ints) add(x);
      for (const double x : a.floats) hash.add_text(std::to_string(x));
    }
  }
  for (ValueId v = 0; v < graph.num_value_ids(); ++v) {
    const Value& value = graph.value(v);
    add(value.dtype);
    hash.add_text(value.name);
    if (value.dims) hash.add_text(dims_text(*value.dims));
    if (!value.literal) continue;
    for (const int64_t x : value.literal->ints) add(x);
    for (const double x : value.literal->reals) hash.add_text(std::to_string(x));
  }
  return hash.value();
}

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
    if (first_.unsupported(graph_).empty()) return {{{true, {}, graph_}}, {}};
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
      on_first_[at] = scheduled[at] != 0 && runs_on_first(part_graph(graph_, {id})) ? 1 : 0;
    }
  }

  // Some runtimes find out that they cannot only when they run (OpenCV, on ranks below 4).
  bool runs_on_first(const Graph& graph) const {
    try {
      if (!first_.unsupported(graph).empty()) return false;
      first_.compile(graph)->run();
      return true;
    } catch (const Error&) {
      return false;
    }
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
    }
    return plan;
  }

  // What it runs by itself, it may not run beside others.
  bool withdraw_refused(Plan& plan) {
    bool changed = false;
    for (const Piece& piece : plan.pieces) {
      if (!piece.first) continue;
      std::vector<std::string> reasons = first_.unsupported(piece.graph);
      if (reasons.empty()) continue;
      const std::vector<NodeId> refused = nodes_of(reasons, piece);
      for (const NodeId id : refused) on_first_[static_cast<size_t>(id)] = 0;
      if (refused.empty()) plan.reasons = std::move(reasons);
      changed = changed || !refused.empty();
    }
    return changed;
  }

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
};

/// One of a piece's tensors, on its way to another piece or out.
struct Port {
  size_t piece = 0;
  size_t at = 0;  ///< which output of it
};

struct Stage {
  std::unique_ptr<CompiledModel> model;
  std::vector<std::pair<size_t, Port>> fed;  ///< inputs that other stages make
  bool feeds = false;                        ///< a later stage
  std::vector<HostTensor> outputs;           ///< of the latest run, if it feeds
};

class PartitionedModel : public CompiledModel {
 public:
  PartitionedModel(const Graph& graph, const std::vector<Piece>& pieces, Backend& first,
                   Backend& rest) {
    std::map<ValueId, Port> ports;
    for (size_t p = 0; p < pieces.size(); ++p) {
      const Piece& piece = pieces[p];
      Backend& runs = piece.first ? first : rest;
      Stage stage;
      stage.model = runs.compile(piece.graph);
      for (size_t i = 0; i < piece.graph.inputs.size(); ++i) {
        const auto made = ports.find(piece.graph.inputs[i]);
        if (made == ports.end()) continue;  // an input of the whole
        stage.fed.emplace_back(i, made->second);
        stages_[made->second.piece].feeds = true;
      }
      for (size_t i = 0; i < piece.graph.outputs.size(); ++i) {
        ports.emplace(piece.graph.outputs[i], Port{p, i});
      }
      plan_.push_back("part " + std::to_string(p + 1) + " of " + std::to_string(pieces.size()) +
                      ": " + std::to_string(piece.nodes.size()) + " operators on " +
                      runs.platform());
      for (const std::string& line : stage.model->plan()) plan_.push_back("  " + line);
      stages_.push_back(std::move(stage));
    }
    for (const ValueId v : graph.outputs) outputs_.push_back(ports.at(v));
  }

  void begin_turn() override {
    for (Stage& stage : stages_) stage.model->begin_turn();
  }

  double run() override {
    double ms = 0;
    for (Stage& stage : stages_) {
      const Clock::time_point before = Clock::now();
      for (const auto& [input, port] : stage.fed) {
        stage.model->set_input(input, stages_[port.piece].outputs[port.at]);
      }
      const double fed_ms = ms_since(before);
      ms += fed_ms + stage.model->run();
      if (!stage.feeds) continue;
      const Clock::time_point after = Clock::now();
      stage.outputs = stage.model->outputs();
      ms += ms_since(after);
    }
    return ms;
  }

  std::vector<HostTensor> outputs() override {
    std::vector<std::vector<HostTensor>> of_stages;
    for (Stage& stage : stages_) of_stages.push_back(stage.model->outputs());
    std::vector<HostTensor> tensors;
    for (const Port& port : outputs_) tensors.push_back(of_stages[port.piece].at(port.at));
    return tensors;
  }

  std::vector<std::string> plan() const override { return plan_; }

 private:
  std::vector<Stage> stages_;
  std::vector<Port> outputs_;
  std::vector<std::string> plan_;
};

class PartitionBackend : public Backend {
 public:
  PartitionBackend(std::unique_ptr<Backend> first, std::unique_ptr<Backend> rest)
      : first_(std::move(first)), rest_(std::move(rest)) {}

  std::string name() const override { return "partition"; }
  std::string platform() const override { return first_->platform(); }
  std::map<std::string, std::string> facts() const override {
    std::map<std::string, std::string> facts = first_->facts();
    facts["splits_off_to"] = rest_->platform();
    return facts;
  }

  std::vector<std::string> unsupported(const Graph& graph) const override {
    return plan_of(graph).reasons;
  }

  std::vector<std::string> split_off(const Graph& graph) const override {
    const Plan& plan = plan_of(graph);
    std::vector<std::string> lines;
    for (size_t p = 0; p < plan.pieces.size(); ++p) {
      const Piece& piece = plan.pieces[p];
      if (piece.first) continue;
      std::map<std::string, int> counts;
      for (const NodeId id : piece.nodes) ++counts[graph.node(id).op_type];
      std::vector<std::string> operators;
      for (const auto& [name, count] : counts) {
        operators.push_back(std::to_string(count) + " × " + name);
      }
      lines.push_back(join(operators) + " to " + rest_->platform() + " (part " +
                      std::to_string(p + 1) + " of " + std::to_string(plan.pieces.size()) + ")");
    }
    return lines;
  }

  std::optional<std::vector<Op>> operators() const override {
    std::optional<std::vector<Op>> ops = first_->operators();
    const std::optional<std::vector<Op>> more = rest_->operators();
    if (!ops || !more) return std::nullopt;
    ops->insert(ops->end(), more->begin(), more->end());
    return ops;
  }

  std::unique_ptr<CompiledModel> compile(const Graph& graph) override {
    const Plan& plan = plan_of(graph);
    if (!plan.reasons.empty()) throw Error(plan.reasons[0], Fault::kUnsupported);
    if (plan.pieces.size() == 1 && plan.pieces[0].first) return first_->compile(graph);
    return std::make_unique<PartitionedModel>(graph, plan.pieces, *first_, *rest_);
  }

 private:
  // A model is asked about several times, as it was read and with its operators named, and a plan
  // asks the runtime about every node.
  const Plan& plan_of(const Graph& graph) const {
    const uint64_t key = fingerprint(graph);
    for (const auto& [known, plan] : latest_) {
      if (known == key) return plan;
    }
    if (latest_.size() == kKeptPlans) latest_.pop_front();
    latest_.emplace_back(key, Planner(graph, *first_, *rest_).plan());
    return latest_.back().second;
  }

  static constexpr size_t kKeptPlans = 2;
  std::unique_ptr<Backend> first_, rest_;
  mutable std::deque<std::pair<uint64_t, Plan>> latest_;  ///< by fingerprint, newest last
};

std::string default_rest(const Backend& first) {
  const std::map<std::string, std::string> facts = first.facts();
  const auto threads = facts.find("threads");
  return "libtorch" + (threads == facts.end() ? "" : ":threads=" + threads->second);
}

}  // namespace

std::unique_ptr<Backend> partition(std::unique_ptr<Backend> of, std::unique_ptr<Backend> rest) {
  return std::make_unique<PartitionBackend>(std::move(of), std::move(rest));
}

std::unique_ptr<Backend> open_partition_backend(const BackendSpec& spec) {
  std::unique_ptr<Backend> of = open_backend(spec.required("of"));
  std::unique_ptr<Backend> rest = open_backend(spec.text("rest", default_rest(*of)));
  return partition(std::move(of), std::move(rest));
}

}  // namespace tacho

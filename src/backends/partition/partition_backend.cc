#include "backends/partition/partition_backend.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <deque>
#include <functional>
#include <numeric>
#include <set>

#include "backends/partition/cut.h"
#include "backends/partition/joint_name.h"
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

class Fingerprint {
 public:
  template <typename Number>
  void add(Number number) {
    hash_.add_integer(static_cast<uint64_t>(number));
  }
  void add(double number) {
    uint64_t bits;
    std::memcpy(&bits, &number, sizeof bits);
    hash_.add_integer(bits);
  }
  void add(const std::string& text) { hash_.add_text(text); }
  template <typename List>
  void add_list(const List& list) {
    add(list.size());
    for (const auto& element : list) add(element);
  }
  void add(const Node& node) {
    add(node.alive);
    add(node.domain);
    add(node.op_type);
    add(node.name);
    add_list(node.inputs);
    add_list(node.outputs);
    add(node.attributes.size());
    for (const Attribute& a : node.attributes) {
      add(a.name);
      add(a.text);
      add_list(a.ints);
      add_list(a.floats);
      add(a.tensor);
    }
  }
  void add(const Value& value) {
    add(value.name);
    add(value.dtype);
    add(value.is_constant);
    add_list(value.folded_from);
    add(value.dims.has_value());
    if (value.dims) add_list(*value.dims);
    add(value.literal.has_value());
    if (value.literal) add_list(value.literal->ints);
    if (value.literal) add_list(value.literal->reals);
  }
  uint64_t value() const { return hash_.value(); }

 private:
  Fnv1a hash_;
};

// Of all that a plan and its parts depend on.
uint64_t fingerprint(const Graph& graph) {
  Fingerprint print;
  print.add(graph.opset);
  print.add_list(graph.inputs);
  print.add_list(graph.outputs);
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) print.add(graph.node(id));
  for (ValueId v = 0; v < graph.num_value_ids(); ++v) print.add(graph.value(v));
  return print.value();
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

int64_t num_elements(const std::vector<int64_t>& shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

// Throws Error if there are not the values that the shape promises: whoever is fed with them would
// read or write past the end.
void check_size(const HostTensor& tensor, int64_t elements, const std::string& name) {
  const auto have = static_cast<int64_t>(tensor.values.size());
  if (have == elements && num_elements(tensor.shape) == elements) return;
  throw Error("'" + printable(name) + "' has " + std::to_string(have) + " elements, not " +
              std::to_string(elements));
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

/// One of a piece's tensors, on its way to another piece or out.
struct Port {
  size_t piece = 0;
  size_t at = 0;  ///< which output of it
};

/// A stage's input that another makes.
struct Feed {
  size_t input = 0;
  Port from;
  int64_t elements = 0;
  std::string name;
};

struct Stage {
  std::unique_ptr<CompiledModel> model;
  std::vector<Feed> fed;
  bool feeds = false;               ///< a later stage
  std::vector<HostTensor> outputs;  ///< of the latest run, if it feeds
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
        const Value& value = piece.graph.value(piece.graph.inputs[i]);
        stage.fed.push_back(
            {i, made->second, checked_elements(*value.dims).value_or(-1), value.name});
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
      for (const Feed& feed : stage.fed) {
        const HostTensor& tensor = stages_[feed.from.piece].outputs.at(feed.from.at);
        check_size(tensor, feed.elements, feed.name);
        stage.model->set_input(feed.input, tensor);
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
  std::string platform() const override {
    return joint_name(first_->platform(), rest_->platform());
  }
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

void check_takes_part(const Backend& backend) {
  if (backend.takes_inputs()) return;
  throw Error("backend '" + backend.name() + "' cannot run parts of a model: it takes no inputs; " +
                  "libtorch, onednn and opencv do",
              Fault::kUsage);
}

}  // namespace

std::unique_ptr<Backend> partition(std::unique_ptr<Backend> of, std::unique_ptr<Backend> rest) {
  return std::make_unique<PartitionBackend>(std::move(of), std::move(rest));
}

std::unique_ptr<Backend> open_partition_backend(const BackendSpec& spec) {
  std::unique_ptr<Backend> of = open_backend(spec.required("of"));
  check_takes_part(*of);
  std::unique_ptr<Backend> rest = open_backend(spec.text("rest", default_rest(*of)));
  check_takes_part(*rest);
  if (of->platform() == rest->platform()) {
    throw Error(
        "partition: both backends are platform " + of->platform() + "; name another with rest=",
        Fault::kUsage);
  }
  return partition(std::move(of), std::move(rest));
}

}  // namespace tacho

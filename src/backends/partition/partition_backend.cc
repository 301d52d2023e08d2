#include "backends/partition/partition_backend.h"

#include <deque>
#include <map>

#include "backends/partition/fingerprint.h"
#include "backends/partition/joint_name.h"
#include "backends/partition/partitioned_model.h"
#include "backends/partition/plan.h"
#include "backends/registry.h"
#include "common/text.h"

namespace tacho {
namespace {

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
    return compile_pieces(graph, plan.pieces, *first_, *rest_);
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
    latest_.emplace_back(key, make_plan(graph, *first_, *rest_));
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

// The GNN's forward pass in Eigen. Of an ensemble, the components of all members stand side by side
// and the rates are divided by their number: the mean is a sum of the same form. The maths is in
// docs/architecture.md; gnn/train/torch_model.h is the same in LibTorch, and a test holds the two
// within 1e-4 relative.
#pragma once

#include <Eigen/Core>
#include <memory>
#include <optional>
#include <vector>

#include "gnn/serve/checkpoint.h"
#include "gnn/serve/dense.h"
#include "gnn/serve/quotient.h"
#include "graph_ir/features.h"

namespace tacho {

/// What a graph costs before any platform is known. Kernels that the layers cannot tell apart are
/// computed once.
struct GraphComponents {
  Quotient classes;           ///< which kernels have a row in common
  RowMatrix per_class;        ///< u: classes × all members' components, ≥ 0, of one kernel each
  std::vector<uint8_t> live;  ///< per class: run where multiplications by zero are folded
  Eigen::VectorXd totals;     ///< U: all members' components, of the live kernels
  Eigen::VectorXd dead_totals;  ///< the same of the others
};

class GnnModel {
 public:
  explicit GnnModel(std::shared_ptr<const Checkpoint> checkpoint);

  const Checkpoint& checkpoint() const { return *checkpoint_; }
  const CheckpointInfo& info() const { return checkpoint_->info(); }

  /// Only for the sum readout. The graph's rows must have the checkpoint's widths.
  GraphComponents components(const GraphFeatures& graph) const;
  /// a = exp(theta) / members: platforms × all members' components, milliseconds per unit of each.
  /// Only for the sum readout.
  const Eigen::MatrixXd& rates() const { return rates_; }
  /// Per platform: 1 if it runs kernels that are not live, 0 if it folds them away. Only for the
  /// sum readout.
  const Eigen::VectorXd& runs_dead() const { return runs_dead_; }
  /// What platform `p` spends in each kernel; 0 in those that it folds away.
  Eigen::VectorXd kernel_ms(const GraphComponents& components, Eigen::Index p) const;
  /// Milliseconds that each platform would spend in kernels of each class: platforms × (2 ·
  /// kernel_classes()), the live kernels' first, then the others' as if all platforms ran them.
  /// Only for the sum readout and the current feature version; the graph's rows must have the
  /// checkpoint's widths.
  Eigen::MatrixXd class_totals(const GraphFeatures& graph) const;
  /// Milliseconds on every platform of the checkpoint, whichever its readout. Throws Error if the
  /// graph's rows have other widths than the checkpoint's.
  Eigen::VectorXd latencies_ms(const GraphFeatures& graph) const;
  /// The same by each member alone: platforms × members.
  Eigen::MatrixXd member_latencies_ms(const GraphFeatures& graph) const;
  Eigen::MatrixXd member_latencies_ms(const GraphComponents& components) const;

 private:
  Checkpoint::Matrix matrix(int member, const std::string& name) const {
    return checkpoint_->matrix(member_tensor(info().config, member, name));
  }
  Checkpoint::Row row(int member, const std::string& name) const {
    return checkpoint_->row(member_tensor(info().config, member, name));
  }
  /// The normalised features, one row per class.
  RowMatrix inputs(const GraphFeatures& graph, const Quotient& classes) const;
  /// A member's last layer's rows, one per class.
  RowMatrix hidden(int member, const RowMatrix& inputs, const Quotient& classes) const;
  Eigen::MatrixXd pooled_latencies_ms(const GraphFeatures& graph) const;

  std::shared_ptr<const Checkpoint> checkpoint_;
  Eigen::MatrixXd rates_;
  Eigen::VectorXd runs_dead_;
  std::optional<size_t> live_column_;  ///< of the features; none: every kernel is live
};

/// By how much members disagree: per platform the standard deviation of log latency over them; 0
/// for one member.
Eigen::VectorXd spread_of(const Eigen::MatrixXd& member_latencies_ms);

/// Throws Error if a row of the graph has not as many features and base costs as the model was
/// trained on.
void check_widths(const GraphFeatures& graph, const CheckpointInfo& info);

}  // namespace tacho

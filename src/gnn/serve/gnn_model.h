// The GNN's forward pass in Eigen. The maths is in docs/architecture.md; gnn/train/torch_model.h is
// the same in LibTorch, and a test holds the two within 1e-4 relative.
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
  Quotient classes;             ///< which kernels have a row in common
  RowMatrix per_class;          ///< u: classes × components, ≥ 0, of one kernel of the class
  std::vector<uint8_t> live;    ///< per class: run where multiplications by zero are folded
  Eigen::VectorXd totals;       ///< U: components, of the live kernels
  Eigen::VectorXd dead_totals;  ///< the same of the others
};

class GnnModel {
 public:
  explicit GnnModel(std::shared_ptr<const Checkpoint> checkpoint);

  const Checkpoint& checkpoint() const { return *checkpoint_; }
  const CheckpointInfo& info() const { return checkpoint_->info(); }

  /// Only for the sum readout. The graph's rows must have the checkpoint's widths.
  GraphComponents components(const GraphFeatures& graph) const;
  /// a = exp(theta): platforms × components, milliseconds per unit of each component. Only for the
  /// sum readout.
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

 private:
  /// The last layer's rows, one per class.
  RowMatrix hidden(const GraphFeatures& graph, const Quotient& classes) const;
  Eigen::VectorXd pooled_latencies_ms(const GraphFeatures& graph) const;

  std::shared_ptr<const Checkpoint> checkpoint_;
  Eigen::MatrixXd rates_;
  Eigen::VectorXd runs_dead_;
  std::optional<size_t> live_column_;  ///< of the features; none: every kernel is live
};

/// Throws Error if a row of the graph has not as many features and base costs as the model was
/// trained on.
void check_widths(const GraphFeatures& graph, const CheckpointInfo& info);

}  // namespace tacho

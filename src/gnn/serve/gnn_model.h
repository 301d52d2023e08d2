// The GNN's forward pass in Eigen. The maths is in docs/architecture.md; gnn/train/torch_model.h is
// the same in LibTorch, and a test holds the two within 1e-4 relative.
#pragma once

#include <Eigen/Core>
#include <memory>
#include <vector>

#include "gnn/serve/checkpoint.h"
#include "graph_ir/features.h"

namespace tacho {

using RowMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// What a graph costs before any platform is known.
struct GraphComponents {
  RowMatrix per_kernel;    ///< u: kernels × components, ≥ 0
  Eigen::VectorXd totals;  ///< U: components
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
  /// Milliseconds on every platform of the checkpoint, whichever its readout. Throws Error if the
  /// graph's rows have other widths than the checkpoint's.
  Eigen::VectorXd latencies_ms(const GraphFeatures& graph) const;

 private:
  RowMatrix hidden(const GraphFeatures& graph) const;
  Eigen::VectorXd pooled_latencies_ms(const GraphFeatures& graph) const;

  std::shared_ptr<const Checkpoint> checkpoint_;
  Eigen::MatrixXd rates_;
};

/// Throws Error if a row of the graph has not as many features and base costs as the model was
/// trained on.
void check_widths(const GraphFeatures& graph, const CheckpointInfo& info);

}  // namespace tacho

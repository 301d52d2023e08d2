// The kernel predictors' times as features of the GNN.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "graph_ir/features.h"
#include "kernel_builder/kernel_latency_model.h"

namespace tacho {

/// One column per platform that the predictors were trained on. The id is "<name>#<digest>": of the
/// file or folder, and of its bytes.
class KernelFeatureSource : public FeatureSource {
 public:
  /// `path`: what KernelLatencyModel::load() takes. Throws Error naming it.
  explicit KernelFeatureSource(const std::string& path);

  const std::string& id() const override { return id_; }
  const std::vector<std::string>& columns() const override { return columns_; }
  /// A kernel that the predictors were not trained for takes what estimate_kernel() says, else 0.
  std::vector<float> kernel_ms(const Graph& graph, const KernelGraph& kernels) const override;

 private:
  KernelLatencyModel model_;
  std::string id_;
  std::vector<std::string> columns_;
};

/// The source that `id` names, which must lie beside the checkpoint. Throws Error if it does not,
/// or if its content is another.
std::shared_ptr<const FeatureSource> load_kernel_feature_source(const std::string& id,
                                                                const std::string& checkpoint);

}  // namespace tacho

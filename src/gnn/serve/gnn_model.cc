#include "gnn/serve/gnn_model.h"

#include <cmath>
#include <string>
#include <utility>

#include "common/error.h"

namespace tacho {
namespace {

constexpr float kNormEpsilon = 1e-5f;

/// Adds each edge's source row to its target row and divides by the number of edges that came in.
struct NeighbourMeans {
  RowMatrix predecessors;
  RowMatrix successors;
};

void fill_means(const GraphFeatures& graph, const RowMatrix& hidden,
                const Eigen::VectorXf& in_scale, const Eigen::VectorXf& out_scale,
                NeighbourMeans* means) {
  means->predecessors.setZero(hidden.rows(), hidden.cols());
  means->successors.setZero(hidden.rows(), hidden.cols());
  for (const auto& [producer, consumer] : graph.edges) {
    means->predecessors.row(consumer) += hidden.row(producer);
    means->successors.row(producer) += hidden.row(consumer);
  }
  means->predecessors.array().colwise() *= in_scale.array();
  means->successors.array().colwise() *= out_scale.array();
}

void layer_norm_rows(const Checkpoint::Row& scale, const Checkpoint::Row& offset, RowMatrix* x) {
  const float width = static_cast<float>(x->cols());
  for (Eigen::Index i = 0; i < x->rows(); ++i) {
    auto row = x->row(i);
    const float mean = row.sum() / width;
    row.array() -= mean;
    const float variance = row.squaredNorm() / width;
    row =
        (row.array() * (1.0f / std::sqrt(variance + kNormEpsilon)) * scale.array() + offset.array())
            .matrix();
  }
}

}  // namespace

void check_widths(const GraphFeatures& graph, const CheckpointInfo& info) {
  const size_t kernels = static_cast<size_t>(graph.num_kernels);
  if (graph.features.size() != kernels * info.schema.features.size() ||
      graph.base_costs.size() != kernels * info.schema.base_costs.size()) {
    throw Error(
        "the graph's kernels have other features than the checkpoint was trained on; train it "
        "again");
  }
}

GnnModel::GnnModel(std::shared_ptr<const Checkpoint> checkpoint)
    : checkpoint_(std::move(checkpoint)) {
  if (info().config.readout == Readout::kSum) {
    rates_ = checkpoint_->matrix("platform.theta").cast<double>().array().exp();
  }
}

RowMatrix GnnModel::hidden(const GraphFeatures& graph) const {
  const Eigen::Index kernels = graph.num_kernels;
  RowMatrix x = Checkpoint::Matrix(graph.features.data(), kernels,
                                   static_cast<Eigen::Index>(info().schema.features.size()));
  x = ((x.rowwise() - checkpoint_->row("feature_mean")).array().rowwise() /
       checkpoint_->row("feature_std").array())
          .matrix();
  x = x.cwiseMax(checkpoint_->row("feature_low").replicate(kernels, 1))
          .cwiseMin(checkpoint_->row("feature_high").replicate(kernels, 1));

  RowMatrix h(kernels, info().config.width);
  h.noalias() = x * checkpoint_->matrix("input.weight");
  h.rowwise() += checkpoint_->row("input.bias");
  h = h.cwiseMax(0.0f);

  Eigen::VectorXf in_scale = Eigen::VectorXf::Zero(kernels);
  Eigen::VectorXf out_scale = Eigen::VectorXf::Zero(kernels);
  for (const auto& [producer, consumer] : graph.edges) {
    in_scale[consumer] += 1;
    out_scale[producer] += 1;
  }
  in_scale = in_scale.cwiseMax(1.0f).cwiseInverse();
  out_scale = out_scale.cwiseMax(1.0f).cwiseInverse();

  NeighbourMeans means;
  RowMatrix t(kernels, info().config.width);
  for (int l = 0; l < info().config.layers; ++l) {
    const std::string layer = "layer." + std::to_string(l) + ".";
    fill_means(graph, h, in_scale, out_scale, &means);
    t.noalias() = h * checkpoint_->matrix(layer + "self.weight");
    t.noalias() += means.predecessors * checkpoint_->matrix(layer + "pred.weight");
    t.noalias() += means.successors * checkpoint_->matrix(layer + "succ.weight");
    t.rowwise() += checkpoint_->row(layer + "bias");
    t = t.cwiseMax(0.0f);
    h.noalias() += t * checkpoint_->matrix(layer + "mix.weight");
    h.rowwise() += checkpoint_->row(layer + "mix.bias");
    layer_norm_rows(checkpoint_->row(layer + "norm.weight"), checkpoint_->row(layer + "norm.bias"),
                    &h);
  }
  return h;
}

GraphComponents GnnModel::components(const GraphFeatures& graph) const {
  const Eigen::Index costs = static_cast<Eigen::Index>(info().schema.base_costs.size());
  const Eigen::Index components = info().config.components;
  const float bound = static_cast<float>(info().config.bound);

  GraphComponents result;
  RowMatrix& u = result.per_kernel;
  u.noalias() = hidden(graph) * checkpoint_->matrix("output.weight");
  u.rowwise() += checkpoint_->row("output.bias");
  u = ((u.array() / bound).tanh() * bound).exp().matrix();
  const Checkpoint::Matrix base(graph.base_costs.data(), graph.num_kernels, costs);
  for (Eigen::Index first = 0; first < components; first += costs) {
    const Eigen::Index count = std::min(costs, components - first);
    u.middleCols(first, count).array() *= base.leftCols(count).array();
  }
  result.totals = u.cast<double>().colwise().sum();
  return result;
}

Eigen::VectorXd GnnModel::latencies_ms(const GraphFeatures& graph) const {
  check_widths(graph, info());
  if (info().config.readout == Readout::kPooled) return pooled_latencies_ms(graph);
  return rates_ * components(graph).totals;
}

Eigen::VectorXd GnnModel::pooled_latencies_ms(const GraphFeatures& graph) const {
  const Eigen::Index width = info().config.width;
  const Eigen::Index costs = static_cast<Eigen::Index>(info().schema.base_costs.size());
  const Checkpoint::Matrix base(graph.base_costs.data(), graph.num_kernels, costs);

  Eigen::RowVectorXd pooled(width + costs + 1);
  pooled.head(width) = hidden(graph).cast<double>().colwise().sum();
  pooled.segment(width, costs) =
      (base.cast<double>().colwise().sum().array() + 1.0).log() / std::log(2.0);
  pooled[width + costs] = std::log2(1.0 + graph.num_kernels);

  Eigen::RowVectorXf x = (pooled.cast<float>() - checkpoint_->row("head.mean"))
                             .cwiseQuotient(checkpoint_->row("head.std"));
  for (int i = 0; i < kHeadLayers; ++i) {
    const std::string layer = "head." + std::to_string(i) + ".";
    Eigen::RowVectorXf y =
        x * checkpoint_->matrix(layer + "weight") + checkpoint_->row(layer + "bias");
    x = i + 1 < kHeadLayers ? Eigen::RowVectorXf(y.cwiseMax(0.0f)) : y;
  }
  return x.transpose().cast<double>().array().exp();
}

}  // namespace tacho

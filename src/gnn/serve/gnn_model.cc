#include "gnn/serve/gnn_model.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>
#include <utility>

#include "common/error.h"
#include "graph_ir/kernel_class.h"

namespace tacho {
namespace {

constexpr float kNormEpsilon = 1e-5f;

/// Row i is the mean of x's rows in `rows` of i; 0 where there are none.
void fill_means(const NeighbourRows& rows, const RowMatrix& x, RowMatrix* means) {
  means->setZero(x.rows(), x.cols());
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    const int32_t first = rows.begin[static_cast<size_t>(i)];
    const int32_t last = rows.begin[static_cast<size_t>(i) + 1];
    if (first == last) continue;
    for (int32_t e = first; e < last; ++e) {
      means->row(i) += x.row(rows.index[static_cast<size_t>(e)]);
    }
    means->row(i) *= 1.0f / static_cast<float>(last - first);
  }
}

Checkpoint::Matrix as_matrix(const std::vector<float>& rows, size_t width) {
  return Checkpoint::Matrix(rows.data(), static_cast<Eigen::Index>(rows.size() / width),
                            static_cast<Eigen::Index>(width));
}

Eigen::VectorXd counts_of(const Quotient& classes) {
  return Eigen::Map<const Eigen::VectorXi>(classes.count.data(),
                                           static_cast<Eigen::Index>(classes.num_classes()))
      .cast<double>();
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
    const int members = info().config.members;
    const Eigen::Index components = info().config.components;
    rates_.resize(static_cast<Eigen::Index>(info().platforms.size()), members * components);
    for (int m = 0; m < members; ++m) {
      rates_.middleCols(m * components, components) =
          matrix(m, "platform.theta").cast<double>().array().exp() / members;
    }
    runs_dead_ = checkpoint_->row(kRunsDead).cast<double>();
  }
  const std::vector<std::string>& names = info().schema.features;
  const auto found = std::find(names.begin(), names.end(), "live");
  if (found != names.end()) live_column_ = static_cast<size_t>(found - names.begin());
}

RowMatrix GnnModel::inputs(const GraphFeatures& graph, const Quotient& classes) const {
  const Eigen::Index rows = static_cast<Eigen::Index>(classes.num_classes());
  RowMatrix x =
      as_matrix(representative_rows(graph.features, classes), info().schema.features.size());
  x = ((x.rowwise() - checkpoint_->row("feature_mean")).array().rowwise() /
       checkpoint_->row("feature_std").array())
          .matrix();
  x = x.cwiseMax(checkpoint_->row("feature_low").replicate(rows, 1))
          .cwiseMin(checkpoint_->row("feature_high").replicate(rows, 1));
  return x;
}

RowMatrix GnnModel::hidden(int member, const RowMatrix& x, const Quotient& classes) const {
  const Eigen::Index rows = x.rows();
  RowMatrix h(rows, info().config.width);
  h.setZero();
  add_product(x, matrix(member, "input.weight"), &h);
  h.rowwise() += row(member, "input.bias");
  h = h.cwiseMax(0.0f);

  RowMatrix predecessors, successors;
  RowMatrix t(rows, info().config.width);
  for (int l = 0; l < info().config.layers; ++l) {
    const std::string layer = "layer." + std::to_string(l) + ".";
    fill_means(classes.predecessors, h, &predecessors);
    fill_means(classes.successors, h, &successors);
    t.setZero();
    add_product(h, matrix(member, layer + "self.weight"), &t);
    add_product(predecessors, matrix(member, layer + "pred.weight"), &t);
    add_product(successors, matrix(member, layer + "succ.weight"), &t);
    t.rowwise() += row(member, layer + "bias");
    t = t.cwiseMax(0.0f);
    add_product(t, matrix(member, layer + "mix.weight"), &h);
    h.rowwise() += row(member, layer + "mix.bias");
    layer_norm_rows(row(member, layer + "norm.weight"), row(member, layer + "norm.bias"), &h);
  }
  return h;
}

GraphComponents GnnModel::components(const GraphFeatures& graph) const {
  const Eigen::Index costs = static_cast<Eigen::Index>(info().schema.base_costs.size());
  const Eigen::Index components = info().config.components;
  const float bound = static_cast<float>(info().config.bound);

  GraphComponents result;
  result.classes = quotient_of(graph, info().config.layers);
  RowMatrix& u = result.per_class;
  const RowMatrix x = inputs(graph, result.classes);
  u.resize(x.rows(), rates_.cols());
  for (int m = 0; m < info().config.members; ++m) {
    RowMatrix own = RowMatrix::Zero(x.rows(), components);
    add_product(hidden(m, x, result.classes), matrix(m, "output.weight"), &own);
    own.rowwise() += row(m, "output.bias");
    u.middleCols(m * components, components) = own;
  }
  u = ((u.array() / bound).tanh() * bound).exp().matrix();
  const RowMatrix base =
      as_matrix(representative_rows(graph.base_costs, result.classes), static_cast<size_t>(costs));
  for (Eigen::Index first = 0; first < u.cols();) {
    const Eigen::Index of_member = components - first % components;
    const Eigen::Index count = std::min(costs, of_member);
    u.middleCols(first, count).array() *= base.leftCols(count).array();
    first += count;
  }
  const size_t width = info().schema.features.size();
  Eigen::VectorXd live(u.rows());
  for (const int32_t kernel : result.classes.representative) {
    const bool runs =
        !live_column_ || graph.features[static_cast<size_t>(kernel) * width + *live_column_] != 0;
    live[static_cast<Eigen::Index>(result.live.size())] = runs ? 1 : 0;
    result.live.push_back(runs ? 1 : 0);
  }
  const Eigen::VectorXd counts = counts_of(result.classes);
  result.totals = u.cast<double>().transpose() * counts.cwiseProduct(live);
  result.dead_totals = Eigen::VectorXd::Zero(u.cols());
  if (live.sum() < static_cast<double>(live.size())) {
    result.dead_totals = u.cast<double>().transpose() * (counts - counts.cwiseProduct(live));
  }
  return result;
}

Eigen::VectorXd GnnModel::kernel_ms(const GraphComponents& c, Eigen::Index p) const {
  Eigen::VectorXd per_class = c.per_class.cast<double>() * rates_.row(p).transpose();
  for (Eigen::Index q = 0; q < per_class.size(); ++q) {
    if (c.live[static_cast<size_t>(q)] == 0) per_class[q] *= runs_dead_[p];
  }
  Eigen::VectorXd per_kernel(static_cast<Eigen::Index>(c.classes.class_of.size()));
  for (Eigen::Index k = 0; k < per_kernel.size(); ++k) {
    per_kernel[k] = per_class[c.classes.class_of[static_cast<size_t>(k)]];
  }
  return per_kernel;
}

Eigen::MatrixXd GnnModel::class_totals(const GraphFeatures& graph) const {
  assert(info().config.readout == Readout::kSum);
  assert(info().schema.version == kFeatureVersion);
  check_widths(graph, info());
  const GraphComponents c = components(graph);
  const size_t classes = kernel_classes().size();
  const size_t width = info().schema.features.size();
  Eigen::MatrixXd sums =
      Eigen::MatrixXd::Zero(rates_.cols(), static_cast<Eigen::Index>(2 * classes));
  for (size_t q = 0; q < c.classes.num_classes(); ++q) {
    const size_t kernel = static_cast<size_t>(c.classes.representative[q]);
    const size_t column =
        kernel_class(&graph.features[kernel * width]) + (c.live[q] != 0 ? 0 : classes);
    sums.col(static_cast<Eigen::Index>(column)) +=
        c.classes.count[q] *
        c.per_class.row(static_cast<Eigen::Index>(q)).cast<double>().transpose();
  }
  return rates_ * sums;
}

Eigen::VectorXd GnnModel::latencies_ms(const GraphFeatures& graph) const {
  check_widths(graph, info());
  if (info().config.readout == Readout::kPooled) return pooled_latencies_ms(graph).rowwise().mean();
  const GraphComponents c = components(graph);
  return rates_ * c.totals + runs_dead_.cwiseProduct(rates_ * c.dead_totals);
}

Eigen::MatrixXd GnnModel::member_latencies_ms(const GraphFeatures& graph) const {
  check_widths(graph, info());
  if (info().config.readout == Readout::kPooled) return pooled_latencies_ms(graph);
  return member_latencies_ms(components(graph));
}

Eigen::MatrixXd GnnModel::member_latencies_ms(const GraphComponents& c) const {
  const int members = info().config.members;
  const Eigen::Index width = info().config.components;
  Eigen::MatrixXd latencies_ms(rates_.rows(), members);
  for (int m = 0; m < members; ++m) {
    const auto rates = rates_.middleCols(m * width, width);
    const auto own = [&](const Eigen::VectorXd& totals) {
      return totals.segment(m * width, width);
    };
    latencies_ms.col(m) =
        members * (rates * own(c.totals) + runs_dead_.cwiseProduct(rates * own(c.dead_totals)));
  }
  return latencies_ms;
}

Eigen::MatrixXd GnnModel::pooled_latencies_ms(const GraphFeatures& graph) const {
  const Eigen::Index width = info().config.width;
  const Eigen::Index costs = static_cast<Eigen::Index>(info().schema.base_costs.size());
  const Checkpoint::Matrix base(graph.base_costs.data(), graph.num_kernels, costs);

  Eigen::RowVectorXd pooled(width + costs + 1);
  pooled.segment(width, costs) =
      (base.cast<double>().colwise().sum().array() + 1.0).log() / std::log(2.0);
  pooled[width + costs] = std::log2(1.0 + graph.num_kernels);

  const Quotient classes = quotient_of(graph, info().config.layers);
  const RowMatrix rows = inputs(graph, classes);
  Eigen::MatrixXd latencies_ms(static_cast<Eigen::Index>(info().platforms.size()),
                               info().config.members);
  for (int m = 0; m < info().config.members; ++m) {
    pooled.head(width) = counts_of(classes).transpose() * hidden(m, rows, classes).cast<double>();
    Eigen::RowVectorXf x =
        (pooled.cast<float>() - row(m, "head.mean")).cwiseQuotient(row(m, "head.std"));
    for (int i = 0; i < kHeadLayers; ++i) {
      const std::string layer = "head." + std::to_string(i) + ".";
      Eigen::RowVectorXf y = x * matrix(m, layer + "weight") + row(m, layer + "bias");
      x = i + 1 < kHeadLayers ? Eigen::RowVectorXf(y.cwiseMax(0.0f)) : y;
    }
    latencies_ms.col(m) = x.transpose().cast<double>().array().exp();
  }
  return latencies_ms;
}

Eigen::VectorXd spread_of(const Eigen::MatrixXd& member_latencies_ms) {
  if (member_latencies_ms.cols() < 2) return Eigen::VectorXd::Zero(member_latencies_ms.rows());
  // A graph without kernels takes no time, of which there is no logarithm.
  const Eigen::ArrayXXd logs = member_latencies_ms.array().max(1e-12).log();
  const Eigen::ArrayXXd off = logs.colwise() - logs.rowwise().mean();
  return off.square().rowwise().mean().sqrt();
}

}  // namespace tacho

#include "gnn/serve/adapted_platforms.h"

#include <algorithm>
#include <cassert>

#include "common/error.h"
#include "gnn/serve/device_totals.h"
#include "graph_ir/kernel_class.h"

namespace tacho {
namespace {

std::vector<std::string> class_names() {
  return {kernel_classes().begin(), kernel_classes().end()};
}

bool is_adapted_as_here(const CheckpointInfo& info) {
  return info.adapted_classes == class_names() && info.adapted_counted == counted_devices();
}

/// The mix of each adapted platform, as the checkpoint has it.
std::vector<float> mix_of(const Checkpoint& checkpoint, size_t p) {
  const TensorData all = checkpoint.tensor(kAdaptedMix);
  const size_t size = all.values.size() / static_cast<size_t>(all.shape[0]);
  const auto first = all.values.begin() + static_cast<std::ptrdiff_t>(p * size);
  return {first, first + static_cast<std::ptrdiff_t>(size)};
}

}  // namespace

AdaptedPlatforms::AdaptedPlatforms(const GnnModel& model)
    : feature_width_(model.info().schema.features.size()),
      cost_width_(model.info().schema.base_costs.size()) {
  const CheckpointInfo& info = model.info();
  if (info.adapted.empty()) return;
  if (!is_adapted_as_here(info)) {
    throw Error(
        model.checkpoint().path() +
        ": its platforms were adapted with other classes of kernels or counted devices than "
        "this program has; adapt them again with tacho finetune");
  }
  const Eigen::Index columns = static_cast<Eigen::Index>(2 * class_names().size());
  const Eigen::Index platforms = static_cast<Eigen::Index>(info.platforms.size());
  for (size_t p = 0; p < info.adapted.size(); ++p) {
    const std::vector<float> values = mix_of(model.checkpoint(), p);
    const Checkpoint::Matrix rows(values.data(), static_cast<Eigen::Index>(values.size()) / columns,
                                  columns);
    const Eigen::MatrixXd mix = rows.cast<double>();
    Rates rates;
    rates.components = mix.topRows(platforms).transpose() * model.rates();
    rates.counted = mix.bottomRows(mix.rows() - platforms).transpose();
    rates_.push_back(std::move(rates));
  }
}

Eigen::VectorXd AdaptedPlatforms::kernel_ms(const GraphFeatures& graph, const GraphComponents& c,
                                            size_t p) const {
  const Rates& rates = rates_[p];
  Eigen::VectorXd per_class(c.per_class.rows());
  for (Eigen::Index q = 0; q < per_class.size(); ++q) {
    const size_t kernel = static_cast<size_t>(c.classes.representative[static_cast<size_t>(q)]);
    const bool live = c.live[static_cast<size_t>(q)] != 0;
    const float* features = &graph.features[kernel * feature_width_];
    const Eigen::Index column =
        static_cast<Eigen::Index>(kernel_class(features) + (live ? 0 : kernel_classes().size()));
    per_class[q] = c.per_class.row(q).cast<double>().dot(rates.components.row(column)) +
                   counted_costs(features, &graph.base_costs[kernel * cost_width_])
                       .dot(rates.counted.row(column));
  }
  Eigen::VectorXd per_kernel(static_cast<Eigen::Index>(c.classes.class_of.size()));
  for (Eigen::Index k = 0; k < per_kernel.size(); ++k) {
    per_kernel[k] = per_class[c.classes.class_of[static_cast<size_t>(k)]];
  }
  return per_kernel;
}

void check_adaptable(const Checkpoint& base, const std::string& name) {
  const CheckpointInfo& info = base.info();
  if (info.config.readout != Readout::kSum) {
    throw Error(base.path() +
                    ": the pooled readout cannot be adapted from a few samples; use a checkpoint "
                    "with readout sum",
                Fault::kUsage);
  }
  if (std::find(info.platforms.begin(), info.platforms.end(), name) != info.platforms.end()) {
    throw Error("platform '" + name + "' was trained, from more than a few samples, in " +
                    base.path() + "; give the new one another name with --as",
                Fault::kUsage);
  }
}

void write_adapted(const std::string& path, const Checkpoint& base, const AdaptedPlatform& platform,
                   const Eigen::MatrixXd& mix) {
  check_adaptable(base, platform.name);
  const Eigen::MatrixXf written = mix.cast<float>();
  if (!written.allFinite() || !(written.array() != 0).any()) {
    throw Error("platform '" + platform.name +
                "': its mix of known platforms is not finite, or zero; " + path +
                " is not written. Are its latencies in milliseconds?");
  }
  std::vector<TensorData> tensors;
  for (const auto& [name, shape] : tensor_shapes(base.info())) {
    if (name != kAdaptedMix) tensors.push_back(base.tensor(name));
  }
  CheckpointInfo info = base.info();
  TensorData all{kAdaptedMix, {}, {}};
  const bool as_here = is_adapted_as_here(info);
  info.adapted.clear();
  for (size_t p = 0; p < base.info().adapted.size(); ++p) {
    if (base.info().adapted[p].name == platform.name) continue;
    if (!as_here) {
      throw Error(
          base.path() +
          ": its platforms were adapted with other classes of kernels or counted devices than "
          "this program has; adapt them again, from the checkpoint they started from");
    }
    info.adapted.push_back(base.info().adapted[p]);
    const std::vector<float> values = mix_of(base, p);
    all.values.insert(all.values.end(), values.begin(), values.end());
  }
  info.adapted.push_back(platform);
  info.adapted_classes = class_names();
  info.adapted_counted = counted_devices();
  for (Eigen::Index row = 0; row < mix.rows(); ++row) {
    for (Eigen::Index column = 0; column < mix.cols(); ++column) {
      all.values.push_back(written(row, column));
    }
  }
  all.shape = {static_cast<int64_t>(info.adapted.size()), mix.rows(), mix.cols()};
  tensors.push_back(std::move(all));
  write_checkpoint(path, info, tensors);
}

}  // namespace tacho

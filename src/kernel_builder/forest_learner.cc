#include "kernel_builder/forest_learner.h"

#include "common/error.h"

namespace tacho {
namespace {

constexpr int kLoopTrees = 300;  // to find where it is bad, not to be as good as can be

}  // namespace

Learner forest_learner(const Catalogue& catalogue, const std::string& platform, uint64_t seed,
                       int threads) {
  return [&catalogue, platform, seed, threads](const std::vector<WorkspaceEntry>& measured,
                                               int64_t iteration) {
    KernelTable table;
    for (const WorkspaceEntry& e : measured) {
      table.rows.push_back({e.config, platform, e.latency->mean_ms});
    }
    KernelTrainingOptions options;
    options.method = TrainingMethod::kBoosting;
    options.seed = seed + static_cast<uint64_t>(iteration);
    options.on_all = false;
    options.threads = threads;
    options.trees.max_trees = kLoopTrees;
    const TrainedKernelPredictor trained = train_kernel_predictor(table, catalogue, options);
    std::vector<JudgedKernel> judged;
    if (trained.figures.empty()) return judged;  // too few to split
    for (const MeasuredKernel& row : table.rows) {
      const KernelStage stage =
          kernel_stage(row.config, catalogue, options.seed, options.validation, options.test);
      if (stage != KernelStage::kTest) continue;
      const KernelType& type = catalogue.at(row.config.kernel);
      const double predicted = trained.file.model.predict(platform, type, row.config).latency_ms;
      judged.push_back({row.config, row.latency_ms, predicted});
    }
    return judged;
  };
}

KernelTable workspace_table(const Workspace& workspace, const Catalogue& catalogue,
                            const std::string& platform, std::vector<std::string>& problems) {
  KernelTable table;
  for (const std::string& name : workspace.kernels()) {
    const KernelType* type = catalogue.find(name);
    if (type == nullptr) {
      problems.push_back("no kernel '" + name + "' in the catalogue; its files are left alone");
      continue;
    }
    const WorkspaceKernel kernel = workspace.read(*type);
    problems.insert(problems.end(), kernel.problems.begin(), kernel.problems.end());
    for (const WorkspaceEntry& e : kernel.entries) {
      if (e.latency) table.rows.push_back({e.config, platform, e.latency->mean_ms});
    }
  }
  return table;
}

}  // namespace tacho

#include "kernel_builder/forest_learner.h"

#include <cmath>

#include "common/error.h"

namespace tacho {
namespace {

// To find where predictions are bad, not to be as good as can be: seconds in all, not minutes.
constexpr int kLoopTrees = 120;
constexpr double kJudged = 0.2;

}  // namespace

Learner forest_learner(const Catalogue& catalogue, const std::string& platform, uint64_t seed,
                       int threads) {
  return [&catalogue, platform, seed, threads](const std::vector<WorkspaceEntry>& measured,
                                               int64_t iteration) {
    Judgement judgement;
    std::vector<JudgedKernel>& judged = judgement.judged;
    if (measured.size() < kFewestToJudge) return judgement;
    const uint64_t fold = seed + static_cast<uint64_t>(iteration);
    const DeviceFacts device = nominal_device(platform);
    const auto features_of = [&catalogue, device](const KernelConfig& c) {
      return kernel_features(catalogue.at(c.kernel), c, device);
    };
    TreeData data, all;
    for (const WorkspaceEntry& e : measured) {
      const KernelFeatures f = features_of(e.config);
      const double target = std::log2(e.latency->mean_ms / f.roofline_ms);
      all.num_features = data.num_features = f.values.size();
      all.add(f.values, target);
      if (kernel_stage(e.config, catalogue, fold, 0, kJudged) == KernelStage::kTest) {
        judged.push_back({e.config, e.latency->mean_ms, 0});
        continue;
      }
      data.add(f.values, target);
    }
    TreeOptions options;
    options.max_trees = kLoopTrees;
    options.members = 1;
    options.seed = fold;
    options.threads = threads;
    const Forest forest = train_forest(data, nullptr, options).forest;
    for (JudgedKernel& k : judged) {
      const KernelFeatures f = features_of(k.config);
      k.predicted_ms = f.roofline_ms * std::exp2(forest(f.values.data()));
    }
    options.method = TreeMethod::kForest;
    judgement.doubt = [features_of,
                       trees = train_forest(all, nullptr, options).forest](const KernelConfig& c) {
      return trees.spread(features_of(c).values.data());
    };
    return judgement;
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

#include "kernel_builder/adaptive_loop.h"

#include <gmock/gmock.h>

#include "kernel_builder/scratch.h"

namespace tacho {
namespace {

using testing::FormulaBackend;
using ::testing::IsEmpty;
using testing::scratch_folder;

const KernelType& relu() { return Catalogue::builtin().at("relu"); }

// Latency is 1 + channels; the learner knows it but for more than 500 channels.
FormulaBackend::Formula channels_of() {
  return [](const std::string& graph) {
    return 1.0 + static_cast<double>(parse_kernel(Catalogue::builtin(), graph).values[1]);
  };
}

Judgement blind_above_500(const std::vector<WorkspaceEntry>& measured, int64_t) {
  std::vector<JudgedKernel> judged;
  for (const WorkspaceEntry& e : measured) {
    const bool blind = e.config.values[1] > 500;
    judged.push_back({e.config, e.latency->mean_ms, e.latency->mean_ms * (blind ? 1.5 : 1.0)});
  }
  return {judged, nullptr};
}

Prior prior() {
  Prior p;
  p.add({"relu", {28, 100, 1}});
  p.add({"relu", {14, 900, 1}});
  return p;
}

LoopOptions options(int64_t initial, int64_t fine, int64_t iterations) {
  LoopOptions o;
  o.settings = {"relu", initial, fine, iterations, 0.1};
  o.profile.protocol = {0, 0, 1, 0};
  o.profile.together = 1;
  return o;
}

TEST(AdaptiveLoop, SamplesWherePredictionsAreBad) {
  const Workspace workspace = Workspace::init(scratch_folder("loop"), default_settings());
  FormulaBackend backend(channels_of());
  const auto sampler = prior_sampler(relu(), prior());
  const auto rounds =
      build_adaptively(workspace, relu(), backend, *sampler, blind_above_500, options(20, 3, 3));
  ASSERT_EQ(rounds.size(), 3u);
  EXPECT_EQ(rounds[0].sampled, 20u);
  EXPECT_GT(rounds[0].bad, 0u);
  EXPECT_EQ(rounds[1].sampled, 3 * rounds[0].bad);
  const NnMeterFile fine(workspace.config_path("relu", "finegrained1").string());
  for (const std::string& id : fine.ids("relu")) {  // 0.4 of more than 500
    EXPECT_GT(fine.entry("relu", id)->at("config").at("CIN").get<int>(), 200);
  }
}

TEST(AdaptiveLoop, MeasuresWhatIsDoubted) {
  const Workspace workspace = Workspace::init(scratch_folder("doubt"), default_settings());
  FormulaBackend backend(channels_of());
  const auto sampler = prior_sampler(relu(), prior());
  const Learner doubts_small_maps = [](const std::vector<WorkspaceEntry>& measured, int64_t i) {
    Judgement judgement = blind_above_500(measured, i);
    judgement.doubt = [](const KernelConfig& c) { return c.values[0] == 28 ? 1 : 0; };
    return judgement;
  };
  const auto rounds =
      build_adaptively(workspace, relu(), backend, *sampler, doubts_small_maps, options(20, 3, 2));
  EXPECT_EQ(rounds[1].sampled, 3 * rounds[0].bad);
  const NnMeterFile fine(workspace.config_path("relu", "finegrained1").string());
  for (const std::string& id : fine.ids("relu")) {  // bad are 14 wide ones; the prior has both
    EXPECT_EQ(fine.entry("relu", id)->at("config").at("HW").get<int>(), 28);
  }
}

TEST(AdaptiveLoop, StopsWhenNothingIsBad) {
  const Workspace workspace = Workspace::init(scratch_folder("good"), default_settings());
  FormulaBackend backend(channels_of());
  const auto sampler = prior_sampler(relu(), prior());
  const Learner knows_all = [](const std::vector<WorkspaceEntry>& measured, int64_t) {
    std::vector<JudgedKernel> judged;
    for (const auto& e : measured)
      judged.push_back({e.config, e.latency->mean_ms, e.latency->mean_ms});
    return Judgement{judged, nullptr};
  };
  const auto rounds =
      build_adaptively(workspace, relu(), backend, *sampler, knows_all, options(20, 3, 5));
  EXPECT_EQ(rounds.size(), 1u);
  EXPECT_EQ(rounds[0].accuracy.accuracy.mape, 0);
}

TEST(AdaptiveLoop, SaysWhenNothingCanBeJudged) {
  const Workspace workspace = Workspace::init(scratch_folder("few"), default_settings());
  FormulaBackend backend(channels_of());
  const auto sampler = prior_sampler(relu(), prior());
  const Learner cannot_judge = [](const std::vector<WorkspaceEntry>&, int64_t) {
    return Judgement{};
  };
  LoopOptions quick = options(7, 3, 5);
  std::vector<std::string> notices;
  quick.notice = [&](const std::string& line) { notices.push_back(line); };
  const auto rounds = build_adaptively(workspace, relu(), backend, *sampler, cannot_judge, quick);
  EXPECT_EQ(rounds.size(), 1u);
  EXPECT_EQ(notices.back(),
            "relu: prior: 7 measured, too few to judge predictions by (20 are needed); the loop "
            "ends");
}

TEST(AdaptiveLoop, GoesOnWhereItWasKilledWithTheSameConfigurations) {
  const auto all_configs = [](const Workspace& workspace) {
    std::vector<KernelConfig> configs;
    for (const auto& e : workspace.read(relu()).entries) configs.push_back(e.config);
    return configs;
  };
  const auto sampler = prior_sampler(relu(), prior());
  const Workspace whole = Workspace::init(scratch_folder("whole"), default_settings());
  FormulaBackend steady(channels_of());
  build_adaptively(whole, relu(), steady, *sampler, blind_above_500, options(10, 2, 3));

  const Workspace parts = Workspace::init(scratch_folder("parts"), default_settings());
  int runs = 0;
  FormulaBackend dies([&](const std::string& graph) {
    if (++runs % 7 == 0) throw runs;  // no exception: leaves everything, as a signal does
    return channels_of()(graph);
  });
  for (int restart = 0; restart < 100; ++restart) {
    try {
      build_adaptively(parts, relu(), dies, *sampler, blind_above_500, options(10, 2, 3));
      break;
    } catch (int) {
    }
  }
  EXPECT_EQ(all_configs(parts), all_configs(whole));
  EXPECT_EQ(static_cast<size_t>(steady.compiled), all_configs(whole).size());
}

TEST(AdaptiveLoop, KeepsToItsBudget) {
  const Workspace workspace = Workspace::init(scratch_folder("budget"), default_settings());
  FormulaBackend backend(channels_of());
  const auto sampler = prior_sampler(relu(), prior());
  LoopOptions o = options(20, 10, 5);
  o.budget = 30;
  build_adaptively(workspace, relu(), backend, *sampler, blind_above_500, o);
  EXPECT_EQ(backend.compiled, 30);
}

TEST(AdaptiveLoop, SaysSoWhereNothingCanBeMeasured) {
  const Workspace workspace = Workspace::init(scratch_folder("nothing"), default_settings());
  FormulaBackend backend([](const std::string&) -> double { throw Error("no device"); });
  const auto sampler = prior_sampler(relu(), prior());
  EXPECT_THAT(testing::error_of([&] {
                build_adaptively(workspace, relu(), backend, *sampler, blind_above_500,
                                 options(5, 2, 2));
              }),
              ::testing::HasSubstr("nothing could be measured"));
}

}  // namespace
}  // namespace tacho

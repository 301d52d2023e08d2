#include "kernel_builder/workspace.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <set>
#include <stdexcept>

#include "graph_ir/onnx_reader.h"
#include "kernel_builder/profile_kernels.h"
#include "kernel_builder/scratch.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using testing::FormulaBackend;
using ::testing::HasSubstr;
using testing::read_text;
using testing::scratch_folder;
using testing::write_text;

const KernelType& relu() { return Catalogue::builtin().at("relu"); }

std::vector<KernelConfig> relus(int64_t count) {
  std::vector<KernelConfig> configs;
  for (int64_t c = 1; c <= count; ++c) configs.push_back({"relu", {7, c, 1}});
  return configs;
}

ProfileOptions quick() {
  ProfileOptions options;
  options.protocol = {0, 0, 1, 0};
  return options;
}

TEST(Workspace, IsMadeOnceAndFoundAgain) {
  const std::string folder = scratch_folder("made") + "/ws";
  Workspace::init(folder, default_settings());
  EXPECT_EQ(Workspace(folder).settings().kernels.size(), 16u);
  EXPECT_THAT(error_of([&] { Workspace::init(folder, default_settings()); }),
              HasSubstr("is there already"));
  EXPECT_THAT(error_of([&] { Workspace(scratch_folder("empty")); }), HasSubstr("no workspace"));
}

TEST(Workspace, WritesConfigurationsAsNnMeterDoes) {
  const std::string folder = scratch_folder("configs");
  const Workspace workspace = Workspace::init(folder, default_settings());
  Random random(1);
  workspace.add_configs(relu(), "prior", relus(3), random);
  const NnMeterFile file(folder + "/predictor_build/results/relu_prior.json");
  const auto ids = file.ids("relu");
  ASSERT_EQ(ids.size(), 3u);
  for (const std::string& id : ids) {
    EXPECT_EQ(id.size(), 6u);
    EXPECT_EQ(id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"), std::string::npos);
  }
  const Json& entry = *file.entry("relu", ids[1]);
  EXPECT_EQ(entry["config"].dump(), R"({"HW":7,"CIN":2})");
  EXPECT_EQ(entry["shapes"].dump(), "[[2,7,7]]");
  EXPECT_EQ(read_onnx_file(entry["model"]).name, "relu:hw=7,cin=2");
  EXPECT_THAT(workspace.kernels(), ElementsAre("relu"));
}

TEST(Workspace, KeepsMarksInTheirOrderAndKernelsApart) {
  const std::string folder = scratch_folder("marks");
  const Workspace workspace = Workspace::init(folder, default_settings());
  Random random(1);
  for (const char* mark : {"finegrained10", "finegrained2", "prior"}) {
    workspace.add_configs(relu(), mark, {}, random);
  }
  workspace.add_configs(Catalogue::builtin().at("bnrelu"), "prior", {}, random);
  EXPECT_THAT(workspace.marks("relu"), ElementsAre("prior", "finegrained2", "finegrained10"));
  EXPECT_THAT(workspace.kernels(), ElementsAre("bnrelu", "relu"));
}

TEST(Workspace, AMarkMayHaveUnderscores) {
  const Workspace workspace = Workspace::init(scratch_folder("underscores"), default_settings());
  Random random(1);
  workspace.add_configs(relu(), "prior_test_2", relus(2), random);
  EXPECT_THAT(workspace.kernels(), ElementsAre("relu"));
  EXPECT_THAT(workspace.marks("relu"), ElementsAre("prior_test_2"));
  EXPECT_EQ(workspace.read(relu()).entries.size(), 2u);
}

TEST(Workspace, JoinsProfiledLatenciesByIdAndReportsWhatItSkips) {
  const std::string folder = scratch_folder("join");
  const std::string results = folder + "/predictor_build/results/";
  write_text(results + "relu_prior.json", R"({"relu": {
    "AAAAAA": {"config": {"HW": 7, "CIN": 1}}, "BBBBBB": {"config": {"HW": 7, "CIN": 2}},
    "CCCCCC": {"config": {"HW": 7}}, "DDDDDD": {"config": {"HW": 7, "CIN": 4}},
    "EEEEEE": {"config": {"HW": 7, "CIN": 5}}}})");
  // Without details: the latency alone.
  const std::string profiled = R"({"relu": {"AAAAAA": {"latency": "1.5 +- 0.1"}, "BBBBBB": {},
    "DDDDDD": {"latency": "Error: device lost"}, "FFFFFF": {"latency": "3 +- 0"}}})";
  write_text(results + "profiled_relu.json", profiled);
  const Workspace workspace(folder);
  const WorkspaceKernel kernel = workspace.read(relu());
  ASSERT_EQ(kernel.entries.size(), 4u);
  EXPECT_EQ(kernel.entries[0].latency->mean_ms, 1.5);
  EXPECT_FALSE(kernel.entries[1].latency);
  EXPECT_THAT(kernel.entries[2].error, HasSubstr("device lost"));
  EXPECT_FALSE(kernel.entries[3].latency);
  EXPECT_THAT(kernel.problems,
              ::testing::UnorderedElementsAre(
                  HasSubstr("relu_prior.json: CCCCCC: relu: cin is missing"),
                  HasSubstr("profiled_relu.json: BBBBBB: latency is missing"),
                  HasSubstr("profiled_relu.json: DDDDDD: latency \"Error: device lost\""),
                  HasSubstr("CCCCCC: no file has its config"),
                  HasSubstr("FFFFFF: no file has its config")));
  EXPECT_EQ(read_text(results + "profiled_relu.json"), profiled);
}

TEST(ProfileKernels, MeasuresEachOnceAndKeepsFailures) {
  const std::string folder = scratch_folder("profile");
  const Workspace workspace = Workspace::init(folder, default_settings());
  Random random(1);
  workspace.add_configs(relu(), "prior", relus(4), random);
  FormulaBackend backend([](const std::string& graph) {
    if (graph == "relu:hw=7,cin=3") throw Error("out of memory");
    return 2.0;
  });
  const ProfileOutcome outcome = profile_kernels(workspace, relu(), backend, quick());
  EXPECT_EQ(outcome.measured, 3u);
  EXPECT_EQ(outcome.failed, 1u);
  EXPECT_THAT(outcome.first_failure, HasSubstr("relu:hw=7,cin=3: out of memory"));
  const auto entries = workspace.read(relu()).entries;
  EXPECT_EQ(entries[0].latency->mean_ms, 2);
  EXPECT_EQ(entries[2].error, "out of memory");
  backend.compiled = 0;
  EXPECT_EQ(profile_kernels(workspace, relu(), backend, quick()).measured, 0u);
  EXPECT_EQ(backend.compiled, 0);
  ProfileOptions again = quick();
  again.retry_failed = true;
  EXPECT_EQ(profile_kernels(workspace, relu(), backend, again).failed, 1u);
  const NnMeterFile file(workspace.profiled_path("relu").string());
  const Json& entry = *file.entry("relu", file.ids("relu")[0]);
  EXPECT_EQ(entry["latency"], "2.00000 +- 0");
  EXPECT_TRUE(entry.contains("config"));  // DETAIL
}

TEST(ProfileKernels, LosesNothingWhenItIsKilled) {
  const std::string folder = scratch_folder("killed");
  const Workspace workspace = Workspace::init(folder, default_settings());
  Random random(1);
  workspace.add_configs(relu(), "prior", relus(5), random);
  int runs = 0;
  FormulaBackend dies([&](const std::string&) -> double {
    if (++runs == 4) throw 4;  // no exception: leaves everything, as a signal does
    return 1.0;
  });
  ProfileOptions alone = quick();
  alone.together = 1;
  EXPECT_ANY_THROW(profile_kernels(workspace, relu(), dies, alone));
  FormulaBackend lives([](const std::string&) { return 1.0; });
  EXPECT_EQ(profile_kernels(workspace, relu(), lives, quick()).measured, 2u);
}

TEST(ProfileKernels, KernelsTakeTurns) {
  const auto order_of_runs = [](size_t together) {
    const Workspace workspace =
        Workspace::init(scratch_folder("turns" + std::to_string(together)), default_settings());
    Random random(1);
    workspace.add_configs(relu(), "prior", relus(4), random);
    FormulaBackend backend([](const std::string&) { return 1.0; });
    ProfileOptions options = quick();
    options.protocol.min_runs = options.protocol.turns = 2;
    options.together = together;
    EXPECT_EQ(profile_kernels(workspace, relu(), backend, options).measured, 4u);
    std::string order;
    for (const std::string& graph : backend.runs) order += graph.back();
    return order;
  };
  // A warm-up and two turns, there and back; a turn after another model's begins with a run that
  // does not count. The first kernel runs along with the last, for the pace.
  EXPECT_EQ(order_of_runs(1), "111222333444");
  EXPECT_EQ(order_of_runs(3),
            "123"
            "112233"
            "332211"
            "41"
            "4411"
            "1144");
}

TEST(ProfileKernels, WhatASlowPhaseHitIsMeasuredAgain) {
  const Workspace workspace = Workspace::init(scratch_folder("slow"), default_settings());
  Random random(1);
  workspace.add_configs(relu(), "prior", relus(6), random);
  // The second group of two, and the pace kernel beside it, take half as long again.
  FormulaBackend backend([](const std::string&) { return 1.0; });
  backend.pace = [&] { return backend.runs.size() > 6 && backend.runs.size() < 16 ? 1.5 : 1.0; };
  ProfileOptions options = quick();
  options.together = 2;
  const ProfileOutcome outcome = profile_kernels(workspace, relu(), backend, options);
  EXPECT_EQ(outcome.measured, 6u);
  EXPECT_EQ(outcome.measured_again, 1u);
  for (const auto& e : workspace.read(relu()).entries) EXPECT_EQ(e.latency->mean_ms, 1);
}

TEST(ProfileKernels, ARuntimeOutOfMemoryIsAFailureOfThatConfigurationOnly) {
  const Workspace workspace = Workspace::init(scratch_folder("memory"), default_settings());
  Random random(1);
  workspace.add_configs(relu(), "prior", relus(3), random);
  FormulaBackend backend([](const std::string& graph) -> double {
    if (graph == "relu:hw=7,cin=2") throw std::runtime_error("no memory\nframe #0: somewhere");
    return 1.0;
  });
  EXPECT_EQ(profile_kernels(workspace, relu(), backend, quick()).measured, 2u);
  EXPECT_EQ(workspace.read(relu()).entries[1].error, "no memory");
}

TEST(ProfileKernels, DoesNotMixWithLatenciesOfAnUnknownPlatform) {
  const std::string folder = scratch_folder("unknown_platform");
  const Workspace workspace = Workspace::init(folder, default_settings());
  Random random(1);
  workspace.add_configs(relu(), "prior", relus(2), random);
  FormulaBackend backend([](const std::string&) { return 1.0; });
  profile_kernels(workspace, relu(), backend, quick());
  std::filesystem::remove(folder + "/predictor_build/platform.json");  // as nn-Meter leaves it
  EXPECT_THAT(error_of([&] { profile_kernels(workspace, relu(), backend, quick()); }),
              HasSubstr("latencies of an unknown platform"));
}

TEST(ProfileKernels, KeepsPlatformsApart) {
  const Workspace workspace = Workspace::init(scratch_folder("platforms"), default_settings());
  Random random(1);
  workspace.add_configs(relu(), "prior", relus(2), random);
  FormulaBackend first([](const std::string&) { return 1.0; }, "gpu-a");
  FormulaBackend second([](const std::string&) { return 1.0; }, "gpu-b");
  ProfileOptions one = quick();
  one.most = 1;
  EXPECT_EQ(profile_kernels(workspace, relu(), first, one).measured, 1u);
  EXPECT_EQ(workspace.platform(), "gpu-a");
  EXPECT_THAT(error_of([&] { profile_kernels(workspace, relu(), second, one); }),
              HasSubstr("was measured on gpu-a, not on gpu-b"));
}

}  // namespace
}  // namespace tacho

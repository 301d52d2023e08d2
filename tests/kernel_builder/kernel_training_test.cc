#include "kernel_builder/kernel_training.h"

#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "../temporary_folder.h"
#include "common/error.h"

namespace tacho {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Layers on two cards that differ in speed; twice the roofline of the cards' facts.
DeviceTable two_cards() {
  return {{"fast", {"fast", 16, 800, 80, 64, 1500, 15000, 6}},
          {"slow", {"slow", 8, 200, 20, 64, 1000, 4000, 2}},
          {"middle", {"middle", 8, 400, 40, 64, 1200, 8000, 4}}};
}

KernelTable layers(int count) {
  const KernelType& fc = Catalogue::builtin().at("fc");
  const DeviceTable devices = two_cards();
  KernelTable table;
  for (int i = 0; i < count; ++i) {
    const KernelConfig config{"fc", {64 + 37 * (i % 29), 32 + 53 * (i % 31), 1 + 7 * (i % 37)}};
    for (const char* card : {"fast", "slow"}) {
      const double roofline = kernel_features(fc, config, devices.at(card)).roofline_ms;
      table.rows.push_back({config, card, 2 * roofline * (config.values[0] % 2 == 0 ? 1 : 1.5)});
    }
  }
  return table;
}

KernelTrainingOptions quick() {
  KernelTrainingOptions o;
  o.method = TrainingMethod::kBoosting;
  o.devices = two_cards();
  o.trees.max_trees = 60;
  o.trees.max_leaves = 8;
  o.trees.members = 2;
  o.trees.min_leaf_weight = 1;
  return o;
}

TEST(KernelTraining, FindsARuleOnUnseenConfigurations) {
  const auto trained = train_kernel_predictor(layers(400), Catalogue::builtin(), quick());
  ASSERT_EQ(trained.figures.size(), 1u);
  ASSERT_EQ(trained.figures[0].platforms.size(), 2u);
  for (const KernelAccuracy& a : trained.figures[0].platforms) EXPECT_LT(a.accuracy.mape, 5);
}

TEST(KernelTraining, PlatformsWithoutFactsAreToldApart) {
  for (const int rows : {5, 150}) {  // too few to split, and enough
    KernelTable table = layers(rows);
    for (size_t i = 1; i < table.rows.size(); i += 2) {
      table.rows[i].latency_ms = 10 * table.rows[i - 1].latency_ms;
    }
    KernelTrainingOptions options = quick();
    options.devices = {};
    options.own_forests = false;
    const auto trained = train_kernel_predictor(table, Catalogue::builtin(), options);
    const KernelConfig config = table.rows[0].config;
    const double fast = trained.file.model.predict_ms("fast", config);
    const double slow = trained.file.model.predict_ms("slow", config);
    EXPECT_GT(slow, 5 * fast) << rows;
    EXPECT_LT(slow, 20 * fast) << rows;
  }
}

TEST(KernelTraining, TheSameSeedGivesTheSamePredictor) {
  const auto one = train_kernel_predictor(layers(200), Catalogue::builtin(), quick());
  const auto two = train_kernel_predictor(layers(200), Catalogue::builtin(), quick());
  const KernelConfig config{"fc", {100, 200, 3}};
  EXPECT_EQ(one.file.model.predict_ms("fast", config), two.file.model.predict_ms("fast", config));
}

TEST(KernelTraining, ForestsAreAChoiceAndBestTakesTheBetter) {
  KernelTrainingOptions o = quick();
  o.method = TrainingMethod::kBest;
  const auto trained = train_kernel_predictor(layers(200), Catalogue::builtin(), o);
  ASSERT_EQ(trained.figures.size(), 2u);
  EXPECT_NE(trained.figures[0].chosen, trained.figures[1].chosen);
}

TEST(KernelTraining, ANewCardIsPredictedFromItsFactsOnly) {
  const auto model = train_kernel_predictor(layers(400), Catalogue::builtin(), quick()).file.model;
  const KernelType& fc = Catalogue::builtin().at("fc");
  const KernelConfig config{"fc", {101, 200, 3}};
  const KernelAnswer answer = model.predict("middle", fc, config);
  EXPECT_TRUE(answer.new_platform);
  EXPECT_FALSE(model.predict("slow", fc, config).new_platform);
  EXPECT_LT(answer.latency_ms, 1.5 * model.predict("slow", fc, config).latency_ms);
  EXPECT_GT(answer.latency_ms, model.predict("fast", fc, config).latency_ms / 1.5);
  EXPECT_THROW(model.predict("unheard-of", fc, config), Error) << "there are no facts of it";
  EXPECT_THROW(model.predict_ms("fast", {"matmul", {2, 2, 2, 1}}), Error) << "was not trained";
}

TEST(KernelTraining, TooFewRowsAreTrainedOnWithANotice) {
  std::vector<std::string> notices;
  KernelTrainingOptions o = quick();
  o.notice = [&](const std::string& line) { notices.push_back(line); };
  KernelTable one;
  one.rows = {layers(1).rows[0]};
  const auto trained = train_kernel_predictor(one, Catalogue::builtin(), o);
  EXPECT_THAT(trained.figures, IsEmpty());
  ASSERT_FALSE(notices.empty());
  EXPECT_THAT(notices.back(), HasSubstr("too few to split"));
  EXPECT_NEAR(trained.file.model.predict_ms("fast", one.rows[0].config), one.rows[0].latency_ms,
              1e-5);
}

TEST(KernelTraining, ConstantLatencyIsSaidAndPredicted) {
  std::vector<std::string> notices;
  KernelTrainingOptions o = quick();
  o.notice = [&](const std::string& line) { notices.push_back(line); };
  KernelTable table = layers(100);
  for (MeasuredKernel& row : table.rows) {
    if (row.platform == "slow") row.latency_ms = 3;
  }
  const auto trained = train_kernel_predictor(table, Catalogue::builtin(), o);
  EXPECT_THAT(notices,
              ::testing::Contains(HasSubstr("fc: all latencies on slow are the same, 3.000 ms")));
  EXPECT_EQ(notices.size(), 1u) << "those on fast differ";
  testing::TemporaryFolder folder;
  trained.file.write(folder.file("fc.safetensors"));
  const KernelLatencyModel read = KernelLatencyModel::load(folder.file("fc.safetensors"));
  for (const KernelConfig& config : {KernelConfig{"fc", {8, 8, 1}}, {"fc", {4096, 4096, 512}}}) {
    EXPECT_EQ(read.predict_ms("slow", config), 3);
    EXPECT_NE(read.predict_ms("fast", config), 3);
  }
  for (const KernelAccuracy& a : trained.figures.at(0).platforms) {
    EXPECT_EQ(a.accuracy.mape == 0, a.platform == "slow");
  }
}

TEST(KernelTraining, NoRowsAreAnError) {
  EXPECT_THROW(train_kernel_predictor({}, Catalogue::builtin(), quick()), Error);
}

TEST(KernelTraining, AConfigurationIsOnOneSideOnAllPlatforms) {
  int test = 0;
  for (const MeasuredKernel& row : layers(500).rows) {
    test += kernel_stage(row.config, Catalogue::builtin(), 1, 0.1, 0.2) == KernelStage::kTest;
  }
  EXPECT_EQ(test % 2, 0) << "both platforms of a configuration";
  EXPECT_NEAR(test, 200, 60);
}

TEST(KernelPredictorFile, IsReadAsItWasWritten) {
  testing::TemporaryFolder folder;
  const auto trained = train_kernel_predictor(layers(300), Catalogue::builtin(), quick());
  trained.file.write(folder.file("fc.safetensors"));
  const auto read = KernelPredictorFile::read(folder.file("fc.safetensors"));
  for (const MeasuredKernel& row : layers(50).rows) {
    EXPECT_EQ(read.model.predict_ms(row.platform, row.config),
              trained.file.model.predict_ms(row.platform, row.config));
  }
  EXPECT_EQ(nlohmann::json::parse(read.training).at("rows"), 600);
}

TEST(KernelPredictorFile, OtherFilesAreRefused) {
  testing::TemporaryFolder folder;
  std::ofstream(folder.file("x.safetensors")) << "not one";
  EXPECT_THROW(KernelPredictorFile::read(folder.file("x.safetensors")), Error);
  EXPECT_THROW(KernelPredictorFile::read(TACHO_SOURCE_DIR "/checkpoints/default.safetensors"),
               Error);
  EXPECT_THROW(KernelLatencyModel::load(folder.file("")), Error) << "not a predictor inside";
}

}  // namespace
}  // namespace tacho

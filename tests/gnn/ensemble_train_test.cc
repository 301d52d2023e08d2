#include <gmock/gmock.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "../temporary_folder.h"
#include "common/error.h"
#include "gnn/serve/adapted_platforms.h"
#include "gnn/serve/device_totals.h"
#include "gnn/train/ensemble.h"
#include "gnn/train/report.h"
#include "synthetic.h"

namespace tacho {
namespace {

using ::testing::HasSubstr;

class EnsembleTraining : public ::testing::Test {
 protected:
  EnsembleTraining() {
    config_.data = {"synthetic"};
    config_.model = {Readout::kSum, 8, 1, 12, 3.0};
    config_.epochs = 2;
    config_.batch_kernels = 256;
    config_.fractions = {0.15, 0.15};
    config_.ema = 0.5;
    config_.threads = 1;
    config_.output = path("out");
    testing::SyntheticOptions options;
    options.samples = 60;
    options.distracting_features = false;
    data_ = testing::synthetic_dataset(options);
  }
  std::string path(const std::string& name) { return folder_.file(name); }

  /// A finished checkpoint; `settings` change the configuration.
  template <typename Settings>
  std::string member(const std::string& name, uint64_t seed, Settings settings,
                     const std::string& digest = "digest") {
    TrainConfig config = config_;
    config.seed = seed;
    config.output = path(name);
    settings(config);
    const TrainingSet set = prepare_training_set(data_, config);
    std::ostringstream log;
    finish_checkpoint(config, set, digest, train_model(config, set, {}, log));
    return config.output;
  }
  std::string member(const std::string& name, uint64_t seed) {
    return member(name, seed, [](TrainConfig&) {});
  }
  std::string combine(const std::vector<std::string>& members) {
    const TrainingSet set = prepare_training_set(data_, config_);
    write_ensemble(members, config_, set, "digest");
    return finish_checkpoint(config_, set, "digest", {});
  }
  std::string why_not(const std::vector<std::string>& members) {
    try {
      combine(members);
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  }

  testing::TemporaryFolder folder_;
  TrainConfig config_;
  Dataset data_;
};

TEST_F(EnsembleTraining, TheFileAnswersWithTheMeanAndSaysSo) {
  const std::string a = member("a", 1), b = member("b", 2);
  EXPECT_THAT(combine({a, b}), HasSubstr("mean over platforms"));
  const auto latencies_ms = [&](const std::string& file, size_t sample) {
    return GnnModel(std::make_shared<const Checkpoint>(file))
        .latencies_ms(data_.samples[sample].features);
  };
  for (size_t sample = 0; sample < 5; ++sample) {
    const Eigen::VectorXd mean = (latencies_ms(a, sample) + latencies_ms(b, sample)) / 2;
    EXPECT_TRUE(latencies_ms(config_.output, sample).isApprox(mean, 1e-6));
  }
  const Checkpoint both(config_.output);
  const auto training = nlohmann::json::parse(both.info().training);
  EXPECT_EQ(training.at("members").size(), 2u);
  EXPECT_EQ(training.at("members")[1].at("seed"), 2);
  EXPECT_GT(training.at("val").at("mean_mape").get<double>(), 0);
  EXPECT_GT(both.info().usual_spread, 0);
  EXPECT_TRUE(both.info().bands[0].is_known());
  EXPECT_EQ(both.info().measured[0].high, Checkpoint(a).info().measured[0].high);
}

TEST_F(EnsembleTraining, StartFromAnEnsembleIsItsFirstMember) {
  const std::string a = member("a", 1), b = member("b", 2);
  combine({b, a});
  config_.start_from = config_.output;
  config_.learning_rate = config_.theta_learning_rate = config_.ema = 0;
  const std::string tuned = member("tuned", 3);
  EXPECT_EQ(Checkpoint(tuned).info().config.members, 1);
  for (const char* name : {"input.weight", "output.weight", "platform.theta"}) {
    EXPECT_EQ(Checkpoint(tuned).matrix(name), Checkpoint(b).matrix(name)) << name;
  }
}

TEST_F(EnsembleTraining, RefusesWhatIsNotTheSameButForTheSeed) {
  const std::string a = member("a", 1);
  EXPECT_THAT(why_not({a}), HasSubstr("two checkpoints or more"));
  EXPECT_THAT(why_not({a, member("same", 1)}), HasSubstr("same seed, 1"));
  EXPECT_THAT(why_not({a, member("wide", 2, [](TrainConfig& c) { c.model.width = 9; })}),
              HasSubstr("\"width\": 9, the configuration has 8"));
  EXPECT_THAT(why_not({a, member("split", 2, [](TrainConfig& c) { c.split_seed = 5; })}),
              HasSubstr("\"split_seed\": 5"));
  EXPECT_THAT(why_not({a, member(
                              "data", 2, [](TrainConfig&) {}, "other")}),
              HasSubstr("trained on other data"));
  EXPECT_THAT(
      why_not({a, member("few", 2, [](TrainConfig& c) { c.leave_platforms = {"platform-1"}; })}),
      HasSubstr("few: cannot be a member of the ensemble"));
  const std::string b = member("b", 2);
  EXPECT_EQ(why_not({a, b}), "");
  std::filesystem::rename(config_.output, path("ab"));
  EXPECT_THAT(why_not({path("ab"), a}), HasSubstr("ensemble itself"));
  config_.output = b;
  EXPECT_THAT(why_not({a, b}), HasSubstr("would overwrite"));
}

TEST_F(EnsembleTraining, WhatWasTrainedOnAllTakesItsBandsFromAValidatedEnsemble) {
  const std::string a = member("a", 1), b = member("b", 2);
  combine({a, b});
  const std::string validated = path("ab");
  std::filesystem::rename(config_.output, validated);
  config_.train_on_all = true;
  const std::string all_a = member("all-a", 1), all_b = member("all-b", 2);
  config_.bands_from = a;
  EXPECT_THAT(why_not({all_a, all_b}), HasSubstr("must be an ensemble of as many members, 2"));
  config_.bands_from = validated;
  combine({all_a, all_b});
  const CheckpointInfo before = Checkpoint(validated).info();
  const CheckpointInfo after = Checkpoint(config_.output).info();
  EXPECT_TRUE(after.bands[0].is_known());
  EXPECT_NE(before.bands[0].tau, after.bands[0].tau) << "of the test models, too";
  EXPECT_GE(after.usual_spread, before.usual_spread);
  // A single one does not take the bands of an ensemble.
  EXPECT_FALSE(Checkpoint(member("all-c", 3)).info().bands[0].is_known());
}

TEST_F(EnsembleTraining, StartsFromACheckpointWithAnAdaptedPlatform) {
  const std::string a = member("a", 1);
  const Checkpoint base(a);
  const GnnModel model(std::make_shared<const Checkpoint>(a));
  AdaptedPlatform adapted;
  adapted.name = "new";
  const Eigen::MatrixXd totals = device_totals(model, data_.samples[0].features);
  write_adapted(path("adapted"), base, adapted,
                Eigen::MatrixXd::Ones(totals.rows(), totals.cols()));
  config_.start_from = path("adapted");
  EXPECT_TRUE(Checkpoint(member("tuned", 2)).info().adapted.empty());
}

TEST_F(EnsembleTraining, RefusesTrainingThatWasNotFinished) {
  const std::string a = member("a", 1);
  TrainConfig config = config_;
  config.seed = 2;
  config.output = path("b");
  std::ostringstream log;
  const TrainingSet set = prepare_training_set(data_, config);
  train_model(config, set, {}, log);
  EXPECT_THAT(why_not({a, config.output}), HasSubstr("not finished"));
}

}  // namespace
}  // namespace tacho

#include "gnn/train/trainer.h"

#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "../temporary_folder.h"
#include "common/error.h"
#include "gnn/serve/checkpoint.h"
#include "gnn/train/report.h"
#include "synthetic.h"

namespace tacho {
namespace {

using ::testing::HasSubstr;
using testing::read_bytes;

class TrainerTest : public ::testing::Test {
 protected:
  TrainerTest() {
    config_.data = {"synthetic"};
    config_.output = folder_.file("c.safetensors");
    config_.model = {Readout::kSum, 16, 1, 12, 3.0};
    config_.epochs = 4;
    config_.batch_kernels = 256;
    config_.fractions = {0.15, 0.15};
    config_.ema = 0.9;
    config_.threads = 1;
  }

  TrainResult train(const TrainOptions& options = {}) {
    log_.str("");
    return train_model(config_, set(), options, log_);
  }

  const TrainingSet& set() {
    testing::SyntheticOptions options;
    options.samples = samples_;
    options.distracting_features = false;
    set_ = prepare_training_set(testing::synthetic_dataset(options), config_);
    return set_;
  }

  int samples_ = 80;
  testing::TemporaryFolder folder_;
  TrainConfig config_;
  TrainingSet set_;
  std::ostringstream log_;
};

TEST_F(TrainerTest, ATinyRunLearnsWhatDecidesTheLatency) {
  samples_ = 320;
  config_.epochs = 40;
  config_.patience = 0;
  config_.model.width = 32;
  const TrainResult result = train();
  EXPECT_LT(result.best_error, 6);
  EXPECT_LT(result.losses.back(), 0.2 * result.losses.front());
}

TEST_F(TrainerTest, ThePooledReadoutLearnsToo) {
  config_.model.readout = Readout::kPooled;
  samples_ = 320;
  config_.epochs = 60;
  config_.patience = 0;
  EXPECT_LT(train().best_error, 25);
}

TEST_F(TrainerTest, TheSameSeedGivesTheSameCheckpointOnAnyNumberOfThreads) {
  config_.dropout = 0.1;
  const TrainResult first = train();
  const std::string bytes = read_bytes(config_.output);
  config_.threads = 2;
  const TrainResult second = train();
  EXPECT_EQ(first.losses, second.losses);
  EXPECT_EQ(bytes, read_bytes(config_.output));
  config_.seed = 2;
  EXPECT_NE(first.losses, train().losses);
}

TEST_F(TrainerTest, AResumedRunEqualsAnUninterruptedOne) {
  config_.dropout = 0.1;
  const TrainResult whole = train();
  const std::string bytes = read_bytes(config_.output);
  std::filesystem::remove(config_.output);
  TrainOptions killed;
  killed.stop_after = 2;
  EXPECT_EQ(train(killed).epochs_done, 2);
  TrainOptions resumed;
  resumed.resume = Resume::kRequired;
  const TrainResult result = train(resumed);
  EXPECT_THAT(log_.str(), HasSubstr("resuming after epoch 2"));
  EXPECT_EQ(result.losses, whole.losses);
  EXPECT_EQ(result.best_error, whole.best_error);
  EXPECT_EQ(read_bytes(config_.output), bytes);
}

TEST_F(TrainerTest, DoesNotResumeAnotherConfigurationOrOtherData) {
  TrainOptions killed;
  killed.stop_after = 2;
  killed.data_digest = "one";
  train(killed);
  TrainOptions resumed;
  resumed.resume = Resume::kRequired;
  resumed.data_digest = "two";
  EXPECT_THROW(train(resumed), Error);
  resumed.resume = Resume::kIfPossible;
  train(resumed);
  EXPECT_THAT(log_.str(), ::testing::Not(HasSubstr("resuming")));
}

TEST_F(TrainerTest, ADamagedStateIsStartedOver) {
  TrainOptions killed;
  killed.stop_after = 2;
  train(killed);
  const std::string state = config_.output + ".state";
  const std::string bytes = read_bytes(state);
  testing::write_bytes(state, bytes.substr(0, bytes.size() / 2));
  EXPECT_EQ(train().epochs_done, 4);
  EXPECT_THAT(log_.str(), ::testing::Not(HasSubstr("resuming")));
}

TEST_F(TrainerTest, AFinishedRunLeavesNoState) {
  train();
  EXPECT_FALSE(std::filesystem::exists(config_.output + ".state"));
}

TEST_F(TrainerTest, StopsEarlyWithoutPatience) {
  config_.learning_rate = 0;  // nothing improves after the first epoch
  config_.theta_learning_rate = 0;
  config_.ema = 0;  // averaging equal weights rounds
  config_.patience = 2;
  EXPECT_EQ(train().epochs_done, 3);
}

TEST_F(TrainerTest, TrainsOnAllForExactlyTheEpochsAsked) {
  config_.train_on_all = true;
  config_.patience = 1;
  const TrainResult result = train();
  EXPECT_EQ(result.epochs_done, 4);
  EXPECT_TRUE(set_.labels_in(Stage::kTest).empty());
  EXPECT_NO_THROW(Checkpoint checkpoint(config_.output));
}

TEST_F(TrainerTest, DivergenceIsAnErrorThatSaysWhatToDo) {
  config_.learning_rate = 1;
  config_.theta_learning_rate = 1;
  config_.clip_norm = 0;
  config_.epochs = 50;
  Dataset data = testing::synthetic_dataset({});
  for (SampleLabel& label : data.labels) label.latency_ms = 1e300;  // infinite as float
  set_ = prepare_training_set(std::move(data), config_);
  for (SampleLabel& label : set_.data.labels)
    label.latency_ms = std::numeric_limits<double>::infinity();
  try {
    train_model(config_, set_, {}, log_);
    FAIL() << "no error";
  } catch (const Error& e) {
    EXPECT_THAT(e.what(), HasSubstr("learning_rate"));
  }
}

TEST_F(TrainerTest, TheFinishedCheckpointCarriesBandsAndFigures) {
  const TrainResult result = train();
  const std::string table = finish_checkpoint(config_, set_, "digest", result);
  EXPECT_THAT(table, HasSubstr("platform-2"));
  const Checkpoint checkpoint(config_.output);
  const auto training = nlohmann::json::parse(checkpoint.info().training);
  EXPECT_EQ(training.at("data_digest"), "digest");
  EXPECT_EQ(training.at("epochs_done"), 4);
  // The serving tier's figures are those that early stopping saw.
  EXPECT_NEAR(training.at("val").at("mean_mape").get<double>(), result.best_error, 1e-2);
  EXPECT_GT(training.at("test").at("platforms").at("platform-0").at("count"), 0);
  for (const Band& band : checkpoint.info().bands) {
    EXPECT_GT(band.factor(), 1);
    EXPECT_LT(band.factor(), 3);
  }
  EXPECT_THAT(table, HasSubstr("bands hold the truth of "));
  const double held = training.at("test_band_coverage").at("mean").get<double>();
  EXPECT_GT(held, 50);
  EXPECT_LE(held, 100);
  EXPECT_EQ(checkpoint.info().usual_spread, 0);
}

/// Of a run on everything that takes its bands from one that left out models, by `digest`.
class BandsOfARunOnAll : public TrainerTest {
 protected:
  void train_on_all_after_validated(const std::string& digest) {
    const TrainResult first = train();
    finish_checkpoint(config_, set_, "data", first);
    const std::string validated = folder_.file("validated");
    std::filesystem::rename(config_.output, validated);
    before_ = Checkpoint(validated).info();
    config_.train_on_all = true;
    config_.bands_from = validated;
    const TrainResult second = train();
    finish_checkpoint(config_, set_, digest, second);
    after_ = Checkpoint(config_.output).info();
    EXPECT_EQ(nlohmann::json::parse(before_.training).at("test"),
              nlohmann::json::parse(after_.training).at("test"));
  }
  std::string bands_from() const {
    return nlohmann::json::parse(after_.training).at("bands_from").get<std::string>();
  }

  CheckpointInfo before_, after_;
};

TEST_F(BandsOfARunOnAll, AreFromAllThatTheOtherDidNotLearnFrom) {
  train_on_all_after_validated("data");
  EXPECT_THAT(bands_from(), HasSubstr("validation and test models"));
  EXPECT_TRUE(after_.bands[1].is_known());
  EXPECT_NE(before_.bands[1].tau, after_.bands[1].tau);
}

TEST_F(BandsOfARunOnAll, AreTheOthersOwnWhereItLearnedFromOtherData) {
  train_on_all_after_validated("other data");
  EXPECT_THAT(bands_from(), HasSubstr("as it has them"));
  EXPECT_EQ(before_.bands[1].q, after_.bands[1].q);
}

TEST_F(TrainerTest, SaysHowFastItWas) {
  train();
  EXPECT_THAT(log_.str(), HasSubstr("kernels/s as "));
  EXPECT_THAT(log_.str(), HasSubstr("GFLOP/s, "));
}

TEST_F(TrainerTest, LearnsAPlatformThatFoldsMultiplicationsByZero) {
  testing::SyntheticOptions options;
  options.samples = 120;
  options.distracting_features = false;
  options.dead_share = 0.4;
  options.folding_platform = 1;
  config_.epochs = 40;
  config_.patience = 0;
  config_.model.width = 32;
  set_ = prepare_training_set(testing::synthetic_dataset(options), config_);
  EXPECT_LT(train_model(config_, set_, {}, log_).best_error, 12);
  EXPECT_THAT(log_.str(), HasSubstr("platform-1: folds multiplications by zero"));
  const Checkpoint checkpoint(config_.output);
  EXPECT_EQ(checkpoint.row(kRunsDead)[0], 1);
  EXPECT_EQ(checkpoint.row(kRunsDead)[1], 0);
}

/// A checkpoint of three platforms, and few labels of a fourth that is like none of them.
class FineTuning : public TrainerTest {
 protected:
  FineTuning() {
    config_.epochs = 40;
    config_.patience = 0;
    config_.model.width = 32;
    train();
    start_ = folder_.file("start.safetensors");
    std::filesystem::rename(config_.output, start_);
    config_.epochs = 8;
    config_.fractions = {0.4, 0.1};
  }

  Dataset new_platform(int samples = 40) {
    testing::SyntheticOptions options;
    options.samples = samples;
    options.platforms = 1;
    options.seed = 77;
    options.scale = 30;
    options.distracting_features = false;
    Dataset data = testing::synthetic_dataset(options);
    data.platforms = {"new"};
    return data;
  }

  TrainResult tune(Dataset data, const TrainOptions& options = {}) {
    log_.str("");
    set_ = prepare_training_set(std::move(data), config_);
    return train_model(config_, set_, options, log_);
  }

  std::string start_;
};

TEST_F(FineTuning, BeatsTrainingFromNothingAtEqualEpochs) {
  const double from_nothing = tune(new_platform()).best_error;
  config_.start_from = start_;
  const double tuned = tune(new_platform()).best_error;
  EXPECT_THAT(log_.str(), HasSubstr("new: starts as platform-"));
  EXPECT_LT(tuned, 0.8 * from_nothing);
}

TEST_F(FineTuning, AFrozenBodyDoesNotChangeAndRatesDo) {
  config_.start_from = start_;
  config_.freeze_body = true;
  tune(new_platform());
  const Checkpoint before(start_);
  const Checkpoint after(config_.output);
  for (const char* name : {"input.weight", "layer.0.pred.weight", "output.weight"}) {
    EXPECT_EQ(before.matrix(name), after.matrix(name)) << name;
  }
  EXPECT_EQ(before.row("feature_mean"), after.row("feature_mean"));
  EXPECT_EQ(after.info().platforms, std::vector<std::string>{"new"});
  config_.output = folder_.file("longer");
  config_.epochs = 12;
  tune(new_platform());
  EXPECT_NE(Checkpoint(config_.output).matrix("platform.theta"), after.matrix("platform.theta"));
}

TEST_F(FineTuning, LimitsOfFeaturesTakeInWhatIsTrainedOn) {
  Dataset data = new_platform();
  for (Sample& sample : data.samples) sample.features.features[0] = 1e3f;
  config_.start_from = start_;
  config_.epochs = 1;
  tune(data);
  const Checkpoint before(start_);
  const Checkpoint after(config_.output);
  const float value = (1e3f - before.row("feature_mean")[0]) / before.row("feature_std")[0];
  EXPECT_LT(before.row("feature_high")[0], value);
  EXPECT_FLOAT_EQ(after.row("feature_high")[0], value);
  EXPECT_LE(after.row("feature_low")[0], before.row("feature_low")[0]);
  EXPECT_EQ(before.row("feature_mean"), after.row("feature_mean"));
  EXPECT_EQ(before.row("feature_std"), after.row("feature_std"));
}

TEST_F(FineTuning, LimitsOfFeaturesDoNotChangeBecauseTheSampleIsNotTrainedOn) {
  Dataset data = new_platform();
  config_.start_from = start_;
  const TrainingSet probe = prepare_training_set(data, config_);
  for (size_t s = 0; s < data.samples.size(); ++s) {
    if (probe.stages[s] != Stage::kTrain) data.samples[s].features.features[0] = 1e3f;
  }
  EXPECT_EQ(prepare_training_set(data, config_).scaling.high, probe.scaling.high);
}

TEST_F(FineTuning, LimitsOfFeaturesDoNotChangeBecauseTheBodyIsFrozen) {
  Dataset data = new_platform();
  for (Sample& sample : data.samples) sample.features.features[0] = 1e3f;
  config_.start_from = start_;
  config_.freeze_body = true;
  config_.epochs = 1;
  tune(data);
  EXPECT_EQ(Checkpoint(start_).row("feature_high"), Checkpoint(config_.output).row("feature_high"));
}

TEST_F(FineTuning, KnownPlatformsKeepTheirRates) {
  config_.start_from = start_;
  config_.learning_rate = 0;
  config_.theta_learning_rate = 0;
  config_.ema = 0;
  config_.epochs = 1;
  const Dataset known = testing::synthetic_dataset({});
  tune(known);
  EXPECT_EQ(Checkpoint(config_.output).matrix("platform.theta"),
            Checkpoint(start_).matrix("platform.theta"));
  EXPECT_THAT(log_.str(), ::testing::Not(HasSubstr("starts as")));
}

TEST_F(FineTuning, ANewPlatformStartsAsTheOneItIsLike) {
  config_.start_from = start_;
  testing::SyntheticOptions options;
  options.distracting_features = false;
  options.scale = 3;
  Dataset data = testing::synthetic_dataset(options);
  data.platforms = {"a", "b", "c"};
  tune(std::move(data));
  EXPECT_THAT(log_.str(), HasSubstr("a: starts as platform-0 x "));
  EXPECT_THAT(log_.str(), HasSubstr("b: starts as platform-1 x "));
  EXPECT_THAT(log_.str(), HasSubstr("c: starts as platform-2 x "));
}

TEST_F(FineTuning, AKilledRunResumes) {
  config_.start_from = start_;
  const TrainResult whole = tune(new_platform());
  const std::string bytes = read_bytes(config_.output);
  TrainOptions killed;
  killed.stop_after = 3;
  tune(new_platform(), killed);
  TrainOptions resumed;
  resumed.resume = Resume::kRequired;
  EXPECT_EQ(tune(new_platform(), resumed).losses, whole.losses);
  EXPECT_EQ(read_bytes(config_.output), bytes);
}

TEST_F(FineTuning, DoesNotResumeFromAnotherCheckpoint) {
  config_.start_from = start_;
  TrainOptions killed;
  killed.stop_after = 3;
  tune(new_platform(), killed);
  CheckpointInfo info = Checkpoint(start_).info();
  std::vector<TensorData> tensors;
  for (const auto& [name, shape] : tensor_shapes(info)) {
    tensors.push_back(
        {name, shape, std::vector<float>(static_cast<size_t>(element_count(shape)), 1.0f)});
  }
  write_checkpoint(start_, info, tensors);
  TrainOptions resumed;
  resumed.resume = Resume::kRequired;
  EXPECT_THROW(tune(new_platform(), resumed), Error);
}

TEST_F(FineTuning, ThePooledReadoutToo) {
  config_.model.readout = Readout::kPooled;
  config_.epochs = 25;
  train();
  std::filesystem::rename(config_.output, start_);
  config_.epochs = 8;
  const double from_nothing = tune(new_platform()).best_error;
  config_.start_from = start_;
  EXPECT_LT(tune(new_platform()).best_error, from_nothing);
}

TEST_F(FineTuning, RefusesACheckpointOfOtherSizesByName) {
  config_.start_from = start_;
  const auto error = [&](Dataset data) -> std::string {
    try {
      tune(std::move(data));
      return "";
    } catch (const Error& e) {
      return e.what();
    }
  };
  config_.model.width = 16;
  EXPECT_THAT(error(new_platform()), HasSubstr("its width is 32, the configuration's 16"));
  EXPECT_THAT(error(new_platform()), HasSubstr(start_));
  config_.model.width = 32;
  config_.model.layers = 2;
  EXPECT_THAT(error(new_platform()), HasSubstr("its layers is 1"));
  config_.model.layers = 1;
  config_.model.readout = Readout::kPooled;
  EXPECT_THAT(error(new_platform()), HasSubstr("its readout is sum"));
  config_.model.readout = Readout::kSum;
  Dataset data = new_platform();
  data.schema.version = kFeatureVersion + 1;
  EXPECT_THAT(error(data), HasSubstr("feature version"));
  data = new_platform();
  data.schema.features[0] = "other";
  EXPECT_THAT(error(data), HasSubstr("other feature columns"));
}

}  // namespace
}  // namespace tacho

#include "gnn/train/config.h"

#include <gmock/gmock.h>

#include "common/error.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kSmallest = R"({"data": ["a.h5", "b.h5"], "output": "c.safetensors"})";

std::string error_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
  try {
    parse_train_config(text, "config.json", overrides);
    return "";
  } catch (const Error& e) {
    EXPECT_EQ(e.fault(), Fault::kUsage);
    EXPECT_THAT(e.what(), HasSubstr("config.json"));
    return e.what();
  }
}

TEST(TrainConfig, ReadsKeysAndKeepsDefaults) {
  const TrainConfig config = parse_train_config(
      R"({"data": ["a.h5", "b.h5"], "output": "c", "readout": "pooled", "width": 12, "seed": 9, "test": 0.2})",
      "config.json");
  EXPECT_THAT(config.data, ElementsAre("a.h5", "b.h5"));
  EXPECT_EQ(config.model.readout, Readout::kPooled);
  EXPECT_EQ(config.model.width, 12);
  EXPECT_EQ(config.seed, 9u);
  EXPECT_EQ(config.fractions.test, 0.2);
  EXPECT_EQ(config.epochs, TrainConfig().epochs);
}

TEST(TrainConfig, OverridesWin) {
  const TrainConfig config = parse_train_config(
      kSmallest, "config.json", {"epochs=3", "readout=pooled", "train_on_all=true", "output=d"});
  EXPECT_EQ(config.epochs, 3);
  EXPECT_EQ(config.model.readout, Readout::kPooled);
  EXPECT_TRUE(config.train_on_all);
  EXPECT_EQ(config.output, "d");
}

TEST(TrainConfig, ReadsWhatIsLeftOut) {
  const TrainConfig config =
      parse_train_config(kSmallest, "config.json",
                         {"leave_families=resnet", R"(platforms=["cpu-*", "3"])", "min_labels=9"});
  EXPECT_THAT(config.leave_families, ElementsAre("resnet"));
  EXPECT_THAT(config.platforms, ElementsAre("cpu-*", "3"));
  EXPECT_EQ(config.min_labels, 9);
  EXPECT_EQ(split_rule_of(config).test_families, config.leave_families);
  EXPECT_THAT(error_of(kSmallest, {"leave_families=7"}), HasSubstr("must be a list of names"));
  EXPECT_THAT(error_of(kSmallest, {"folds=3", "fold=3"}), HasSubstr("fold 3 of 3"));
  EXPECT_THAT(error_of(kSmallest, {"folds=3", "leave_families=vgg"}), HasSubstr("not both"));
  EXPECT_THAT(error_of(kSmallest, {"folds=3", "train_on_all=true"}), HasSubstr("train_on_all"));
  EXPECT_THAT(error_of(kSmallest, {"leave_family=vgg"}), HasSubstr("'leave_families'"));
}

TEST(TrainConfig, AnUnknownKeyOffersTheNearest) {
  EXPECT_THAT(error_of(R"({"data": "a", "output": "c", "epoch": 3})"), HasSubstr("'epochs'"));
  EXPECT_THAT(error_of(kSmallest, {"learning_rat=1"}), HasSubstr("learning_rate"));
}

TEST(TrainConfig, RefusesWrongTypesAndRanges) {
  EXPECT_THAT(error_of(kSmallest, {"epochs=0"}), HasSubstr("\"epochs\" is 0"));
  EXPECT_THAT(error_of(kSmallest, {"epochs=2.5"}), HasSubstr("whole number"));
  EXPECT_NE(error_of(kSmallest, {"epochs=many"}), "");
  EXPECT_NE(error_of(kSmallest, {"ema=1"}), "");
  EXPECT_NE(error_of(kSmallest, {"seed=-1"}), "");
  EXPECT_NE(error_of(kSmallest, {"readout=mean"}), "");
  EXPECT_NE(error_of(kSmallest, {"train_on_all=1"}), "");
  EXPECT_NE(error_of(kSmallest, {"epochs"}), "");
  EXPECT_NE(error_of(kSmallest, {"test=0.6", "validation=0.6"}), "");
}

TEST(TrainConfig, FreezesOnlyWhatACheckpointGives) {
  EXPECT_TRUE(parse_train_config(kSmallest, "c", {"start_from=b", "freeze=body"}).freeze_body);
  EXPECT_FALSE(parse_train_config(kSmallest, "c", {"start_from=b", "freeze=none"}).freeze_body);
  EXPECT_THAT(error_of(kSmallest, {"freeze=body"}), HasSubstr("\"start_from\" names no"));
  EXPECT_THAT(error_of(kSmallest, {"freeze=all"}), HasSubstr("none or body"));
  EXPECT_THAT(error_of(kSmallest, {"start_from=c.safetensors"}), HasSubstr("would overwrite"));
}

TEST(TrainConfig, RefusesWhatIsNotAnObjectOrNamesNoFiles) {
  EXPECT_THAT(error_of("{"), HasSubstr("not a JSON object"));
  EXPECT_THAT(error_of("[]"), HasSubstr("not a JSON object"));
  EXPECT_THAT(error_of(R"({"output": "c"})"), HasSubstr("\"data\""));
  EXPECT_THAT(error_of(R"({"data": "a"})"), HasSubstr("\"output\""));
}

TEST(ConfigFingerprint, ChangesWithWhatDecidesTheResultOnly) {
  const TrainConfig config = parse_train_config(kSmallest, "c");
  const auto with = [](const std::string& setting) {
    return config_fingerprint(parse_train_config(kSmallest, "c", {setting}));
  };
  EXPECT_EQ(config_fingerprint(config), with("threads=7"));
  EXPECT_EQ(config_fingerprint(config), with("output=elsewhere"));
  EXPECT_EQ(config_fingerprint(config), with("start_from=elsewhere"));  // its content counts
  EXPECT_NE(config_fingerprint(config), with("seed=7"));
  EXPECT_NE(config_fingerprint(config), with("width=7"));
}

}  // namespace
}  // namespace tacho

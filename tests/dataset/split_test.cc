#include "dataset/split.h"

#include <gtest/gtest.h>

#include <map>

namespace tacho {
namespace {

TEST(StageOf, IsTheSameEverywhereAndForever) {
  // Checkpoints name a seed; these values must never change.
  const SplitFractions fractions{0.25, 0.25};
  EXPECT_EQ(stage_of("resnet50", 0, fractions), Stage::kTest);           // at 0.074
  EXPECT_EQ(stage_of("resnet50", 1, fractions), Stage::kTest);           // at 0.247
  EXPECT_EQ(stage_of("resnet18", 1, fractions), Stage::kValidation);     // at 0.465
  EXPECT_EQ(stage_of("vit_base_patch16", 1, fractions), Stage::kTrain);  // at 0.551
}

TEST(StageOf, GivesTheFractionsAskedFor) {
  std::map<Stage, int> count;
  for (int i = 0; i < 10'000; ++i) ++count[stage_of("model" + std::to_string(i), 1, {0.1, 0.2})];
  EXPECT_NEAR(count[Stage::kValidation], 1000, 120);  // four standard deviations
  EXPECT_NEAR(count[Stage::kTest], 2000, 160);
  EXPECT_EQ(stage_of("any", 1, {0, 1}), Stage::kTest);
  EXPECT_EQ(stage_of("any", 1, {1, 0}), Stage::kValidation);
  EXPECT_EQ(stage_of("any", 1, {0, 0}), Stage::kTrain);
}

TEST(StageOf, AnotherSeedIsAnotherIndependentSplit) {
  int both = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::string model = "model" + std::to_string(i);
    both += stage_of(model, 1, {0, 0.5}) == Stage::kTest &&
            stage_of(model, 2, {0, 0.5}) == Stage::kTest;
  }
  EXPECT_NEAR(both, 2500, 180);
}

TEST(StageName, IsWhatLabelsFilesSay) {
  EXPECT_EQ(stage_name(Stage::kTrain), "train");
  EXPECT_EQ(stage_name(Stage::kValidation), "val");
  EXPECT_EQ(stage_name(Stage::kTest), "test");
}

TEST(ModelOf, StripsImageSizes) {
  EXPECT_EQ(model_of("yolo3d1w75_160"), "yolo3d1w75");
  EXPECT_EQ(model_of("yolo6s-d33w25_480.onnx"), "yolo6s-d33w25");
  EXPECT_EQ(model_of("vit_base_patch16_224"), "vit_base_patch16");
  EXPECT_EQ(model_of("vit_base_patch16_384_384.onnx"), "vit_base_patch16");
  EXPECT_EQ(model_of("tinynet_e_106.onnx"), "tinynet_e");
  EXPECT_EQ(model_of("adv_inception_v3_299.onnx"), "adv_inception_v3");
  EXPECT_EQ(model_of("vit_so400m_patch14_siglip_gap_378"), "vit_so400m_patch14_siglip_gap");
}

TEST(ModelOf, KeepsNumbersThatAreNotImageSizes) {
  for (const char* name :
       {"resnet_50", "resnet_152", "resnetv2_152", "repvit_m1_1", "mobilenetv2_140", "lcnet_100",
        "mobilevitv2_200", "regnety_160", "regnetx_320", "levit_256", "levit_conv_384",
        "convmixer_768_32", "mobilenetv3_large_100", "repghostnet_111", "regnety_008", "yolov5s"}) {
    EXPECT_EQ(model_of(name), name);
    EXPECT_EQ(model_of(std::string(name) + "_224.onnx"), name);
  }
}

TEST(ModelOf, StripsWhatOnlySaysHowTheWeightsWereMade) {
  EXPECT_EQ(model_of("resnet50.a1_in1k"), "resnet50");
  EXPECT_EQ(model_of("vit_base_patch16_224.augreg_in21k_ft_in1k"), "vit_base_patch16");
  EXPECT_EQ(model_of("vit_base_patch16_224_miil"), "vit_base_patch16");
  EXPECT_EQ(model_of("mobilevitv2_150_384_in22ft1k_384.onnx"), "mobilevitv2_150");
  EXPECT_EQ(model_of("fastvit_mci0_256_reparam.onnx"), "fastvit_mci0");
}

TEST(ModelOf, DropsFoldersAndKeepsDotsBeforeDigits) {
  EXPECT_EQ(model_of("graphs/v1/resnet18.onnx"), "resnet18");
  EXPECT_EQ(model_of("net_w0.25_224.onnx"), "net_w0.25");
  EXPECT_EQ(model_of("model"), "model");
  EXPECT_EQ(model_of("_224"), "_224");
  EXPECT_EQ(model_of(""), "");
}

}  // namespace
}  // namespace tacho

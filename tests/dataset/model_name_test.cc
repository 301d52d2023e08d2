#include <gtest/gtest.h>

#include "common/csv.h"
#include "data/places.h"
#include "dataset/split.h"

namespace tacho {
namespace {

TEST(ModelOf, StripsImageSizes) {
  EXPECT_EQ(model_of("yolo3d1w75_160"), "yolo3d1w75");
  EXPECT_EQ(model_of("yolo6s-d33w25_480.onnx"), "yolo6s-d33w25");
  EXPECT_EQ(model_of("vit_base_patch16_224"), "vit_base_patch16");
  EXPECT_EQ(model_of("vit_base_patch16_384_384.onnx"), "vit_base_patch16");
  EXPECT_EQ(model_of("tinynet_e_106.onnx"), "tinynet_e");
  EXPECT_EQ(model_of("inception_v3_299.onnx"), "inception_v3");
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

TEST(ModelOf, LeavesReferencesAloneButThatACellIsOneModel) {
  const std::string cell =
      "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|none~1|nor_conv_1x1~2|";
  EXPECT_EQ(model_of("nasbench201:" + cell), "nasbench201:" + cell);
  EXPECT_EQ(model_of("nasbench201-pruned:" + cell), "nasbench201:" + cell);
  EXPECT_EQ(model_of("family:resnet:224"), "family:resnet:224");
  EXPECT_NE(model_of("family:resnet:1"), model_of("family:resnet:2"));
  const std::string blocks = "fbnet:k3_e6/skip/k5_e1_g2";
  EXPECT_EQ(model_of(blocks), blocks);
}

TEST(ModelOf, DropsFoldersAndKeepsDotsBeforeDigits) {
  EXPECT_EQ(model_of("graphs/v1/resnet18.onnx"), "resnet18");
  EXPECT_EQ(model_of("net_w0.25_224.onnx"), "net_w0.25");
  EXPECT_EQ(model_of("model"), "model");
  EXPECT_EQ(model_of("_224"), "_224");
  EXPECT_EQ(model_of(""), "");
}

TEST(ModelOf, NameAndGraphOfEveryRowAreOneModel) {
  TACHO_DATA_OR_SKIP(folder);
  for (const char* source : {"/timm/latency.csv", "/yolobench/latency.csv"}) {
    const CsvTable table = CsvTable::read_file(folder + source);
    for (size_t row = 0; row < table.num_rows(); ++row) {
      const std::string& graph = table.text(row, "graph");
      if (graph.empty()) continue;
      ASSERT_EQ(model_of(graph), model_of(table.text(row, "model"))) << table.where(row);
    }
  }
}

TEST(ModelOf, OneArchitectureUnderSeveralNamesIsOneModel) {
  for (const char* name : {"tv_resnet50", "gluon_resnet50_v1b", "swsl_resnet50"}) {
    EXPECT_EQ(model_of(name), "resnet50") << name;
  }
  EXPECT_EQ(model_of("gluon_resnet50_v1d"), "resnet50d");
  EXPECT_EQ(model_of("deit_tiny_patch16_224"), model_of("vit_tiny_patch16_224"));
  EXPECT_EQ(model_of("xcit_nano_12_p16_384_dist"), "xcit_nano_12_p16");
  EXPECT_EQ(model_of("vgg11_bn"), "vgg11");
}

TEST(ModelOf, KeepsNamesThatOnlyLookAlike) {
  EXPECT_EQ(model_of("deit3_small_patch16_224"), "deit3_small_patch16");  // has layer scale
  EXPECT_EQ(model_of("coatnet_bn_0_rw_224"), "coatnet_bn_0_rw");
  EXPECT_NE(model_of("resnet50c"), model_of("resnet50d"));
}

}  // namespace
}  // namespace tacho

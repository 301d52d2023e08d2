#include "dataset/family.h"

#include <gtest/gtest.h>

#include "dataset/split.h"

namespace tacho {
namespace {

struct Named {
  const char* name;
  const char* family;
};
class Family : public ::testing::TestWithParam<Named> {};

TEST_P(Family, IsWhatAPersonWouldCallIt) {
  EXPECT_EQ(family_of(model_of(GetParam().name)), GetParam().family) << GetParam().name;
}

INSTANTIATE_TEST_SUITE_P(
    Names, Family,
    ::testing::Values(
        Named{"resnet50", "resnet"}, Named{"gluon_resnet50_v1d", "resnet"},
        Named{"wide_resnet101_2", "resnet"}, Named{"ecaresnext26t_32x4d", "resnet"},
        Named{"legacy_senet154", "resnet"}, Named{"resnetv2_50x1_bit", "resnet"},
        Named{"nf_seresnet50", "resnet"}, Named{"res2next50", "res2net"},
        Named{"resmlp_12_224", "resmlp"}, Named{"convnextv2_tiny", "convnext"},
        Named{"test_convnext2", "convnext"}, Named{"convmixer_768_32", "convmixer"},
        Named{"vit_small_patch16_224", "vit"}, Named{"deit3_base_patch16_384", "vit"},
        Named{"vitamin_base_224", "vitamin"}, Named{"visformer_tiny", "visformer"},
        Named{"tiny_vit_5m_224", "tiny_vit"}, Named{"mobilevitv2_150_384_in22ft1k", "mobilevit"},
        Named{"mobilenetv3_large_100", "mobilenetv3"}, Named{"mobilenet_v2.onnx", "mobilenetv2"},
        Named{"tf_efficientnetv2_b0", "efficientnet"},
        Named{"efficientformerv2_s0", "efficientformer"}, Named{"efficientvit_b0", "efficientvit"},
        Named{"regnetz_b16_evos", "regnet"}, Named{"nf_regnet_b1", "regnet"},
        Named{"dm_nfnet_f1", "nfnet"}, Named{"ese_vovnet39b", "vovnet"},
        Named{"inception_v3", "inception"}, Named{"inception_next_tiny", "inception_next"},
        Named{"fbnetv3_b", "fbnetv3"}, Named{"cs3sedarknet_l", "darknet"},
        Named{"halo2botnet50ts_256", "botnet"}, Named{"pvt_v2_b2", "pvt"},
        Named{"eva02_base_patch14_224", "eva"}, Named{"vgg11_bn", "vgg"},
        Named{"swinv2_tiny", "swin"}, Named{"yolo5d33w1", "yolo5"}, Named{"yolo6l-d1w25", "yolo6"},
        Named{"yolov8n", "yolov8"}, Named{"nasbench201:|a~0|", "nasbench201"},
        Named{"nasbench201-pruned:|a~0|", "nasbench201"}, Named{"fbnet:k3_e1/skip", "fbnet"},
        Named{"family:mobilenetv2:7", "mobilenetv2"}, Named{"block:conv-hw56", "block"},
        Named{"vgg16:vgg16_1024", "vgg16"}, Named{"42_net", "42_net"}, Named{"", ""}),
    [](const auto& info) { return std::to_string(info.index); });

TEST(Family, ReferencesAreModelsOfTheirOwn) {
  EXPECT_EQ(model_of("fbnet:k3_e1/skip/k5_e6"), "fbnet:k3_e1/skip/k5_e6");
  EXPECT_EQ(model_of("family:resnet:224"), "family:resnet:224");
  EXPECT_EQ(model_of("some/folder:odd/resnet50_224.onnx"), "resnet50");
}

}  // namespace
}  // namespace tacho

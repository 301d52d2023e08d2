// One test for what each layout of label files means, and for what none of them takes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dataset/help_devices.h"
#include "dataset/label_file.h"
#include "dataset/testing.h"

namespace tacho {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kCells = "index,arch\n0,|a~0|+|b~0|c~1|\n7,|b~0|+|b~0|c~1|\n";

std::string fbnet_header() {
  std::string header = "index";
  for (int i = 0; i < 22; ++i) header += ",block" + std::to_string(i);
  return header + "\n";
}

class LabelLayouts : public ::testing::Test {
 protected:
  LabelLayouts() : folder_("layouts") {}
  LabelFile read(const std::string& text, const std::string& name = "labels.txt") const {
    return read_label_file(folder_.write(name, text));
  }
  std::string error_for(const std::string& text) const {
    return error_of([&] { read(text); });
  }
  TestFolder folder_;
};

TEST_F(LabelLayouts, HelpTableOfCells) {
  folder_.write("arch.csv", kCells);
  const LabelFile file = read("index,1080ti_32,pixel3\n7,1.5,20\n0,2.5,\n");
  EXPECT_EQ(file.num_rows, 3u);
  ASSERT_EQ(file.labels.size(), 3u) << "an empty field is a device without this measurement";
  const Label& first = file.labels[0];
  EXPECT_EQ(first.graph, "nasbench201:|b~0|+|b~0|c~1|") << "by index, not by position";
  EXPECT_EQ(first.model, first.graph);
  EXPECT_EQ(first.family, "nasbench201");
  EXPECT_EQ(first.platform, "gpu-1080ti-pytorch-fp32");
  EXPECT_EQ(first.batch, 32);
  EXPECT_EQ(first.latency_ms, 1.5);
  EXPECT_EQ(first.line, 2u);
  EXPECT_EQ(file.labels[1].platform, "cpu-pixel3-tflite-fp32");
  EXPECT_EQ(file.labels[1].batch, 1);
  EXPECT_FALSE(file.has_stages);
}

TEST_F(LabelLayouts, HelpTableOfFbnets) {
  std::string row = "3", reference = "fbnet:";
  for (int i = 0; i < 22; ++i) {
    row += i == 1 ? ",skip" : ",k5_e1_g2";
    reference += std::string(i == 0 ? "" : "/") + (i == 1 ? "skip" : "k5_e1_g2");
  }
  folder_.write("arch.csv", fbnet_header() + row + "\n");
  const LabelFile file = read("index,titanxp_64\n3,13.2\n");
  ASSERT_EQ(file.labels.size(), 1u);
  EXPECT_EQ(file.labels[0].graph, reference);
  EXPECT_EQ(file.labels[0].model, reference) << "its slashes part no folders";
  EXPECT_EQ(file.labels[0].family, "fbnet");
  EXPECT_EQ(file.labels[0].batch, 64);
}

TEST_F(LabelLayouts, HelpTableNeedsItsArchitectures) {
  EXPECT_THAT(error_for("index,pixel3\n0,1\n"), HasSubstr("arch.csv, which says what each index"));
  folder_.write("arch.csv", kCells);
  EXPECT_THAT(error_for("index,pixel3\n5,1\n"), HasSubstr("labels.txt:2: index 5 is not in"));
  EXPECT_THAT(error_for("index\n0\n"), HasSubstr("no device column"));
  EXPECT_THAT(error_for("index,pixel3,\n0,1,1\n"), HasSubstr("a device column without a name"));
  folder_.write("arch.csv", "index,arch\n0,a\n0,b\n");
  EXPECT_THAT(error_for("index,pixel3\n0,1\n"), HasSubstr("arch.csv:3: index 0 occurs twice"));
  folder_.write("arch.csv", "index,block0,block1\n0,skip,skip\n");
  EXPECT_THAT(error_for("index,pixel3\n0,1\n"), HasSubstr("no column 'block2'"));
}

TEST_F(LabelLayouts, HelpTableNamesTheColumnOfABadLatency) {
  folder_.write("arch.csv", kCells);
  EXPECT_THAT(error_for("index,pixel3\n0,1\n7,-1\n"),
              HasSubstr("labels.txt:3: column 'pixel3': the latency is not positive"));
  EXPECT_THAT(error_for("index,pixel3\n0,nan\n"),
              HasSubstr("labels.txt:2: column 'pixel3': 'nan'"));
  EXPECT_THAT(error_for("index,pixel3\n0,inf\n"), HasSubstr("'inf' is not a number"));
}

struct NamedColumn {
  const char* column;
  const char* platform;
  int64_t batch;
};
class HelpColumn : public ::testing::TestWithParam<NamedColumn> {};

TEST_P(HelpColumn, IsADeviceAtABatch) {
  const HelpDevice device = help_device(GetParam().column);
  EXPECT_EQ(device.platform, GetParam().platform);
  EXPECT_EQ(device.batch, GetParam().batch);
}

INSTANTIATE_TEST_SUITE_P(
    Names, HelpColumn,
    ::testing::Values(NamedColumn{"1080ti_1", "gpu-1080ti-pytorch-fp32", 1},
                      NamedColumn{"2080ti_256", "gpu-2080ti-pytorch-fp32", 256},
                      NamedColumn{"titan_rtx_1", "gpu-titan_rtx-pytorch-fp32", 1},
                      NamedColumn{"titan_rtx_64", "gpu-titan_rtx-pytorch-fp32", 64},
                      NamedColumn{"titanxp_32", "gpu-titanxp-pytorch-fp32", 32},
                      NamedColumn{"titanx", "gpu-titanx-pytorch-fp32", 1},
                      NamedColumn{"gold_6226", "cpu-gold_6226-pytorch-fp32", 1},
                      NamedColumn{"silver_4114", "cpu-silver_4114-pytorch-fp32", 1},
                      NamedColumn{"silver_4210r", "cpu-silver_4210r-pytorch-fp32", 1},
                      NamedColumn{"essential_ph_1", "cpu-essential_ph_1-pytorch-fp32", 1},
                      NamedColumn{"samsung_a50", "cpu-samsung_a50-pytorch-fp32", 1},
                      NamedColumn{"pixel2", "cpu-pixel2-tflite-fp32", 1},
                      NamedColumn{"eyeriss", "asic-eyeriss", 1},
                      NamedColumn{"fpga", "fpga-help", 1}, NamedColumn{"my_npu_16", "my_npu", 16},
                      NamedColumn{"xeon_6338", "xeon_6338", 1}, NamedColumn{"_32", "_32", 1},
                      NamedColumn{"npu_", "npu_", 1}),
    [](const auto& info) { return std::to_string(info.index); });

TEST_F(LabelLayouts, NnlqpCells) {
  const LabelFile file = read("arch,batch,latency_ms\n|a~0|+|none~0|c~1|,8,0.7\n");
  ASSERT_EQ(file.labels.size(), 1u);
  EXPECT_EQ(file.labels[0].graph, "nasbench201-pruned:|a~0|+|none~0|c~1|");
  EXPECT_EQ(file.labels[0].model, "nasbench201:|a~0|+|none~0|c~1|") << "HELP's cell is this model";
  EXPECT_EQ(file.labels[0].family, "nasbench201");
  EXPECT_EQ(file.labels[0].platform, "gpu-gtx1660-trt7.1-fp32");
  EXPECT_EQ(file.labels[0].batch, 8);
  EXPECT_THAT(error_for("arch,batch,latency_ms\n|a~0|,1,0\n"), HasSubstr("labels.txt:2: the lat"));
}

TEST_F(LabelLayouts, NnlqpGroundTruth) {
  const LabelFile file = read(
      "0 onnx/resnet18/resnet18_0224.onnx 1 4.5 resnet18 3 train\n"
      "\n"
      "  1\tonnx/vgg16/vgg16_1024.onnx   8 12.25   vgg16  my-npu\r\n");
  EXPECT_EQ(file.num_rows, 2u);
  ASSERT_EQ(file.labels.size(), 2u);
  EXPECT_EQ(file.labels[0].graph, "onnx/resnet18/resnet18_0224.onnx");
  EXPECT_EQ(file.labels[0].family, "resnet18") << "as the file says";
  EXPECT_EQ(file.labels[0].platform, "gpu-T4-trt7.1-fp32");
  EXPECT_EQ(file.labels[0].stage, "train");
  EXPECT_EQ(file.labels[1].model, "vgg16:vgg16_1024") << "the number is no image size";
  EXPECT_EQ(file.labels[1].platform, "my-npu");
  EXPECT_EQ(file.labels[1].batch, 8);
  EXPECT_EQ(file.labels[1].line, 3u);
  EXPECT_TRUE(file.has_stages);
}

TEST_F(LabelLayouts, NnlqpGroundTruthIsNotReadBecause) {
  const std::string good = "0 onnx/a.onnx 1 4.5 resnet18 3\n";
  EXPECT_THAT(error_for(good + "1 onnx/b.onnx 1 4.5 resnet18\n"), HasSubstr("labels.txt:2: 5 fie"));
  EXPECT_THAT(error_for(good + "1 b.onnx x 4.5 resnet18 3\n"), HasSubstr("the batch size 'x'"));
  EXPECT_THAT(error_for(good + "1 b.onnx 0 4.5 resnet18 3\n"), HasSubstr("the batch is below 1"));
  EXPECT_THAT(error_for(good + "1 b.onnx 1 0 resnet18 3\n"), HasSubstr("is not positive"));
  EXPECT_THAT(error_for(good + "1 b.onnx 1 nan resnet18 3\n"), HasSubstr("latency 'nan' is not"));
  EXPECT_THAT(error_for(good + "1 b.onnx 1 1e999 resnet18 3\n"), HasSubstr("is not a number"));
  EXPECT_THAT(error_for(good + "1 b.onnx 1 2 resnet18 3 late\n"), HasSubstr("the stage is 'late'"));
}

TEST_F(LabelLayouts, AFamilyThatTheFileNamesBelongsToTheModel) {
  const LabelFile file = read(
      "graph,batch,platform,latency_ms,family\n"
      "a1.onnx,1,cpu,1,mine\nresnet50.onnx,1,cpu,1,resnet\n");
  EXPECT_EQ(file.labels[0].family, "mine");
  EXPECT_EQ(file.labels[0].model, "mine:a1");
  EXPECT_EQ(file.labels[1].model, "resnet50");
}

TEST_F(LabelLayouts, AllConvertToLabelsCsvAndBack) {
  const LabelFile file =
      read("0 onnx/a/net_1024.onnx 1 4.5 resnet18 3 test\n1 onnx/b.onnx 2 5.5 vgg16 9 train\n");
  const std::string path = folder_.file("labels.csv");
  write_label_file(path, file.labels);
  const LabelFile again = read_label_file(path);
  ASSERT_EQ(again.labels.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(again.labels[i].graph, file.labels[i].graph);
    EXPECT_EQ(again.labels[i].model, file.labels[i].model);
    EXPECT_EQ(again.labels[i].family, file.labels[i].family);
    EXPECT_EQ(again.labels[i].platform, file.labels[i].platform);
    EXPECT_EQ(again.labels[i].latency_ms, file.labels[i].latency_ms);
    EXPECT_EQ(again.labels[i].stage, file.labels[i].stage);
  }
}

TEST_F(LabelLayouts, WhatIsNoneOfThemIsToldWhichThereAre) {
  EXPECT_THAT(error_for("name,time\na,1\n"),
              AllOf(HasSubstr("begins with 'name,time'"), HasSubstr("gt.txt")));
  EXPECT_THAT(error_for("\n \n"), HasSubstr("empty"));
  EXPECT_THAT(error_for(""), HasSubstr("empty"));
  EXPECT_THAT(error_for("platform,model,latency_ms\ncpu,a,1\n"), HasSubstr("no column 'graph'"));
}

}  // namespace
}  // namespace tacho

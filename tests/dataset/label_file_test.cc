#include "dataset/label_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dataset/testing.h"

namespace tacho {
namespace {

using ::testing::HasSubstr;

TEST(LabelFile, ReadsThePublishedTables) {
  const TestFolder folder("labels");
  const LabelFile file = read_label_file(
      folder.write("l.csv",
                   "platform,model,img_size,batch,latency_ms,graph\n"
                   "gpu,vit_b_224,224,64,1.5,vit_b_224_224.onnx\ngpu,big,224,1,2,\n"));
  EXPECT_EQ(file.num_rows, 2u);
  ASSERT_EQ(file.without_graph.size(), 1u);
  EXPECT_EQ(file.without_graph[0].model, "big");
  ASSERT_EQ(file.labels.size(), 1u);
  EXPECT_EQ(file.labels[0].graph, "vit_b_224_224.onnx");
  EXPECT_EQ(file.labels[0].model, "vit_b");
  EXPECT_EQ(file.labels[0].family, "vit");
  EXPECT_EQ(file.labels[0].line, 2u);
  EXPECT_EQ(file.labels[0].batch, 64);
  EXPECT_EQ(file.labels[0].latency_ms, 1.5);
}

TEST(LabelFile, WhatIsWrittenReadsBackExactly) {
  const TestFolder folder("labels_round_trip");
  const std::string path = folder.file("l.csv");
  write_label_file(path, {{"odd, \"name\".onnx", "odd", 3, "cpu", 0.1 + 0.2, "val"}});
  const LabelFile file = read_label_file(path);
  ASSERT_EQ(file.labels.size(), 1u);
  EXPECT_EQ(file.labels[0].graph, "odd, \"name\".onnx");
  EXPECT_EQ(file.labels[0].latency_ms, 0.1 + 0.2);
  EXPECT_EQ(file.labels[0].stage, "val");
}

TEST(LabelFile, ImpossibleValuesAreErrorsThatNameTheLine) {
  const TestFolder folder("labels_bad");
  const auto error_for = [&](const std::string& row) {
    const std::string path =
        folder.write("l.csv", "graph,batch,platform,latency_ms\na,1,cpu,1\n" + row);
    return error_of([&] { read_label_file(path); });
  };
  EXPECT_THAT(error_for("a,1,cpu,0\n"), HasSubstr("l.csv:3: the latency is not positive"));
  EXPECT_THAT(error_for("a,0,cpu,1\n"), HasSubstr("l.csv:3: the batch is below 1"));
  EXPECT_THAT(error_for("a,1,,1\n"), HasSubstr("l.csv:3: the platform is missing"));
  EXPECT_THAT(error_for("a,x,cpu,1\n"), HasSubstr("'x' is not an integer"));
}

TEST(LabelFile, RowsWithoutALatencyAreSetAside) {
  const TestFolder folder("labels_unmeasured");
  const std::string header = "graph,batch,platform,latency_ms\n";
  const LabelFile file =
      read_label_file(folder.write("l.csv", header + "a,1,cpu,\nb,1,cpu,2\n,1,cpu,\n"));
  EXPECT_EQ(file.labels.size(), 1u);
  ASSERT_EQ(file.without_latency.size(), 1u);
  EXPECT_EQ(file.without_latency[0].line, 2u);
  EXPECT_EQ(file.without_graph.size(), 1u);
  EXPECT_EQ(file.num_rows, 3u);
  const std::string none = folder.write("none.csv", header + "a,1,cpu,\nb,1,cpu,\n");
  EXPECT_THAT(error_of([&] { read_label_file(none); }),
              HasSubstr("none.csv: no row has a latency; the first without is line 2"));
}

TEST(LabelFile, StagesAreReadInEachSpelling) {
  const TestFolder folder("labels_stages");
  const std::string path = folder.write("l.csv",
                                        "graph,batch,platform,latency_ms,stage\n"
                                        "a,1,cpu,1,train\nb,1,cpu,1,validation\n"
                                        "c,1,cpu,1,test\nd,1,cpu,1,\n");
  const LabelFile file = read_label_file(path);
  const std::vector<std::string> stages = {"train", "val", "test", ""};
  for (size_t i = 0; i < stages.size(); ++i) EXPECT_EQ(file.labels[i].stage, stages[i]);
}

TEST(LabelFile, AStageIsNotReadBecauseItIsNone) {
  const TestFolder folder("labels_no_stage");
  const auto error_for = [&](const std::string& text) {
    const std::string path = folder.write("l.csv", text);
    return error_of([&] { read_label_file(path); });
  };
  EXPECT_THAT(error_for("graph,batch,platform,latency_ms,stage\na,1,cpu,1,Testing\n"),
              HasSubstr("l.csv:2: the stage is 'Testing'; it must be train, val or test"));
  EXPECT_THAT(error_for("arch,batch,latency_ms,stage\na,1,1,late\n"),
              HasSubstr("l.csv:2: the stage is 'late'"));
}

TEST(LabelFile, ColumnsAreCheckedEvenWithoutRows) {
  const TestFolder folder("labels_columns");
  const std::string path = folder.write("l.csv", "graph,latency\n");
  EXPECT_THAT(error_of([&] { read_label_file(path); }), HasSubstr("no column 'batch'"));
}

}  // namespace
}  // namespace tacho

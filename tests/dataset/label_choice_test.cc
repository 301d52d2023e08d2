#include "dataset/label_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "dataset/split.h"
#include "dataset/testing.h"

namespace tacho {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LabelChoices : public ::testing::Test {
 protected:
  LabelChoices() : folder_("choice") {}
  LabelTable table(const std::string& rows, const std::string& name = "a.csv") const {
    const std::string path = folder_.write(name, "graph,batch,platform,latency_ms\n" + rows);
    return {name, read_label_file(path)};
  }
  static std::vector<double> latencies(const LabelTable& table) {
    std::vector<double> values;
    for (const Label& label : table.file.labels) values.push_back(label.latency_ms);
    return values;
  }
  static LabelChoice settled_by(OnConflict on_conflict) {
    LabelChoice choice;
    choice.on_conflict = on_conflict;
    return choice;
  }
  TestFolder folder_;
};

TEST_F(LabelChoices, PlatformsOfAnyTable) {
  std::vector<LabelTable> tables = {table("x,1,cpu-a,1\nx,1,gpu,2\n"),
                                    table("x,1,cpu-b,3\n,1,cpu-b,3\n,1,gpu,3\n")};
  LabelChoice choice;
  choice.platforms = {"cpu-*"};
  choose_labels(tables, choice);
  EXPECT_THAT(latencies(tables[0]), ElementsAre(1));
  EXPECT_EQ(tables[0].file.num_rows, 1u);
  EXPECT_EQ(tables[1].file.num_rows, 2u) << "one of them without a graph";
  choice.platforms = {"npu"};
  EXPECT_THAT(error_of([&] { choose_labels(tables, choice); }), HasSubstr("no platform 'npu'"));
}

TEST_F(LabelChoices, ASampleIsTheSameInAnyOrderAndGrows) {
  const auto sample_of = [&](size_t size, uint64_t seed, bool reversed) {
    std::vector<std::string> rows;
    for (int i = 0; i < 50; ++i) {
      for (const char* platform : {"cpu", "gpu"}) {
        rows.push_back("net" + std::to_string(i) + ".onnx,1," + platform + ",1\n");
      }
    }
    if (reversed) std::reverse(rows.begin(), rows.end());
    std::string text;
    for (const std::string& row : rows) text += row;
    std::vector<LabelTable> tables = {table(text)};
    LabelChoice choice;
    choice.sample = size;
    choice.seed = seed;
    choose_labels(tables, choice);
    EXPECT_EQ(tables[0].file.labels.size(), 2 * std::min<size_t>(size, 50)) << "all platforms";
    std::set<std::string> graphs;
    for (const Label& label : tables[0].file.labels) graphs.insert(label.graph);
    return graphs;
  };
  const std::set<std::string> ten = sample_of(10, 1, false), twenty = sample_of(20, 1, false);
  EXPECT_EQ(ten.size(), 10u);
  EXPECT_EQ(ten, sample_of(10, 1, true));
  EXPECT_NE(ten, sample_of(10, 2, false));
  EXPECT_TRUE(std::includes(twenty.begin(), twenty.end(), ten.begin(), ten.end()));
  EXPECT_EQ(sample_of(99, 1, false).size(), 50u) << "no more than there are";
}

TEST_F(LabelChoices, ASampleIsDrawnWithoutRegardToTheSplitOfTheSameSeed) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "net" + std::to_string(i) + ".onnx,1,cpu,1\n";
  std::vector<LabelTable> tables = {table(text)};
  LabelChoice choice;
  choice.sample = 400;
  choice.seed = 1;
  choose_labels(tables, choice);
  size_t tested = 0;
  for (const Label& label : tables[0].file.labels) {
    tested += stage_of(label.model.str(), 1, {0.1, 0.3}) == Stage::kTest ? 1 : 0;
  }
  // 120 of 400 are expected, give or take 9.
  EXPECT_GT(tested, 80u);
  EXPECT_LT(tested, 160u);
}

TEST_F(LabelChoices, ContradictionsAreRefusedAcrossTables) {
  std::vector<LabelTable> tables = {table("y,1,cpu,1\nx,1,cpu,2\n"), table("x,1,cpu,5\n", "b.csv")};
  EXPECT_THAT(error_of([&] { choose_labels(tables, {}); }),
              AllOf(HasSubstr("a.csv:3 and b.csv:2: 'x' at batch 1 on cpu takes 2.00000 ms and"),
                    HasSubstr("150 % apart"), HasSubstr("--on-conflict")));
}

TEST_F(LabelChoices, EqualRowsAreNoContradiction) {
  std::vector<LabelTable> tables = {table("x,1,cpu,2\nx,1,cpu,2.000001\nx,2,cpu,9\nx,1,gpu,9\n")};
  const ChosenLabels chosen = choose_labels(tables, {});
  EXPECT_EQ(chosen.repeated, 1u);
  EXPECT_EQ(chosen.contradicted, 0u);
  EXPECT_THAT(latencies(tables[0]), ElementsAre(2, 9, 9)) << "another batch is another label";
}

TEST_F(LabelChoices, MedianAndLastSettleThem) {
  const std::string rows = "x,1,cpu,4\ny,1,cpu,7\nx,1,cpu,1\n";
  std::vector<LabelTable> tables = {table(rows), table("x,1,cpu,2\n", "b.csv")};
  std::vector<LabelTable> same = tables;
  const ChosenLabels chosen = choose_labels(tables, settled_by(OnConflict::kMedian));
  EXPECT_EQ(chosen.contradicted, 1u);
  EXPECT_EQ(chosen.most_apart, 3);
  EXPECT_THAT(latencies(tables[0]), ElementsAre(2, 7));
  EXPECT_THAT(latencies(tables[1]), IsEmpty());
  choose_labels(same, settled_by(OnConflict::kLast));
  EXPECT_THAT(latencies(same[0]), ElementsAre(2, 7));
  std::vector<LabelTable> two = {table("x,1,cpu,4\nx,1,cpu,1\n")};
  choose_labels(two, settled_by(OnConflict::kMedian));
  EXPECT_THAT(latencies(two[0]), ElementsAre(2.5)) << "between the two middle ones";
}

TEST(OnConflictName, ReadsBackAndRefusesOthers) {
  for (const auto how : {OnConflict::kRefuse, OnConflict::kMedian, OnConflict::kLast}) {
    EXPECT_EQ(on_conflict_from_name(std::string(on_conflict_name(how))), how);
  }
  EXPECT_THAT(error_of([] { on_conflict_from_name("first"); }),
              HasSubstr("refuse, median or last"));
}

}  // namespace
}  // namespace tacho

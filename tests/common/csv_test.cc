#include "common/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "common/error.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

TEST(Csv, ReadsFieldsByColumnName) {
  const CsvTable table =
      CsvTable::parse("graph,batch,latency_ms\na.onnx,8,1.5\nb.onnx,1,2e3\n", "t.csv");
  EXPECT_THAT(table.columns(), ElementsAre("graph", "batch", "latency_ms"));
  ASSERT_EQ(table.num_rows(), 2u);
  EXPECT_EQ(table.text(0, "graph"), "a.onnx");
  EXPECT_EQ(table.integer(0, "batch"), 8);
  EXPECT_EQ(table.number(1, "latency_ms"), 2000);
  EXPECT_EQ(table.where(1), "t.csv:3");
}

TEST(Csv, UnderstandsQuotes) {
  const CsvTable table =
      CsvTable::parse("a,b\n\"1,\"\"x\"\"\",\"two\nlines\"\nlast,\"\"\n", "t.csv");
  ASSERT_EQ(table.num_rows(), 2u);
  EXPECT_EQ(table.text(0, "a"), "1,\"x\"");
  EXPECT_EQ(table.text(0, "b"), "two\nlines");
  EXPECT_EQ(table.text(1, "b"), "");
  EXPECT_EQ(table.where(1), "t.csv:4") << "a line break inside quotes counts as a line";
}

TEST(Csv, TakesWindowsLinesByteOrderMarkBlankLinesAndNoFinalNewline) {
  const CsvTable table = CsvTable::parse("\xEF\xBB\xBFx,y\r\n\r\n1,\r\n3,4", "t.csv");
  ASSERT_EQ(table.num_rows(), 2u);
  EXPECT_EQ(table.text(0, "y"), "");
  EXPECT_EQ(table.integer(1, "x"), 3);
  EXPECT_EQ(table.where(1), "t.csv:4");
}

TEST(Csv, MissingColumnIsAnErrorUnlessOptional) {
  const CsvTable table = CsvTable::parse("a,b\n1,2\n", "t.csv");
  EXPECT_TRUE(table.has_column("a"));
  EXPECT_FALSE(table.has_column("stage"));
  EXPECT_EQ(table.text(0, "stage", true), "");
  EXPECT_EQ(error_of([&] { table.text(0, "stage"); }), "t.csv: no column 'stage'; it has a, b");
}

TEST(Csv, RowOfAnotherLengthIsAnError) {
  EXPECT_EQ(error_of([] { CsvTable::parse("a,b\n1,2\n1,2,3\n", "t.csv"); }),
            "t.csv:3: 3 fields, but the header has 2");
}

TEST(Csv, UnfinishedQuoteNamesTheLineItOpensOn) {
  EXPECT_THAT(error_of([] { CsvTable::parse("a,b\n1,\"2\n3,4\n", "t.csv"); }),
              HasSubstr("t.csv:2: the quote opened here"));
  EXPECT_THAT(error_of([] { CsvTable::parse("a\n\"1\"2\n", "t.csv"); }),
              HasSubstr("t.csv:2: text after a closing quote"));
}

TEST(Csv, EmptyTextAndTwinColumnsAreErrors) {
  EXPECT_THAT(error_of([] { CsvTable::parse("", "t.csv"); }), HasSubstr("t.csv: empty"));
  EXPECT_THAT(error_of([] { CsvTable::parse("\n\n", "t.csv"); }), HasSubstr("t.csv: empty"));
  EXPECT_THAT(error_of([] { CsvTable::parse("a,a\n", "t.csv"); }), HasSubstr("two columns"));
}

TEST(Csv, NumbersAreFiniteAndWhole) {
  const CsvTable table = CsvTable::parse("x\nnan\ninf\n1e999\n12ms\n 7 \n7.5\n\"\"\n", "t.csv");
  for (const size_t row : {0, 1, 2, 3, 6}) {
    EXPECT_THROW(table.number(row, "x"), Error) << table.text(row, "x");
  }
  EXPECT_EQ(table.number(4, "x"), 7);
  EXPECT_EQ(table.integer(4, "x"), 7);
  EXPECT_EQ(error_of([&] { table.integer(5, "x"); }),
            "t.csv:7: column 'x': '7.5' is not an integer");
}

TEST(Csv, FileThatIsNotThereIsNamed) {
  EXPECT_THAT(error_of([] { CsvTable::read_file("/nowhere/labels.csv"); }),
              HasSubstr("/nowhere/labels.csv: cannot open"));
}

TEST(Csv, FieldIsQuotedOnlyIfItMustBeAndSurvivesTheRoundTrip) {
  EXPECT_EQ(csv_field("plain name.onnx"), "plain name.onnx");
  for (const std::string field : {"a,b", "say \"x\"", "two\nlines"}) {
    const CsvTable table = CsvTable::parse("f\n" + csv_field(field) + "\n", "t.csv");
    EXPECT_EQ(table.text(0, "f"), field);
  }
}

}  // namespace
}  // namespace tacho

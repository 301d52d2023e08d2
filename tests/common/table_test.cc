#include "common/table.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace tacho {
namespace {

Table example() {
  Table table;
  table.columns = {{"name"}, {"latency_ms", "ms"}, {"flops", "GFLOPs", 3, 1e-9}, {"count"}};
  table.rows = {{"a|b", 1.23456789, 2.5e9, int64_t{7}}, {"größe", Cell{}, 1e8, int64_t{123}}};
  return table;
}

TEST(TableText, AlignsNumbersToTheRightAndCountsCharacters) {
  EXPECT_EQ(table_text(example()),
            "name     ms  GFLOPs  count\n"
            "a|b    1.23    2.50      7\n"
            "größe     -   0.100    123\n");
}

TEST(TableText, MarksTheHeaderOnlyIfAskedTo) {
  EXPECT_EQ(table_text(example()).find('\x1b'), std::string::npos);
  EXPECT_EQ(table_text(example(), true).find("\x1b[1mname"), 0u);
}

TEST(TableMarkdown, EscapesBars) {
  EXPECT_EQ(table_markdown(example()),
            "| name  |   ms | GFLOPs | count |\n"
            "|-------|-----:|-------:|------:|\n"
            "| a\\|b  | 1.23 |   2.50 |     7 |\n"
            "| größe |    - |  0.100 |   123 |\n");
}

TEST(TableCsv, HasKeysUnscaledValuesAndEmptyCells) {
  EXPECT_EQ(table_csv(example()),
            "name,latency_ms,flops,count\n"
            "a|b,1.23457,2.5e+09,7\n"
            "größe,,1e+08,123\n");
  EXPECT_EQ(table_csv(Table{{{"a"}}, {}}, false), "");
}

TEST(TableJson, HasOneObjectPerRow) {
  EXPECT_EQ(table_json(example()).dump(),
            "[{\"name\":\"a|b\",\"latency_ms\":1.23457,\"flops\":2500000000.0,\"count\":7},"
            "{\"name\":\"größe\",\"latency_ms\":null,\"flops\":100000000.0,\"count\":123}]");
}

TEST(TableJson, HasNoNumberWhereThereIsNone) {
  EXPECT_TRUE(json_number(std::numeric_limits<double>::infinity()).is_null());
}

TEST(WithColumns, PutsThemInFrontInOrder) {
  Table table{{{"x"}}, {{int64_t{1}}, {int64_t{2}}}};
  EXPECT_EQ(table_csv(with_columns(table, {{"a", "p"}, {"b", int64_t{5}}})),
            "a,b,x\np,5,1\np,5,2\n");
}

}  // namespace
}  // namespace tacho

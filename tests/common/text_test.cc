#include "common/text.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tacho {
namespace {

TEST(EditDistance, CountsSlipsOfTheFinger) {
  EXPECT_EQ(edit_distance("show", "show"), 0);
  EXPECT_EQ(edit_distance("shwo", "show"), 1);  // neighbours swapped
  EXPECT_EQ(edit_distance("sho", "show"), 1);
  EXPECT_EQ(edit_distance("SHOW", "show"), 0);
  EXPECT_EQ(edit_distance("", "abc"), 3);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
}

TEST(NearestName, IsTheOneMeant) {
  const std::vector<std::string> names = {"gpu-rtx3090-nchw", "gpu-rtx4090-nchw", "npu-vim3"};
  EXPECT_EQ(nearest_name("gpu-rtx3090-nchv", names), "gpu-rtx3090-nchw");
  EXPECT_EQ(nearest_name("vim3", names), "npu-vim3");  // a part of it
}

TEST(NearestName, IsNoneWhenNothingIsNear) {
  EXPECT_EQ(nearest_name("toaster", {"gpu", "npu-vim3"}), "");
  EXPECT_EQ(nearest_name("", {"gpu"}), "");
  EXPECT_EQ(nearest_name("gpu", {}), "");
  EXPECT_EQ(nearest_name(std::string(100000, 'a'), {"gpu"}), "");
}

TEST(NameHint, ListsWhatThereIsWhenNothingIsNear) {
  EXPECT_EQ(name_hint("gpv", {"gpu", "npu"}), "; did you mean 'gpu'?");
  EXPECT_EQ(name_hint("toaster", {"gpu", "npu"}), "; known: gpu, npu");
  EXPECT_EQ(name_hint("toaster", std::vector<std::string>(11, "x")),
            "; known: x, x, x, x, x, x, x, x and 3 more");
}

TEST(Significant, KeepsAsManyDigitsAsAskedFor) {
  EXPECT_EQ(significant(0.0123456, 3), "0.0123");
  EXPECT_EQ(significant(1.2, 3), "1.20");
  EXPECT_EQ(significant(4567.8, 3), "4570");
  EXPECT_EQ(significant(9.996, 3), "10.0");  // rounding adds a digit before the point
  EXPECT_EQ(significant(0, 3), "0");
  EXPECT_EQ(significant(-0.5, 2), "-0.50");
  EXPECT_EQ(significant(1.5e-9, 2), "1.5e-09");
  EXPECT_EQ(significant(std::nan(""), 3), "nan");
}

TEST(Glob, MatchesTheWholeName) {
  EXPECT_TRUE(glob_match("gpu-*", "gpu-a40"));
  EXPECT_FALSE(glob_match("gpu", "gpu-a40"));
  EXPECT_TRUE(is_glob("a?"));
  EXPECT_FALSE(is_glob("plain.onnx"));
}

TEST(SplitAndJoin, UndoEachOther) {
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(split("", ','), std::vector<std::string>{""});
  EXPECT_EQ(join(split("a,,b", ','), ","), "a,,b");
  EXPECT_EQ(join({}), "");
}

TEST(Printable, IsOneLine) { EXPECT_EQ(printable("a\nb\x1b[1m"), "a b [1m"); }

}  // namespace
}  // namespace tacho

#include "dataset/platforms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dataset/testing.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<std::string> kKnown = {"cpu-a", "gpu-T4-trt7.1-fp32", "cpu-openppl-fp32", "7"};

TEST(ChoosePlatforms, ByNamePatternIdAndList) {
  EXPECT_THAT(choose_platforms(kKnown, {"cpu-a"}), ElementsAre("cpu-a"));
  EXPECT_THAT(choose_platforms(kKnown, {"cpu-*"}), ElementsAre("cpu-a", "cpu-openppl-fp32"));
  EXPECT_THAT(choose_platforms(kKnown, {"3"}), ElementsAre("gpu-T4-trt7.1-fp32"));
  EXPECT_THAT(choose_platforms(kKnown, {"3,1"}),
              ElementsAre("gpu-T4-trt7.1-fp32", "cpu-openppl-fp32"));
  EXPECT_EQ(choose_platforms(kKnown, {}), kKnown);
}

TEST(ChoosePlatforms, AnIdThatIsANameIsThatName) {
  EXPECT_THAT(choose_platforms(kKnown, {"7"}), ElementsAre("7"));
}

TEST(ChoosePlatforms, DoesNotTakeWhatMatchesNothing) {
  EXPECT_THAT(error_of([] { choose_platforms(kKnown, {"cpu-b*"}, "the labels"); }),
              HasSubstr("no platform 'cpu-b*' in the labels"));
  EXPECT_THAT(error_of([] { choose_platforms(kKnown, {"1,5"}); }),
              HasSubstr("no platform '5' (gpu-P4-trt7.1-fp32)"));
  EXPECT_THAT(error_of([] { choose_platforms(kKnown, {"10"}); }), HasSubstr("no platform '10'"));
}

}  // namespace
}  // namespace tacho

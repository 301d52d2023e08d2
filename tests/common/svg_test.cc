#include "common/svg.h"

#include <gmock/gmock.h>

#include <cmath>

#include "common/error.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Chart simple_chart() {
  Chart chart;
  chart.title = "a < b";
  chart.x.label = "size";
  chart.y.label = "time, ms";
  chart.series.push_back({ChartSeries::Kind::kPoints, "measured", {0, 10}, {1, 3}});
  return chart;
}

size_t count(const std::string& text, const std::string& part) {
  size_t number = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++number;
  return number;
}

TEST(NiceTicks, AreMultiplesOfOneTwoOrFive) {
  EXPECT_THAT(nice_ticks(0, 10, false), ElementsAre(0, 2, 4, 6, 8, 10));
  EXPECT_THAT(nice_ticks(-1, 1, false), ElementsAre(-1, -0.5, 0, 0.5, 1));
  EXPECT_THAT(nice_ticks(3, 101, false), ElementsAre(20, 40, 60, 80, 100));
}

TEST(NiceTicks, ArePowersOfTenWithTwoAndFiveWhereThereAreFewDecades) {
  EXPECT_THAT(nice_ticks(1, 100, true), ElementsAre(1, 2, 5, 10, 20, 50, 100));
  EXPECT_THAT(nice_ticks(1, 1e6, true), ElementsAre(1, 10, 100, 1e3, 1e4, 1e5, 1e6));
}

TEST(Svg, PutsPointsWhereTheAxesSay) {
  // The plot spans x from 62 to 624 and y from 372 (bottom) to 34; axes 0 to 10 and 1 to 3.
  const std::string svg = chart_svg(simple_chart());
  EXPECT_THAT(svg, HasSubstr("cx=\"62\" cy=\"372\""));
  EXPECT_THAT(svg, HasSubstr("cx=\"624\" cy=\"34\""));
}

TEST(Svg, IsTheSameEveryTime) { EXPECT_EQ(chart_svg(simple_chart()), chart_svg(simple_chart())); }

TEST(Svg, EscapesWhatNamesHold) {
  EXPECT_THAT(chart_svg(simple_chart()), HasSubstr("a &lt; b"));
  EXPECT_THAT(chart_svg(simple_chart()), Not(HasSubstr("a < b")));
}

TEST(Svg, HasColoursForADarkTheme) {
  EXPECT_THAT(chart_svg(simple_chart()), HasSubstr("prefers-color-scheme: dark"));
}

TEST(Svg, LeavesOutWhatALogAxisCannotShowAndBreaksTheLineThere) {
  Chart chart = simple_chart();
  chart.x.log = true;
  chart.series = {{ChartSeries::Kind::kLine, "", {1, 10, 0, 100, 1000}, {1, 2, 9, 3, 4}}};
  const std::string svg = chart_svg(chart);
  EXPECT_EQ(count(svg, "M"), 2u);  // two pieces
  chart.series[0].kind = ChartSeries::Kind::kPoints;
  EXPECT_EQ(count(chart_svg(chart), "<circle"), 4u);
}

TEST(Svg, ListsInTheLegendOnlyWhatHasALabel) {
  Chart chart = simple_chart();
  EXPECT_EQ(count(chart_svg(chart), "<circle"), 3u);  // two points and the legend's
  chart.series[0].label.clear();
  EXPECT_EQ(count(chart_svg(chart), "<circle"), 2u);
}

TEST(Svg, GuidesOutsideTheAxesAreNotDrawn) {
  Chart chart = simple_chart();
  chart.guides = {{true, 5, "inside"}, {true, 50, "outside"}};
  EXPECT_THAT(chart_svg(chart), HasSubstr("inside"));
  EXPECT_THAT(chart_svg(chart), Not(HasSubstr("outside")));
}

TEST(Svg, PutsChartsBesideEachOther) {
  const std::string svg = charts_svg({simple_chart(), simple_chart(), simple_chart()}, 2);
  EXPECT_THAT(svg, HasSubstr("viewBox=\"0 0 1280 840\""));
  EXPECT_THAT(svg, HasSubstr("translate(0 420)"));
}

TEST(Svg, NothingToDrawIsAnError) {
  Chart chart = simple_chart();
  chart.series[0].x = {std::nan(""), std::nan("")};
  EXPECT_THROW(chart_svg(chart), Error);
  chart.series.clear();
  EXPECT_THROW(chart_svg(chart), Error);
  chart.series.push_back({ChartSeries::Kind::kPoints, "", {1}, {}});
  EXPECT_THROW(chart_svg(chart), Error);
}

}  // namespace
}  // namespace tacho

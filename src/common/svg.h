// Small charts as SVG: points and lines on two axes, linear or logarithmic, with ticks, guides and
// a legend. The same chart gives the same bytes everywhere. Colours follow the reader's light or
// dark theme.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tacho {

struct ChartAxis {
  std::string label;  ///< with its unit: "measured, ms"
  bool log = false;
  std::optional<double> low, high;  ///< absent: from the data, rounded outwards to ticks if linear
};

struct ChartSeries {
  enum class Kind { kPoints, kLine };
  Kind kind = Kind::kPoints;
  std::string label;         ///< in the legend; empty: not listed there
  std::vector<double> x, y;  ///< same length; a point that is not finite, or not positive on a log
                             ///< axis, is left out (and a line broken there)
  int color = 0;             ///< index into the palette of 6, taken modulo
  bool dashed = false;       ///< lines only
};

/// A thin line across the whole plot with a text at it.
struct ChartGuide {
  bool vertical = true;
  double at = 0;
  std::string label;
};

struct Chart {
  std::string title;
  ChartAxis x, y;
  std::vector<ChartSeries> series;
  std::vector<ChartGuide> guides;
  int width = 640;  ///< pixels at scale 1
  int height = 420;
};

/// Throws Error if there is no point to be drawn, or a series' x and y differ in length.
std::string chart_svg(const Chart& chart);
/// Several charts in one picture, `columns` beside each other.
std::string charts_svg(const std::vector<Chart>& charts, int columns = 2);

/// Where ticks stand from low to high: on a linear axis multiples of 1, 2 or 5 · 10^k, about
/// `count` of them; on a logarithmic one powers of ten, with 2 and 5 between them where there are
/// few. low < high, and 0 < low for `log`.
std::vector<double> nice_ticks(double low, double high, bool log, int count = 6);

}  // namespace tacho

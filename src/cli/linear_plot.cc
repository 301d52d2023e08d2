#include "cli/linear_plot.h"

#include <algorithm>
#include <cmath>

#include "common/error.h"
#include "common/side_file.h"
#include "common/text.h"

namespace tacho {
namespace {

constexpr int kPointColor = 0, kHeldOutColor = 1, kLawColor = 5, kLowColor = 2;
constexpr int kSteps = 64;  // of a line, which is no straight one on logarithmic axes

ChartSeries points(const LinearPlatform& platform, const LinearRows& rows, bool held_out) {
  ChartSeries series;
  series.label = held_out ? "models held out" : "models of the fit";
  series.color = held_out ? kHeldOutColor : kPointColor;
  for (const LinearSample& s : rows.samples(held_out)) {
    series.x.push_back(platform.law(s.terms));
    series.y.push_back(s.latency_ms);
  }
  if (series.x.empty()) series.label.clear();
  return series;
}

ChartSeries line(double slope, double offset, double from, double to) {
  ChartSeries series;
  series.kind = ChartSeries::Kind::kLine;
  for (int i = 0; i <= kSteps; ++i) {
    const double x = from * std::pow(to / from, static_cast<double>(i) / kSteps);
    series.x.push_back(x);
    series.y.push_back(slope * x + offset);
  }
  return series;
}

}  // namespace

Chart linear_chart(const LinearPlatform& platform, const LinearRows& rows) {
  Chart chart;
  chart.title = platform.name;
  chart.x = {"a·ACTS + b·INP + c·FLOPs + d, ms", true, {}, {}};
  chart.y = {"measured, ms", true, {}, {}};
  double low = 0, high = 0;
  for (const bool held_out : {false, true}) {
    chart.series.push_back(points(platform, rows, held_out));
    for (const double x : chart.series.back().x) {
      if (x > 0 && (low == 0 || x < low)) low = x;
      high = std::max(high, x);
    }
  }
  if (!(low < high)) return chart;
  const double bend = platform.low ? platform.low->breakpoint_ms() : 0;
  if (bend < high) {
    chart.series.push_back(line(1, 0, std::max(low, bend), high));
    chart.series.back().label = "the law";
    chart.series.back().color = kLawColor;
  }
  if (platform.low && bend > low) {
    chart.series.push_back(
        line(platform.low->slope, platform.low->offset_ms, low, std::min(bend, high)));
    chart.series.back().label = "low range: " + significant(platform.low->slope, 3) + " × law + " +
                                significant(platform.low->offset_ms, 3) + " ms";
    chart.series.back().color = kLowColor;
    chart.guides.push_back({true, bend, "breakpoint " + significant(bend, 3) + " ms"});
  }
  return chart;
}

void write_linear_plot(const std::string& path, const std::vector<Chart>& charts) {
  write_whole_file(path, charts_svg(charts));
}

}  // namespace tacho

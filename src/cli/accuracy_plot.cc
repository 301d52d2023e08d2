#include "cli/accuracy_plot.h"

#include <algorithm>
#include <map>

#include "common/error.h"

namespace tacho {
namespace {

constexpr size_t kColors = 6;

std::string kind_of(const std::string& platform) { return platform.substr(0, platform.find('-')); }

ChartSeries line(double factor, double low, double high) {
  ChartSeries series;
  series.kind = ChartSeries::Kind::kLine;
  series.x = {low, high};
  series.y = {factor * low, factor * high};
  series.color = kColors - 1;
  series.dashed = factor != 1;
  return series;
}

}  // namespace

Chart accuracy_chart(const std::vector<PlatformPairs>& pairs, const std::string& title) {
  const auto used = [](const PlatformPairs& p) { return !p.measured_ms.empty(); };
  const bool by_kind =
      std::count_if(pairs.begin(), pairs.end(), used) >= static_cast<long>(kColors);
  Chart chart;
  chart.title = title;
  chart.x = {"measured, ms", true, {}, {}};
  chart.y = {"predicted, ms", true, {}, {}};
  std::map<std::string, size_t> places;
  double low = 0, high = 0;
  for (const PlatformPairs& p : pairs) {
    if (!used(p)) continue;
    const std::string label = by_kind ? kind_of(p.platform) : p.platform;
    const auto [place, is_new] = places.try_emplace(label, chart.series.size());
    if (is_new) {
      chart.series.emplace_back();
      chart.series.back().label = label;
      chart.series.back().color = static_cast<int>(place->second);
    }
    ChartSeries& series = chart.series[place->second];
    series.x.insert(series.x.end(), p.measured_ms.begin(), p.measured_ms.end());
    series.y.insert(series.y.end(), p.predicted_ms.begin(), p.predicted_ms.end());
    const auto [least, most] = std::minmax_element(p.measured_ms.begin(), p.measured_ms.end());
    low = low == 0 ? *least : std::min(low, *least);
    high = std::max(high, *most);
  }
  if (chart.series.empty()) throw Error("no row to plot");
  if (low < high) {
    for (const double factor : {1.0, 0.9, 1.1}) chart.series.push_back(line(factor, low, high));
    chart.series.back().label = "10 % off";
  }
  return chart;
}

}  // namespace tacho

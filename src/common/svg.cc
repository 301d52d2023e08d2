#include "common/svg.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

constexpr double kLeft = 62, kRight = 16, kTop = 34, kBottom = 48;  // margins around the plot
constexpr int kPaletteSize = 6;
// Told apart by people who see few colours (Okabe and Ito); lighter ones in a dark theme.
constexpr std::array<const char*, kPaletteSize> kLight = {"#0072b2", "#d55e00", "#009e73",
                                                          "#a0489a", "#b8860b", "#555555"};
constexpr std::array<const char*, kPaletteSize> kDark = {"#56b4e9", "#ff8c42", "#3ddbaa",
                                                         "#e08ad8", "#f0c93a", "#bbbbbb"};

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  std::string result = text;
  while (result.back() == '0') result.pop_back();
  if (result.back() == '.') result.pop_back();
  return result == "-0" ? "0" : result;
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : printable(text)) {
    if (c == '&') {
      result += "&amp;";
    } else if (c == '<') {
      result += "&lt;";
    } else if (c == '>') {
      result += "&gt;";
    } else if (c == '"') {
      result += "&quot;";
    } else {
      result += c;
    }
  }
  return result;
}

std::string tick_text(double value) {
  char text[32];
  if (value != 0 && (std::abs(value) >= 1e5 || std::abs(value) < 1e-3)) {
    std::snprintf(text, sizeof text, "%.0e", value);
  } else {
    std::snprintf(text, sizeof text, "%.6g", value);
  }
  return text;
}

/// From values to pixels along one side of the plot.
struct Scale {
  double low = 0, high = 1, from = 0, to = 1;
  bool log = false;
  std::vector<double> ticks;

  bool drawable(double value) const { return std::isfinite(value) && (!log || value > 0); }
  double operator()(double value) const {
    const double share =
        log ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
    return from + share * (to - from);
  }
};

Scale scale_of(const ChartAxis& axis, const Chart& chart, bool horizontal) {
  Scale scale;
  scale.log = axis.log;
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const ChartSeries& series : chart.series) {
    if (series.x.size() != series.y.size()) {
      throw Error("chart '" + chart.title + "': series '" + series.label + "' has " +
                  std::to_string(series.x.size()) + " x and " + std::to_string(series.y.size()) +
                  " y");
    }
    for (const double value : horizontal ? series.x : series.y) {
      if (!scale.drawable(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  if (low > high) throw Error("chart '" + chart.title + "': nothing to draw");
  if (axis.log) {
    const double pad = low == high ? 2.0 : std::pow(high / low, 0.04);
    low /= pad;
    high *= pad;
  } else {
    if (low == high) {
      const double pad = low == 0 ? 1 : 0.1 * std::abs(low);
      low -= pad;
      high += pad;
    }
    const std::vector<double> inner = nice_ticks(low, high, false);
    const double step = inner.size() > 1 ? inner[1] - inner[0] : high - low;
    low = std::floor(low / step) * step;
    high = std::ceil(high / step) * step;
  }
  scale.low = axis.low.value_or(low);
  scale.high = axis.high.value_or(high);
  if (!(scale.low < scale.high) || (axis.log && scale.low <= 0)) {
    throw Error("chart '" + chart.title + "': axis '" + axis.label + "' has no extent");
  }
  scale.from = horizontal ? kLeft : chart.height - kBottom;
  scale.to = horizontal ? chart.width - kRight : kTop;
  scale.ticks = nice_ticks(scale.low, scale.high, scale.log);
  return scale;
}

std::string text_at(double x, double y, const std::string& text, const char* anchor,
                    const std::string& more = "") {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor +
         "\" fill=\"#222222\" class=\"ink\"" + more + ">" + escaped(text) + "</text>\n";
}

std::string line_at(double x1, double y1, double x2, double y2, const char* color, const char* name,
                    const std::string& more = "") {
  return "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) +
         "\" y2=\"" + number(y2) + "\" stroke=\"" + color + "\" class=\"" + name + "\"" + more +
         "/>\n";
}

std::string axes(const Chart& chart, const Scale& x, const Scale& y) {
  std::string svg;
  for (const double tick : x.ticks) {
    svg += line_at(x(tick), y.from, x(tick), y.to, "#dddddd", "grid");
    svg += text_at(x(tick), y.from + 15, tick_text(tick), "middle");
  }
  for (const double tick : y.ticks) {
    svg += line_at(x.from, y(tick), x.to, y(tick), "#dddddd", "grid");
    svg += text_at(x.from - 6, y(tick) + 4, tick_text(tick), "end");
  }
  svg += line_at(x.from, y.from, x.to, y.from, "#222222", "axis");
  svg += line_at(x.from, y.from, x.from, y.to, "#222222", "axis");
  svg += text_at((x.from + x.to) / 2, y.from + 36, chart.x.label, "middle");
  const double middle = (y.from + y.to) / 2;
  svg += text_at(14, middle, chart.y.label, "middle",
                 " transform=\"rotate(-90 14 " + number(middle) + ")\"");
  svg += text_at((x.from + x.to) / 2, 20, chart.title, "middle", " font-weight=\"bold\"");
  return svg;
}

std::string stroke(const ChartSeries& series, int color) {
  return std::string("fill=\"none\" stroke=\"") + kLight[static_cast<size_t>(color)] +
         "\" class=\"s" + std::to_string(color) + "\" stroke-width=\"1.6\"" +
         (series.dashed ? " stroke-dasharray=\"6 4\"" : "");
}

std::string fill(int color) {
  return std::string("fill=\"") + kLight[static_cast<size_t>(color)] + "\" class=\"p" +
         std::to_string(color) + "\"";
}

int color_of(const ChartSeries& series) {
  return ((series.color % kPaletteSize) + kPaletteSize) % kPaletteSize;
}

std::string drawn(const ChartSeries& series, const Scale& x, const Scale& y) {
  const int color = color_of(series);
  std::string svg, path;
  bool pen_down = false;
  for (size_t i = 0; i < series.x.size(); ++i) {
    if (!x.drawable(series.x[i]) || !y.drawable(series.y[i])) {
      pen_down = false;
      continue;
    }
    const std::string px = number(x(series.x[i])), py = number(y(series.y[i]));
    if (series.kind == ChartSeries::Kind::kLine) {
      path += (pen_down ? "L" : "M") + px + " " + py;
      pen_down = true;
    } else {
      svg += "<circle cx=\"" + px + "\" cy=\"" + py + "\" r=\"2.4\" fill-opacity=\"0.6\" " +
             fill(color) + "/>\n";
    }
  }
  if (!path.empty()) svg += "<path d=\"" + path + "\" " + stroke(series, color) + "/>\n";
  return svg;
}

std::string guides(const Chart& chart, const Scale& x, const Scale& y) {
  std::string svg;
  for (const ChartGuide& guide : chart.guides) {
    const Scale& across = guide.vertical ? x : y;
    if (!across.drawable(guide.at) || guide.at < across.low || guide.at > across.high) continue;
    const double at = across(guide.at);
    const std::string dots = " stroke-dasharray=\"2 3\"";
    if (guide.vertical) {
      svg += line_at(at, y.from, at, y.to, "#777777", "guide", dots);
      const bool left_half = at < (x.from + x.to) / 2;
      svg += text_at(left_half ? at + 4 : at - 4, y.from - 6, guide.label,
                     left_half ? "start" : "end");
    } else {
      svg += line_at(x.from, at, x.to, at, "#777777", "guide", dots);
      svg += text_at(x.to - 4, at - 4, guide.label, "end");
    }
  }
  return svg;
}

std::string legend(const Chart& chart, const Scale& x, const Scale& y) {
  std::string svg;
  double row = y.to + 12;
  for (const ChartSeries& series : chart.series) {
    if (series.label.empty()) continue;
    const int color = color_of(series);
    const double left = x.from + 10;
    if (series.kind == ChartSeries::Kind::kLine) {
      svg += "<path d=\"M" + number(left) + " " + number(row) + "L" + number(left + 22) + " " +
             number(row) + "\" " + stroke(series, color) + "/>\n";
    } else {
      svg += "<circle cx=\"" + number(left + 11) + "\" cy=\"" + number(row) + "\" r=\"3\" " +
             fill(color) + "/>\n";
    }
    svg += text_at(left + 28, row + 4, series.label, "start");
    row += 16;
  }
  return svg;
}

std::string style() {
  std::string css = "<style>@media (prefers-color-scheme: dark){.paper{fill:#16181d}";
  css += ".ink{fill:#e6e6e6}.grid{stroke:#33373f}.axis{stroke:#e6e6e6}.guide{stroke:#9aa0a6}";
  for (int i = 0; i < kPaletteSize; ++i) {
    const std::string name = std::to_string(i), color = kDark[static_cast<size_t>(i)];
    css += ".s" + name + "{stroke:" + color + "}.p" + name + "{fill:" + color + "}";
  }
  return css + "}</style>\n";
}

/// Lines that leave the plot, where a caller's axis is narrower than the data, end at its edge.
std::string body(const Chart& chart, const std::string& clip) {
  const Scale x = scale_of(chart.x, chart, true), y = scale_of(chart.y, chart, false);
  std::string svg = "<clipPath id=\"" + clip + "\"><rect x=\"" + number(x.from) + "\" y=\"" +
                    number(y.to) + "\" width=\"" + number(x.to - x.from) + "\" height=\"" +
                    number(y.from - y.to) + "\"/></clipPath>\n";
  svg += axes(chart, x, y) + "<g clip-path=\"url(#" + clip + ")\">\n";
  for (const auto kind : {ChartSeries::Kind::kPoints, ChartSeries::Kind::kLine}) {
    for (const ChartSeries& series : chart.series) {
      if (series.kind == kind) svg += drawn(series, x, y);
    }
  }
  return svg + "</g>\n" + guides(chart, x, y) + legend(chart, x, y);
}

}  // namespace

std::vector<double> nice_ticks(double low, double high, bool log, int count) {
  std::vector<double> ticks;
  if (log) {
    const int first = static_cast<int>(std::floor(std::log10(low) - 1e-9));
    const int last = static_cast<int>(std::ceil(std::log10(high) + 1e-9));
    const int decades = last - first;
    const int stride = std::max(1, decades / 8);
    for (int k = first; k <= last; ++k) {
      if ((k - first) % stride != 0) continue;
      for (const double digit : {1.0, 2.0, 5.0}) {
        if (digit != 1.0 && decades > 4) continue;
        const double tick = digit * std::pow(10.0, k);
        if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) ticks.push_back(tick);
      }
    }
    return ticks;
  }
  const double raw = (high - low) / std::max(1, count - 1);
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  double step = 10 * power;
  for (const double digit : {1.0, 2.0, 5.0}) {
    if (digit * power >= raw * (1 - 1e-9)) {
      step = digit * power;
      break;
    }
  }
  for (double k = std::ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; ++k) {
    ticks.push_back(k * step);
  }
  return ticks;
}

std::string charts_svg(const std::vector<Chart>& charts, int columns) {
  if (charts.empty()) throw Error("no chart to draw");
  int width = 0, height = 0;
  for (const Chart& chart : charts) {
    width = std::max(width, chart.width);
    height = std::max(height, chart.height);
  }
  const int beside = std::min(std::max(1, columns), static_cast<int>(charts.size()));
  const int below = (static_cast<int>(charts.size()) + beside - 1) / beside;
  const std::string size =
      "width=\"" + std::to_string(width * beside) + "\" height=\"" + std::to_string(height * below);
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" " + size + "\" viewBox=\"0 0 " +
                    std::to_string(width * beside) + " " + std::to_string(height * below) +
                    "\" font-family=\"sans-serif\" font-size=\"11\">\n" + style();
  svg += "<rect " + size + "\" fill=\"#ffffff\" class=\"paper\"/>\n";
  for (size_t i = 0; i < charts.size(); ++i) {
    const int column = static_cast<int>(i) % beside, row = static_cast<int>(i) / beside;
    svg += "<g transform=\"translate(" + std::to_string(column * width) + " " +
           std::to_string(row * height) + ")\">\n" + body(charts[i], "plot" + std::to_string(i)) +
           "</g>\n";
  }
  return svg + "</svg>\n";
}

std::string chart_svg(const Chart& chart) { return charts_svg({chart}, 1); }

}  // namespace tacho

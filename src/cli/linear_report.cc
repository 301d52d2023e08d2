#include "cli/linear_report.h"

#include <algorithm>
#include <cmath>

namespace tacho {
namespace {

std::optional<Accuracy> accuracy_in(const LinearPlatform& platform,
                                    const std::vector<LinearSample>& samples, bool slow) {
  std::vector<double> predicted, measured;
  for (const LinearSample& s : samples) {
    if ((s.latency_ms >= kSlowMs) != slow) continue;
    predicted.push_back(platform.latency_ms(s.terms));
    measured.push_back(s.latency_ms);
  }
  if (measured.empty()) return std::nullopt;
  return accuracy_of(predicted, measured);
}

void add_accuracy(std::vector<Cell>& row, const std::optional<Accuracy>& accuracy, bool within) {
  row.emplace_back(static_cast<int64_t>(accuracy ? accuracy->count : 0));
  row.push_back(accuracy ? Cell{accuracy->median_error} : Cell{});
  row.push_back(accuracy ? Cell{accuracy->mape} : Cell{});
  if (within) row.push_back(accuracy ? Cell{accuracy->within_10} : Cell{});
}

/// The columns with these keys, in this order.
Table part(const Table& all, const std::vector<std::string>& keys) {
  Table table;
  std::vector<size_t> places;
  for (const std::string& key : keys) {
    const auto at = std::find_if(all.columns.begin(), all.columns.end(),
                                 [&](const Column& c) { return c.key == key; });
    places.push_back(static_cast<size_t>(at - all.columns.begin()));
    table.columns.push_back(*at);
  }
  for (const std::vector<Cell>& row : all.rows) {
    table.rows.emplace_back();
    for (const size_t place : places) table.rows.back().push_back(row[place]);
  }
  return table;
}

}  // namespace

LinearReport report_of(LinearPlatform platform, const LinearRows& rows) {
  const std::vector<LinearSample> held_out = rows.samples(true);
  LinearReport report{std::move(platform), {}, {}};
  report.slow = accuracy_in(report.platform, held_out, true);
  report.fast = accuracy_in(report.platform, held_out, false);
  return report;
}

Table linear_table(const std::vector<LinearReport>& reports) {
  Table table;
  table.columns = {{"platform"},
                   {"ms_per_million_acts", "ms/M acts"},
                   {"ms_per_million_inputs", "ms/M inputs"},
                   {"ms_per_gflop", "ms/GFLOP"},
                   {"constant_ms", "constant ms"},
                   {"slope", "low slope"},
                   {"offset_ms", "low offset ms"},
                   {"breakpoint_ms", "breakpoint ms"},
                   {"acts_share_percent", "acts %"},
                   {"inputs_share_percent", "inputs %"},
                   {"flops_share_percent", "flops %"},
                   {"constant_share_percent", "constant %"},
                   {"bound"},
                   {"ridge_flops_per_act", "ridge FLOP/act"},
                   {"rows"},
                   {"models"},
                   {"fit_median_error_percent", "fit median %"},
                   {"slow_rows", "rows >= 2 ms"},
                   {"slow_median_error_percent", "median %"},
                   {"slow_mean_error_percent", "mean %"},
                   {"slow_within_10_percent", "within 10 %"},
                   {"fast_rows", "rows < 2 ms"},
                   {"fast_median_error_percent", "median %"},
                   {"fast_mean_error_percent", "mean %"}};
  for (const LinearReport& report : reports) {
    const LinearPlatform& p = report.platform;
    const double ridge = p.law.ridge();
    std::vector<Cell> row{p.name, p.law.ms_per_act * 1e6, p.law.ms_per_input * 1e6,
                          p.law.ms_per_flop * 1e9, p.law.constant_ms};
    row.push_back(p.low ? Cell{p.low->slope} : Cell{});
    row.push_back(p.low ? Cell{p.low->offset_ms} : Cell{});
    row.push_back(p.low ? Cell{p.low->breakpoint_ms()} : Cell{});
    for (const double share : {p.shares.acts, p.shares.inputs, p.shares.flops, p.shares.constant}) {
      row.emplace_back(100 * share);
    }
    row.emplace_back(p.shares.bound());
    row.push_back(std::isfinite(ridge) ? Cell{ridge} : Cell{});
    row.emplace_back(static_cast<int64_t>(p.rows));
    row.emplace_back(static_cast<int64_t>(p.networks));
    row.emplace_back(p.training_median_error);
    add_accuracy(row, report.slow, true);
    add_accuracy(row, report.fast, false);
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table coefficients_part(const Table& all) {
  return part(all, {"platform", "ms_per_million_acts", "ms_per_million_inputs", "ms_per_gflop",
                    "constant_ms", "slope", "offset_ms", "breakpoint_ms", "acts_share_percent",
                    "inputs_share_percent", "flops_share_percent", "constant_share_percent",
                    "bound", "ridge_flops_per_act"});
}

Table accuracy_part(const Table& all) {
  return part(all,
              {"platform", "rows", "models", "fit_median_error_percent", "slow_rows",
               "slow_median_error_percent", "slow_mean_error_percent", "slow_within_10_percent",
               "fast_rows", "fast_median_error_percent", "fast_mean_error_percent"});
}

}  // namespace tacho

// What `tacho linear fit` says of each platform.
#pragma once

#include <optional>
#include <vector>

#include "cli/linear_rows.h"
#include "common/metrics.h"
#include "common/table.h"

namespace tacho {

/// Networks at least as slow as this are reported apart from faster ones, whose time is mostly that
/// of launching kernels.
constexpr double kSlowMs = 2;

struct LinearReport {
  LinearPlatform platform;
  std::optional<Accuracy> slow,
      fast;  ///< on held-out rows from kSlowMs on, and below; absent: none
};

LinearReport report_of(LinearPlatform platform, const LinearRows& rows);

/// Everything, one row a platform: for CSV and JSON.
Table linear_table(const std::vector<LinearReport>& reports);
/// The part of it about what was fitted, and the part about errors: for people.
Table coefficients_part(const Table& all);
Table accuracy_part(const Table& all);

}  // namespace tacho

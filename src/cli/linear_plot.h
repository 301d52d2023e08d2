// A picture of a fitted linear model: measurements, law, low range and breakpoint.
#pragma once

#include <string>
#include <vector>

#include "cli/linear_rows.h"
#include "common/svg.h"

namespace tacho {

/// Across: the law's value; up: the measured latency; both logarithmic, in milliseconds.
Chart linear_chart(const LinearPlatform& platform, const LinearRows& rows);

/// All charts, two beside each other, written to the side and renamed into place.
void write_linear_plot(const std::string& path, const std::vector<Chart>& charts);

}  // namespace tacho

// Predicted against measured latencies as a picture: tacho evaluate --plot.
#pragma once

#include <string>
#include <vector>

#include "cli/accuracy_table.h"
#include "common/svg.h"

namespace tacho {

/// Across: measured, up: predicted, both logarithmic, in milliseconds; the diagonal, and 10 % to
/// either side. A colour for each platform; from six on, for each kind (cpu, gpu, npu). Throws
/// Error without a row.
Chart accuracy_chart(const std::vector<PlatformPairs>& pairs, const std::string& title);

}  // namespace tacho

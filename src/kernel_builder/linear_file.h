// The linear model as a JSON file, "tacho-linear" version 1.
//
//   {
//     "format": "tacho-linear", "version": 1,
//     "form": "latency_ms = a*acts + b*inputs + c*flops + d; below the breakpoint slope*that +
//     offset", "counts": "per batch; a multiply-accumulate is 2 flops", "write_weight": 0.25,
//     LinearModel::write_weight "objective": "relative",               or "absolute" "platforms":
//     [{
//       "platform": "gpu-…",
//       "ms_per_million_acts": a, "ms_per_million_inputs": b, "ms_per_gflop": c, "constant_ms": d,
//       "low_range": {"slope": s, "offset_ms": o, "breakpoint_ms": t},     absent: one range
//       "band": [low, high],                 10 % and 90 % quantiles of measured / predicted
//       "batches": [low, high],              sizes measured; 0, 0 if not recorded
//       "training": {"rows": n, "networks": n, "median_error_percent": x,
//                    "shares": {"acts": x, "inputs": x, "flops": x, "constant": x}}
//     }, …]
//   }
//
// breakpoint_ms is there to be read by people; slope and offset say it. Fields that are not known
// are ignored, so that later versions may add some.
#pragma once

#include <string>

#include "kernel_builder/linear_model.h"

namespace tacho {

/// Throws Error naming the file and the key: no such file, not JSON, another format or version, a
/// field that is missing, of another type, negative or not finite, a platform given twice, none.
LinearModel load_linear_model(const std::string& path);
/// Writes to the side and renames into place.
void save_linear_model(const std::string& path, const LinearModel& model);

}  // namespace tacho

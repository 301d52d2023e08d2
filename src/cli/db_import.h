// What files of measurements are turned into before they go into a database.
#pragma once

#include <string>

#include "latency_db/label_import.h"

namespace tacho {

/// Of nn-Meter's profiled_<kernel>.json: each kernel as the network that it was measured as.
/// nn-Meter writes means. Throws Error: the file, or that this build cannot write ONNX.
LabelRecords read_kernel_records(const std::string& path, const std::string& platform);

}  // namespace tacho

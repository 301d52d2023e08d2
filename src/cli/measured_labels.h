// Labels files, for verbs that need their latencies.
#pragma once

#include <string>

#include "dataset/label_file.h"

namespace tacho {

/// read_label_file(), saying on stderr how many rows have no latency, and which is the first.
LabelFile read_measured_labels(const std::string& path);

}  // namespace tacho

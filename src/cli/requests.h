// predict --requests: a file of questions answered row by row.
#pragma once

#include <string>

#include "cli/output.h"
#include "common/predictor.h"
#include "graph_ir/fusion_rules.h"

namespace tacho {

struct RequestOptions {
  std::string requests;  ///< CSV with the columns graph, batch, platform
  std::string answers;   ///< "" or "-": stdout
  std::string
      graphs;  ///< folder that graph names are relative to; "": working directory, then the CSV's
  FusionRules fusion = {};
};

/// Writes the requests' columns and latency_ms, lower_ms, upper_ms, in the order of the requests,
/// beside `answers` as they come (see SideFile), put in place at the end. A row that cannot be
/// answered has empty answer cells and is reported. Throws Error if a file cannot be read or
/// written.
void answer_requests(const Predictor& predictor, const RequestOptions& options, Faults& faults);

}  // namespace tacho

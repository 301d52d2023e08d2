// What tacho show prints of a model: a summary, its kernels, a picture of them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "common/table.h"
#include "graph_ir/lower.h"

namespace tacho {

/// A lowered model, and the graph as the file has it.
struct ShownModel {
  std::string name;
  Graph file_graph;  ///< as read, before any rewrite
  LoweredModel lowered;
};

/// Two columns, what and how much. Figures per forward pass at the batch that the inputs have.
Table summary_table(const ShownModel& model);
nlohmann::ordered_json summary_json(const ShownModel& model);

/// One row per kernel, in the order of execution, with all columns there are.
Table kernel_table(const ShownModel& model);
/// The columns called `columns`, in that order (all if empty), sorted by column `sort` (descending
/// for numbers; a leading '+' or '-' says ascending or descending; "" leaves the order). Throws
/// Error (usage) for a column that does not exist, with the nearest that does.
Table select_columns(const Table& table, const std::vector<std::string>& columns,
                     const std::string& sort);

/// What a backend makes of each model before it runs: operators named again, and the kernels that
/// are run, where the runtime tells. Returns the exit code.
int show_on_platform(const std::vector<std::string>& models, const LowerOptions& how,
                     const std::string& backend_or_platform, Format format);

/// Graphviz' dot language: kernels with their names and outputs, edges as data flows.
std::string kernels_dot(const ShownModel& model);

}  // namespace tacho

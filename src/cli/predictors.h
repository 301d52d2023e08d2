// Which predictor a verb uses: the options, and the file behind it.
#pragma once

#include <memory>
#include <string>

#include "cli/arguments.h"
#include "common/predictor.h"

namespace tacho {

/// --predictor and --checkpoint.
struct PredictorOptions {
  std::string kind = "gnn";  ///< gnn, kernel, linear
  std::string file;          ///< --checkpoint; empty: where that kind's default lies

  void add_to(CLI::App& app);
  /// -m/--model instead, for a verb with only one kind.
  void add_file_to(CLI::App& app, const std::string& only_kind);
};

struct OpenPredictor {
  std::unique_ptr<Predictor> predictor;
  std::string file;  ///< what was opened
};

/// Throws Error: no such kind (usage), no file, or what the predictor says of it.
OpenPredictor open_predictor(const PredictorOptions& options);

}  // namespace tacho

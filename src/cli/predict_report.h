// How predictions are printed: as text, Markdown, CSV or JSON, one model at a time.
#pragma once

#include <string>
#include <vector>

#include "cli/output.h"
#include "common/predictor.h"
#include "graph_ir/lower.h"

namespace tacho {

struct ReportOptions {
  Format format = Format::kText;
  bool explain = false;  ///< the predictions were made per kernel, and the kernels are listed
  size_t top = 15;       ///< kernels listed in text and Markdown; 0: all
};

/// "1" or "256-1024"; "" if it is not recorded.
std::string batches_text(const BatchRange& measured);

class PredictReport {
 public:
  /// `source`: name and version of the model that predicts.
  PredictReport(const ReportOptions& options, const std::string& source,
                const std::string& checkpoint);

  /// Prints at once.
  void add(const std::string& name, const LoweredModel& model,
           const std::vector<Prediction>& predictions);
  /// The line about where the numbers come from.
  void finish() const;

 private:
  void print_notices(const std::string& name, const std::vector<Prediction>& predictions);
  void add_text(const std::string& name, int64_t batch, const LoweredModel& model,
                const std::vector<Prediction>& predictions) const;
  void add_csv(const std::string& name, int64_t batch, const LoweredModel& model,
               const std::vector<Prediction>& predictions) const;
  void add_json(const std::string& name, int64_t batch, const LoweredModel& model,
                const std::vector<Prediction>& predictions);

  ReportOptions options_;
  std::string source_;
  JsonItems json_;
  int count_ = 0;
  double coverage_ = 0;  ///< of the bands; 0: no prediction had one
};

}  // namespace tacho

#include "cli/requests.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <vector>

#include "cli/progress.h"
#include "cli/row_predictor.h"
#include "common/csv.h"
#include "common/side_file.h"

namespace tacho {
namespace {

const std::vector<std::string> kAnswerColumns = {"latency_ms", "lower_ms", "upper_ms"};

/// Standard output, or a file that gets its name only when it is complete.
class Answers {
 public:
  explicit Answers(const std::string& path) {
    if (!path.empty() && path != "-") file_.emplace(path);
  }

  /// Throws Error as soon as the output is known to take no more.
  void write_line(const std::string& line) {
    if (!file_) return print(line + "\n");
    if (!(file_->stream() << line << '\n')) finish();
  }
  void finish() { file_ ? file_->put_in_place() : flush_results(); }

 private:
  std::optional<SideFile> file_;
};

RowQuery query_of(const CsvTable& table, size_t row) {
  RowQuery query;
  query.graph = table.text(row, "graph");
  query.platform = table.text(row, "platform");
  try {
    query.batch = table.integer(row, "batch");
  } catch (const Error&) {
    query.batch = 0;  // this row alone will be refused
  }
  return query;
}

std::string answer_cells(const RowAnswer& a) {
  char text[128];
  if (std::isnan(a.lower_ms)) {  // the predictor knows no bands
    std::snprintf(text, sizeof text, ",%.6g,,", a.latency_ms);
  } else {
    std::snprintf(text, sizeof text, ",%.6g,%.6g,%.6g", a.latency_ms, a.lower_ms, a.upper_ms);
  }
  return text;
}

}  // namespace

void answer_requests(const Predictor& predictor, const RequestOptions& options, Faults& faults) {
  const CsvTable table = CsvTable::read_file(options.requests);
  for (const char* column : {"graph", "batch", "platform"}) {
    if (table.has_column(column)) continue;
    throw Error(options.requests + ": has no column '" + column +
                "'; it needs graph, batch and platform");
  }
  std::vector<RowQuery> queries;
  for (size_t row = 0; row < table.num_rows(); ++row) queries.push_back(query_of(table, row));

  std::vector<std::string> columns = table.columns();
  columns.erase(std::remove_if(columns.begin(), columns.end(),
                               [](const std::string& c) {
                                 return std::count(kAnswerColumns.begin(), kAnswerColumns.end(),
                                                   c) > 0;
                               }),
                columns.end());
  Answers out(options.answers);
  std::string header;
  for (const std::string& column : columns) header += csv_field(column) + ",";
  out.write_line(header + "latency_ms,lower_ms,upper_ms");

  const std::string beside = std::filesystem::path(options.requests).parent_path().string();
  RowPredictor rows(predictor, {options.graphs, beside, options.fusion}, std::move(queries));
  Progress progress("predicting rows", table.num_rows());
  for (size_t row = 0; row < table.num_rows(); ++row) {
    std::string line;
    for (const std::string& column : columns) {
      line += (line.empty() && &column == &columns.front() ? "" : ",") +
              csv_field(table.text(row, column));
    }
    try {
      table.integer(row, "batch");  // whose fault names the cell, where it is no number
      line += answer_cells(rows.answer(row));
    } catch (const Error& e) {
      line += ",,,";
      progress.clear();
      faults.report(e.within(table.where(row)));
    }
    out.write_line(line);
    progress.update(row + 1);
  }
  progress.clear();
  if (const std::string notice = rows.notice(); !notice.empty()) {
    print_notice(options.requests + ": " + notice);
  }
  out.finish();
}

}  // namespace tacho

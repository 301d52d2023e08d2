#include "cli/requests.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <vector>

#include "cli/progress.h"
#include "cli/row_predictor.h"
#include "common/csv.h"

namespace tacho {
namespace {

const std::vector<std::string> kAnswerColumns = {"latency_ms", "lower_ms", "upper_ms"};

/// A file that gets its name only when it is complete.
class SideFile {
 public:
  explicit SideFile(const std::string& path)
      : path_(path == "-" ? "" : path), side_(path_ + ".part") {
    if (!path_.empty()) file_ = std::fopen(side_.c_str(), "w");
    if (file_ == nullptr) fail("open");
  }
  ~SideFile() {
    if (!path_.empty() && file_ != nullptr) std::fclose(file_);
  }
  SideFile(const SideFile&) = delete;
  SideFile& operator=(const SideFile&) = delete;

  void write_line(const std::string& line) {
    if (std::fputs((line + "\n").c_str(), file_) < 0) fail("write");
  }
  void flush() {
    if (std::fflush(file_) != 0) fail("write");
  }
  void finish() {
    flush();
    if (path_.empty()) return;
    FILE* closing = file_;
    file_ = nullptr;
    if (std::fclose(closing) != 0) fail("write");
    if (std::rename(side_.c_str(), path_.c_str()) != 0) fail("rename");
  }

 private:
  [[noreturn]] void fail(const char* deed) const {
    throw Error((path_.empty() ? "stdout" : side_) + ": cannot " + deed + ": " +
                std::strerror(errno));
  }

  std::string path_;
  std::string side_;
  FILE* file_ = stdout;
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
  SideFile out(options.answers);
  std::string header;
  for (const std::string& column : columns) header += csv_field(column) + ",";
  out.write_line(header + "latency_ms,lower_ms,upper_ms");

  const std::string beside = std::filesystem::path(options.requests).parent_path().string();
  RowPredictor rows(predictor, options.graphs, beside, std::move(queries));
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
  out.finish();
}

}  // namespace tacho

// A CSV file that grows row by row, so that a killed run loses none of its rows and can go on.
#pragma once

#include <string>
#include <vector>

#include "common/csv.h"
#include "common/line_log.h"

namespace tacho {

class CsvLog {
 public:
  /// Opens the file, or creates it with its header. What a killed run left of a last line is cut
  /// off. Throws Error naming the file: it has other columns, or cannot be read or written.
  CsvLog(const std::string& path, const std::vector<std::string>& columns);

  /// The rows that were there when it was opened.
  const CsvTable& rows() const { return rows_; }
  /// As many fields as columns; on disk when it returns. Throws Error naming the file.
  void append(const std::vector<std::string>& fields);

 private:
  LineLog log_;
  size_t width_;
  CsvTable rows_;
};

}  // namespace tacho

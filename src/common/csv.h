// Comma-separated files with a header line (RFC 4180 quoting), read by column name.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tacho {

class CsvTable {
 public:
  /// Throws Error naming the file and the line: unreadable, empty, a row with another number of
  /// fields than the header, an unfinished quote.
  static CsvTable read_file(const std::string& path);
  /// `name` is what errors call the text.
  static CsvTable parse(const std::string& text, const std::string& name);

  size_t num_rows() const { return rows_.size(); }
  bool has_column(const std::string& column) const;
  const std::vector<std::string>& columns() const { return columns_; }
  /// "" for a column that the table does not have if `optional`; else an Error naming the file and
  /// the columns it has.
  const std::string& text(size_t row, const std::string& column, bool optional = false) const;
  /// Throws Error naming file, line and column for what is not a finite number (for `integer`: not
  /// an integer).
  double number(size_t row, const std::string& column) const;
  int64_t integer(size_t row, const std::string& column) const;
  /// "labels.csv:17": where row `row` stands.
  std::string where(size_t row) const;
  size_t line(size_t row) const { return lines_.at(row); }

 private:
  std::string name_;
  std::vector<std::string> columns_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<size_t> lines_;
};

/// A field quoted if it must be.
std::string csv_field(const std::string& text);

}  // namespace tacho

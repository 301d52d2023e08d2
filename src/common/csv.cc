#include "common/csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include "common/error.h"
#include "common/mapped_file.h"

namespace tacho {
namespace {

constexpr size_t kMaxQuoted = 40;

/// A field as an error shows it: quoted, cut where it is long, without line breaks.
std::string shown(const std::string& field) {
  std::string text = field.size() <= kMaxQuoted ? field : field.substr(0, kMaxQuoted) + "…";
  std::replace(text.begin(), text.end(), '\n', ' ');
  std::replace(text.begin(), text.end(), '\r', ' ');
  return "'" + text + "'";
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

/// Walks over the text record by record; a record may span lines inside quotes.
class RecordReader {
 public:
  RecordReader(const std::string& text, const std::string& name) : text_(text), name_(name) {
    if (text_.compare(0, 3, "\xEF\xBB\xBF") == 0) at_ = 3;  // byte order mark
  }

  /// Steps over blank lines; false at the end of the text.
  bool more() {
    while (at_ < text_.size()) {
      const size_t start = text_.find_first_not_of(" \t", at_);
      if (start == std::string::npos) return false;
      if (text_[start] != '\r' && text_[start] != '\n') return true;
      at_ = start;
      end_line();
    }
    return false;
  }
  size_t line() const { return line_; }

  std::vector<std::string> next() {
    std::vector<std::string> fields;
    while (true) {
      fields.push_back(at_ < text_.size() && text_[at_] == '"' ? quoted_field() : plain_field());
      if (at_ < text_.size() && text_[at_] == ',') {
        ++at_;
        continue;
      }
      end_line();
      return fields;
    }
  }

 private:
  std::string plain_field() {
    const size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
    std::string field = text_.substr(at_, end - at_);
    at_ = end;
    return field;
  }

  std::string quoted_field() {
    const size_t opened = line_;
    std::string field;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        field += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        field += text_[++at_];
      } else {
        ++at_;
        if (at_ < text_.size() && std::string_view(",\r\n").find(text_[at_]) == std::string::npos) {
          throw Error(name_ + ":" + std::to_string(line_) +
                      ": text after a closing quote; a quote inside a field is written twice");
        }
        return field;
      }
    }
    throw Error(name_ + ":" + std::to_string(opened) + ": the quote opened here is never closed");
  }

  void end_line() {
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
  }

  const std::string& text_;
  const std::string& name_;
  size_t at_ = 0;
  size_t line_ = 1;
};

}  // namespace

CsvTable CsvTable::read_file(const std::string& path) {
  const MappedFile file(path);
  const auto* data = reinterpret_cast<const char*>(file.bytes().data);
  return parse(std::string(data, file.bytes().size), path);
}

CsvTable CsvTable::parse(const std::string& text, const std::string& name) {
  CsvTable table;
  table.name_ = name;
  RecordReader reader(text, name);
  while (reader.more()) {
    const size_t line = reader.line();
    std::vector<std::string> fields = reader.next();
    if (table.columns_.empty()) {
      for (std::string& field : fields) field = std::string(trimmed(field));
      table.columns_ = std::move(fields);
      continue;
    }
    if (fields.size() != table.columns_.size()) {
      throw Error(name + ":" + std::to_string(line) + ": " + std::to_string(fields.size()) +
                  " fields, but the header has " + std::to_string(table.columns_.size()));
    }
    table.rows_.push_back(std::move(fields));
    table.lines_.push_back(line);
  }
  if (table.columns_.empty()) throw Error(name + ": empty; a header line is needed");
  for (size_t i = 0; i < table.columns_.size(); ++i) {
    const auto first = std::find(table.columns_.begin(), table.columns_.end(), table.columns_[i]);
    if (first != table.columns_.begin() + static_cast<std::ptrdiff_t>(i)) {
      throw Error(name + ":1: two columns are called " + shown(table.columns_[i]));
    }
  }
  return table;
}

bool CsvTable::has_column(const std::string& column) const {
  return std::find(columns_.begin(), columns_.end(), column) != columns_.end();
}

const std::string& CsvTable::text(size_t row, const std::string& column, bool optional) const {
  static const std::string kNone;
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  if (found != columns_.end()) {
    return rows_.at(row)[static_cast<size_t>(found - columns_.begin())];
  }
  if (optional) return kNone;
  throw Error(name_ + ": no column '" + column + "'; it has " + joined(columns_));
}

double CsvTable::number(size_t row, const std::string& column) const {
  const std::string& field = text(row, column);
  const std::string_view digits = trimmed(field);
  double value = 0;
  // Not strtod: the decimal point must not depend on the locale.
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (code != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value)) {
    throw Error(where(row) + ": column '" + column + "': " + shown(field) + " is not a number");
  }
  return value;
}

int64_t CsvTable::integer(size_t row, const std::string& column) const {
  const std::string& field = text(row, column);
  const std::string_view digits = trimmed(field);
  int64_t value = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (code != std::errc() || end != digits.data() + digits.size()) {
    throw Error(where(row) + ": column '" + column + "': " + shown(field) + " is not an integer");
  }
  return value;
}

std::string CsvTable::where(size_t row) const {
  return name_ + ":" + std::to_string(lines_.at(row));
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

}  // namespace tacho

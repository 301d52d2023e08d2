#include "common/csv_log.h"

#include <cassert>
#include <filesystem>

#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

std::string line_of(const std::vector<std::string>& fields) {
  std::vector<std::string> quoted;
  for (const std::string& field : fields) quoted.push_back(csv_field(field));
  return join(quoted, ",");
}

bool is_empty(const std::string& path) {
  std::error_code problem;
  return std::filesystem::is_empty(path, problem) || problem;
}

}  // namespace

CsvLog::CsvLog(const std::string& path, const std::vector<std::string>& columns)
    : log_(path, line_of(columns)), width_(columns.size()) {
  if (is_empty(path)) log_.append(line_of(columns));
  rows_ = CsvTable::read_file(path);
  if (rows_.columns() != columns) {
    throw Error(path + ": is there with the columns " + join(rows_.columns(), ",") + ", not " +
                join(columns, ",") + "; name another file");
  }
}

void CsvLog::append(const std::vector<std::string>& fields) {
  assert(fields.size() == width_);
  log_.append(line_of(fields));
}

}  // namespace tacho

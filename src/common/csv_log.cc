#include "common/csv_log.h"

#include <cassert>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

namespace fs = std::filesystem;

std::string line_of(const std::vector<std::string>& fields) {
  std::vector<std::string> quoted;
  for (const std::string& field : fields) quoted.push_back(csv_field(field));
  return join(quoted, ",") + "\n";
}

/// The whole lines of the file; what stands behind the last of them is cut off.
std::string whole_lines(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), {});
  if (in.bad()) throw Error(path + ": cannot read: " + std::strerror(errno));
  if (!text.empty() && text.back() != '\n') {
    const size_t end = text.rfind('\n');
    text.resize(end == std::string::npos ? 0 : end + 1);
    std::error_code problem;
    fs::resize_file(path, text.size(), problem);
    if (problem) throw Error(path + ": cannot write: " + problem.message());
  }
  return text;
}

}  // namespace

CsvLog::CsvLog(const std::string& path, const std::vector<std::string>& columns)
    : path_(path), width_(columns.size()) {
  const std::string header = line_of(columns);
  const std::string text = fs::exists(path) ? whole_lines(path) : "";
  rows_ = CsvTable::parse(text.empty() ? header : text, path);
  if (rows_.columns() != columns) {
    throw Error(path + ": is there with the columns " + join(rows_.columns(), ",") + ", not " +
                join(columns, ",") + "; name another file");
  }
  file_ = std::fopen(path.c_str(), "ae");
  if (file_ == nullptr) throw Error(path + ": cannot write: " + std::strerror(errno));
  if (text.empty()) append(columns);
}

CsvLog::~CsvLog() {
  if (file_ != nullptr) std::fclose(file_);
}

void CsvLog::append(const std::vector<std::string>& fields) {
  assert(fields.size() == width_);
  const std::string line = line_of(fields);
  if (std::fwrite(line.data(), 1, line.size(), file_) != line.size() || std::fflush(file_) != 0) {
    throw Error(path_ + ": cannot write: " + std::strerror(errno));
  }
}

}  // namespace tacho

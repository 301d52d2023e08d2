#include "common/line_log.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "common/error.h"

namespace tacho {
namespace {

namespace fs = std::filesystem;

// Just behind the last line end.
std::uintmax_t end_of_whole_lines(const std::string& path, std::uintmax_t size) {
  std::ifstream in(path, std::ios::binary);
  char c = 0;
  for (; size > 0; --size) {
    in.seekg(static_cast<std::streamoff>(size - 1));
    if (!in.get(c)) throw Error(path + ": cannot read: " + std::strerror(errno));
    if (c == '\n') break;
  }
  return size;
}

// Whether all that the file holds is a beginning of `text`.
bool begins(const std::string& text, const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string there(text.size() + 1, '\0');
  in.read(there.data(), static_cast<std::streamsize>(there.size()));
  there.resize(static_cast<size_t>(in.gcount()));
  return text.compare(0, there.size(), there) == 0;
}

}  // namespace

LineLog::LineLog(const std::string& path, const std::string& first_line) : path_(path) {
  std::error_code problem;
  if (fs::is_regular_file(path, problem)) {
    const std::uintmax_t size = fs::file_size(path), whole = end_of_whole_lines(path, size);
    if (whole == 0 && size > 0 && !begins(first_line, path)) {
      throw Error(path +
                  ": holds no whole line, so it is none of ours; name another file, or delete it");
    }
    if (whole < size) fs::resize_file(path, whole, problem);
    if (problem) throw Error(path + ": cannot write: " + problem.message());
  }
  file_ = std::fopen(path.c_str(), "ae");
  if (file_ == nullptr) throw Error(path + ": cannot write: " + std::strerror(errno));
}

LineLog::~LineLog() { std::fclose(file_); }

void LineLog::append(const std::string& line) {
  const std::string whole = line + "\n";
  if (std::fwrite(whole.data(), 1, whole.size(), file_) != whole.size() ||
      std::fflush(file_) != 0) {
    throw Error(path_ + ": cannot write: " + std::strerror(errno));
  }
}

}  // namespace tacho

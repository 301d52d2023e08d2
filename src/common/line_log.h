// A text file that grows line by line, so that a killed run loses none of its lines.
#pragma once

#include <cstdio>
#include <string>

namespace tacho {

class LineLog {
 public:
  /// Opens the file, or creates it. What a killed run left of a last line is cut off. Throws Error
  /// naming the file: it cannot be read or written; it holds no whole line, and no beginning of
  /// `first_line` either, so that it is somebody else's.
  explicit LineLog(const std::string& path, const std::string& first_line = "");
  ~LineLog();
  LineLog(const LineLog&) = delete;
  LineLog& operator=(const LineLog&) = delete;

  const std::string& path() const { return path_; }
  /// Without its end; handed to the system when it returns. Throws Error naming the file.
  void append(const std::string& line);

 private:
  std::string path_;
  std::FILE* file_ = nullptr;
};

}  // namespace tacho

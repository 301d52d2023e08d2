// Starts the real program and collects what it leaves behind.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace tacho::testing {

/// A folder of its own for each test, removed at the end.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  /// Creates folders on the way.
  void write(const std::string& name, const std::string& bytes) const;
  std::string read(const std::string& name) const;
  bool has(const std::string& name) const { return std::filesystem::exists(folder_ / name); }

 private:
  std::filesystem::path folder_;
};

struct Invocation {
  std::vector<std::string> args;
  std::string input;                               ///< standard input
  std::map<std::string, std::string> environment;  ///< added to the test's own
  std::string program;                             ///< default: tacho as built
};

struct Outcome {
  int code = -1;  ///< exit code; 128 + signal if it was killed
  std::string out;
  std::string err;
};

/// Runs in `folder`. Without $TACHO_CHECKPOINT unless the invocation sets it.
Outcome run_tacho(const TempFolder& folder, const Invocation& invocation);
Outcome run_tacho(const TempFolder& folder, const std::vector<std::string>& args);

/// Compares with tests/golden/<name>; with TACHO_UPDATE_GOLDEN=1 in the environment writes it
/// instead.
void expect_golden(const std::string& name, const std::string& text);

}  // namespace tacho::testing

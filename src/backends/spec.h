// How a backend is named on a command line: "libtorch", "libtorch:threads=1",
// "replay:file=kernels.csv,platform=gpu-t4", "record:file=out.csv,of=libtorch:threads=1".
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tacho {

/// An option that a backend has.
struct BackendOption {
  const char* name;
  const char* help;
  /// Its value is another backend with its options: all that follows, commas included, up to an
  /// option of this one that was not given yet.
  bool takes_backend = false;
};

struct BackendSpec {
  std::string name;
  std::vector<std::pair<std::string, std::string>> options;  ///< in the order they were given

  /// Empty if the option was not given.
  std::optional<std::string> find(const std::string& option) const;
  /// The option, or `absent`.
  std::string text(const std::string& option, const std::string& absent) const;
  /// Throws Error (usage) if the option is not a number (for integer: a whole one) of at least
  /// `least`.
  double number(const std::string& option, double absent, double least) const;
  int64_t integer(const std::string& option, int64_t absent, int64_t least) const;
  /// Throws Error (usage) if it was not given.
  std::string required(const std::string& option) const;
};

/// The name, which is what stands before the first ':'.
std::string backend_name(const std::string& text);
/// Throws Error (usage) for an option that is not one of `known`, with the nearest, for one without
/// a value and for one that is given twice.
BackendSpec parse_backend_spec(const std::string& text, const std::vector<BackendOption>& known);

}  // namespace tacho

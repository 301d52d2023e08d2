// The one exception type for faults that are not ours: the user's input, a file, a device.
// Our own bugs are assertions. An Error's text is one line; it gains context on its way up
// ("file: node: what is wrong; the mend").
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace tacho {

/// The process exit code a fault leads to; the values are part of the command line's contract.
enum class Fault : int {
  kInput = 1,        ///< unreadable or inconsistent file, device fault, everything else
  kUsage = 2,        ///< the command line or a configuration file is wrong
  kUnsupported = 3,  ///< a well-formed model that uses something we do not support
};

class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message, Fault fault = Fault::kInput)
      : std::runtime_error(message), fault_(fault) {}

  Fault fault() const { return fault_; }
  int exit_code() const { return static_cast<int>(fault_); }

  /// The same fault, seen from one level further up: "<context>: <message>".
  Error within(std::string_view context) const {
    return Error(std::string(context) + ": " + what(), fault_);
  }

 private:
  Fault fault_;
};

/// Runs `body`; an Error that leaves it gains `context` in front. A standard exception (a failed
/// allocation, a library's complaint) becomes an Error too, so that callers see one type.
template <typename Body>
auto with_context(std::string_view context, Body&& body) -> decltype(body()) {
  try {
    return body();
  } catch (const Error& e) {
    throw e.within(context);
  } catch (const std::exception& e) {
    throw Error(std::string(context) + ": " + e.what());
  }
}

}  // namespace tacho

// Names of platforms: choosing some, and the numbers that NNLQP gives to its own.
#pragma once

#include <string>
#include <vector>

namespace tacho {

/// NNLQP's name for "1" to "9"; anything else is a name already.
std::string platform_of_id(const std::string& id);

/// Those of `known` that match one of `patterns` (a name, a shell pattern or an id of NNLQP's, or
/// several of them with commas between), in the order of `known`; all without patterns. Throws
/// Error (usage) for a pattern that matches none in `source`.
std::vector<std::string> choose_platforms(const std::vector<std::string>& known,
                                          const std::vector<std::string>& patterns,
                                          const std::string& source = "the checkpoint");

}  // namespace tacho

#include "common/predictor.h"

#include <algorithm>
#include <numeric>

#include "common/error.h"
#include "common/text.h"

namespace tacho {

std::vector<size_t> indices_of_platforms(const std::vector<std::string>& asked,
                                         const std::vector<std::string>& known,
                                         const std::string& source) {
  std::vector<size_t> indices(asked.empty() ? known.size() : 0);
  std::iota(indices.begin(), indices.end(), size_t{0});
  for (const std::string& name : asked) {
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end()) {
      throw Error("platform \"" + name + "\" is not in " + source + name_hint(name, known),
                  Fault::kUsage);
    }
    indices.push_back(static_cast<size_t>(found - known.begin()));
  }
  return indices;
}

std::vector<std::string> known_platforms(const Predictor& predictor) {
  std::vector<std::string> names = predictor.platforms();
  for (std::string& name : predictor.unmeasured_platforms()) names.push_back(std::move(name));
  return names;
}

}  // namespace tacho

#include "backends/partition/tensor_size.h"

#include <functional>
#include <numeric>
#include <vector>

#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

int64_t num_elements(const std::vector<int64_t>& shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

}  // namespace

void check_size(const HostTensor& tensor, int64_t elements, const std::string& name) {
  const auto have = static_cast<int64_t>(tensor.values.size());
  if (have == elements && num_elements(tensor.shape) == elements) return;
  throw Error("'" + printable(name) + "' has " + std::to_string(have) + " elements, not " +
              std::to_string(elements));
}

}  // namespace tacho

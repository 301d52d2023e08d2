#include "graph_ir/ops.h"

#include <algorithm>
#include <array>

namespace tacho {
namespace {

constexpr auto kNames = std::array{
    std::string_view("Unknown"),
#define TACHO_OP(name) std::string_view(#name),
#include "graph_ir/ops.def"
#undef TACHO_OP
    std::string_view("FusedAttention"), std::string_view("Silu"),
    std::string_view("SqueezeExcite"),  std::string_view("ChannelShuffle"),
};
static_assert(kNames.size() == static_cast<size_t>(Op::kCount));
constexpr size_t kFirstFused = static_cast<size_t>(Op::kFusedAttention);

}  // namespace

Op op_from_name(std::string_view type) {
  // ops.def is sorted by name (a test holds it to that), so this is a binary search.
  const auto begin = kNames.begin() + 1, end = kNames.begin() + kFirstFused;
  const auto it = std::lower_bound(begin, end, type);
  return it != end && *it == type ? static_cast<Op>(it - kNames.begin()) : Op::kUnknown;
}

std::string_view op_name(Op op) {
  const auto i = static_cast<size_t>(op);
  return i < kNames.size() ? kNames[i] : kNames[0];
}

}  // namespace tacho

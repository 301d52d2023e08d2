#include "graph_ir/references/family.h"

#include <algorithm>
#include <charconv>

#include "common/error.h"
#include "common/stable_hash.h"
#include "common/text.h"
#include "graph_ir/references/families/families.h"

namespace tacho {
namespace {

const Family& find_family(const std::string& name) {
  const std::vector<Family>& all = families();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Family& f) { return f.name == name; });
  if (found != all.end()) return *found;
  throw Error("no family '" + printable(name) + "'" + name_hint(name, family_names()),
              Fault::kUsage);
}

uint64_t parse_seed(std::string_view text) {
  uint64_t seed = 0;
  const char* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, seed);
  // "007" would be a second name of "7".
  if (code != std::errc() || stop != end || std::to_string(seed) != text) {
    throw Error("the seed '" + printable(text) + "' is not a whole number from 0 to 2^64 - 1",
                Fault::kUsage);
  }
  return seed;
}

/// Independent streams for equal seeds of two families.
Draws draws_for(const std::string& family, uint64_t seed) {
  Fnv1a hash;
  hash.add_text(family);
  hash.add_integer(seed);
  return Draws(hash.value());
}

}  // namespace

std::vector<std::string> family_names() {
  std::vector<std::string> names;
  for (const Family& family : families()) names.push_back(family.name);
  return names;
}

Graph build_family(std::string_view name_and_seed, int64_t batch) {
  const size_t colon = name_and_seed.find(':');
  const std::string name(name_and_seed.substr(0, colon));
  const Family& family = find_family(name);
  if (colon == std::string_view::npos) {
    throw Error("the seed is missing; write family:" + name + ":0", Fault::kUsage);
  }
  Draws draws = draws_for(name, parse_seed(name_and_seed.substr(colon + 1)));
  GraphBuilder g("");
  const int64_t extent = draws.pick(family.image_extents);
  const ValueId image = g.input({batch, 3, extent, extent});
  return g.finish({family.build(g, image, draws)});
}

}  // namespace tacho

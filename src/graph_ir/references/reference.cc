#include "graph_ir/references/reference.h"

#include <array>

#include "common/error.h"
#include "common/text.h"
#include "graph_ir/references/family.h"
#include "graph_ir/references/fbnet.h"
#include "graph_ir/references/nasbench201.h"

namespace tacho {
namespace {

constexpr size_t kLongest = 400;  // an FBNet has 230 characters at most

/// What stands after the kind, as a graph without a name yet.
using Build = Graph (*)(std::string_view rest, int64_t batch);

struct Kind {
  std::string_view name;
  Build build;
};

constexpr std::array<Kind, 4> kKinds = {{{"nasbench201", build_nasbench201},
                                         {"nasbench201-pruned", build_nasbench201_pruned},
                                         {"fbnet", build_fbnet},
                                         {"family", build_family}}};

std::string_view kind_of(std::string_view text) {
  const size_t colon = text.find(':');
  return colon == std::string_view::npos ? std::string_view() : text.substr(0, colon);
}

const Kind* find_kind(std::string_view text) {
  const std::string_view name = kind_of(text);
  for (const Kind& kind : kKinds) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

Error unknown_kind(std::string_view text) {
  const std::string name = printable(kind_of(text));
  return Error("no such file, and no kind of graph reference '" + name + "'" +
                   name_hint(name, graph_reference_kinds()),
               Fault::kUsage);
}

}  // namespace

bool is_graph_reference(std::string_view text) { return find_kind(text) != nullptr; }

std::vector<std::string> graph_reference_kinds() {
  std::vector<std::string> names;
  for (const Kind& kind : kKinds) names.emplace_back(kind.name);
  return names;
}

Graph build_reference(const std::string& text, int64_t batch) {
  if (text.size() > kLongest) {
    throw Error(printable(text.substr(0, 40)) + "...: has " + std::to_string(text.size()) +
                    " characters; no graph reference has more than " + std::to_string(kLongest),
                Fault::kUsage);
  }
  return with_context(printable(text), [&] {
    const Kind* kind = find_kind(text);
    if (kind == nullptr) throw unknown_kind(text);
    if (batch < 1)
      throw Error("batch " + std::to_string(batch) + " is not positive", Fault::kUsage);
    Graph graph = kind->build(std::string_view(text).substr(kind->name.size() + 1), batch);
    graph.name = text;
    return graph;
  });
}

}  // namespace tacho

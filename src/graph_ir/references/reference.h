// Graphs by reference: a short text that stands for a network, wherever a file could stand.
//
//   nasbench201:<cell string>         as PyTorch runs it, zero edges computed
//   nasbench201-pruned:<cell string>  without zero edges and what only they reach
//   fbnet:<22 blocks joined by />
//   family:<name>:<seed>              a random member of a family of networks
//
// The same text gives the same graph on every machine. A file whose name begins like this is
// reached as ./family:x.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "graph_ir/graph.h"

namespace tacho {

/// Whether `text` begins with one of the kinds above; it need not be a correct one.
bool is_graph_reference(std::string_view text);

/// The kinds above, without what stands after the colon.
std::vector<std::string> graph_reference_kinds();

/// The network, inferred, its weights without data; `text` is its name. Throws Error (usage): what
/// part of the text is wrong, with the nearest name for one that is not known.
Graph build_reference(const std::string& text, int64_t batch = 1);

}  // namespace tacho

// A random member of a family of networks: "family:<name>:<seed>". The families, and what each
// varies, are in families/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graph_ir/graph.h"

namespace tacho {

std::vector<std::string> family_names();

/// `name_and_seed`: "resnet:17". Throws Error (usage), with the nearest name for an unknown one.
Graph build_family(std::string_view name_and_seed, int64_t batch);

}  // namespace tacho

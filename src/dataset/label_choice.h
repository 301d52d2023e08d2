// Which labels of several files are taken, and what is done where they contradict each other.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/label_file.h"

namespace tacho {

/// What becomes of several latencies of the same graph, batch and platform.
enum class OnConflict { kRefuse, kMedian, kLast };
/// "refuse", "median", "last".
std::string_view on_conflict_name(OnConflict on_conflict);
/// Throws Error (usage) for another name.
OnConflict on_conflict_from_name(const std::string& name);

struct LabelChoice {
  std::vector<std::string> platforms;  ///< see choose_platforms(); empty: all
  size_t sample = 0;                   ///< so many graphs; 0: all
  uint64_t seed = 0;                   ///< another seed is another sample
  OnConflict on_conflict = OnConflict::kRefuse;
};

struct LabelTable {
  std::string path;
  LabelFile file;
};

struct ChosenLabels {
  size_t repeated = 0;      ///< rows dropped because the same was measured in another one
  size_t contradicted = 0;  ///< graphs at a batch and platform whose latencies differed
  double most_apart = 0;    ///< relative: 0.1 is 10 %
};

/// Drops from the tables what is not chosen. The sample is drawn from all tables together, by a
/// hash of seed and graph name: it does not depend on the order of rows, and a larger one contains the
/// smaller. Then each graph, batch and platform is left once, where it first stood. Latencies
/// within 1e-6 of each other agree. Throws Error: a platform that no table has (usage); with
/// kRefuse the first two rows that contradict each other and how far they are apart.
ChosenLabels choose_labels(std::vector<LabelTable>& tables, const LabelChoice& choice);

}  // namespace tacho

#include "gnn/serve/quotient.h"

#include <cstring>

#include "common/stable_hash.h"

namespace tacho {
namespace {

/// A table of equal-width rows.
class Rows {
 public:
  Rows(const std::vector<float>& values, size_t rows)
      : values_(values.data()), width_(rows == 0 ? 0 : values.size() / rows) {}

  uint64_t hash(size_t row) const {
    const float* at = values_ + row * width_;
    uint64_t hash = width_;
    size_t i = 0;
    for (; i + 2 <= width_; i += 2) {
      uint64_t word;
      std::memcpy(&word, at + i, sizeof(word));
      hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
      hash ^= hash >> 29;
    }
    if (i < width_) {
      uint32_t word;
      std::memcpy(&word, at + i, sizeof(word));
      hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    }
    return splitmix64(hash);
  }
  bool equal(size_t a, size_t b) const {
    return std::memcmp(values_ + a * width_, values_ + b * width_, width_ * sizeof(float)) == 0;
  }

 private:
  const float* values_;
  size_t width_;
};

/// Numbers items by what they are, in the order in which each comes first.
class Classes {
 public:
  explicit Classes(size_t items) {
    size_t slots = 16;
    while (slots < 2 * items) slots *= 2;
    slots_.assign(slots, -1);
    class_of.reserve(items);
  }

  /// `equal(a, b)` is asked for items of equal hash only.
  template <typename Equal>
  void add(uint64_t hash, Equal equal) {
    const size_t item = class_of.size();
    for (size_t slot = hash & (slots_.size() - 1);; slot = (slot + 1) & (slots_.size() - 1)) {
      const int32_t found = slots_[slot];
      if (found < 0) {
        slots_[slot] = static_cast<int32_t>(first.size());
        class_of.push_back(slots_[slot]);
        first.push_back(static_cast<int32_t>(item));
        hashes_.push_back(hash);
        return;
      }
      const size_t known = static_cast<size_t>(found);
      if (hashes_[known] == hash && equal(static_cast<size_t>(first[known]), item)) {
        class_of.push_back(found);
        return;
      }
    }
  }

  std::vector<int32_t> class_of;  ///< of each item
  std::vector<int32_t> first;     ///< of each class

 private:
  std::vector<int32_t> slots_;  ///< classes; −1: none
  std::vector<uint64_t> hashes_;
};

Classes equal_rows(const GraphFeatures& graph) {
  const size_t kernels = static_cast<size_t>(graph.num_kernels);
  const Rows features(graph.features, kernels);
  const Rows costs(graph.base_costs, kernels);
  Classes classes(kernels);
  for (size_t k = 0; k < kernels; ++k) {
    classes.add(splitmix64(features.hash(k) + costs.hash(k)),
                [&](size_t a, size_t b) { return features.equal(a, b) && costs.equal(a, b); });
  }
  return classes;
}

/// One round: parts kernels of one class that have other neighbours.
Classes refined(const GraphFeatures& graph, const Classes& before) {
  const size_t kernels = static_cast<size_t>(graph.num_kernels);
  std::vector<uint64_t> colour(before.first.size());
  for (size_t c = 0; c < colour.size(); ++c) colour[c] = splitmix64(c + 1);
  // Sums, since the order of neighbours does not count and their number does.
  std::vector<uint64_t> predecessors(kernels, 0), successors(kernels, 0);
  for (const auto& [producer, consumer] : graph.edges) {
    const size_t from = static_cast<size_t>(producer), to = static_cast<size_t>(consumer);
    predecessors[to] += colour[static_cast<size_t>(before.class_of[from])];
    successors[from] += colour[static_cast<size_t>(before.class_of[to])];
  }
  Classes classes(kernels);
  for (size_t k = 0; k < kernels; ++k) {
    const uint64_t own = colour[static_cast<size_t>(before.class_of[k])];
    const uint64_t hash =
        splitmix64(own ^ splitmix64(predecessors[k] ^ splitmix64(successors[k] + 1)));
    classes.add(hash, [&](size_t a, size_t b) { return before.class_of[a] == before.class_of[b]; });
  }
  return classes;
}

/// The neighbours of the representatives, as classes.
NeighbourRows neighbours_of(const GraphFeatures& graph, const Quotient& quotient,
                            bool row_is_consumer) {
  const auto row_of = [&](const std::pair<int32_t, int32_t>& edge) -> int32_t {
    const int32_t kernel = row_is_consumer ? edge.second : edge.first;
    const int32_t c = quotient.class_of[static_cast<size_t>(kernel)];
    return quotient.representative[static_cast<size_t>(c)] == kernel ? c : -1;
  };
  NeighbourRows rows;
  rows.begin.assign(quotient.num_classes() + 1, 0);
  for (const auto& edge : graph.edges) {
    const int32_t row = row_of(edge);
    if (row >= 0) ++rows.begin[static_cast<size_t>(row) + 1];
  }
  for (size_t c = 1; c < rows.begin.size(); ++c) rows.begin[c] += rows.begin[c - 1];
  rows.index.resize(static_cast<size_t>(rows.begin.back()));
  std::vector<int32_t> next(rows.begin.begin(), rows.begin.end() - 1);
  for (const auto& edge : graph.edges) {
    const int32_t row = row_of(edge);
    if (row < 0) continue;
    const int32_t neighbour = row_is_consumer ? edge.first : edge.second;
    rows.index[static_cast<size_t>(next[static_cast<size_t>(row)]++)] =
        quotient.class_of[static_cast<size_t>(neighbour)];
  }
  return rows;
}

}  // namespace

Quotient quotient_of(const GraphFeatures& graph, int rounds) {
  const size_t kernels = static_cast<size_t>(graph.num_kernels);
  Classes classes = equal_rows(graph);
  for (int round = 0; round < rounds && classes.first.size() < kernels; ++round) {
    Classes next = refined(graph, classes);
    const bool settled = next.first.size() == classes.first.size();
    classes = std::move(next);
    if (settled) break;
  }
  Quotient quotient;
  quotient.representative = std::move(classes.first);
  quotient.class_of = std::move(classes.class_of);
  quotient.count.assign(quotient.num_classes(), 0);
  for (const int32_t c : quotient.class_of) ++quotient.count[static_cast<size_t>(c)];
  quotient.predecessors = neighbours_of(graph, quotient, true);
  quotient.successors = neighbours_of(graph, quotient, false);
  return quotient;
}

std::vector<float> representative_rows(const std::vector<float>& rows, const Quotient& quotient) {
  const size_t kernels = quotient.class_of.size();
  const size_t width = kernels == 0 ? 0 : rows.size() / kernels;
  std::vector<float> result;
  result.reserve(quotient.num_classes() * width);
  for (const int32_t kernel : quotient.representative) {
    const auto begin =
        rows.begin() + static_cast<std::ptrdiff_t>(kernel) * static_cast<std::ptrdiff_t>(width);
    result.insert(result.end(), begin, begin + static_cast<std::ptrdiff_t>(width));
  }
  return result;
}

}  // namespace tacho

// A graph with its repeated kernels merged: what message passing cannot tell apart is computed
// once.
//
// Colour refinement (Weisfeiler and Leman): kernels of equal rows are one class; each round parts
// those whose predecessors or successors are not equally many of each class. After L rounds, the
// kernels of a class have the same embedding after L layers. That makes the merged graph exact and
// no approximation: a representative's neighbours are replaced by those of their classes, which
// agree with them up to layer L − 1, and the lists keep how many there are.
#pragma once

#include <cstdint>
#include <vector>

#include "graph_ir/features.h"

namespace tacho {

/// Rows of neighbours: row i's are index[begin[i] .. begin[i + 1]).
struct NeighbourRows {
  std::vector<int32_t> begin{0};
  std::vector<int32_t> index;
};

struct Quotient {
  std::vector<int32_t> representative;  ///< of each class the first kernel, ascending
  std::vector<int32_t> count;           ///< of each class: how many kernels
  std::vector<int32_t> class_of;        ///< of each kernel
  /// Of each class, as classes; one that is there several times stands there several times. Not
  /// each other's transpose, unlike a graph's own.
  NeighbourRows predecessors;
  NeighbourRows successors;

  size_t num_classes() const { return representative.size(); }
};

/// `rounds`: the layers of message passing. Takes time linear in rows and edges; the same on every
/// machine. Rows are compared, neighbourhoods only by 64 bits of hash: two that differ are taken
/// for equal once in 10¹⁹ pairs.
Quotient quotient_of(const GraphFeatures& graph, int rounds);

/// A row per kernel, or per class of `quotient` its representative's.
std::vector<float> representative_rows(const std::vector<float>& rows, const Quotient& quotient);

}  // namespace tacho

// Wilcoxon's signed-rank test (Wilcoxon 1945) and the estimate and interval that belong to it
// (Hodges & Lehmann 1963): are paired differences centred on zero, and if not, on what?
#pragma once

#include <vector>

namespace tacho {

struct SignedRank {
  double p = 1;       ///< two-sided, exact; differences of zero are left out
  double center = 0;  ///< median of all means of two differences
  /// 95 % interval of the center; the smallest and largest difference where fewer than 6 pairs
  /// allow no such interval.
  double low = 0, high = 0;
};

/// Of at least one and at most a few hundred differences; the time grows with the cube.
SignedRank signed_rank_test(const std::vector<double>& differences);

}  // namespace tacho

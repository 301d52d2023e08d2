#include "common/signed_rank.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace tacho {
namespace {

constexpr double kTail = 0.025;  // on each side of the interval

// Ranks of |differences|, doubled so that the mean rank of ties is an integer too.
std::vector<size_t> doubled_ranks(const std::vector<double>& differences) {
  std::vector<size_t> order(differences.size());
  std::iota(order.begin(), order.end(), 0);
  const auto size_of = [&](size_t i) { return std::abs(differences[i]); };
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return size_of(a) < size_of(b); });
  std::vector<size_t> ranks(differences.size());
  for (size_t begin = 0, end; begin < order.size(); begin = end) {
    end = begin;
    while (end < order.size() && size_of(order[end]) == size_of(order[begin])) ++end;
    for (size_t i = begin; i < end; ++i) ranks[order[i]] = begin + end + 1;
  }
  return ranks;
}

// P(sum of the ranks with a plus ≤ s) for every s, each sign being as likely as the other.
std::vector<double> distribution(const std::vector<size_t>& ranks) {
  std::vector<double> share(std::accumulate(ranks.begin(), ranks.end(), size_t{1}));
  share[0] = 1;
  size_t most = 0;
  for (const size_t rank : ranks) {
    most += rank;
    for (size_t s = most + 1; s-- > 0;) {
      share[s] = 0.5 * (share[s] + (s >= rank ? share[s - rank] : 0));
    }
  }
  std::partial_sum(share.begin(), share.end(), share.begin());
  return share;
}

double p_value(std::vector<double> differences) {
  differences.erase(std::remove(differences.begin(), differences.end(), 0.0), differences.end());
  if (differences.empty()) return 1;
  const std::vector<size_t> ranks = doubled_ranks(differences);
  const std::vector<double> at_most = distribution(ranks);
  size_t plus = 0;
  for (size_t i = 0; i < ranks.size(); ++i) plus += differences[i] > 0 ? ranks[i] : 0;
  const size_t smaller = std::min(plus, at_most.size() - 1 - plus);
  return std::min(1.0, 2 * at_most[smaller]);
}

}  // namespace

SignedRank signed_rank_test(const std::vector<double>& differences) {
  assert(!differences.empty());
  std::vector<double> means;
  for (size_t i = 0; i < differences.size(); ++i) {
    for (size_t j = i; j < differences.size(); ++j) {
      means.push_back((differences[i] + differences[j]) / 2);
    }
  }
  std::sort(means.begin(), means.end());
  SignedRank result;
  result.p = p_value(differences);
  const size_t half = means.size() / 2;
  result.center = means.size() % 2 ? means[half] : (means[half - 1] + means[half]) / 2;
  // A center is rejected if at most c means lie below it, c being the largest sum in the tail.
  std::vector<size_t> ranks(differences.size());
  for (size_t i = 0; i < ranks.size(); ++i) ranks[i] = i + 1;
  const std::vector<double> at_most = distribution(ranks);
  size_t outside = 0;
  while (outside + 1 < half && at_most[outside + 1] <= kTail) ++outside;
  result.low = means[outside];
  result.high = means[means.size() - 1 - outside];
  return result;
}

}  // namespace tacho

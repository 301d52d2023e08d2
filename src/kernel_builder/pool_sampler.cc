#include <algorithm>
#include <cmath>

#include "kernel_builder/sampler.h"

namespace tacho {
namespace {

class PoolSampler : public Sampler {
 public:
  PoolSampler(const KernelType& type, std::vector<KernelConfig> pool)
      : type_(type), pool_(std::move(pool)) {
    std::sort(pool_.begin(), pool_.end());
    pool_.erase(std::unique(pool_.begin(), pool_.end()), pool_.end());
  }

  std::vector<KernelConfig> initial(size_t count, Random& random, TakenConfigs& taken) override {
    std::vector<size_t> order = untaken(taken);
    for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    return take(order, count, taken);
  }

  std::vector<KernelConfig> around(const KernelConfig& center, size_t count, Random& random,
                                   TakenConfigs& taken) override {
    std::vector<std::pair<double, size_t>> near;  // those in range first, among them at random
    for (const size_t i : untaken(taken)) {
      const double tie = random.uniform();
      near.emplace_back(
          in_range(center, pool_[i]) ? tie - 1 : distance(center, pool_[i]) + 1e-9 * tie, i);
    }
    std::sort(near.begin(), near.end());
    std::vector<size_t> order;
    for (const auto& [key, i] : near) order.push_back(i);
    return take(order, count, taken);
  }

 private:
  std::vector<size_t> untaken(const TakenConfigs& taken) const {
    std::vector<size_t> indices;
    for (size_t i = 0; i < pool_.size(); ++i) {
      if (taken.count(pool_[i]) == 0) indices.push_back(i);
    }
    return indices;
  }

  std::vector<KernelConfig> take(const std::vector<size_t>& order, size_t count,
                                 TakenConfigs& taken) const {
    std::vector<KernelConfig> chosen;
    for (size_t i = 0; i < std::min(count, order.size()); ++i) {
      chosen.push_back(pool_[order[i]]);
      taken.insert(chosen.back());
    }
    return chosen;
  }

  bool varies(size_t i) const {
    const ParameterRole role = type_.parameters()[i].role;
    return role == ParameterRole::kChannels || role == ParameterRole::kSize;
  }

  bool in_range(const KernelConfig& center, const KernelConfig& other) const {
    for (size_t i = 0; i < center.values.size(); ++i) {
      const auto c = static_cast<double>(center.values[i]),
                 o = static_cast<double>(other.values[i]);
      if (varies(i) ? o < kFineLow * c || o > kFineHigh * c : o != c) return false;
    }
    return true;
  }

  // In log space, so that every parameter counts by its ratio.
  static double distance(const KernelConfig& a, const KernelConfig& b) {
    double sum = 0;
    for (size_t i = 0; i < a.values.size(); ++i) {
      const double d = std::log1p(static_cast<double>(a.values[i])) -
                       std::log1p(static_cast<double>(b.values[i]));
      sum += d * d;
    }
    return sum;
  }

  const KernelType& type_;
  std::vector<KernelConfig> pool_;
};

}  // namespace

std::unique_ptr<Sampler> pool_sampler(const KernelType& type, std::vector<KernelConfig> pool) {
  return std::make_unique<PoolSampler>(type, std::move(pool));
}

}  // namespace tacho

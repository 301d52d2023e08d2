#include <algorithm>
#include <cmath>

#include "common/error.h"
#include "kernel_builder/sampler.h"

namespace tacho {
namespace {

constexpr int kMaxFailures = 500;  // in a row: what there is has been drawn
constexpr double kMostCost = 2;    // times the costliest entry's FLOPs

// One of the entries, by weight.
class Weighted {
 public:
  explicit Weighted(const std::vector<PriorEntry>& entries) {
    double sum = 0;
    for (const PriorEntry& e : entries) {
      sum += std::sqrt(static_cast<double>(e.count));
      sums_.push_back(sum);
    }
  }
  size_t draw(Random& random) const {
    const double at = random.uniform() * sums_.back();
    return static_cast<size_t>(std::upper_bound(sums_.begin(), sums_.end(), at) - sums_.begin());
  }

 private:
  std::vector<double> sums_;
};

int64_t nearest_valid(const std::vector<int64_t>& valid, int64_t value) {
  if (valid.empty()) return value;
  // By ratio: 19 becomes 14, 20 becomes 28.
  return *std::min_element(valid.begin(), valid.end(), [&](int64_t a, int64_t b) {
    const auto off = [&](int64_t v) {
      return std::abs(
          std::log(static_cast<double>(v) / static_cast<double>(std::max<int64_t>(1, value))));
    };
    return off(a) < off(b);
  });
}

int64_t scaled(int64_t value, double factor) {
  return std::max<int64_t>(1, std::llround(static_cast<double>(value) * factor));
}

class PriorSampler : public Sampler {
 public:
  PriorSampler(const KernelType& type, const Prior& prior, std::optional<int64_t> batch)
      : type_(type),
        entries_(type.custom() ? std::vector<PriorEntry>() : prior.entries(type)),
        weighted_(entries_),
        batch_(batch) {
    for (const PriorEntry& e : entries_) {
      try {
        most_flops_ = std::max(most_flops_, kMostCost * work(type_.cost({type_.name(), e.values})));
      } catch (const Error&) {  // of another type's prior, and not valid here
      }
    }
  }

  std::vector<KernelConfig> initial(size_t count, Random& random, TakenConfigs& taken) override {
    return draw_until(count, taken,
                      [&] { return entries_.empty() ? blind(random) : draw(random); });
  }

  std::vector<KernelConfig> around(const KernelConfig& center, size_t count, Random& random,
                                   TakenConfigs& taken) override {
    const ParameterRole varied = role_to_vary();
    return draw_until(count, taken, [&] {
      std::vector<int64_t> values = center.values;
      for (size_t i = 0; i < values.size(); ++i) {
        const KernelParameter& p = type_.parameters()[i];
        if (p.absent == kSameAsCin && values[i] == absent_value(type_, center.values, i)) {
          values[i] = absent_value(type_, values, i);
        } else if (p.role == varied && values[i] > 0) {
          values[i] = in_groups(p, values, scaled(values[i], random.between(kFineLow, kFineHigh)));
        }
      }
      return values;
    });
  }

 private:
  // Bytes for what only moves.
  static double work(const KernelCost& c) { return std::max(c.cost.flops, c.cost.bytes()); }

  ParameterRole role_to_vary() const {
    for (const KernelParameter& p : type_.parameters()) {
      if (p.role == ParameterRole::kChannels) return p.role;
    }
    return ParameterRole::kSize;
  }

  // Channels of a grouped convolution are a multiple of its groups.
  int64_t in_groups(const KernelParameter& p, const std::vector<int64_t>& values,
                    int64_t channels) const {
    const auto g = parameter_index(type_, "g");
    if (!g || p.role != ParameterRole::kChannels || values[*g] < 1) return channels;
    return std::max<int64_t>(1, (channels + values[*g] / 2) / values[*g]) * values[*g];
  }

  std::vector<int64_t> draw(Random& random) const {
    const auto& parameters = type_.parameters();
    const std::vector<int64_t>& base = entries_[weighted_.draw(random)].values;
    std::vector<int64_t> values = base;
    for (size_t i = 0; i < values.size(); ++i) {
      const KernelParameter& p = parameters[i];
      switch (p.role) {
        case ParameterRole::kListed:
          values[i] = nearest_valid(p.valid, entries_[weighted_.draw(random)].values[i]);
          break;
        case ParameterRole::kChannels:
        case ParameterRole::kSize:
          if (p.absent == kSameAsCin) {
            values[i] = absent_value(type_, values, i);
          } else if (base[i] > 0) {
            // Log-uniform, so that halving is as likely as doubling.
            const double spread = std::log(kChannelSpread);
            const double factor = std::exp(random.between(-spread, spread));
            values[i] = in_groups(p, values, scaled(base[i], factor));
          }
          break;
        case ParameterRole::kKept:
          break;
      }
    }
    return with_defaults(std::move(values));
  }

  std::vector<int64_t> blind(Random& random) const {
    std::vector<int64_t> values;
    for (const KernelParameter& p : type_.parameters()) {
      if (p.role == ParameterRole::kListed && !p.valid.empty()) {
        values.push_back(p.valid[random.below(p.valid.size())]);
      } else if (p.absent != kRequired && p.valid.empty()) {
        values.push_back(kRequired);
      } else {
        const bool ranged = p.valid.size() == 2;
        const double low = ranged ? static_cast<double>(p.valid[0]) : 8;
        const double high = ranged ? static_cast<double>(p.valid[1]) : 1024;
        values.push_back(std::llround(std::exp(random.between(std::log(low), std::log(high)))));
      }
    }
    for (size_t i = 0; i < values.size(); ++i) {
      if (values[i] == kRequired) values[i] = absent_value(type_, values, i);
    }
    return with_defaults(std::move(values));
  }

  // The padding follows the window that was drawn, the batch is the one asked for.
  std::vector<int64_t> with_defaults(std::vector<int64_t> values) const {
    const auto p = parameter_index(type_, "p"), b = parameter_index(type_, "b");
    if (p) values[*p] = absent_value(type_, values, *p);
    if (b && batch_) values[*b] = *batch_;
    return values;
  }

  template <typename Draw>
  std::vector<KernelConfig> draw_until(size_t count, TakenConfigs& taken, Draw&& draw) const {
    std::vector<KernelConfig> drawn;
    for (int failures = 0; drawn.size() < count && failures < kMaxFailures; ++failures) {
      KernelConfig config{type_.name(), draw()};
      if (!usable(config) || !taken.insert(config).second) continue;
      drawn.push_back(std::move(config));
      failures = -1;
    }
    return drawn;
  }

  bool usable(const KernelConfig& config) const {
    try {
      type_.check(config);
      const double batch = static_cast<double>(batch_.value_or(1));
      return most_flops_ == 0 || work(type_.cost(config)) <= batch * most_flops_;
    } catch (const Error&) {
      return false;
    }
  }

  const KernelType& type_;
  std::vector<PriorEntry> entries_;
  Weighted weighted_;
  std::optional<int64_t> batch_;
  double most_flops_ = 0;
};

}  // namespace

std::unique_ptr<Sampler> prior_sampler(const KernelType& type, const Prior& prior,
                                       std::optional<int64_t> batch) {
  return std::make_unique<PriorSampler>(type, prior, batch);
}

}  // namespace tacho

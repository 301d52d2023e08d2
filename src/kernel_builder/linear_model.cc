#include "kernel_builder/linear_model.h"

#include <algorithm>
#include <limits>

#include "common/error.h"
#include "common/text.h"

namespace tacho {

LinearTerms linear_terms(const Cost& cost, double input_elements, double write_weight) {
  constexpr double kElementBytes = 4;
  return {cost.activations + write_weight * cost.write_bytes / kElementBytes, input_elements,
          cost.flops};
}

double LinearLaw::ridge() const {
  return ms_per_flop > 0 ? ms_per_act / ms_per_flop : std::numeric_limits<double>::infinity();
}

std::string TermShares::bound() const {
  const double memory = acts + inputs;
  if (constant > memory && constant > flops) return "overhead";
  return flops > memory ? "compute" : "memory";
}

bool LinearPlatform::in_low_range(const LinearTerms& terms) const {
  return low && law(terms) < low->breakpoint_ms();
}

double LinearPlatform::latency_ms(const LinearTerms& terms) const {
  const double high = law(terms);
  return low ? std::max(high, low->slope * high + low->offset_ms) : high;
}

const LinearPlatform& LinearModel::at(const std::string& platform) const {
  for (const LinearPlatform& p : platforms) {
    if (p.name == platform) return p;
  }
  throw Error("no platform '" + platform + "' in the linear model" + name_hint(platform, names()),
              Fault::kUsage);
}

std::vector<std::string> LinearModel::names() const {
  std::vector<std::string> names;
  for (const LinearPlatform& p : platforms) names.push_back(p.name);
  return names;
}

}  // namespace tacho

// What platform names call a processor.
#pragma once

#include <string>

namespace tacho {

/// Of a vendor's text the part that tells models apart, in lower case with '_' between words:
/// "Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz" → "xeon_8481c", "12th Gen Intel(R) Core(TM)
/// i7-12700H" → "i7_12700h". A name without a model number keeps its clock: "xeon_2.50ghz".
std::string short_cpu_name(const std::string& vendor_text);

/// This machine's processor as its vendor calls it; the architecture where it says nothing.
std::string cpu_model();
/// The processors that this process may use.
int usable_cpus();

}  // namespace tacho

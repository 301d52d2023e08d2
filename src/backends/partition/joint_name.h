// What the platform is called on which two runtimes share the work.
#pragma once

#include <string>
#include <utility>

namespace tacho {

/// Where the names differ, between dashes, both with a '+': "cpu-xeon-1t-opencv4.6-fp32" and
/// "cpu-xeon-1t-libtorch1.13-fp32" → "cpu-xeon-1t-opencv4.6+libtorch1.13-fp32". The two with a '+'
/// between them if they have not as many dashes.
std::string joint_name(const std::string& first, const std::string& rest);

/// The two names; the second is empty if `platform` is not the joint name of two.
std::pair<std::string, std::string> parted_name(const std::string& platform);

}  // namespace tacho

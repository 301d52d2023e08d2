// The devices that HELP measured, and how its tables call them.
#pragma once

#include <cstdint>
#include <string>

namespace tacho {

struct HelpDevice {
  std::string platform;
  int64_t batch = 1;
};

/// What a column of a HELP table is: "titan_rtx_32" → gpu-titan_rtx-pytorch-fp32 at batch 32, but
/// "silver_4114" and "essential_ph_1" are names as a whole, at batch 1. A column of no known device
/// is a platform of its name, at the batch that "_1", "_16", "_32", "_64", "_128" or "_256" at its
/// end says.
HelpDevice help_device(const std::string& column);

}  // namespace tacho

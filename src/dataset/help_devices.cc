// The table of devices is HELP's (Lee et al., NeurIPS 2021, github.com/HayeonLee/HELP, MIT), whose
// ASIC, FPGA, Raspberry Pi and Pixel 3 come from HW-NAS-Bench (Li et al., ICLR 2021).
#include "dataset/help_devices.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace tacho {
namespace {

struct Device {
  std::string_view column;
  std::string_view platform;
};

/// Columns "<name>_<batch>"; "<name>" alone is batch 1.
constexpr std::array<Device, 5> kWithBatch = {{{"1080ti", "gpu-1080ti-pytorch-fp32"},
                                               {"2080ti", "gpu-2080ti-pytorch-fp32"},
                                               {"titan_rtx", "gpu-titan_rtx-pytorch-fp32"},
                                               {"titanx", "gpu-titanx-pytorch-fp32"},
                                               {"titanxp", "gpu-titanxp-pytorch-fp32"}}};

/// Columns that are the name and nothing else: what looks like a batch size is part of it.
constexpr std::array<Device, 12> kAtBatchOne = {
    {{"gold_6226", "cpu-gold_6226-pytorch-fp32"},
     {"gold_6240", "cpu-gold_6240-pytorch-fp32"},
     {"silver_4114", "cpu-silver_4114-pytorch-fp32"},
     {"silver_4210r", "cpu-silver_4210r-pytorch-fp32"},
     {"pixel2", "cpu-pixel2-tflite-fp32"},
     {"pixel3", "cpu-pixel3-tflite-fp32"},
     {"samsung_a50", "cpu-samsung_a50-pytorch-fp32"},
     {"samsung_s7", "cpu-samsung_s7-pytorch-fp32"},
     {"essential_ph_1", "cpu-essential_ph_1-pytorch-fp32"},
     {"raspi4", "cpu-raspi4-pytorch-fp32"},
     {"eyeriss", "asic-eyeriss"},
     {"fpga", "fpga-help"}}};

constexpr std::array<int64_t, 6> kUsualBatches = {1, 16, 32, 64, 128, 256};

/// "name_32" → "name" and 32; the whole and 0 without a number at the end.
std::pair<std::string_view, int64_t> parted(std::string_view column) {
  const size_t underscore = column.find_last_of('_');
  if (underscore == std::string_view::npos || underscore == 0) return {column, 0};
  const char* first = column.data() + underscore + 1;
  const char* last = column.data() + column.size();
  int64_t batch = 0;
  const auto [end, code] = std::from_chars(first, last, batch);
  if (code != std::errc() || end != last || batch < 1) return {column, 0};
  return {column.substr(0, underscore), batch};
}

}  // namespace

HelpDevice help_device(const std::string& column) {
  for (const Device& device : kAtBatchOne) {
    if (column == device.column) return {std::string(device.platform), 1};
  }
  const auto [name, batch] = parted(column);
  for (const Device& device : kWithBatch) {
    if (column == device.column) return {std::string(device.platform), 1};
    if (name == device.column && batch > 0) return {std::string(device.platform), batch};
  }
  const bool usual =
      std::find(kUsualBatches.begin(), kUsualBatches.end(), batch) != kUsualBatches.end();
  return usual ? HelpDevice{std::string(name), batch} : HelpDevice{column, 1};
}

}  // namespace tacho

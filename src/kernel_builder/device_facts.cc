#include "kernel_builder/device_facts.h"

#include "common/csv.h"
#include "common/error.h"

namespace tacho {

DeviceTable read_device_facts(const std::string& path) {
  const CsvTable table = CsvTable::read_file(path);
  DeviceTable devices;
  for (size_t row = 0; row < table.num_rows(); ++row) {
    const auto positive = [&](const char* column) {
      const double value = table.number(row, column);
      if (value <= 0) throw Error(table.where(row) + ": " + column + " must be positive");
      return value;
    };
    DeviceFacts facts;
    facts.device = table.text(row, "device");
    facts.memory_gb = positive("memory_gb");
    facts.bandwidth_gb_s = positive("bandwidth_gb_s");
    facts.sm = positive("sm");
    facts.cores_per_sm = positive("cores_per_sm");
    facts.clock_mhz = positive("clock_mhz");
    facts.fp32_gflops = positive("fp32_gflops");
    facts.l2_mb = positive("l2_mb");
    if (!devices.emplace(facts.device, facts).second) {
      throw Error(table.where(row) + ": device '" + facts.device + "' is listed twice");
    }
  }
  return devices;
}

DeviceFacts nominal_device(const std::string& platform) {
  return {platform, 1, 100, 16, 64, 1000, 1000, 1};
}

DeviceFacts facts_or_nominal(const DeviceTable& devices, const std::string& platform) {
  const auto found = devices.find(platform);
  return found == devices.end() ? nominal_device(platform) : found->second;
}

}  // namespace tacho

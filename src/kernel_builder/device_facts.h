// What a card's data sheet says. With it, one predictor serves all cards and answers for new ones.
#pragma once

#include <map>
#include <string>

namespace tacho {

struct DeviceFacts {
  std::string device;  ///< a platform's name
  double memory_gb = 0;
  double bandwidth_gb_s = 0;
  double sm = 0;  ///< multiprocessors
  double cores_per_sm = 0;
  double clock_mhz = 0;
  double fp32_gflops = 0;
  double l2_mb = 0;
};

/// By name.
using DeviceTable = std::map<std::string, DeviceFacts>;

/// A CSV file with the columns device, memory_gb, bandwidth_gb_s, sm, cores_per_sm, clock_mhz,
/// fp32_gflops, l2_mb. Throws Error naming file and line: a column that is missing, a device that
/// is listed twice, a value that is not positive.
DeviceTable read_device_facts(const std::string& path);

/// Stands in where nothing is known of a platform (CPUs, edge devices): 1 GB, 100 GB/s, 16
/// multiprocessors of 64 cores at 1,000 MHz, 1,000 GFLOP/s, 1 MB. What it gets wrong is the same
/// factor for all kernels, which training finds.
DeviceFacts nominal_device(const std::string& platform);

/// The entry of `platform`, else the nominal one.
DeviceFacts facts_or_nominal(const DeviceTable& devices, const std::string& platform);

}  // namespace tacho

// Measured kernels from nn-Meter's profiled_<kernel>.json.
#include "common/error.h"
#include "kernel_builder/kernel_table.h"
#include "kernel_builder/nnmeter_file.h"

namespace tacho {

void read_nnmeter_profile(const std::string& path, const KernelTableOptions& options,
                          const Catalogue& catalogue, KernelTable& table) {
  constexpr size_t kMaxReasons = 10;
  const NnMeterFile file(path);
  if (!file.exists()) throw Error(path + ": no such file");
  if (options.platform.empty()) {
    throw Error(path + ": nn-Meter's files name no platform; --measured-on says which",
                Fault::kUsage);
  }
  const size_t before = table.rows.size();
  for (const std::string& kernel : file.kernels()) {
    const KernelType* type = nullptr;
    with_context(path, [&] { type = &catalogue.at(kernel); });
    for (const std::string& id : file.ids(kernel)) {
      try {
        const Json& entry = *file.entry(kernel, id);
        if (!entry.contains("latency")) throw Error("no latency");
        if (!entry.contains("config")) throw Error("no config");
        table.rows.push_back({config_from_json(*type, entry.at("config")), options.platform,
                              parse_latency(entry.at("latency")).mean_ms});
      } catch (const Error& e) {
        ++table.left_out;
        if (table.left_out_why.size() < kMaxReasons) {
          table.left_out_why.push_back(path + ": " + kernel + " " + id + ": " + e.what());
        }
      }
    }
  }
  table.files.push_back(path);
  if (table.rows.size() == before) throw Error(path + ": no usable entry");
}

}  // namespace tacho

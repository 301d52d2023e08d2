#include "cli/kernel_data.h"

#include <algorithm>
#include <filesystem>

#include "cli/output.h"
#include "common/csv.h"
#include "common/error.h"

namespace tacho {
namespace {

namespace fs = std::filesystem;

bool is_device_facts(const std::string& path) {
  return CsvTable::read_file(path).has_column("bandwidth_gb_s");
}

std::vector<std::string> files_of(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    if (!fs::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> inside;
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      const std::string name = entry.path().filename().string();
      const bool profile = entry.path().extension() == ".json" && name.rfind("profiled_", 0) == 0;
      if (entry.path().extension() == ".csv" || profile) inside.push_back(entry.path().string());
    }
    if (inside.empty()) throw Error(path + ": no CSV file and no profiled_*.json in this folder");
    std::sort(inside.begin(), inside.end());
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

}  // namespace

void KernelDataOptions::add_to(CLI::App& app) {
  app.add_option(
         "data", paths,
         "CSV files of measured kernels, or folders of them: kernel,platform,latency_ms, or "
         "device,latency_ms and the configuration, one kernel a file; or nn-Meter's "
         "profiled_*.json (with --measured-on)")
      ->required();
  app.add_option("--kernel", table.kernel,
                 "Which kernel the files hold; default: what their names say");
  app.add_option("--measured-on", table.platform, "The platform of rows that name none");
  app.add_option(
      "--devices", devices,
      "CSV file of the devices' published facts: device, memory_gb, bandwidth_gb_s, sm, "
      "cores_per_sm, clock_mhz, fp32_gflops, l2_mb; default: devices.csv beside the data");
}

KernelData read_kernel_data(const KernelDataOptions& options, const Catalogue& catalogue) {
  KernelData data;
  if (!options.devices.empty()) data.devices = read_device_facts(options.devices);
  std::vector<std::string> files = files_of(options.paths);
  const fs::path beside = fs::path(files.front()).parent_path() / "devices.csv";
  if (options.devices.empty() && fs::exists(beside)) {
    data.devices = read_device_facts(beside.string());
  }
  for (const std::string& file : files) {
    if (fs::path(file).extension() == ".json") {
      read_nnmeter_profile(file, options.table, catalogue, data.table);
      continue;
    }
    if (is_device_facts(file)) {
      for (auto& [name, facts] : read_device_facts(file)) data.devices.emplace(name, facts);
      continue;
    }
    read_kernel_csv(file, options.table, catalogue, data.table);
  }
  print_left_out(data.table);
  if (data.table.rows.empty()) throw Error(options.paths.front() + ": no measured kernels");
  return data;
}

void print_left_out(const KernelTable& table) {
  if (table.left_out == 0) return;
  for (const std::string& why : table.left_out_why) print_notice("left out: " + why);
  print_notice(std::to_string(table.left_out) + " of " +
               std::to_string(table.left_out + table.rows.size()) + " rows left out");
}

Table kernel_accuracy_table(const std::vector<KernelAccuracy>& list) {
  Table table;
  table.columns = {{"kernel"},
                   {"platform"},
                   {"rows"},
                   {"mean_error_percent", "mean error %"},
                   {"median_error_percent", "median %"},
                   {"rmse_ms", "RMSE ms"},
                   {"rmspe_percent", "RMSPE %"},
                   {"within_5_percent", "within 5 %"},
                   {"within_10_percent", "within 10 %"}};
  for (const KernelAccuracy& a : list) {
    table.rows.push_back({a.predictor, a.platform, static_cast<int64_t>(a.accuracy.count),
                          a.accuracy.mape, a.accuracy.median_error, a.rmse_ms, a.rmspe,
                          a.accuracy.within_5, a.accuracy.within_10});
  }
  return table;
}

Table kernel_figures_table(const std::vector<KernelFigures>& figures) {
  std::vector<KernelAccuracy> rows;
  std::vector<Cell> methods, chosen;
  for (const KernelFigures& f : figures) {
    std::vector<KernelAccuracy> all = f.platforms;
    for (const KernelAccuracy& mean : means_by_predictor(f.platforms)) all.push_back(mean);
    for (const KernelAccuracy& a : all) {
      rows.push_back(a);
      methods.emplace_back(f.method);
      chosen.emplace_back(std::string(f.chosen ? "yes" : "no"));
    }
  }
  Table table = kernel_accuracy_table(rows);
  table.columns.insert(table.columns.begin() + 2, {Column{"method"}, Column{"chosen"}});
  for (size_t i = 0; i < table.rows.size(); ++i) {
    table.rows[i].insert(table.rows[i].begin() + 2, {methods[i], chosen[i]});
  }
  return table;
}

}  // namespace tacho

// HELP's tables (Lee et al., "HELP: Hardware-adaptive efficient latency prediction for NAS via
// meta-learning", NeurIPS 2021; github.com/HayeonLee/HELP, MIT): a row for each architecture, a
// column for each device, and the architectures in arch.csv beside it.
#include <filesystem>
#include <unordered_map>

#include "common/csv.h"
#include "common/error.h"
#include "dataset/help_devices.h"
#include "dataset/label_layouts/layouts.h"

namespace tacho {
namespace {

constexpr size_t kFbnetBlocks = 22;

/// The graph reference of a row of arch.csv.
std::string reference_of(const CsvTable& archs, size_t row) {
  if (archs.has_column("arch")) return "nasbench201:" + archs.text(row, "arch");
  std::string blocks;
  for (size_t i = 0; i < kFbnetBlocks; ++i) {
    blocks += (i == 0 ? "" : "/") + archs.text(row, "block" + std::to_string(i));
  }
  return "fbnet:" + blocks;
}

/// Graph, model and family of each index, as labels that lack the rest.
std::unordered_map<int64_t, Label> read_archs(const std::string& path, const std::string& table) {
  std::error_code problem;
  if (!std::filesystem::exists(path, problem)) {
    throw Error(table + ": needs " + path + ", which says what each index is");
  }
  const CsvTable archs = CsvTable::read_file(path);
  std::unordered_map<int64_t, Label> graphs;
  for (size_t row = 0; row < archs.num_rows(); ++row) {
    Label label;
    name_label(label, reference_of(archs, row));
    if (!graphs.emplace(archs.integer(row, "index"), std::move(label)).second) {
      throw Error(archs.where(row) + ": index " + archs.text(row, "index") + " occurs twice");
    }
  }
  return graphs;
}

struct Column {
  std::string name;
  SharedText platform;
  int64_t batch = 1;
};

std::vector<Column> device_columns(const CsvTable& table, const std::string& path) {
  std::vector<Column> columns;
  for (const std::string& name : table.columns()) {
    if (name == "index") continue;
    if (name.empty()) throw Error(path + ": a device column without a name");
    const HelpDevice device = help_device(name);
    columns.push_back({name, SharedText(device.platform), device.batch});
  }
  if (columns.empty()) throw Error(path + ": no device column beside 'index'");
  return columns;
}

}  // namespace

bool is_help_table(const std::vector<std::string>& header) { return header.front() == "index"; }

LabelFile read_help_table(const LabelText& text) {
  const CsvTable table = CsvTable::parse(text.text, text.path);
  const std::string beside = (std::filesystem::path(text.path).parent_path() / "arch.csv").string();
  const std::unordered_map<int64_t, Label> graphs = read_archs(beside, text.path);
  const std::vector<Column> columns = device_columns(table, text.path);
  LabelFile file;
  file.labels.reserve(table.num_rows() * columns.size());
  for (size_t row = 0; row < table.num_rows(); ++row) {
    const auto graph = graphs.find(table.integer(row, "index"));
    if (graph == graphs.end()) {
      throw Error(table.where(row) + ": index " + table.text(row, "index") + " is not in " +
                  beside);
    }
    for (const Column& column : columns) {
      if (table.text(row, column.name).empty()) continue;  // not measured on this device
      Label label = graph->second;
      label.batch = column.batch;
      label.platform = column.platform;
      label.latency_ms = table.number(row, column.name);
      label.line = table.line(row);
      if (!(label.latency_ms > 0)) {
        throw Error(table.where(row) + ": column '" + column.name +
                    "': the latency is not positive");
      }
      file.labels.push_back(std::move(label));
    }
  }
  file.num_rows = file.labels.size();
  return file;
}

}  // namespace tacho

#include "dataset/label_file.h"

#include <charconv>
#include <fstream>

#include "common/csv.h"
#include "common/error.h"
#include "dataset/side_file.h"
#include "dataset/split.h"

namespace tacho {
namespace {

Label label_of(const CsvTable& table, size_t row) {
  Label label;
  label.graph = table.text(row, "graph");
  label.batch = table.integer(row, "batch");
  label.platform = table.text(row, "platform");
  label.latency_ms = table.number(row, "latency_ms");
  label.stage = table.text(row, "stage", true);
  const std::string& model = table.text(row, "model", true);
  label.model = model_of(model.empty() ? label.graph : model);
  if (label.batch < 1) throw Error(table.where(row) + ": the batch is below 1");
  if (label.latency_ms <= 0) throw Error(table.where(row) + ": the latency is not positive");
  if (label.platform.empty()) throw Error(table.where(row) + ": the platform is missing");
  return label;
}

/// The shortest text that reads back as the same number.
std::string number_text(double value) {
  char text[32];
  const auto [end, code] = std::to_chars(text, text + sizeof text, value);
  return code == std::errc() ? std::string(text, end) : std::string();
}

}  // namespace

LabelFile read_label_file(const std::string& path) {
  const CsvTable table = CsvTable::read_file(path);
  for (const char* column : {"graph", "batch", "platform", "latency_ms"}) {
    if (!table.has_column(column)) table.text(0, column);  // throws, and says what there is
  }
  LabelFile file;
  file.num_rows = table.num_rows();
  for (size_t row = 0; row < table.num_rows(); ++row) {
    if (table.text(row, "graph").empty()) {
      ++file.rows_without_graph;
    } else {
      file.labels.push_back(label_of(table, row));
    }
  }
  return file;
}

void write_label_file(const std::string& path, const std::vector<Label>& labels) {
  SideFile side(path);
  std::ofstream out(side.path(), std::ios::binary);
  out << "graph,batch,platform,latency_ms,stage\n";
  for (const Label& label : labels) {
    out << csv_field(label.graph) << ',' << label.batch << ',' << csv_field(label.platform) << ','
        << number_text(label.latency_ms) << ',' << csv_field(label.stage) << '\n';
  }
  out.close();
  if (!out) throw Error(path + ": cannot write");
  side.put_in_place();
}

}  // namespace tacho

#include "dataset/label_file.h"

#include <algorithm>
#include <cmath>

#include "common/csv.h"
#include "common/error.h"
#include "common/exact_number.h"
#include "common/mapped_file.h"
#include "common/side_file.h"
#include "common/text.h"
#include "dataset/family.h"
#include "dataset/label_layouts/layouts.h"
#include "dataset/split.h"

namespace tacho {
namespace {

/// A layout whose first line is a header of columns.
struct TableLayout {
  const char* shown;  ///< in the message about a file of none of them
  bool (*matches)(const std::vector<std::string>& header);
  LabelFile (*read)(const LabelText& file);
};

/// The first that matches reads the file; before all of them comes NNLQP's gt.txt, which has no
/// header.
constexpr TableLayout kTableLayouts[] = {
    {"graph,batch,platform,latency_ms[,stage]", is_labels_csv, read_labels_csv},
    {"index,<devices> with arch.csv beside it (HELP)", is_help_table, read_help_table},
    {"arch,batch,latency_ms (NNLQP's NAS-Bench-201)", is_nnlqp_cells, read_nnlqp_cells},
};

std::string read_text(const std::string& path) {
  const MappedFile file(path);
  return std::string(reinterpret_cast<const char*>(file.bytes().data), file.bytes().size);
}

/// The first line that is not blank.
std::string_view first_line(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) text.remove_prefix(3);
  const size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_first_of("\r\n", start) - start);
}

/// Whether reading the graph's name alone gives the same model.
bool model_is_derived(const Label& label) {
  return label.model.empty() || label.model.str() == model_of(label.graph);
}

}  // namespace

void check_label(const Label& label, const std::string& where) {
  if (label.batch < 1) throw Error(where + ": the batch is below 1");
  if (!std::isfinite(label.latency_ms)) throw Error(where + ": the latency is not a number");
  if (label.latency_ms <= 0) throw Error(where + ": the latency is not positive");
  if (label.platform.empty()) throw Error(where + ": the platform is missing");
}

std::string stage_in(std::string_view field) {
  if (field == "valid" || field == "validation") return "val";
  if (field.empty() || field == "train" || field == "val" || field == "test") {
    return std::string(field);
  }
  constexpr size_t kMostShown = 40;
  throw Error("the stage is '" + printable(field.substr(0, kMostShown)) +
              "'; it must be train, val or test");
}

void name_label(Label& label, const std::string& graph) {
  label.graph = graph;
  label.model = model_of(graph);
  label.family = family_of(label.model);
}

LabelFile read_label_file(const std::string& path) {
  const LabelText file{read_text(path), path};
  const std::string_view line = first_line(file.text);
  if (line.empty()) throw Error(path + ": empty; a header line is needed");
  if (is_nnlqp_gt(line)) return read_nnlqp_gt(file);
  const std::vector<std::string> header = CsvTable::parse(std::string(line) + "\n", path).columns();
  for (const TableLayout& layout : kTableLayouts) {
    if (!layout.matches(header)) continue;
    LabelFile labels = layout.read(file);
    if (labels.labels.empty() && !labels.without_latency.empty()) {
      throw Error(path + ": no row has a latency; the first without is line " +
                  std::to_string(labels.without_latency.front().line));
    }
    return labels;
  }
  std::string known;
  for (const TableLayout& layout : kTableLayouts) known += std::string(layout.shown) + "; ";
  throw Error(path + ": no table of latencies; it begins with '" + printable(line.substr(0, 60)) +
              "'. Known are: " + known + "NNLQP's gt.txt");
}

void write_label_file(const std::string& path, const std::vector<Label>& labels) {
  SideFile side(path);
  std::ofstream& out = side.stream();
  const bool models = !std::all_of(labels.begin(), labels.end(), model_is_derived);
  out << "graph,batch,platform,latency_ms,stage" << (models ? ",model" : "") << "\n";
  for (const Label& label : labels) {
    out << csv_field(label.graph) << ',' << label.batch << ',' << csv_field(label.platform) << ','
        << exact_number(label.latency_ms) << ',' << csv_field(label.stage);
    if (models) out << ',' << csv_field(label.model);
    out << '\n';
  }
  side.put_in_place();
}

}  // namespace tacho

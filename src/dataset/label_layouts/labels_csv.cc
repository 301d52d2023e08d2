// labels.csv and the published tables latency.csv.
#include <map>
#include <unordered_map>
#include <utility>

#include "common/csv.h"
#include "common/error.h"
#include "dataset/family.h"
#include "dataset/label_layouts/layouts.h"
#include "dataset/split.h"

namespace tacho {
namespace {

/// One SharedText for all equal texts of a file.
class TextPool {
 public:
  const SharedText& operator()(const std::string& text) {
    return pool_.try_emplace(text, text).first->second;
  }

 private:
  std::unordered_map<std::string, SharedText> pool_;
};

struct Names {
  SharedText model;
  SharedText family;
};

Names names_of(const std::string& name, const std::string& family) {
  const std::string model = model_of(name);
  const std::string derived = family_of(model);
  const bool said = !family.empty() && family != derived;
  return said ? Names{SharedText(family + ":" + model), SharedText(family)}
              : Names{SharedText(model), SharedText(derived)};
}

}  // namespace

bool is_labels_csv(const std::vector<std::string>& header) {
  for (const std::string& column : header) {
    if (column == "graph" || column == "platform") return true;
  }
  return false;
}

LabelFile read_labels_csv(const LabelText& text) {
  const CsvTable table = CsvTable::parse(text.text, text.path);
  for (const char* column : {"graph", "batch", "platform", "latency_ms"}) {
    if (!table.has_column(column)) table.text(0, column);  // throws, and says what there is
  }
  LabelFile file;
  file.num_rows = table.num_rows();
  file.has_stages = table.has_column("stage");
  TextPool pool;
  std::map<std::pair<std::string, std::string>, Names> names;
  for (size_t row = 0; row < table.num_rows(); ++row) {
    Label label;
    label.line = table.line(row);
    label.graph = pool(table.text(row, "graph"));
    label.platform = pool(table.text(row, "platform"));
    label.stage = with_context(table.where(row),
                               [&] { return pool(stage_in(table.text(row, "stage", true))); });
    const std::string& model = table.text(row, "model", true);
    const std::string& family = table.text(row, "family", true);
    const auto [known, is_new] =
        names.try_emplace(std::pair(model.empty() ? label.graph.str() : model, family));
    if (is_new) known->second = names_of(known->first.first, family);
    label.model = known->second.model;
    label.family = known->second.family;
    if (label.graph.empty()) {
      file.without_graph.push_back(std::move(label));
      continue;
    }
    label.batch = table.integer(row, "batch");
    if (table.text(row, "latency_ms").empty()) {
      file.without_latency.push_back(std::move(label));
      continue;
    }
    label.latency_ms = table.number(row, "latency_ms");
    check_label(label, table.where(row));
    file.labels.push_back(std::move(label));
  }
  return file;
}

}  // namespace tacho

// NNLQP's published rows of its NAS-Bench-201 family (Liu et al., "NNLQP: A multi-platform neural
// network latency query and prediction system", ICPP 2022), as github.com/yuny220/NAR-Former-V2
// has them.
#include "common/csv.h"
#include "common/error.h"
#include "dataset/label_layouts/layouts.h"

namespace tacho {

namespace {

/// All of them were measured there; `none` edges are gone from NNLQP's ONNX files.
constexpr const char* kPlatform = "gpu-gtx1660-trt7.1-fp32";
constexpr const char* kReference = "nasbench201-pruned:";

}  // namespace

bool is_nnlqp_cells(const std::vector<std::string>& header) {
  return header.size() >= 3 && header[0] == "arch" && header[1] == "batch" &&
         header[2] == "latency_ms";
}

LabelFile read_nnlqp_cells(const LabelText& text) {
  const CsvTable table = CsvTable::parse(text.text, text.path);
  LabelFile file;
  file.num_rows = table.num_rows();
  file.has_stages = table.has_column("stage");
  const SharedText platform = kPlatform;
  for (size_t row = 0; row < table.num_rows(); ++row) {
    Label label;
    name_label(label, kReference + table.text(row, "arch"));
    label.batch = table.integer(row, "batch");
    label.platform = platform;
    label.line = table.line(row);
    if (table.text(row, "latency_ms").empty()) {
      file.without_latency.push_back(std::move(label));
      continue;
    }
    label.latency_ms = table.number(row, "latency_ms");
    label.stage =
        with_context(table.where(row), [&] { return stage_in(table.text(row, "stage", true)); });
    check_label(label, table.where(row));
    file.labels.push_back(std::move(label));
  }
  return file;
}

}  // namespace tacho

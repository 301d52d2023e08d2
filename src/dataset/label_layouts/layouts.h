// The layouts of label files: how each is recognised and read. The list stands in label_file.cc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dataset/label_file.h"

namespace tacho {

/// `text` is the whole file, `path` what errors call it and beside what further files lie.
struct LabelText {
  std::string text;
  std::string path;
};

/// The columns graph, batch, platform, latency_ms, in any order, [model, stage, family, …]:
/// labels.csv and the published latency.csv.
bool is_labels_csv(const std::vector<std::string>& header);
LabelFile read_labels_csv(const LabelText& file);

/// "index,<device>,…" with arch.csv ("index,arch" or "index,block0,…,block21") beside it.
bool is_help_table(const std::vector<std::string>& header);
LabelFile read_help_table(const LabelText& file);

/// "arch,batch,latency_ms[,stage]": what NNLQP published of its NAS-Bench-201 family.
bool is_nnlqp_cells(const std::vector<std::string>& header);
LabelFile read_nnlqp_cells(const LabelText& file);

/// "graph_id onnx_path batch_size latency_ms model_type platform_id [stage]", without a header.
bool is_nnlqp_gt(std::string_view first_line);
LabelFile read_nnlqp_gt(const LabelText& file);

/// Throws Error unless the label is one that can be learned from: `where` is "file:line".
void check_label(const Label& label, const std::string& where);

/// A stage as our other files spell it; "" is none. Throws Error unless it is train, val, valid,
/// validation or test.
std::string stage_in(std::string_view field);

/// Sets graph, model and family of a graph that goes by the name `graph`.
void name_label(Label& label, const std::string& graph);

}  // namespace tacho

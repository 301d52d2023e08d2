#include <filesystem>
#include <unordered_map>

#include "cli/db_import.h"
#include "graph_ir/onnx_writer.h"
#include "kernel_builder/deployed_graph.h"
#include "kernel_builder/kernel_table.h"

namespace tacho {

LabelRecords read_kernel_records(const std::string& path, const std::string& platform) {
  KernelTableOptions options;
  options.platform = platform;
  KernelTable table;
  read_nnmeter_profile(path, options, Catalogue::builtin(), table);
  LabelRecords out;
  out.num_rows = table.rows.size() + table.left_out;
  out.problems = table.left_out_why;
  std::unordered_map<std::string, size_t> repeats;
  for (const MeasuredKernel& row : table.rows) {
    const KernelType& type = Catalogue::builtin().at(row.config.kernel);
    const Graph graph = deployed_graph(type, row.config);
    LatencyRecord record;
    record.key = graph_key(graph, {});
    record.platform = row.platform;
    record.latency_ms = row.latency_ms;
    record.source = std::filesystem::path(path).filename().string() + " (nn-Meter, mean)";
    record.model = to_text(type, row.config);
    record.network = record.model;
    record.id = content_id(record, 0);
    const size_t repeat = repeats[record.id]++;
    if (repeat > 0) record.id = content_id(record, repeat);
    BindOptions bind;
    bind.batch = record.key.batch;
    const std::string onnx = onnx_bytes(graph);
    out.graphs.push_back(store_onnx(record.model,
                                    {reinterpret_cast<const uint8_t*>(onnx.data()), onnx.size()},
                                    record.key.hash, bind));
    out.records.push_back(std::move(record));
  }
  return out;
}

}  // namespace tacho

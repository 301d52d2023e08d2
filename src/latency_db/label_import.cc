#include "latency_db/label_import.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "common/csv.h"
#include "common/error.h"
#include "dataset/archive.h"
#include "dataset/file_names.h"
#include "dataset/split.h"
#include "graph_ir/onnx_reader.h"
#include "graph_ir/references/reference.h"

namespace tacho {
namespace {

/// A graph that labels name, at the batch sizes at which they do.
struct LabelledGraph {
  std::string name;
  bool found = false;
  std::map<int64_t, GraphHash> hashes;  // by batch; made ready for those that are wanted
};

class LabelledGraphs {
 public:
  explicit LabelledGraphs(const std::vector<Label>& labels) {
    for (const Label& label : labels) {
      const auto [known, is_new] = index_.emplace(label.graph.str(), graphs_.size());
      if (is_new) {
        graphs_.push_back({label.graph, false, {}});
        if (!is_graph_reference(label.graph.str())) files_.expect(label.graph, known->second);
      }
      graphs_[known->second].hashes[label.batch];
    }
  }

  void read(const std::string& archive, LabelRecords& out, const ImportProgress& progress) {
    size_t done = 0;
    const auto step = [&] {
      if (progress) progress(++done, graphs_.size());
    };
    for (LabelledGraph& graph : graphs_) {
      if (!is_graph_reference(graph.name)) continue;
      take(graph, build_reference_of(graph, out), {}, out);
      step();
    }
    if (files_.empty()) return;
    const auto all_of = [&](const VisitFile& visit) { for_each_in_archive(archive, visit); };
    const auto ambiguous = files_.find_in(all_of, [&](size_t index, ByteSpan bytes) {
      LabelledGraph& graph = graphs_[index];
      graph.found = true;
      std::optional<Graph> read;
      try {
        read = read_onnx(bytes);
      } catch (const Error& e) {
        out.problems.push_back("graph '" + graph.name + "': " + e.what());
      }
      take(graph, read, bytes, out);
      step();
    });
    for (const FileNames::Ambiguous& one : ambiguous) {
      graphs_[one.index].found = true;  // and of no use
      out.problems.push_back(one.problem);
    }
    for (const LabelledGraph& graph : graphs_) {
      if (!graph.found) out.missing.push_back(graph.name);
    }
  }

  /// nullopt if the graph is missing or cannot be hashed.
  std::optional<GraphHash> hash_of(const Label& label) const {
    const GraphHash hash = graphs_[index_.at(label.graph.str())].hashes.at(label.batch);
    if (hash == GraphHash{}) return std::nullopt;
    return hash;
  }

 private:
  static std::optional<Graph> build_reference_of(LabelledGraph& graph, LabelRecords& out) {
    graph.found = true;
    try {
      return build_reference(graph.name);
    } catch (const Error& e) {
      out.problems.emplace_back(e.what());
      return std::nullopt;
    }
  }

  /// Hashes the graph at all its batch sizes and keeps it.
  void take(LabelledGraph& wanted, const std::optional<Graph>& graph, ByteSpan bytes,
            LabelRecords& out) {
    if (!graph) return;
    for (auto& [batch, hash] : wanted.hashes) {
      try {
        BindOptions bind;
        bind.batch = batch;
        hash = graph_key(*graph, bind).hash;
        if (kept_.count(hash.hex()) > 0) continue;
        out.graphs.push_back(bytes.size == 0 ? store_graph(wanted.name, hash, bind)
                                             : store_onnx(wanted.name, bytes, hash, bind));
        kept_.insert(hash.hex());
      } catch (const Error& e) {
        out.problems.push_back("graph '" + wanted.name + "' at batch " + std::to_string(batch) +
                               ": " + e.what());
      }
    }
  }

  std::vector<LabelledGraph> graphs_;
  std::unordered_map<std::string, size_t> index_;
  FileNames files_;
  std::unordered_set<std::string> kept_;  // hashes
};

/// What labels.csv may say beside what all layouts do.
class FurtherColumns {
 public:
  explicit FurtherColumns(const std::string& path) {
    try {
      table_ = CsvTable::read_file(path);
    } catch (const Error&) {
      return;  // of another layout
    }
    if (!table_->has_column("graph")) {
      table_.reset();
      return;
    }
    for (size_t row = 0; row < table_->num_rows(); ++row) row_of_line_[table_->line(row)] = row;
  }

  /// Throws Error naming file and line for what is no time, hash or id.
  void add_to(LatencyRecord& record, size_t line) const {
    const auto row = row_of_line_.find(line);
    if (!table_ || row == row_of_line_.end()) return;
    const auto text = [&](const char* column) { return table_->text(row->second, column, true); };
    const std::string where = table_->where(row->second);
    if (!text("stddev_ms").empty()) record.stddev_ms = table_->number(row->second, "stddev_ms");
    if (!text("runs").empty()) record.runs = table_->integer(row->second, "runs");
    if (!text("measured_at").empty()) {
      record.measured_at_ms = time_from_text(text("measured_at"));
      if (!record.measured_at_ms) {
        throw Error(where + ": measured_at '" + text("measured_at") +
                    "' is no time; write it as 2026-11-21T19:04:43Z");
      }
    }
    record.host = text("host");
    if (!text("source").empty()) record.source = text("source");
    record.id = text("id");
    if (!record.id.empty() && !GraphHash::from_hex(record.id)) {
      throw Error(where + ": id '" + record.id + "' is not of 32 hexadecimal digits");
    }
  }

  /// What is wrong with it, if the row says that it was measured of another network than `graph`.
  std::optional<std::string> mismatch(const GraphHash& graph, const Label& label) const {
    const auto row = row_of_line_.find(label.line);
    if (!table_ || row == row_of_line_.end()) return std::nullopt;
    const std::string& said = table_->text(row->second, "graph_hash", true);
    if (said.empty()) return std::nullopt;
    const std::string where = table_->where(row->second);
    const std::optional<GraphHash> hash = GraphHash::from_hex(said);
    if (!hash) throw Error(where + ": graph_hash '" + said + "' is not of 32 hexadecimal digits");
    if (*hash == graph) return std::nullopt;
    return where + ": was measured of network " + said + ", but graph '" + label.graph.str() +
           "' is network " + graph.hex() +
           "; --graphs must name the folder of the networks that were measured (tacho db export "
           "--graphs writes it)";
  }

 private:
  std::optional<CsvTable> table_;
  std::unordered_map<size_t, size_t> row_of_line_;
};

}  // namespace

LabelRecords read_label_records(const std::string& path, const std::string& archive,
                                const ImportProgress& progress) {
  const LabelFile file = read_label_file(path);
  const FurtherColumns further(path);
  LabelRecords out;
  out.num_rows = file.num_rows;
  out.without_graph = file.without_graph.size();
  LabelledGraphs graphs(file.labels);
  graphs.read(archive, out, progress);
  const std::string source = std::filesystem::path(path).filename().string();
  std::unordered_map<std::string, size_t> repeats;
  std::unordered_set<std::string> mismatched;  // graphs; a problem each
  for (const Label& label : file.labels) {
    const std::optional<GraphHash> hash = graphs.hash_of(label);
    if (!hash) continue;
    if (const auto mismatch = further.mismatch(*hash, label)) {
      if (mismatched.insert(label.graph.str()).second) out.problems.push_back(*mismatch);
      continue;
    }
    LatencyRecord record;
    record.key = {*hash, label.batch};
    record.platform = label.platform;
    record.latency_ms = label.latency_ms;
    record.source = source;
    record.model = label.graph;
    if (label.model.str() != model_of(label.graph)) record.network = label.model;
    record.stage = label.stage;
    further.add_to(record, label.line);
    if (record.id.empty()) {
      record.id = content_id(record, 0);
      const size_t repeat = repeats[record.id]++;
      if (repeat > 0) record.id = content_id(record, repeat);
    }
    out.records.push_back(std::move(record));
  }
  return out;
}

TrainingLabels training_labels(LatencyDb& db, const std::vector<std::string>& platforms) {
  struct Kept {
    std::string name;
    bool is_file;
  };
  std::map<GraphHash, Kept> kept;
  std::map<std::string, int> named;
  db.for_each_graph([&](const StoredGraph& graph) {
    if (graph.form.empty()) return;
    const bool is_file = graph.form == "onnx";
    kept[graph.hash] = {is_file ? graph.name : graph.body, is_file};
    if (is_file) ++named[graph.name];
  });
  for (auto& [hash, graph] : kept) {
    if (graph.is_file && named[graph.name] > 1) graph.name += "@" + hash.hex().substr(0, 12);
  }

  TrainingLabels result;
  RecordFilter filter;
  filter.platforms = platforms;
  filter.latest_only = true;
  std::map<std::string, GraphHash> files;
  db.for_each(filter, [&](const LatencyRecord& record) {
    const auto graph = kept.find(record.key.hash);
    if (graph == kept.end()) {
      ++result.not_kept;
      return;
    }
    Label label;
    label.graph = graph->second.name;
    label.model = record.network.empty() ? model_of(record.model) : record.network;
    label.batch = record.key.batch;
    label.platform = record.platform;
    label.latency_ms = record.latency_ms;
    label.stage = record.stage;
    result.labels.push_back(std::move(label));
    if (graph->second.is_file) files.emplace(graph->second.name, record.key.hash);
  });
  result.files = [&db, files = std::move(files)](const VisitFile& visit) {
    for (const auto& [name, hash] : files) {
      const std::string body = db.find_graph(hash).value().body;
      visit(name, {reinterpret_cast<const uint8_t*>(body.data()), body.size()});
    }
  };
  return result;
}

}  // namespace tacho

#include "dataset/import.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <unordered_map>

#include "common/error.h"
#include "dataset/archive.h"
#include "dataset/file_names.h"
#include "dataset/work_queue.h"
#include "graph_ir/lower.h"
#include "graph_ir/references/reference.h"

namespace tacho {
namespace {

/// A graph at one of its batch sizes; after lowering either features or the reason why not.
struct WantedSample {
  int64_t batch = 1;
  std::optional<GraphFeatures> features;
  std::string problem;
};

struct WantedGraph {
  std::string name;
  std::string model;
  bool is_reference = false;  ///< built, not searched for
  bool found = false;
  std::string ambiguous;  ///< if several files may be it
  std::vector<WantedSample> samples;

  WantedSample& at_batch(int64_t batch) {
    const auto same = [&](const WantedSample& sample) { return sample.batch == batch; };
    const auto known = std::find_if(samples.begin(), samples.end(), same);
    if (known != samples.end()) return *known;
    samples.push_back({batch, std::nullopt, ""});
    return samples.back();
  }
};

/// The graphs that the labels need, in the order in which they first occur.
class WantedGraphs {
 public:
  explicit WantedGraphs(const std::vector<Label>& labels) {
    for (const Label& label : labels) {
      const auto [found, is_new] = by_name_.emplace(label.graph.str(), graphs_.size());
      if (is_new) {
        const bool built = is_graph_reference(label.graph.str());
        graphs_.push_back({label.graph, label.model, built, built, "", {}});
        if (!built) files_.expect(label.graph, found->second);
      }
      graphs_[found->second].at_batch(label.batch);
    }
  }

  std::vector<WantedGraph>& all() { return graphs_; }
  bool any_file() const { return !files_.empty(); }
  WantedGraph& named(const std::string& name) { return graphs_[by_name_.at(name)]; }

  /// Visits the file of each that is not built; those without one stay not found.
  void find_in(const FileSource& files,
               const std::function<void(WantedGraph& graph, ByteSpan bytes)>& visit) {
    const auto ambiguous = files_.find_in(files, [&](size_t index, ByteSpan bytes) {
      graphs_[index].found = true;
      visit(graphs_[index], bytes);
    });
    for (const FileNames::Ambiguous& one : ambiguous) graphs_[one.index].ambiguous = one.problem;
  }

 private:
  std::vector<WantedGraph> graphs_;
  std::unordered_map<std::string, size_t> by_name_;
  FileNames files_;
};

struct LowerJob {
  WantedGraph* graph = nullptr;
  std::vector<uint8_t> bytes;  ///< empty for a reference
};

LoweredModel lower_job(const LowerJob& job, const LowerOptions& how) {
  if (job.graph->is_reference) return lower(build_reference(job.graph->name), how);
  return lower_bytes({job.bytes.data(), job.bytes.size()}, how);
}

void lower_at_all_batches(LowerJob& job, const ImportOptions& options) {
  LowerOptions how{{}, options.fusion};
  for (WantedSample& sample : job.graph->samples) {
    try {
      how.bind.batch = sample.batch;
      const LoweredModel model = lower_job(job, how);
      sample.features = featurize(model.graph, model.kernels, options.source);
    } catch (const std::exception& e) {
      sample.problem = e.what();
    }
  }
}

void lower_all(WantedGraphs& wanted, const ImportOptions& options, const ImportProgress& progress) {
  std::atomic<size_t> done{0};
  WorkQueue<LowerJob> queue(std::max(1, options.threads), [&](LowerJob& job) {
    lower_at_all_batches(job, options);
    ++done;
  });
  const auto push = [&](LowerJob job) {
    queue.push(std::move(job));
    if (progress) progress(done, wanted.all().size());
  };
  for (WantedGraph& graph : wanted.all()) {
    if (graph.is_reference) push({&graph, {}});
  }
  if (wanted.any_file()) {
    const FileSource archive = [&](const VisitFile& visit) {
      for_each_in_archive(options.graphs, visit);
    };
    wanted.find_in(options.files ? options.files : archive,
                   [&](WantedGraph& graph, ByteSpan bytes) {
                     push({&graph, {bytes.data, bytes.data + bytes.size}});
                   });
  }
  queue.finish();
  if (progress) progress(done, wanted.all().size());
}

void list_problems(const std::vector<WantedGraph>& graphs, ImportReport& report) {
  for (const WantedGraph& graph : graphs) {
    if (!graph.found) {
      if (graph.ambiguous.empty()) report.missing.push_back(graph.name);
      if (!graph.ambiguous.empty()) report.problems.push_back(graph.ambiguous);
      continue;
    }
    for (const WantedSample& sample : graph.samples) {
      if (sample.features) continue;
      // What is wrong with a reference begins with its text.
      const std::string where = graph.is_reference ? ""
                                                   : "graph '" + graph.name + "' at batch " +
                                                         std::to_string(sample.batch) + ": ";
      report.problems.push_back(where + sample.problem);
      break;  // the other batches fail for the same reason
    }
  }
}

}  // namespace

ImportReport import_labels(const std::vector<Label>& labels, const ImportOptions& options,
                           const ImportProgress& progress) {
  WantedGraphs wanted(labels);
  lower_all(wanted, options, progress);

  ImportReport report;
  list_problems(wanted.all(), report);

  Dataset rows;
  rows.schema = feature_schema(options.source);
  std::unordered_map<const WantedSample*, int32_t> sample_index;
  std::unordered_map<std::string, int32_t> platform_index;
  for (const Label& label : labels) {
    WantedGraph& graph = wanted.named(label.graph);
    WantedSample& sample = graph.at_batch(label.batch);
    if (!graph.found || !sample.features) {
      const bool there = graph.found || !graph.ambiguous.empty();
      ++(there ? report.graph_failed : report.graph_not_found);
      continue;
    }
    const auto [index, is_new] =
        sample_index.emplace(&sample, static_cast<int32_t>(rows.samples.size()));
    if (is_new) {
      rows.samples.push_back({graph.name, graph.model, sample.batch, *sample.features});
    }
    const auto [platform, is_new_platform] =
        platform_index.emplace(label.platform.str(), static_cast<int32_t>(rows.platforms.size()));
    if (is_new_platform) rows.platforms.push_back(label.platform);
    rows.labels.push_back({index->second, platform->second, label.latency_ms});
    ++report.imported;
  }
  merge_into(report.dataset, rows);
  return report;
}

}  // namespace tacho

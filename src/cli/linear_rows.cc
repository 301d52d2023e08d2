#include "cli/linear_rows.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

#include "cli/measured_labels.h"
#include "cli/models.h"
#include "cli/places.h"
#include "cli/progress.h"
#include "common/text.h"
#include "dataset/split.h"
#include "graph_ir/lower.h"
#include "graph_ir/references/reference.h"
#include "kernel_builder/linear_blocks.h"

namespace tacho {
namespace {

namespace fs = std::filesystem;
constexpr size_t kMaxListed = 20;  // graphs that are not there

/// A label with what read_graph() takes for its graph, or a block's text.
struct PlacedLabel {
  Label label;
  std::string path;
};

std::string folder_of(const LinearRowOptions& options, size_t table) {
  if (options.graphs.empty()) return "";
  const std::string& folder = options.graphs[options.graphs.size() == 1 ? 0 : table];
  std::error_code problem;
  if (!fs::exists(folder, problem)) throw Error(folder + ": no such folder of graphs");
  if (!fs::is_directory(folder, problem)) {
    throw Error(folder + ": is not a folder; unpack an archive first: tar -x -f " + folder +
                    " -I 'zstd -d --long=27' -C FOLDER",
                Fault::kUsage);
  }
  return folder;
}

std::vector<PlacedLabel> read_labels(const LinearRowOptions& options) {
  std::vector<PlacedLabel> placed;
  for (size_t i = 0; i < options.labels.size(); ++i) {
    const std::string& table = options.labels[i];
    const std::string folder = folder_of(options, i);
    const std::string beside = fs::path(table).parent_path().string();
    LabelFile file = read_measured_labels(table);
    if (!file.without_graph.empty()) {
      print_notice(table + ": " + std::to_string(file.without_graph.size()) +
                   " rows without a graph left out");
    }
    for (Label& label : file.labels) {
      const std::string path =
          is_block_text(label.graph) ? label.graph : locate_graph(label.graph, folder, beside);
      placed.push_back({std::move(label), path});
    }
  }
  return placed;
}

std::vector<std::string> platforms_in(const std::vector<PlacedLabel>& labels) {
  std::vector<std::string> names;
  for (const PlacedLabel& l : labels) {
    if (std::find(names.begin(), names.end(), l.label.platform) == names.end())
      names.push_back(l.label.platform);
  }
  return names;
}

/// The counts of graphs. They are affine in the batch size (what a network does to an image does
/// not depend on how many there are), so that a graph is lowered at two batch sizes at most.
class Counts {
 public:
  Counts(double write_weight, FusionRules fusion)
      : write_weight_(write_weight), how_{{}, std::move(fusion)} {}

  std::optional<LinearTerms> of(const std::string& path, int64_t batch) {
    std::map<int64_t, std::optional<LinearTerms>>& known = terms_[path];
    const auto found = known.find(batch);
    if (found != known.end()) return found->second;
    if (known.size() < 2 || !known.begin()->second || !known.rbegin()->second)
      return known[batch] = count(path, batch);
    const double low = static_cast<double>(known.begin()->first);
    const double high = static_cast<double>(known.rbegin()->first);
    return between(*known.begin()->second, *known.rbegin()->second,
                   (static_cast<double>(batch) - low) / (high - low));
  }
  /// What could not be counted, each graph once.
  void report(Faults& faults) const {
    for (const auto& [path, fault] : failed_) faults.report(fault);
    if (missing_.empty()) return;
    const size_t listed = std::min(missing_.size(), kMaxListed);
    std::string text = std::to_string(missing_.size()) + " graphs are not there: " +
                       join({missing_.begin(), missing_.begin() + static_cast<long>(listed)});
    if (listed < missing_.size()) text += " and more";
    faults.report(Error(text + "; --graphs names their folder"));
  }

 private:
  static LinearTerms between(const LinearTerms& a, const LinearTerms& b, double share) {
    const auto mix = [&](double x, double y) { return x + share * (y - x); };
    return {mix(a.acts, b.acts), mix(a.inputs, b.inputs), mix(a.flops, b.flops)};
  }

  std::optional<LinearTerms> count(const std::string& path, int64_t batch) {
    std::error_code problem;
    if (std::find(missing_.begin(), missing_.end(), path) != missing_.end()) return std::nullopt;
    if (!is_block_text(path) && !is_graph_reference(path) && !fs::exists(path, problem)) {
      missing_.push_back(path);
      return std::nullopt;
    }
    try {
      how_.bind.batch = batch;
      const LoweredModel model = is_block_text(path)
                                     ? lower(build_block(parse_block(path), batch), how_)
                                     : lower_file(path, how_);
      const GraphTotals totals = totals_of(model.graph, model.kernels);
      return linear_terms(totals.cost, totals.input_elements, write_weight_);
    } catch (const Error& e) {
      failed_.emplace(path, e);
      return std::nullopt;
    }
  }

  double write_weight_;
  LowerOptions how_;
  std::map<std::string, std::map<int64_t, std::optional<LinearTerms>>> terms_;
  std::vector<std::string> missing_;
  std::map<std::string, Error> failed_;
};

}  // namespace

std::vector<LinearSample> LinearRows::samples(bool held_out) const {
  std::vector<LinearSample> samples;
  for (const LinearRow& row : rows) {
    if (row.held_out == held_out) samples.push_back(row.sample);
  }
  return samples;
}

std::vector<LinearRows> read_linear_rows(const LinearRowOptions& options, Faults& faults) {
  const std::vector<PlacedLabel> labels = read_labels(options);
  if (labels.empty()) throw Error(join(options.labels) + ": no row that names a graph");
  std::vector<LinearRows> platforms;
  for (const std::string& name :
       choose_platforms(platforms_in(labels), options.platforms, "the labels")) {
    platforms.push_back({name, {}});
  }
  Counts counts(options.write_weight, options.fusion);
  Progress progress("counting graphs", labels.size());
  size_t rows = 0, done = 0;
  for (const PlacedLabel& l : labels) {
    progress.update(++done);
    const auto platform = std::find_if(platforms.begin(), platforms.end(), [&](const auto& p) {
      return p.platform == l.label.platform;
    });
    if (platform == platforms.end()) continue;
    const std::optional<LinearTerms> terms = counts.of(l.path, l.label.batch);
    if (!terms) continue;
    const bool held_out = l.label.stage.empty() ? stage_of(l.label.model, options.seed,
                                                           {0, options.test_share}) == Stage::kTest
                                                : l.label.stage.str() == stage_name(Stage::kTest);
    platform->rows.push_back(
        {{*terms, l.label.latency_ms}, l.label.model, l.label.batch, held_out});
    ++rows;
  }
  progress.clear();
  counts.report(faults);
  if (rows == 0) throw Error(join(options.labels) + ": no row whose graph can be read");
  return platforms;
}

}  // namespace tacho

#include "cli/finetune_suggest.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/models.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "common/error.h"
#include "gnn/serve/device_totals.h"
#include "gnn/serve/informative_graphs.h"

namespace tacho {
namespace {

namespace fs = std::filesystem;

struct Choice {
  std::string name;   ///< in the labels file
  std::string graph;  ///< for read_graph()
};

/// A text file of names: not a model, not a folder.
bool is_list(const std::string& path) {
  std::error_code problem;
  return fs::is_regular_file(path, problem) && fs::path(path).extension() != ".onnx";
}

std::vector<Choice> listed(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw Error(path + ": cannot open");
  const std::string beside = fs::path(path).parent_path().string();
  std::vector<Choice> choices;
  std::set<std::string> seen;
  std::string line;
  while (std::getline(file, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || line[0] == '#' || !seen.insert(line).second) continue;
    choices.push_back({line, locate_graph(line, "", beside)});
  }
  return choices;
}

std::vector<Choice> choices_in(const std::string& graphs, Faults& faults) {
  if (is_list(graphs)) return listed(graphs);
  std::error_code problem;
  const bool folder = fs::is_directory(graphs, problem);
  std::vector<Choice> choices;
  for (const std::string& graph : expand_models({graphs}, faults)) {
    choices.push_back(
        {folder ? fs::path(graph).lexically_relative(graphs).string() : graph, graph});
  }
  return choices;
}

}  // namespace

int suggest_models(const GnnPredictor& predictor, const SuggestOptions& o, Format format) {
  if (predictor.model().info().config.readout != Readout::kSum) {
    throw Error(predictor.model().checkpoint().path() +
                    ": the pooled readout cannot say which models are informative; use a "
                    "checkpoint with readout sum",
                Fault::kUsage);
  }
  Faults faults;
  const std::vector<Choice> choices = choices_in(o.graphs, faults);
  std::vector<Eigen::MatrixXd> totals;
  std::vector<std::string> names;
  std::vector<int64_t> batches;
  Progress progress("reading graphs", choices.size());
  for (const Choice& choice : choices) {
    try {
      BindOptions bind;
      bind.batch = o.batch;
      const LoweredModel model = lower_file(choice.graph, bind);
      totals.push_back(device_totals(predictor.model(),
                                     featurize(model.graph, model.kernels, predictor.source())));
      names.push_back(choice.name);
      batches.push_back(batch_of(model.graph));
    } catch (const Error& e) {
      progress.clear();
      faults.report(e);
    }
    progress.update(totals.size() + static_cast<size_t>(faults.count()));
  }
  progress.clear();
  if (totals.size() < o.count) {
    throw Error(o.graphs + ": --suggest asks for " + std::to_string(o.count) + " models, " +
                std::to_string(totals.size()) + " can be used");
  }
  Table table;
  table.columns = {{"graph"}, {"batch"}};
  for (const size_t i :
       most_informative(totals, known_devices(predictor.model()).on_top, o.count)) {
    table.rows.push_back({names[i], batches[i]});
  }
  if (format == Format::kJson) {
    JsonItems json(true, "models",
                   json_context({{"checkpoint", predictor.model().checkpoint().path()},
                                 {"graphs", o.graphs}}));
    for (const auto& item : table_json(table)) json.add(item);
  } else {
    print_table(table, format);
  }
  return faults.exit_code();
}

}  // namespace tacho

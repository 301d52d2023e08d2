#include "cli/finetune_full.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/output.h"
#include "cli/places.h"
#include "cli/verb.h"
#include "common/error.h"
#include "common/mapped_file.h"
#include "common/side_file.h"
#include "common/work_folder.h"
#include "dataset/label_file.h"
#include "graph_ir/references/reference.h"

namespace tacho {
namespace {

namespace fs = std::filesystem;

// Tried on an NPU that the base never saw, from 32 and 100 detectors: 7.3 and 4.9 % off, against 8.0 and
// 6.5 % with 60 epochs of large steps at a third of the rate.
constexpr int kEpochs = 150, kPatience = 40, kBatchKernels = 600;
constexpr double kLearningRate = 3e-3;
constexpr double kValidation = 0.1;  ///< share of the models, for stopping and for the bands

/// While it lives: results are what finetune itself prints.
class StdoutToStderr {
 public:
  StdoutToStderr() : saved_(::dup(STDOUT_FILENO)) {
    std::fflush(stdout);
    if (saved_ < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
      throw Error("cannot redirect standard output");
    }
  }
  ~StdoutToStderr() {
    ::dup2(saved_, STDOUT_FILENO);
    ::close(saved_);
  }
  StdoutToStderr(const StdoutToStderr&) = delete;
  StdoutToStderr& operator=(const StdoutToStderr&) = delete;

 private:
  int saved_;
};

nlohmann::json config_of(const ModelConfig& model, const FullOptions& o, const WorkFolder& work) {
  return {{"data", {work.file("labels.h5")}},
          {"output", work.file("tuned.safetensors")},
          {"start_from", fs::absolute(o.start_from).string()},
          {"readout", readout_name(model.readout)},
          {"width", model.width},
          {"layers", model.layers},
          {"components", model.components},
          {"bound", model.bound},
          {"epochs", kEpochs},
          {"patience", kPatience},
          {"batch_kernels", kBatchKernels},
          {"learning_rate", kLearningRate},
          {"validation", kValidation},
          {"test", 0},
          {"seed", o.seed},
          {"kernel_features", false}};
}

/// Links each graph that is a file into the work folder, which the import goes through as a whole;
/// the labels get their names there.
void link_graphs(std::vector<Label>& labels, const fs::path& folder) {
  fs::create_directory(folder);
  std::map<std::string, std::string> names;
  for (Label& label : labels) {
    if (is_graph_reference(label.graph.str())) continue;
    const auto [place, is_new] = names.try_emplace(label.graph);
    if (is_new) {
      const fs::path own = std::to_string(names.size());
      place->second = (own / fs::path(label.graph.str()).filename()).string();
      fs::create_directory(folder / own);
      fs::create_symlink(label.graph.str(), folder / place->second);
    }
    label.graph = place->second;
  }
}

}  // namespace

bool can_train() {
  std::error_code problem;
  return fs::exists(program_folder() / "tacho-train", problem) &&
         fs::exists(program_folder() / "tacho-dataset", problem);
}

int train_on(std::vector<Label> labels, const ModelConfig& model, const FullOptions& o) {
  const WorkFolder work("tacho-finetune");
  try {
    link_graphs(labels, work.file("graphs"));
  } catch (const fs::filesystem_error& e) {
    throw Error(work.file("graphs") + ": cannot create: " + e.code().message());
  }
  write_label_file(work.file("labels.csv"), labels);
  const StdoutToStderr aside;
  int code =
      run_sibling("tacho-dataset", {"import", work.file("labels.csv"), "-o", work.file("labels.h5"),
                                    "--graphs", work.file("graphs")});
  if (code != 0) return code;
  std::ofstream(work.file("config.json")) << config_of(model, o, work).dump(2) << "\n";
  code = run_sibling("tacho-train", {work.file("config.json")});
  if (code == 0) {
    const MappedFile tuned(work.file("tuned.safetensors"));
    const ByteSpan bytes = tuned.bytes();
    write_whole_file(o.output, {reinterpret_cast<const char*>(bytes.data), bytes.size});
  }
  return code;
}

}  // namespace tacho

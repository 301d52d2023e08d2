#include "gnn/train/run_state.h"

#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/safetensors.h"

namespace tacho {
namespace {

using nlohmann::json;

/// The groups of vectors in the file and where they live.
struct Group {
  const char* name;
  std::vector<std::vector<float>>* vectors;
};

std::vector<Group> groups_of(RunState* state) {
  return {{"weights.", &state->weights},
          {"best.", &state->best},
          {"first.", &state->optimizer.first},
          {"second.", &state->optimizer.second},
          {"average.", &state->optimizer.average}};
}

}  // namespace

void save_run_state(const std::string& path, const std::string& key,
                    const std::vector<Parameter>& parameters, const RunState& state) {
  RunState copy = state;
  std::vector<TensorData> tensors;
  for (const Group& group : groups_of(&copy)) {
    for (size_t i = 0; i < parameters.size(); ++i) {
      std::vector<float>& values = (*group.vectors)[i];
      tensors.push_back({group.name + parameters[i].name,
                         {static_cast<int64_t>(values.size())},
                         std::move(values)});
    }
  }
  const json progress = {{"epochs_done", state.epochs_done},
                         {"best_epoch", state.best_epoch},
                         {"best_error", state.best_error},
                         {"losses", state.losses},
                         {"steps", state.optimizer.steps}};
  write_safetensors(
      path, {{"format", "tachograph training state"}, {"key", key}, {"progress", progress.dump()}},
      tensors);
}

std::optional<RunState> load_run_state(const std::string& path, const std::string& key,
                                       const std::vector<Parameter>& parameters,
                                       std::string* reason) {
  try {
    const SafetensorsFile file(path);
    if (file.metadata_text("key") != key) {
      *reason = path + ": belongs to another configuration or other data";
      return std::nullopt;
    }
    const json progress = json::parse(file.metadata_text("progress"));
    RunState state;
    state.epochs_done = progress.at("epochs_done").get<int>();
    state.best_epoch = progress.at("best_epoch").get<int>();
    state.best_error = progress.at("best_error").get<double>();
    state.losses = progress.at("losses").get<std::vector<double>>();
    state.optimizer.steps = progress.at("steps").get<int64_t>();
    for (const Group& group : groups_of(&state)) {
      for (const Parameter& parameter : parameters) {
        const TensorView& view =
            file.tensor(group.name + parameter.name, {static_cast<int64_t>(parameter.size)});
        group.vectors->emplace_back(view.data, view.data + parameter.size);
      }
    }
    return state;
  } catch (const std::exception& e) {
    *reason = e.what();
    return std::nullopt;
  }
}

}  // namespace tacho

#include "gnn/train/ensemble.h"

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "common/error.h"
#include "gnn/train/trainer.h"

namespace tacho {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(const std::string& why) {
  throw Error("cannot be a member of the ensemble: " + why, Fault::kUsage);
}

/// Everything that decides the weights must agree, but for the seed: the split above all, since
/// what one member was trained on cannot validate the mean.
void check_configuration(const json& member, const TrainConfig& config) {
  const json wanted = json::parse(config_fingerprint(config));
  for (const auto& [key, value] : wanted.items()) {
    if (key == "seed" || !member.contains(key) || member.at(key) == value) continue;
    refuse("it was trained with \"" + key + "\": " + member.at(key).dump() +
           ", the configuration has " + value.dump());
  }
}

/// Returns what training wrote down about it.
json check_member(const Checkpoint& member, const CheckpointInfo& wanted, const TrainConfig& config,
                  const std::string& data_digest) {
  const CheckpointInfo& info = member.info();
  if (info.config.members != 1) refuse("it is an ensemble itself");
  if (!info.adapted.empty()) {
    refuse("it has platforms that tacho finetune added; name the checkpoint it started from");
  }
  const json training = json::parse(info.training, nullptr, /*allow_exceptions=*/false);
  if (!training.is_object() || !training.contains("data_digest") || !training.contains("config")) {
    refuse("it does not say what it was trained on; its training was not finished");
  }
  check_configuration(training.at("config"), config);
  if (info.platforms != wanted.platforms) refuse("it knows other platforms than the data sets");
  if (info.schema != wanted.schema) {
    refuse("it was trained on other feature columns than the data sets have");
  }
  if (training.at("data_digest") != data_digest) refuse("it was trained on other data");
  return training;
}

void check_shared(const Checkpoint& member, const Checkpoint& first) {
  for (const auto& [name, shape] : tensor_shapes(first.info())) {
    if (!is_shared_tensor(name) || member.tensor(name).values == first.tensor(name).values)
      continue;
    refuse("its " + name + " is not that of " + first.path());
  }
}

}  // namespace

void write_ensemble(const std::vector<std::string>& members, const TrainConfig& config,
                    const TrainingSet& set, const std::string& data_digest) {
  if (members.size() < 2) throw Error("an ensemble needs two checkpoints or more", Fault::kUsage);
  CheckpointInfo info = checkpoint_info(config, set);
  std::vector<std::unique_ptr<Checkpoint>> networks;
  std::set<json> seeds;
  json records = json::array();
  for (const std::string& path : members) {
    networks.push_back(std::make_unique<Checkpoint>(path));
    with_context(path, [&] {
      const json training = check_member(*networks.back(), info, config, data_digest);
      check_shared(*networks.back(), *networks.front());
      const json seed = training.at("config").value("seed", json());
      if (!seeds.insert(seed).second) {
        refuse("another member was trained from the same seed, " + seed.dump());
      }
      std::error_code problem;
      if (std::filesystem::equivalent(path, config.output, problem)) {
        throw Error("\"output\" would overwrite this member; --set output=FILE names another",
                    Fault::kUsage);
      }
      json record = {{"seed", seed}};
      for (const char* key : {"epochs_done", "best_epoch"}) record[key] = training.value(key, 0);
      records.push_back(record);
    });
  }

  info.config.members = static_cast<int>(members.size());
  if (config.train_on_all && !config.bands_from.empty() &&
      Checkpoint(config.bands_from).info().config.members != info.config.members) {
    throw Error(config.bands_from + ": \"bands_from\" must be an ensemble of as many members, " +
                    std::to_string(info.config.members),
                Fault::kUsage);
  }
  info.training = json{{"members", records}}.dump();
  std::vector<TensorData> tensors;
  const CheckpointInfo network = without_ensemble(info);
  for (int member = 0; member < info.config.members; ++member) {
    for (const auto& [name, shape] : tensor_shapes(network)) {
      if (member > 0 && is_shared_tensor(name)) continue;
      TensorData tensor = networks[static_cast<size_t>(member)]->tensor(name);
      tensor.name = member_tensor(info.config, member, name);
      tensors.push_back(std::move(tensor));
    }
  }
  write_checkpoint(config.output, info, tensors);
}

}  // namespace tacho

// A checkpoint of random weights, made without any training.
#pragma once

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "gnn/serve/checkpoint.h"
#include "graph_ir/features.h"

namespace tacho::testing {

inline CheckpointInfo small_info(Readout readout = Readout::kSum) {
  CheckpointInfo info;
  info.config = {readout, 8, 2, 11, 3.0};
  info.platforms = {"cpu-a", "gpu-b"};
  info.bands = {{std::log(1.25), 1}, {std::log(2.0), 1}};
  info.schema = feature_schema();
  return info;
}

inline std::vector<TensorData> random_tensors(const CheckpointInfo& info, uint32_t seed = 1) {
  std::mt19937 random(seed);
  std::vector<TensorData> tensors;
  for (const auto& [name, shape] : tensor_shapes(info)) {
    TensorData tensor{name, shape, {}};
    for (int64_t i = 0; i < element_count(shape); ++i) {
      const float x = static_cast<float>(random() % 2001) / 1000.0f - 1.0f;
      if (name == "feature_std" || name == "head.std") {
        tensor.values.push_back(1.5f + x);
      } else if (name == "feature_low" || name == "feature_high") {
        tensor.values.push_back(name == "feature_low" ? -2.0f : 2.0f);
      } else if (name == kRunsDead) {
        tensor.values.push_back(i % 2 == 0 ? 1.0f : 0.0f);  // the second platform folds
      } else {
        tensor.values.push_back(0.5f * x);
      }
    }
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

inline std::string write_random_checkpoint(const std::string& path, const CheckpointInfo& info) {
  write_checkpoint(path, info, random_tensors(info));
  return path;
}

/// The tensors of one member of a random ensemble; `info` of one network.
inline std::vector<TensorData> member_tensors(const CheckpointInfo& info, int member) {
  const std::vector<TensorData> first = random_tensors(info);
  std::vector<TensorData> tensors = random_tensors(info, static_cast<uint32_t>(member + 1));
  for (size_t i = 0; i < tensors.size(); ++i) {
    if (is_shared_tensor(tensors[i].name)) tensors[i] = first[i];
  }
  return tensors;
}

/// `info` of one network.
inline std::string write_random_ensemble(const std::string& path, CheckpointInfo info,
                                         int members) {
  std::vector<TensorData> tensors;
  CheckpointInfo network = info;
  info.config.members = members;
  for (int member = 0; member < members; ++member) {
    for (TensorData& tensor : member_tensors(network, member)) {
      if (member > 0 && is_shared_tensor(tensor.name)) continue;
      tensor.name = member_tensor(info.config, member, tensor.name);
      tensors.push_back(std::move(tensor));
    }
  }
  write_checkpoint(path, info, tensors);
  return path;
}

}  // namespace tacho::testing

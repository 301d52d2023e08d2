#include "kernel_builder/kernel_predictor_file.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/safetensors.h"

namespace tacho {
namespace {

using nlohmann::json;

constexpr char kFormat[] = "tachograph-kernels";
constexpr char kFormatVersion[] = "1";
/// Of files with a constant_ms, which the first version would have left out of account.
constexpr char kVersionWithConstants[] = "2";

// ---- forests --------------------------------------------------------------------------------

/// The nodes of one tree breadth first, in the order in which the file has them.
std::vector<TreeNode> breadth_first(const Forest& forest, int32_t root) {
  std::vector<TreeNode> nodes{forest.nodes[static_cast<size_t>(root)]};
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].feature < 0) continue;
    const auto left = static_cast<size_t>(nodes[i].left);
    nodes.push_back(forest.nodes[left]);
    nodes.push_back(forest.nodes[left + 1]);
  }
  return nodes;
}

void append_forest(const std::string& key, const Forest& forest, std::vector<TensorData>& tensors) {
  std::vector<float> tree_nodes, features, values;
  for (const int32_t root : forest.roots) {
    const std::vector<TreeNode> nodes = breadth_first(forest, root);
    tree_nodes.push_back(static_cast<float>(nodes.size()));
    for (const TreeNode& node : nodes) {
      features.push_back(static_cast<float>(node.feature));
      values.push_back(node.value);
    }
  }
  const auto append = [&](const char* name, std::vector<float> list) {
    const auto size = static_cast<int64_t>(list.size());
    tensors.push_back({key + name, {size}, std::move(list)});
  };
  append(".tree_nodes", std::move(tree_nodes));
  append(".feature", std::move(features));
  append(".value", std::move(values));
}

const TensorView& vector_named(const SafetensorsFile& file, const std::string& name) {
  const auto found = file.tensors().find(name);
  if (found == file.tensors().end()) throw Error("tensor " + name + " is missing");
  if (found->second.shape.size() != 1) throw Error("tensor " + name + " is not a vector");
  return found->second;
}

/// A whole number in [low, high].
int32_t whole(float x, double low, double high, const std::string& key) {
  if (!(x >= low && x <= high) || x != std::floor(x)) {
    throw Error("forest " + key + " is damaged: " + std::to_string(x) +
                " where a whole number of " + std::to_string(low) + " to " + std::to_string(high) +
                " is expected");
  }
  return static_cast<int32_t>(x);
}

Forest read_forest(const SafetensorsFile& file, const std::string& key, size_t num_features) {
  const TensorView& tree_nodes = vector_named(file, key + ".tree_nodes");
  const TensorView& features = vector_named(file, key + ".feature");
  const int64_t count = features.shape[0];
  const TensorView& values = file.tensor(key + ".value", {count});
  Forest forest;
  forest.num_features = static_cast<int32_t>(num_features);
  forest.nodes.reserve(static_cast<size_t>(count));
  int64_t first = 0;
  for (int64_t tree = 0; tree < tree_nodes.shape[0]; ++tree) {
    const int32_t size = whole(tree_nodes.data[tree], 1, static_cast<double>(count - first), key);
    forest.roots.push_back(static_cast<int32_t>(first));
    int32_t splits = 0;
    for (int32_t i = 0; i < size; ++i) {
      const int64_t at = first + i;
      TreeNode node;
      node.feature = whole(features.data[at], -1, static_cast<double>(num_features) - 1, key);
      node.value = values.data[at];
      if (!std::isfinite(node.value))
        throw Error("forest " + key + " has a value that is no number");
      if (node.feature >= 0) {
        node.left = static_cast<int32_t>(first) + 2 * splits + 1;
        if (node.left <= at) throw Error("forest " + key + ": a node is its own ancestor");
        ++splits;
      }
      forest.nodes.push_back(node);
    }
    if (size != 2 * splits + 1)
      throw Error("forest " + key + ": a tree has nodes without a parent");
    first += size;
  }
  if (first != count) throw Error("forest " + key + ": nodes after the last tree");
  return forest;
}

// ---- metadata -------------------------------------------------------------------------------

json devices_json(const DeviceTable& devices) {
  json list = json::object();
  for (const auto& [name, f] : devices) {
    list[name] = {{"memory_gb", f.memory_gb},
                  {"bandwidth_gb_s", f.bandwidth_gb_s},
                  {"sm", f.sm},
                  {"cores_per_sm", f.cores_per_sm},
                  {"clock_mhz", f.clock_mhz},
                  {"fp32_gflops", f.fp32_gflops},
                  {"l2_mb", f.l2_mb}};
  }
  return list;
}

DeviceTable read_devices(const json& list) {
  DeviceTable devices;
  for (const auto& [name, f] : list.items()) {
    devices[name] = {name,
                     f.at("memory_gb"),
                     f.at("bandwidth_gb_s"),
                     f.at("sm"),
                     f.at("cores_per_sm"),
                     f.at("clock_mhz"),
                     f.at("fp32_gflops"),
                     f.at("l2_mb")};
  }
  return devices;
}

json forest_json(const std::string& key, const std::string& platform, const Forest& forest) {
  return {
      {"key", key}, {"platform", platform}, {"base", forest.base}, {"trees", forest.roots.size()}};
}

json predictor_json(const KernelPredictor& p, std::vector<TensorData>& tensors) {
  json forests = json::array();
  const auto append = [&](const std::string& platform, const Forest& forest) {
    const std::string key = p.name + (platform.empty() ? "" : "@" + platform);
    forests.push_back(forest_json(key, platform, forest));
    append_forest(key, forest, tensors);
  };
  if (!p.shared.roots.empty()) append("", p.shared);
  for (const auto& [platform, forest] : p.own) append(platform, forest);
  json entry = {{"name", p.name},
                {"method", p.method},
                {"kernels", p.kernels},
                {"platforms", p.platforms},
                {"feature_names", p.feature_names},
                {"own_weight", p.own_weight},
                {"forests", forests}};
  if (!p.constant_ms.empty()) entry["constant_ms"] = p.constant_ms;
  return entry;
}

/// The columns must be those that this build computes, for every built-in kernel covered.
void check_columns(const KernelPredictor& p) {
  for (const std::string& kernel : p.kernels) {
    const KernelType* type = Catalogue::builtin().find(kernel);
    if (type != nullptr && kernel_feature_names(*type) != p.feature_names) {
      throw Error("predictor " + p.name +
                  ": its feature columns are not those of this version of " + kernel +
                  "; train it again with tacho kernel train");
    }
  }
}

KernelPredictor read_predictor(const SafetensorsFile& file, const json& entry) {
  KernelPredictor p;
  p.name = entry.at("name");
  p.method = entry.at("method");
  p.kernels = entry.at("kernels").get<std::vector<std::string>>();
  p.platforms = entry.at("platforms").get<std::vector<std::string>>();
  p.feature_names = entry.at("feature_names").get<std::vector<std::string>>();
  p.own_weight = entry.at("own_weight");
  for (const json& f : entry.at("forests")) {
    Forest forest = read_forest(file, f.at("key"), p.feature_names.size());
    forest.base = f.at("base");
    const std::string platform = f.at("platform");
    (platform.empty() ? p.shared : p.own[platform]) = std::move(forest);
  }
  p.constant_ms = entry.value("constant_ms", p.constant_ms);
  check_columns(p);
  return p;
}

}  // namespace

KernelPredictorFile KernelPredictorFile::read(const std::string& path) {
  const SafetensorsFile file(path);
  return with_context(path, [&] {
    const auto& metadata = file.metadata();
    const auto format = metadata.find("format");
    if (format == metadata.end() || format->second != kFormat) {
      throw Error("not a file of kernel predictors; tacho kernel train writes one");
    }
    const std::string& version = file.metadata_text("format_version");
    if (version != kFormatVersion && version != kVersionWithConstants) {
      throw Error("format version " + version + ", this build reads " + kFormatVersion + " and " +
                  kVersionWithConstants);
    }
    if (file.metadata_text("feature_version") != std::to_string(kKernelFeatureVersion)) {
      throw Error("feature version " + file.metadata_text("feature_version") + ", this build has " +
                  std::to_string(kKernelFeatureVersion) +
                  "; train it again with tacho kernel train");
    }
    std::vector<KernelPredictor> predictors;
    for (const json& entry : json::parse(file.metadata_text("predictors"))) {
      predictors.push_back(read_predictor(file, entry));
    }
    KernelPredictorFile result;
    result.model = KernelLatencyModel(std::move(predictors),
                                      read_devices(json::parse(file.metadata_text("devices"))));
    result.training = file.metadata_text("training");
    return result;
  });
}

void KernelPredictorFile::write(const std::string& path) const {
  std::vector<TensorData> tensors;
  json predictors = json::array();
  bool has_constants = false;
  for (const KernelPredictor& p : model.predictors()) {
    predictors.push_back(predictor_json(p, tensors));
    has_constants |= !p.constant_ms.empty();
  }
  write_safetensors(path,
                    {{"format", kFormat},
                     {"format_version", has_constants ? kVersionWithConstants : kFormatVersion},
                     {"feature_version", std::to_string(kKernelFeatureVersion)},
                     {"predictors", predictors.dump()},
                     {"devices", devices_json(model.devices()).dump()},
                     {"training", training}},
                    tensors);
}

}  // namespace tacho

#include "kernel_builder/kernel_latency_model.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "common/error.h"
#include "common/text.h"
#include "kernel_builder/kernel_predictor_file.h"

namespace tacho {

KernelLatencyModel::KernelLatencyModel(std::vector<KernelPredictor> predictors, DeviceTable devices)
    : predictors_(std::move(predictors)), devices_(std::move(devices)) {
  std::set<std::string> all;
  for (const KernelPredictor& p : predictors_) {
    all.insert(p.platforms.begin(), p.platforms.end());
    Served& served = served_.emplace_back();
    served.shared = PackedForest(p.shared);
    for (const auto& [platform, forest] : p.own) served.own.emplace(platform, forest);
  }
  platforms_.assign(all.begin(), all.end());
}

KernelLatencyModel KernelLatencyModel::load(const std::string& path) {
  namespace fs = std::filesystem;
  if (!fs::is_directory(path)) return KernelPredictorFile::read(path).model;
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(path)) {
    if (entry.path().extension() == ".safetensors") files.push_back(entry.path().string());
  }
  if (files.empty()) throw Error(path + ": no file of kernel predictors in this folder");
  std::sort(files.begin(), files.end());
  std::vector<KernelPredictor> predictors;
  DeviceTable devices;
  for (const std::string& file : files) {
    KernelLatencyModel model = KernelPredictorFile::read(file).model;
    devices.insert(model.devices_.begin(), model.devices_.end());
    for (KernelPredictor& p : model.predictors_) {
      for (const KernelPredictor& known : predictors) {
        if (known.name == p.name) throw Error(file + ": " + p.name + " is in another file already");
      }
      predictors.push_back(std::move(p));
    }
  }
  return {std::move(predictors), std::move(devices)};
}

void KernelLatencyModel::add_devices(const DeviceTable& devices) {
  for (const auto& [name, facts] : devices) devices_[name] = facts;
}

const KernelPredictor* KernelLatencyModel::find(const KernelType& type) const {
  for (const KernelPredictor& p : predictors_) {
    if (p.name == type.predictor()) return &p;
  }
  return nullptr;
}

KernelAnswer KernelLatencyModel::predict(const std::string& platform, const KernelType& type,
                                         const KernelConfig& config) const {
  const KernelPredictor* p = find(type);
  if (p == nullptr) {
    std::vector<std::string> names;
    for (const KernelPredictor& known : predictors_) names.push_back(known.name);
    throw Error("no predictor for " + type.name() + "; trained: " + join(names));
  }
  if (const auto constant = p->constant_ms.find(platform); constant != p->constant_ms.end()) {
    return {constant->second, false};
  }
  const auto device = devices_.find(platform);
  KernelAnswer answer;
  answer.new_platform = !std::binary_search(p->platforms.begin(), p->platforms.end(), platform);
  if (answer.new_platform && device == devices_.end()) {
    throw Error("platform '" + printable(platform) + "' was not measured for " + p->name +
                " and no facts of it are known" + name_hint(platform, p->platforms) +
                "; --devices FILE gives facts");
  }
  const Served& served = served_[static_cast<size_t>(p - predictors_.data())];
  const auto own = served.own.find(platform);
  const bool has_own = own != served.own.end(), has_shared = !served.shared.empty();
  if (!has_own && !has_shared) {
    throw Error("platform '" + printable(platform) + "' was not measured for " + p->name +
                ", whose forests are each of one platform");
  }
  static thread_local KernelFeatures row;
  kernel_features(type, config,
                  device == devices_.end() ? nominal_device(platform) : device->second, row);
  if (row.values.size() != p->feature_names.size()) {
    throw Error(type.name() + ": has " + std::to_string(row.values.size()) + " features, but its " +
                "predictor was trained on " + std::to_string(p->feature_names.size()) +
                "; the kernel was registered anew since then: train again");
  }
  // Without facts the shared forest cannot tell the platform from others.
  const bool alone = device == devices_.end() || !has_shared;
  const double weight = !has_own ? 0 : alone ? 1 : p->own_weight;
  double log2_factor = 0;
  if (weight < 1) log2_factor += (1 - weight) * served.shared(row.values.data());
  if (weight > 0) log2_factor += weight * own->second(row.values.data());
  answer.latency_ms = row.roofline_ms * std::exp2(log2_factor);
  return answer;
}

double KernelLatencyModel::predict_ms(const std::string& platform,
                                      const KernelConfig& config) const {
  return predict(platform, Catalogue::builtin().at(config.kernel), config).latency_ms;
}

}  // namespace tacho

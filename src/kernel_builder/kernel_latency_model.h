// Predicts single kernels: a forest over all platforms, one per platform, or the mean of both, for
// every kind of kernel that was trained.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "kernel_builder/catalogue.h"
#include "kernel_builder/device_facts.h"
#include "kernel_builder/forest.h"
#include "kernel_builder/kernel_features.h"

namespace tacho {

/// One kind: what KernelType::predictor() names. Forests give log2(latency / roofline).
struct KernelPredictor {
  std::string name;
  std::vector<std::string> kernels;  ///< the types it was trained on, sorted
  std::vector<std::string> feature_names;
  std::vector<std::string> platforms;  ///< that it was trained on, sorted
  Forest shared;                       ///< all platforms; no trees if there is none
  std::map<std::string, Forest> own;   ///< by platform; may be empty
  double own_weight = 0;               ///< of `own` in the mean with `shared`, 0 to 1
  /// Of platforms on which everything took the same time: that is the answer for them, whatever the
  /// configuration.
  std::map<std::string, double> constant_ms;
  std::string method;  ///< "forest" or "boosting"
};

struct KernelAnswer {
  double latency_ms = 0;
  bool new_platform = false;  ///< predicted from the device's facts alone
};

class KernelLatencyModel {
 public:
  KernelLatencyModel() = default;
  KernelLatencyModel(std::vector<KernelPredictor> predictors, DeviceTable devices);
  /// A file of tacho kernel train, or a folder of them (*.safetensors). Throws Error naming the
  /// file; a kind of kernel that two files have.
  static KernelLatencyModel load(const std::string& path);

  /// All that some predictor was trained on, sorted.
  const std::vector<std::string>& platforms() const { return platforms_; }
  const std::vector<KernelPredictor>& predictors() const { return predictors_; }
  const DeviceTable& devices() const { return devices_; }
  /// Adds or replaces facts, of platforms that training did not see too.
  void add_devices(const DeviceTable& devices);

  /// Null if it was not trained.
  const KernelPredictor* find(const KernelType& type) const;
  /// Throws Error: a kernel that no predictor was trained for; a platform that the predictor was
  /// not trained on and that has no facts, or is new to a predictor without a shared forest.
  KernelAnswer predict(const std::string& platform, const KernelType& type,
                       const KernelConfig& config) const;
  /// The same for a kernel of the built-in catalogue.
  double predict_ms(const std::string& platform, const KernelConfig& config) const;

 private:
  /// A predictor's forests as they serve.
  struct Served {
    PackedForest shared;
    std::map<std::string, PackedForest> own;
  };

  std::vector<KernelPredictor> predictors_;
  std::vector<Served> served_;  ///< of each predictor
  DeviceTable devices_;
  std::vector<std::string> platforms_;
};

}  // namespace tacho

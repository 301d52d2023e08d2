#include "kernel_builder/kernel_feature_source.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "common/error.h"
#include "common/mapped_file.h"
#include "common/stable_hash.h"
#include "kernel_builder/kernel_estimate.h"

namespace tacho {
namespace {

namespace fs = std::filesystem;

/// The file, or the predictors' files in the folder, by name.
std::vector<fs::path> files_of(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(path)) {
    if (entry.path().extension() == ".safetensors") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// Of what estimate_kernel() makes of a predictor: what was imported with another is other
/// features.
constexpr uint64_t kEstimateVersion = 2;

std::string id_of(const std::string& path) {
  Fnv1a hash;
  hash.add_integer(kEstimateVersion);
  for (const fs::path& one : files_of(path)) {
    const MappedFile file(one.string());
    hash.add_bytes({reinterpret_cast<const char*>(file.bytes().data), file.bytes().size});
  }
  char digest[17];
  std::snprintf(digest, sizeof digest, "%016llx", static_cast<unsigned long long>(hash.value()));
  return fs::path(path).filename().string() + "#" + digest;
}

}  // namespace

KernelFeatureSource::KernelFeatureSource(const std::string& path)
    : model_(KernelLatencyModel::load(path)), id_(id_of(path)) {
  for (const std::string& platform : model_.platforms())
    columns_.push_back("kernel_ms." + platform);
}

std::vector<float> KernelFeatureSource::kernel_ms(const Graph& graph,
                                                  const KernelGraph& kernels) const {
  std::vector<float> ms;
  ms.reserve(kernels.kernels.size() * columns_.size());
  for (const Kernel& kernel : kernels.kernels) {
    for (const std::string& platform : model_.platforms()) {
      const auto estimate = estimate_kernel(model_, platform, graph, kernel);
      ms.push_back(estimate ? static_cast<float>(estimate->latency_ms) : 0.0f);
    }
  }
  return ms;
}

std::shared_ptr<const FeatureSource> load_kernel_feature_source(const std::string& id,
                                                                const std::string& checkpoint) {
  const std::string name = id.substr(0, id.find('#'));
  const fs::path folder = fs::path(checkpoint).parent_path();
  const fs::path path = folder / name;
  if (!fs::exists(path)) {
    throw Error("was trained with the kernel predictors " + id + ", but " + path.string() +
                " is not there; put it beside the checkpoint");
  }
  auto source = std::make_shared<KernelFeatureSource>(path.string());
  if (source->id() != id) {
    throw Error("was trained with the kernel predictors " + id + ", but " + path.string() + " is " +
                source->id() + "; put those back, or train again");
  }
  return source;
}

}  // namespace tacho

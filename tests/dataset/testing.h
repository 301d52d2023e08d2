// What the tests of src/dataset share: small data sets, folders that clean up after themselves.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "common/error.h"
#include "dataset/dataset.h"

namespace tacho {

/// A folder of its own for one test, removed at the end.
class TestFolder {
 public:
  explicit TestFolder(const std::string& name)
      : path_(std::filesystem::temp_directory_path() /
              ("tacho_" + name + "_" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  std::string path() const { return path_.string(); }
  std::string write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << content;
    return file(name);
  }

 private:
  std::filesystem::path path_;
};

inline std::string read_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

/// A chain of `num_kernels` kernels whose features count up from `first`.
inline Sample make_sample(const std::string& graph, int64_t batch, int num_kernels,
                          float first = 0) {
  Sample sample;
  sample.graph = graph + ".onnx";
  sample.model = graph;
  sample.batch = batch;
  GraphFeatures& features = sample.features;
  features.num_kernels = num_kernels;
  const size_t kernels = static_cast<size_t>(num_kernels);
  for (size_t i = 0; i < kernels * feature_table().size(); ++i) {
    features.features.push_back(first + static_cast<float>(i));
  }
  features.base_costs.assign(kernels * base_cost_table().size(), first + 0.5f);
  for (int i = 1; i < num_kernels; ++i) features.edges.emplace_back(i - 1, i);
  return sample;
}

/// Two graphs (the first of a single kernel) on two platforms, three labels.
inline Dataset make_dataset() {
  Dataset dataset;
  dataset.platforms = {"cpu", "gpu"};
  dataset.samples = {make_sample("one", 1, 1), make_sample("chain", 8, 3, 100)};
  dataset.labels = {{0, 0, 1.5}, {1, 0, 20}, {1, 1, 0.25}};
  return dataset;
}

/// The text of the Error that `action` throws; "no error" if it throws none.
inline std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

}  // namespace tacho

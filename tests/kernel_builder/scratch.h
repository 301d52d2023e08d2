// Folders and backends for tests of the builder.
#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>

#include "backends/backend.h"
#include "common/error.h"

namespace tacho::testing {

/// An empty folder of its own for every test.
inline std::string scratch_folder(const std::string& name) {
  const std::filesystem::path folder =
      std::filesystem::path(::testing::TempDir()) / ("tacho_" + name);
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder.string();
}

inline void write_text(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

template <typename Body>
std::string error_of(Body&& body) {
  try {
    body();
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

/// Takes as long as `latency` says of the graph's name; what it throws, compile() throws.
class FormulaBackend : public Backend {
 public:
  using Formula = std::function<double(const std::string& graph)>;
  explicit FormulaBackend(Formula latency, std::string platform = "formula")
      : latency_(std::move(latency)), platform_(std::move(platform)) {}

  std::string name() const override { return "formula"; }
  std::string platform() const override { return platform_; }
  std::map<std::string, std::string> facts() const override { return {}; }
  std::vector<std::string> unsupported(const Graph&) const override { return {}; }
  std::unique_ptr<CompiledModel> compile(const Graph& graph) override {
    ++compiled;
    return std::make_unique<Model>(latency_(graph.name), graph.name, this);
  }
  int compiled = 0;
  std::vector<std::string> runs;                      ///< each run's graph
  std::function<double()> pace = [] { return 1.0; };  ///< factor of the next run

 private:
  struct Model : CompiledModel {
    Model(double ms, std::string graph, FormulaBackend* backend)
        : ms(ms), graph(std::move(graph)), backend(backend) {}
    double run() override {
      backend->runs.push_back(graph);
      return ms * backend->pace();
    }
    std::vector<HostTensor> outputs() override { return {}; }
    double ms;
    std::string graph;
    FormulaBackend* backend;
  };
  Formula latency_;
  std::string platform_;
};

}  // namespace tacho::testing

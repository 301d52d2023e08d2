// Graphs and folders for the tests of src/backends.
#pragma once

#include <unistd.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "common/error.h"
#include "graph_ir/infer/infer_shapes.h"
#include "graph_ir/testing.h"

namespace tacho::testing {

/// As a backend wants it: inferred, called `name`.
inline Graph inferred(const std::string& text, const std::string& name = "graph") {
  Graph graph = graph_from_text(text);
  infer_shapes(graph, {});
  graph.name = name;
  return graph;
}

inline Graph relu_graph(const std::string& name = "relu:hw=8,cin=4") {
  return inferred("g (float[1,4,8,8] x) => (float[1,4,8,8] y) { y = Relu(x) }", name);
}

/// A test's name for a backend's specification: its letters, digits and '_' for all else.
inline std::string test_name(std::string spec) {
  for (char& c : spec) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return spec;
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

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "tacho_backends_XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string file(const std::string& name) const { return path_ + "/" + name; }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(file(name)) << text;
    return file(name);
  }
  std::string read(const std::string& name) const {
    std::ifstream in(file(name));
    return std::string(std::istreambuf_iterator<char>(in), {});
  }

 private:
  std::string path_;
};

}  // namespace tacho::testing

#include "graph_ir/read_graph.h"

#include <filesystem>

#include "graph_ir/onnx_reader.h"
#include "graph_ir/references/reference.h"

namespace tacho {
namespace {

/// A name with a colon before any slash that is no file: probably a reference of misspelt kind.
bool may_be_misspelt_reference(const std::string& name) {
  const size_t first = name.find_first_of(":/");
  std::error_code problem;
  return first != std::string::npos && name[first] == ':' &&
         !std::filesystem::exists(name, problem);
}

}  // namespace

Graph read_graph(const std::string& name) {
  if (is_graph_reference(name) || may_be_misspelt_reference(name)) return build_reference(name);
  return read_onnx_file(name);
}

}  // namespace tacho

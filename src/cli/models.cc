#include "cli/models.h"

#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <memory>

#include "common/text.h"
#include "graph_ir/onnx_reader.h"
#include "graph_ir/read_graph.h"
#include "graph_ir/references/reference.h"

namespace tacho {
namespace {

namespace fs = std::filesystem;
using Files = std::vector<std::string>;
constexpr const char* kStandardInput = "-";

Files models_under(const std::string& folder) {
  Files files;
  std::error_code problem;
  const auto options = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator it(folder, options, problem), end; !problem && it != end;
       it.increment(problem)) {
    if (it->path().extension() == ".onnx" && it->is_regular_file(problem)) {
      files.push_back(it->path().string());
    }
  }
  if (problem) throw Error(folder + ": cannot read the folder: " + problem.message());
  if (files.empty()) throw Error(folder + ": no .onnx file in this folder or below it");
  std::sort(files.begin(), files.end());
  return files;
}

Files matches_of(const std::string& pattern) {
  glob_t found{};
  const int status = ::glob(pattern.c_str(), 0, nullptr, &found);
  Files files;
  if (status == 0) files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  if (files.empty()) throw Error(pattern + ": no file matches");
  return files;
}

Files expand(const std::string& argument) {
  if (is_graph_reference(argument)) return {argument};
  std::error_code problem;
  if (argument != kStandardInput && fs::is_directory(argument, problem))
    return models_under(argument);
  if (!is_glob(argument) || fs::exists(argument, problem)) return {argument};
  Files files;
  for (const std::string& match : matches_of(argument)) {
    const bool folder = fs::is_directory(match, problem);
    for (std::string& file : folder ? models_under(match) : Files{match})
      files.push_back(std::move(file));
  }
  return files;
}

Graph read_model(const std::string& path, const std::string& name) {
  if (name == path) return read_graph(path);
  return with_context(name, [&] { return read_onnx(MappedFile(path).bytes()); });
}

}  // namespace

std::vector<std::string> expand_models(const std::vector<std::string>& arguments, Faults& faults) {
  std::vector<std::string> files;
  for (const std::string& argument : arguments) {
    try {
      for (std::string& file : expand(argument)) files.push_back(std::move(file));
    } catch (const Error& e) {
      faults.report(e);
    }
  }
  return files;
}

void for_each_model(const std::vector<std::string>& arguments, Faults& faults,
                    const std::function<void(NamedGraph)>& body) {
  for_each_model(StandardInput(arguments), faults, body);
}

void for_each_model(const StandardInput& input, Faults& faults,
                    const std::function<void(NamedGraph)>& body) {
  for (const std::string& path : expand_models(input.models(), faults)) {
    try {
      const std::string name = input.name_of(path);
      NamedGraph model{name, read_model(path, name), path};
      with_context(name, [&] { body(std::move(model)); });
    } catch (const Error& e) {
      faults.report(e);
    }
  }
}

StandardInput::StandardInput(const std::vector<std::string>& models) : models_(models) {
  for (std::string& model : models_) {
    if (model != kStandardInput) continue;
    if (!file_) {
      const std::string bytes(std::istreambuf_iterator<char>(std::cin), {});
      with_context(kName, [&] { file_.emplace(bytes); });
    }
    model = file_->path();
  }
}

std::string locate_graph(const std::string& graph, const std::string& folder,
                         const std::string& fallback_folder) {
  if (is_graph_reference(graph)) return graph;
  if (!folder.empty()) return (fs::path(folder) / graph).string();
  std::error_code problem;
  const fs::path beside = fs::path(fallback_folder) / graph;
  return !fs::exists(graph, problem) && fs::exists(beside, problem) ? beside.string() : graph;
}

int64_t batch_of(const Graph& graph) {
  if (graph.inputs.empty()) return 1;
  const std::optional<Dims>& dims = graph.value(graph.inputs.front()).dims;
  return dims.has_value() && !dims->empty() ? dims->front() : 1;
}

std::string unknown_operators_text(const LoweredModel& model) {
  std::vector<std::string> parts;
  for (const auto& [name, count] : model.unknown_operators) {
    parts.push_back(name + " ×" + std::to_string(count));
  }
  return join(parts);
}

}  // namespace tacho

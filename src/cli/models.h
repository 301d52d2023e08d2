// The models named on a command line: files, references, folders, shell patterns, standard input.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/output.h"
#include "common/memory_file.h"
#include "graph_ir/lower.h"

namespace tacho {

/// A model as it was read, with the name that messages call it by.
struct NamedGraph {
  std::string name;
  Graph graph;
  std::string path;  ///< what read_graph() takes for it; of standard input see StandardInput
};

/// What "-" among models stands for, as a file that other processes can read as long as this lives.
class StandardInput {
 public:
  /// Reads standard input if one of the arguments is "-". Throws Error if it cannot be kept.
  explicit StandardInput(const std::vector<std::string>& models);

  /// The arguments, "-" replaced by the file.
  const std::vector<std::string>& models() const { return models_; }
  /// "<stdin>" for that file, other names as they are.
  std::string name_of(const std::string& model) const {
    return file_ && model == file_->path() ? kName : model;
  }

 private:
  static constexpr const char* kName = "<stdin>";
  std::vector<std::string> models_;
  std::optional<MemoryFile> file_;
};

/// The files and references that the arguments stand for: a folder for every .onnx file under it
/// (sorted by path), a pattern that is not itself a file for what it matches, "-" for standard
/// input. A folder or pattern without models is reported to `faults` and left out.
std::vector<std::string> expand_models(const std::vector<std::string>& arguments, Faults& faults);

/// Reads each of expand_models(arguments) and hands it to `body`; what goes wrong with one model is
/// reported, with its name in front, and does not stop the others.
void for_each_model(const std::vector<std::string>& arguments, Faults& faults,
                    const std::function<void(NamedGraph)>& body);
/// The same of arguments that may be handed to other processes: `input` must outlive those.
void for_each_model(const StandardInput& input, Faults& faults,
                    const std::function<void(NamedGraph)>& body);

/// The name that read_graph() takes for what a labels file calls `graph`: a reference as it is, a
/// path in `folder`; if that is empty, in the working directory and then in `fallback_folder`.
std::string locate_graph(const std::string& graph, const std::string& folder,
                         const std::string& fallback_folder);

/// The batch size a lowered graph has: dimension 0 of its first input, 1 if that has none.
int64_t batch_of(const Graph& graph);

/// "com.acme.Foo ×3, Bar ×1"; "" if there are none.
std::string unknown_operators_text(const LoweredModel& model);

}  // namespace tacho

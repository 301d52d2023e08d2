// Files that are found without being named: relative to the program, or by the environment.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tacho {

/// The folder this program lies in.
std::filesystem::path program_folder();

/// A file that comes with the program: in the repository's checkpoints/ (build/<preset>/bin/tacho) or
/// in share/tachograph/ (installed). Throws Error with all places looked at and `option`, which names
/// another, if there is none.
std::string released_file(const std::string& name, const std::string& option);

/// The GNN's checkpoint to use: `asked` if not empty, else $TACHO_CHECKPOINT, else the
/// released default.safetensors.
std::string checkpoint_path(const std::string& asked);

/// Those of `known` that match one of `patterns` (a name or a shell pattern), in the order of
/// `known`; all without patterns. Throws Error (usage) for a pattern that matches none in `source`.
std::vector<std::string> choose_platforms(const std::vector<std::string>& known,
                                          const std::vector<std::string>& patterns,
                                          const std::string& source = "the checkpoint");

}  // namespace tacho

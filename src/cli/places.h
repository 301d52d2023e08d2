// Files that are found without being named: relative to the program, or by the environment.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "dataset/platforms.h"  // choose_platforms(), which goes with these

namespace tacho {

/// The folder this program lies in.
std::filesystem::path program_folder();

/// A file that comes with the program: in the repository's checkpoints/ (build/<preset>/bin/tacho)
/// or in share/tachograph/ (installed). Throws Error with all places looked at and `option`, which
/// names another, if there is none.
std::string released_file(const std::string& name, const std::string& option);

/// The GNN's checkpoint to use: `asked` if not empty, else $TACHO_CHECKPOINT, else the
/// released default.safetensors.
std::string checkpoint_path(const std::string& asked);

}  // namespace tacho

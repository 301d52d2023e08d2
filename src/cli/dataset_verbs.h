// The verbs of `tacho dataset`, a program of its own because it loads HDF5.
#pragma once

#include "cli/verb.h"

namespace tacho {

// Each returns the process exit code and throws Error for a fault that stops it altogether.
int dataset_build_verb(const Arguments& args);
int dataset_import_verb(const Arguments& args);
int dataset_labels_verb(const Arguments& args);
int dataset_stats_verb(const Arguments& args);
int dataset_split_verb(const Arguments& args);

}  // namespace tacho

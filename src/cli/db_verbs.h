// The verbs of `tacho db`, a program of its own because it loads what reads archives.
#pragma once

#include "cli/verb.h"

namespace tacho {

// Each returns the process exit code and throws Error for a fault that stops it altogether.
int db_export_verb(const Arguments& args);
int db_import_verb(const Arguments& args);
int db_merge_verb(const Arguments& args);
int db_stats_verb(const Arguments& args);

}  // namespace tacho

// The verbs of the command line: one file each, listed in main.cc.
#pragma once

#include <string>
#include <vector>

namespace tacho {

/// What follows the verb on the command line.
using Arguments = std::vector<std::string>;

// Each returns the process exit code and throws Error for a fault that stops it altogether.
int backends_verb(const Arguments& args);
int compare_verb(const Arguments& args);
int evaluate_verb(const Arguments& args);
int finetune_verb(const Arguments& args);
int linear_verb(const Arguments& args);
int measure_verb(const Arguments& args);
int measure_worker_verb(const Arguments& args);
int platforms_verb(const Arguments& args);
int predict_verb(const Arguments& args);
int query_verb(const Arguments& args);
int show_verb(const Arguments& args);
int worker_verb(const Arguments& args);

/// Becomes the program `name` that lies beside this one, with `args` passed through. Returns only
/// by throwing Error: the program is not there, which then says how to get it.
[[noreturn]] void become_sibling(const std::string& name, const Arguments& args);

/// Runs it instead and waits for its end; returns its exit code, 128 + signal if it was killed.
int run_sibling(const std::string& name, const Arguments& args);

}  // namespace tacho

// The verbs of `tacho kernel`: one file each, listed in kernel_main.cc.
#pragma once

#include <string>

#include "cli/verb.h"
#include "kernel_builder/catalogue.h"

namespace tacho {

int kernel_build_verb(const Arguments& args);
int kernel_evaluate_verb(const Arguments& args);
int kernel_export_verb(const Arguments& args);
int kernel_generate_verb(const Arguments& args);
int kernel_init_verb(const Arguments& args);
int kernel_list_verb(const Arguments& args);
int kernel_predict_verb(const Arguments& args);
int kernel_prior_verb(const Arguments& args);
int kernel_probe_fusion_verb(const Arguments& args);
int kernel_profile_verb(const Arguments& args);
int kernel_register_verb(const Arguments& args);
int kernel_sample_verb(const Arguments& args);
int kernel_train_verb(const Arguments& args);
int kernel_unregister_verb(const Arguments& args);

/// `asked` if not empty, else $TACHO_KERNEL_PRIOR, else dataset/kernel_prior/kernels.csv of the
/// repository or share/tachograph/kernels.csv. Throws Error with the places looked at if there is
/// none.
std::string kernel_prior_path(const std::string& asked);

/// The built-in kernels and those that the user registered.
Catalogue user_catalogue();

}  // namespace tacho

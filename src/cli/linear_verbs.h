// The verbs of `tacho linear`, one file each.
#pragma once

#include "cli/verb.h"

namespace tacho {

int linear_fit_verb(const Arguments& args);
int linear_predict_verb(const Arguments& args);
int linear_bottleneck_verb(const Arguments& args);
int linear_collect_verb(const Arguments& args);

}  // namespace tacho

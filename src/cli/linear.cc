// tacho linear: the linear latency model, LATENCY = a·ACTS + b·INP + c·FLOPs + d.
#include "cli/linear_verbs.h"
#include "cli/verb_group.h"

namespace tacho {

int linear_verb(const Arguments& args) {
  const VerbGroup linear_verbs{
      "tacho linear",
      "The linear latency model: LATENCY = a*ACTS + b*INP + c*FLOPs + d, none of them negative.",
      {
          {"fit", "fit the model to measured latencies", linear_fit_verb},
          {"predict", "latency of models, and which term it comes from", linear_predict_verb},
          {"bottleneck", "where a model's time goes, block by block", linear_bottleneck_verb},
          {"collect", "measure about a hundred blocks on a backend, to fit it to",
           linear_collect_verb},
      },
      "Example: tacho linear fit --labels labels.csv --graphs models/ -o linear.json"};
  return run_verb(linear_verbs, args);
}

}  // namespace tacho

// tacho linear predict: tacho predict by the linear model, which also says which term the latency
// comes from.
#include "cli/linear_verbs.h"
#include "cli/predict.h"

namespace tacho {

int linear_predict_verb(const Arguments& args) {
  static const PredictVerb kVerb{
      "tacho linear predict", "Latency by the linear model, and which term it comes from.",
      "Example: tacho linear predict resnet18.onnx --model linear.json --batch 64\n"
      "The same as tacho predict --predictor linear. lower to upper held four in five of the\n"
      "measurements that the model was fitted to. Below a two-range model's breakpoint the terms "
      "are\n"
      "those of the low range, its offset part of the constant.",
      "linear"};
  return run_predict(kVerb, args);
}

}  // namespace tacho

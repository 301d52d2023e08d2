// tacho: predicts how long a neural network takes on a device, from its ONNX file.
#include "cli/verb_group.h"

int main(int argc, char** argv) {
  const tacho::VerbGroup tacho_verbs{
      "tacho",
      "tacho predicts how long a neural network takes on a device, from its ONNX file alone.",
      {
          {"predict", "latency of models on the platforms of a checkpoint", tacho::predict_verb},
          {"query", "latency as it was measured, else measured now, else predicted",
           tacho::query_verb},
          {"show", "what a model is made of: shapes, kernels, FLOPs, bytes", tacho::show_verb},
          {"evaluate", "accuracy of a checkpoint on measured latencies", tacho::evaluate_verb},
          {"finetune", "a new platform from a few measurements", tacho::finetune_verb},
          {"platforms", "the platforms a checkpoint knows", tacho::platforms_verb},
          {"linear", "the linear model: fit, predict, bottlenecks, measure", tacho::linear_verb},
          {"backends", "what can run models on this machine", tacho::backends_verb},
          {"measure", "run models on backends of this machine", tacho::measure_verb},
          {"compare", "which of two models is faster here, and by how much", tacho::compare_verb},
          {"worker", "measure what other machines ask for", tacho::worker_verb},
          {"db", "the latency database: import, export, merge", nullptr, "tacho-db"},
          {"generate", "a graph reference or a kernel as an ONNX model", nullptr, "tacho-kernel",
           true},
          {"dataset", "import measurements, print statistics, split", nullptr, "tacho-dataset"},
          {"kernel", "kernel-level predictors: sample, measure, train", nullptr, "tacho-kernel"},
          {"train", "train a checkpoint from a data set", nullptr, "tacho-train"},
          {"measure-worker", nullptr, tacho::measure_worker_verb},
      },
      "Example: tacho predict model.onnx --batch 8\n"
      "Exit codes: 0 all done, 1 fault, 2 usage, 3 a model that uses something unsupported."};
  return tacho::run_program(tacho_verbs, argc, argv);
}

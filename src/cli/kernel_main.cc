// tacho kernel: kernel-level predictors. The program that `tacho kernel` hands over to.
#include "cli/kernel_verbs.h"
#include "cli/verb_group.h"

int main(int argc, char** argv) {
  const tacho::VerbGroup kernel_verbs{
      "tacho kernel",
      "Kernels: what networks are made of, measured and predicted one by one.",
      {
          {"list", "the kernels that there are, and their parameters", tacho::kernel_list_verb},
          {"sample", "configurations to measure", tacho::kernel_sample_verb},
          {"generate", "a configuration, or a graph reference, as an ONNX model",
           tacho::kernel_generate_verb},
          {"init", "a workspace, laid out as nn-Meter's", tacho::kernel_init_verb},
          {"profile", "measure a workspace's configurations on a backend",
           tacho::kernel_profile_verb},
          {"build", "sample, measure, train, and again where predictions are bad",
           tacho::kernel_build_verb},
          {"export", "a workspace's measurements as CSV", tacho::kernel_export_verb},
          {"register", "a kernel of your own, from an ONNX template", tacho::kernel_register_verb},
          {"unregister", "remove a kernel of your own", tacho::kernel_unregister_verb},
          {"prior", "count the kernels of real networks, which samples are drawn from",
           tacho::kernel_prior_verb},
          {"train", "predictors from measured kernels", tacho::kernel_train_verb},
          {"evaluate", "how near predictors come to measured kernels", tacho::kernel_evaluate_verb},
          {"predict", "latency of single kernels", tacho::kernel_predict_verb},
          {"probe-fusion", "which pairs of operators a runtime fuses",
           tacho::kernel_probe_fusion_verb},
      },
      "Example: tacho kernel generate conv-bn-relu:hw=56,cin=24,cout=64,k=3,s=1 -o m.onnx"};
  return tacho::run_program(kernel_verbs, argc, argv);
}

// tacho kernel: kernel-level predictors. The program that `tacho kernel` hands over to.
#include <cstdio>
#include <exception>

#include "cli/kernel_verbs.h"
#include "cli/output.h"
#include "common/error.h"
#include "common/text.h"

namespace {

struct Verb {
  const char* name;
  const char* summary;
  int (*run)(const tacho::Arguments&);
};

const Verb kVerbs[] = {
    {"list", "the kernels that there are, and their parameters", tacho::kernel_list_verb},
    {"sample", "configurations to measure", tacho::kernel_sample_verb},
    {"generate", "a configuration as an ONNX model", tacho::kernel_generate_verb},
    {"init", "a workspace, laid out as nn-Meter's", tacho::kernel_init_verb},
    {"profile", "measure a workspace's configurations on a backend", tacho::kernel_profile_verb},
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
    {"probe-fusion", "which pairs of operators a runtime fuses", tacho::kernel_probe_fusion_verb},
};

void print_help() {
  std::puts("Kernels: what networks are made of, measured and predicted one by one.\n");
  std::puts("Usage: tacho kernel VERB ...    tacho kernel VERB --help shows its options\n");
  for (const Verb& verb : kVerbs) std::printf("  %-12s %s\n", verb.name, verb.summary);
  std::puts("\nExample: tacho kernel generate conv-bn-relu:hw=56,cin=24,cout=64,k=3,s=1 -o m.onnx");
}

int run(const tacho::Arguments& args) {
  if (args.empty() || args[0] == "--help" || args[0] == "-h" || args[0] == "help") {
    print_help();
    return args.empty() ? static_cast<int>(tacho::Fault::kUsage) : 0;
  }
  std::vector<std::string> names;
  for (const Verb& verb : kVerbs) {
    if (args[0] == verb.name) return verb.run(tacho::Arguments(args.begin() + 1, args.end()));
    names.push_back(verb.name);
  }
  throw tacho::Error("kernel: no verb '" + args[0] + "'" + tacho::name_hint(args[0], names),
                     tacho::Fault::kUsage);
}

}  // namespace

int main(int argc, char** argv) {
  tacho::Faults faults;
  int code = 0;
  try {
    code = run(tacho::Arguments(argv + 1, argv + argc));
    tacho::flush_results();
  } catch (const tacho::Error& e) {
    faults.report(e);
  } catch (const std::exception& e) {
    faults.report(tacho::Error(e.what()));
  }
  return faults.any() ? faults.exit_code() : code;
}

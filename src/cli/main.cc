// tacho: predicts how long a neural network takes on a device, from its ONNX file.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "cli/output.h"
#include "cli/verb.h"
#include "common/error.h"
#include "common/text.h"

namespace {

using tacho::Arguments;

struct Verb {
  const char* name;
  const char* summary;
  int (*run)(const Arguments&);
  const char* program = nullptr;  ///< handed over to this sibling instead of `run`
};

// All verbs, in the order in which the help lists them.
const Verb kVerbs[] = {
    {"predict", "latency of models on the platforms of a checkpoint", tacho::predict_verb},
    {"show", "what a model is made of: shapes, kernels, FLOPs, bytes", tacho::show_verb},
    {"evaluate", "accuracy of a checkpoint on measured latencies", tacho::evaluate_verb},
    {"platforms", "the platforms a checkpoint knows", tacho::platforms_verb},
    {"linear", "the linear model: fit, predict, bottlenecks, measure", tacho::linear_verb},
    {"backends", "what can run models on this machine", tacho::backends_verb},
    {"measure", "run models on a backend of this machine", tacho::measure_verb},
    {"dataset", "import measurements, print statistics, split", nullptr, "tacho-dataset"},
    {"kernel", "kernel-level predictors: sample, measure, train", nullptr, "tacho-kernel"},
    {"train", "train a checkpoint from a data set", nullptr, "tacho-train"},
};

void print_help() {
  std::puts(
      "tacho predicts how long a neural network takes on a device, from its ONNX file alone.\n");
  std::puts(
      "Usage: tacho VERB ...        tacho VERB --help shows a verb's options with an example\n");
  for (const Verb& verb : kVerbs) std::printf("  %-11s %s\n", verb.name, verb.summary);
  std::puts("\nExample: tacho predict model.onnx --batch 8");
  std::puts("Exit codes: 0 all done, 1 fault, 2 usage, 3 a model that uses something unsupported.");
}

int run(const Arguments& args) {
  if (args.empty() || args[0] == "--help" || args[0] == "-h" || args[0] == "help") {
    print_help();
    return args.empty() ? static_cast<int>(tacho::Fault::kUsage) : 0;
  }
  if (args[0] == "--version") {
    std::puts("tacho " TACHO_VERSION);
    return 0;
  }
  std::vector<std::string> names;
  for (const Verb& verb : kVerbs) {
    names.push_back(verb.name);
    if (args[0] != verb.name) continue;
    const Arguments rest(args.begin() + 1, args.end());
    if (verb.program != nullptr) tacho::become_sibling(verb.program, rest);
    return verb.run(rest);
  }
  throw tacho::Error("no verb '" + args[0] + "'" + tacho::name_hint(args[0], names),
                     tacho::Fault::kUsage);
}

}  // namespace

int main(int argc, char** argv) {
  tacho::Faults faults;
  int code = 0;
  try {
    code = run(Arguments(argv + 1, argv + argc));
    tacho::flush_results();
  } catch (const tacho::Error& e) {
    faults.report(e);
  } catch (const std::exception& e) {
    faults.report(tacho::Error(e.what()));
  }
  return faults.any() ? faults.exit_code() : code;
}

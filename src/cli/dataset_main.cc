// tacho dataset: data sets for training. The program that `tacho dataset` hands over to.
#include <cstdio>
#include <exception>

#include "cli/dataset_verbs.h"
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
    {"import", "measured latencies and their graphs into a data set", tacho::dataset_import_verb},
    {"stats", "what is in a data set", tacho::dataset_stats_verb},
    {"split", "labels files for training, validation and test, by model",
     tacho::dataset_split_verb},
};

void print_help() {
  std::puts("Data sets: graphs with their measured latencies, in one HDF5 file.\n");
  std::puts("Usage: tacho dataset VERB ...    tacho dataset VERB --help shows its options\n");
  for (const Verb& verb : kVerbs) std::printf("  %-7s %s\n", verb.name, verb.summary);
  std::puts("\nExample: tacho dataset import latency.csv --graphs onnx.tar.zst -o timm.h5");
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
  throw tacho::Error("dataset: no verb '" + args[0] + "'" + tacho::name_hint(args[0], names),
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

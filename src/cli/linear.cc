// tacho linear: the linear latency model, LATENCY = a·ACTS + b·INP + c·FLOPs + d.
#include <cstdio>

#include "cli/linear_verbs.h"
#include "cli/output.h"
#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

struct Verb {
  const char* name;
  const char* summary;
  int (*run)(const Arguments&);
};

const Verb kVerbs[] = {
    {"fit", "fit the model to measured latencies", linear_fit_verb},
    {"predict", "latency of models, and which term it comes from", linear_predict_verb},
    {"bottleneck", "where a model's time goes, block by block", linear_bottleneck_verb},
    {"collect", "measure about a hundred blocks on a backend, to fit it to", linear_collect_verb},
};

std::string help() {
  std::string text =
      "The linear latency model: LATENCY = a*ACTS + b*INP + c*FLOPs + d, none of them negative.\n\n"
      "Usage: tacho linear VERB ...    tacho linear VERB --help shows its options\n\n";
  for (const Verb& verb : kVerbs) {
    text += "  " + std::string(verb.name) + std::string(11 - std::string(verb.name).size(), ' ') +
            verb.summary + "\n";
  }
  return text + "\nExample: tacho linear fit --labels labels.csv --graphs models/ -o linear.json\n";
}

}  // namespace

int linear_verb(const Arguments& args) {
  if (args.empty() || args[0] == "--help" || args[0] == "-h" || args[0] == "help") {
    print(help());
    return args.empty() ? static_cast<int>(Fault::kUsage) : 0;
  }
  std::vector<std::string> names;
  for (const Verb& verb : kVerbs) {
    if (args[0] == verb.name) return verb.run(Arguments(args.begin() + 1, args.end()));
    names.emplace_back(verb.name);
  }
  throw Error("linear: no verb '" + args[0] + "'" + name_hint(args[0], names), Fault::kUsage);
}

}  // namespace tacho

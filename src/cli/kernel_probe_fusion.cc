// tacho kernel probe-fusion: which pairs of operators the runtime of a platform fuses.
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/arguments.h"
#include "cli/backend_choice.h"
#include "cli/kernel_verbs.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "common/side_file.h"
#include "graph_ir/fusion_rules.h"
#include "kernel_builder/fusion_probe.h"

namespace tacho {
namespace {

struct Options {
  BackendChoice backend;
  std::string file;
  std::vector<std::string> pairs;
  ProbeOptions probe;
  FormatOptions format;
};

bool read_options(const Arguments& args, Options& o) {
  CLI::App app(
      "Times pairs of operators alone and together on a backend, and writes which of them its "
      "runtime fuses.",
      "tacho kernel probe-fusion");
  o.backend.add_to(app);
  app.add_option("-o,--output", o.file,
                 "The rules, written after every pair; pairs that are in it already are kept")
      ->required()
      ->type_name("RULES.json");
  add_list_option(app, "--pair", o.pairs, "Only this pair (Conv+Relu); may be given several times");
  app.add_option("--threshold", o.probe.threshold,
                 "Fused if together saves more than this part of the cheaper one")
      ->check(CLI::Range(0.0, 1.0).description(""))
      ->capture_default_str();
  app.add_option("--rounds", o.probe.rounds, "Measurements of each pair at each shape")
      ->check(CLI::Range(1, 1000).description(""))
      ->capture_default_str();
  app.add_option("--seconds", o.probe.measure.min_seconds, "Of one graph in one round")
      ->check(CLI::Range(0.0, 60.0).description(""))
      ->capture_default_str();
  o.format.add_to(app);
  app.footer(
      "Examples:\n  tacho kernel probe-fusion --backend libtorch -o rules.json\n"
      "  tacho show resnet18.onnx --kernels --fusion-rules rules.json");
  return parse(app, args);
}

/// The file of rules, rewritten whole after every pair.
class RulesFile {
 public:
  RulesFile(std::string path, const Backend& backend, const ProbeOptions& options)
      : path_(std::move(path)) {
    head_ = {{"schema_version", FusionRules::kSchemaVersion},
             {"kind", "fusion_rules"},
             {"platform", backend.platform()},
             {"threshold", options.threshold},
             {"context", json_context(backend.facts())}};
    if (std::filesystem::exists(path_)) with_context(path_, [&] { keep_old(options); });
  }

  const std::vector<ProbedPair>& pairs() const { return pairs_; }
  bool has(const OperatorPair& pair) const { return known_.count(pair) > 0; }

  void add(const ProbedPair& pair) {
    pairs_.push_back(pair);
    known_.emplace(pair.root, pair.reader);
    nlohmann::ordered_json json = head_;
    json["pairs"] = nlohmann::ordered_json::array();
    for (const ProbedPair& each : pairs_) json["pairs"].push_back(probed_pair_json(each));
    write_whole_file(path_, json_text(json) + "\n");
  }

 private:
  void keep_old(const ProbeOptions& options) {
    const std::string platform = FusionRules::read_file(path_).platform();  // checks the form
    if (platform != head_["platform"]) {
      throw Error("exists, for platform '" + platform + "'; name another file or remove it");
    }
    std::ifstream in(path_);
    const nlohmann::json json = nlohmann::json::parse(in);
    for (const auto& pair : json.at("pairs")) {
      ProbedPair kept = probed_pair_from_json(pair);
      kept.fused = kept.saving > options.threshold;  // it may be another one now
      known_.emplace(kept.root, kept.reader);
      pairs_.push_back(std::move(kept));
    }
  }

  std::string path_;
  nlohmann::ordered_json head_;
  std::vector<ProbedPair> pairs_;
  std::set<OperatorPair> known_;
};

Table pair_table(const std::vector<ProbedPair>& pairs, double threshold) {
  Table table;
  table.columns = {
      {"root"},    {"reader"},    {"fused"},      {"saving"}, {"rounds_agree", "rounds agree"},
      {"root_ms"}, {"reader_ms"}, {"together_ms"}};
  for (const ProbedPair& pair : pairs) {
    const ProbeRound last = pair.rounds.empty() ? ProbeRound{} : pair.rounds.back();
    table.rows.push_back(
        {pair.root, pair.reader, std::string(pair.fused ? "yes" : "no"), pair.saving,
         std::to_string(pair.agreeing(threshold)) + " of " + std::to_string(pair.rounds.size()),
         last.root_ms, last.reader_ms, last.together_ms});
  }
  return table;
}

}  // namespace

int kernel_probe_fusion_verb(const Arguments& args) {
  Options options;
  if (!read_options(args, options)) return 0;
  std::vector<OperatorPair> pairs;
  for (const std::string& text : options.pairs) pairs.push_back(parse_probe_pair(text));
  if (pairs.empty()) pairs = probe_pairs();
  const std::unique_ptr<Backend> backend = options.backend.open();
  RulesFile rules(options.file, *backend, options.probe);

  Faults faults;
  Progress progress("pairs probed", pairs.size());
  for (size_t i = 0; i < pairs.size(); ++i) {
    if (!rules.has(pairs[i])) {
      const std::string name = pairs[i].first + "+" + pairs[i].second;
      try {
        with_context(name, [&] { rules.add(probe_pair(*backend, pairs[i], options.probe)); });
      } catch (const Error& e) {
        progress.clear();
        faults.report(e);
      }
    }
    progress.update(i + 1);
  }
  progress.clear();
  const Table table = pair_table(rules.pairs(), options.probe.threshold);
  if (options.format.format() == Format::kJson) {
    JsonItems json(true, "pairs", json_context({{"platform", backend->platform()}}));
    for (const auto& row : table_json(table)) json.add(row);
  } else {
    print_table(table, options.format.format());
  }
  return faults.exit_code();
}

}  // namespace tacho

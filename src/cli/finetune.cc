// tacho finetune: a checkpoint learns a new platform from measurements of it.
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/arguments.h"
#include "cli/finetune_choice.h"
#include "cli/finetune_report.h"
#include "cli/finetune_samples.h"
#include "cli/finetune_suggest.h"
#include "cli/output.h"
#include "cli/places.h"
#include "common/text.h"
#include "kernel_builder/kernel_feature_source.h"

namespace tacho {
namespace {

/// From here on, training all weights may be worth its time: both ways are tried.
constexpr size_t kEnoughToCompare = 50;
/// All weights must be off by so much less: what they make knows the new platform only.
constexpr double kWorthIt = 0.95;
constexpr int kMostSamples = 10000000;

struct Options {
  std::string checkpoint;
  SampleOptions samples;
  std::string as;
  std::string output;
  bool few_shot = false;
  bool full = false;
  SuggestOptions suggest;
  FormatOptions format;
};

void add_options(CLI::App& app, Options& o) {
  app.add_option("-c,--checkpoint", o.checkpoint,
                 "Trained model; default: $TACHO_CHECKPOINT, else checkpoints/default.safetensors");
  app.add_option("-l,--labels", o.samples.labels,
                 "Measurements: labels.csv (graph,batch,platform,latency_ms[,stage]) or another "
                 "layout of tacho dataset labels");
  app.add_option("-p,--platform", o.samples.platform, "The platform's name in the labels");
  app.add_option("--as", o.as, "Its name in the checkpoint; default: the same");
  app.add_option("-o,--output", o.output, "The checkpoint to write; may be the one that is read");
  app.add_option("--graphs", o.samples.graphs,
                 "Folder that graph names are relative to; default: the working directory, then "
                 "the labels file's. With --suggest: folder, model, or text file of names");
  CLI::Option* few =
      app.add_flag("--few-shot", o.few_shot, "Mix the known platforms (default below 50 samples)");
  app.add_flag(
         "--full", o.full,
         "Train all weights (needs tacho-train). From 50 samples on, default is what is nearer to "
         "models left out")
      ->excludes(few);
  app.add_option("--samples", o.samples.samples, "Only so many, drawn by --seed; default: all")
      ->check(CLI::Range(1, kMostSamples).description(""))
      ->type_name("N");
  app.add_option("--seed", o.samples.seed, "Another seed is another draw; default 0")
      ->type_name("S");
  app.add_option("--stage", o.samples.stage,
                 "Only rows of this stage: train, val, test; default: all but test");
  app.add_flag("--skip-missing", o.samples.skip_missing,
               "Go on although some graphs are not there or cannot be used");
  app.add_option("--suggest", o.suggest.count,
                 "Instead: the K models of --graphs that are worth measuring")
      ->check(CLI::Range(1, kMostSamples).description(""))
      ->type_name("K");
  app.add_option("-b,--batch", o.suggest.batch, "With --suggest: the batch size to measure at")
      ->check(CLI::Range(1, 65536).description(""))
      ->type_name("N");
  o.format.add_to(app);
  app.footer(
      "Examples:\n  tacho finetune --suggest 10 --graphs models/ --csv\n"
      "  tacho finetune --labels labels.csv --graphs models/ --platform my-npu -o "
      "mine.safetensors\n"
      "  tacho predict -c mine.safetensors --platform my-npu model.onnx\n"
      "docs/custom-predictor.md goes through all of it.");
}

/// One that tacho predict --platform can choose: it takes commas apart, patterns and NNLQP's ids.
void check_name(const std::string& name) {
  const bool listed = name.find(',') != std::string::npos;
  if (!name.empty() && !listed && !is_glob(name) && platform_of_id(name) == name) return;
  throw Error("tacho finetune: '" + name +
                  "' cannot be a platform's name (no commas, none of *?[, not one of NNLQP's ids 1 "
                  "to 9); give another with --as",
              Fault::kUsage);
}

bool read_options(const Arguments& args, Options& o) {
  CLI::App app("Adds a platform to a checkpoint, from a few measurements of it.", "tacho finetune");
  add_options(app, o);
  if (!parse(app, args)) return false;
  const auto refuse = [](const std::string& why) {
    throw Error("tacho finetune: " + why, Fault::kUsage);
  };
  if (o.suggest.count > 0) {
    for (const char* name : {"--labels", "--platform", "--as", "--output", "--few-shot", "--full",
                             "--samples", "--seed", "--stage", "--skip-missing"}) {
      if (app.count(name) > 0) refuse(std::string(name) + " has no effect with --suggest");
    }
    if (o.samples.graphs.empty()) refuse("--suggest needs --graphs to choose from");
    o.suggest.graphs = o.samples.graphs;
    return true;
  }
  if (o.samples.labels.empty() || o.samples.platform.empty() || o.output.empty()) {
    refuse("needs --labels, --platform and --output (or --suggest); --help shows an example");
  }
  if (app.count("--batch") > 0) refuse("--batch goes with --suggest; labels have their own");
  if (app.count("--as") == 0) o.as = platform_of_id(o.samples.platform);
  check_name(o.as);
  return true;
}

FullOptions full_options(const Options& o, const GnnPredictor& predictor) {
  FullOptions full;
  full.start_from = predictor.model().checkpoint().path();
  full.output = o.output;
  full.seed = o.samples.seed;
  return full;
}

struct Method {
  bool full = false;
  std::string why;
  std::optional<WaysCompared> compared;
};

Method choose_method(const Options& o, const GnnPredictor& predictor,
                     const AdaptationSamples& samples) {
  const size_t n = samples.samples.size();
  const std::string count = std::to_string(n) + (n == 1 ? " sample" : " samples");
  if (o.full) return {true, "all weights: --full", {}};
  const std::string few_shot = "few-shot from " + count + ": ";
  if (o.few_shot) return {false, few_shot + "--few-shot", {}};
  if (predictor.model().info().config.readout == Readout::kPooled) {
    return {true, "all weights: the pooled readout has no other way", {}};
  }
  if (n < kEnoughToCompare) {
    return {false, few_shot + "fewer than " + std::to_string(kEnoughToCompare), {}};
  }
  if (!can_train()) {
    return {false, few_shot + "tacho-train, which trains all weights, is not built", {}};
  }
  if (predictor.source() != nullptr) {
    return {
        false, few_shot + "the checkpoint needs kernel predictors, --full does not find them", {}};
  }
  if (!folds_of(samples.labels, 2).by_model) {
    return {false, few_shot + "all of one model, nothing tells which way is better", {}};
  }
  WaysCompared ways;
  try {
    ways = compare_ways(predictor, samples, o.samples, full_options(o, predictor));
  } catch (const Error& e) {
    print_notice(e.what());
    return {false, few_shot + "all weights could not be tried", {}};
  }
  const std::string trained = significant(ways.all_weights, 3) + " %";
  const std::string mixed = significant(ways.few_shot, 3) + " %";
  if (ways.all_weights < kWorthIt * ways.few_shot) {
    return {true, "all weights: off " + trained + " on models left out, few-shot " + mixed, ways};
  }
  return {false, few_shot + "off " + mixed + " on models left out, all weights " + trained, ways};
}

/// So that nothing is lowered or trained in vain.
void check_output(const std::string& path) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::absolute(path).parent_path();
  std::error_code problem;
  if (!fs::is_directory(folder, problem)) {
    throw Error(path + ": cannot write: " + folder.string() + " is not a folder");
  }
  if (fs::exists(path, problem) && !fs::is_regular_file(path, problem)) {
    throw Error(path + ": cannot write: not a regular file");
  }
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    throw Error(path + ": cannot write: no permission in " + folder.string());
  }
}

int train_all(const Options& o, const GnnPredictor& predictor, std::vector<Label> labels) {
  const FullOptions full = full_options(o, predictor);
  if (predictor.source() != nullptr) {
    throw Error("tacho finetune: --full does not find the kernel predictors that " +
                    full.start_from +
                    " was trained with; import with tacho dataset import --kernel-features, then "
                    "tacho train with \"start_from\"",
                Fault::kUsage);
  }
  for (Label& label : labels) label.platform = o.as;
  print_notice(o.output + " will know platform '" + o.as + "' only");
  return train_on(labels_in_place(std::move(labels), o.samples), predictor.model().info().config,
                  full);
}

/// What a method has to say: as a table, and as what it puts into the JSON.
struct Result {
  Table table;
  nlohmann::ordered_json json;
};

Result result_of(const FewShotResult& result, const std::string& why) {
  return {result_table(result, why), result_json(result)};
}

Result result_of_training(const Options& o, const std::string& why) {
  Result result;
  result.table.columns = {{"item"}, {"value"}};
  result.table.rows = {{"platform", o.as}, {"method", why}};
  result.json["method"] = "all weights";
  return result;
}

nlohmann::ordered_json ways_json(const WaysCompared& ways) {
  return {{"folds", ways.folds},
          {"samples", ways.samples},
          {"few_shot_mape_percent", json_number(ways.few_shot)},
          {"all_weights_mape_percent", json_number(ways.all_weights)}};
}

void print_result(const Options& o, Result result, const Method& method,
                  const AdaptationSamples& samples, const std::string& checkpoint) {
  if (o.format.format() != Format::kJson) {
    result.table.rows.push_back({"written", o.output});
    print_table(result.table, o.format.format());
    return;
  }
  nlohmann::ordered_json json;
  json["schema_version"] = kSchemaVersion;
  json["context"] = json_context({{"checkpoint", checkpoint}, {"labels", o.samples.labels}});
  json["platform"] = o.as;
  json["samples"] = samples.samples.size();
  json["why"] = method.why;
  if (method.compared) json["left_out_of_both"] = ways_json(*method.compared);
  json.update(result.json);
  json["output"] = o.output;
  print(json_text(json) + "\n");
}

}  // namespace

int finetune_verb(const Arguments& args) {
  Options o;
  if (!read_options(args, o)) return 0;
  const GnnPredictor predictor(checkpoint_path(o.checkpoint), load_kernel_feature_source);
  const Checkpoint& checkpoint = predictor.model().checkpoint();
  if (o.suggest.count > 0) return suggest_models(predictor, o.suggest, o.format.format());

  check_output(o.output);
  AdaptationSamples samples =
      adaptation_samples(predictor, labels_to_adapt_to(o.samples), o.samples);
  const bool few_shot_can = predictor.model().info().config.readout == Readout::kSum;
  if (few_shot_can) samples = with_live(std::move(samples), o.samples);
  const Method method = choose_method(o, predictor, samples);
  if (method.full) {
    print_notice(method.why);
    const int code = train_all(o, predictor, samples.labels);
    if (code != 0) return code;
    print_result(o, result_of_training(o, method.why), method, samples, checkpoint.path());
    return 0;
  }
  check_adaptable(checkpoint, o.as);
  const FewShotResult result = fit_platform(predictor, samples, o.as);
  write_adapted(o.output, checkpoint, result.platform, result.fit.mix);
  print_result(o, result_of(result, method.why), method, samples, checkpoint.path());
  return 0;
}

}  // namespace tacho

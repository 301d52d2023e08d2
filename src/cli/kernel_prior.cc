// tacho kernel prior: the kernels of real networks, counted.
#include <filesystem>
#include <map>

#include "cli/arguments.h"
#include "cli/kernel_verbs.h"
#include "cli/output.h"
#include "common/text.h"
#include "dataset/archive.h"
#include "graph_ir/lower.h"
#include "kernel_builder/network_kernels.h"
#include "kernel_builder/prior.h"

namespace tacho {
namespace {

struct Coverage {
  double kernels = 0, covered_kernels = 0, flops = 0, covered_flops = 0;
  std::map<std::string, double> missing;  ///< kernels without a type, by their name
};

void count_model(const LoweredModel& model, Prior& prior, Coverage& coverage) {
  for (const Kernel& kernel : model.kernels.kernels) {
    const auto config = kernel_config_of(model.graph, kernel);
    coverage.kernels += 1;
    coverage.flops += kernel.cost.flops;
    if (!config) {
      coverage.missing[kernel.type.substr(0, kernel.type.find('-'))] += 1;
      continue;
    }
    coverage.covered_kernels += 1;
    coverage.covered_flops += kernel.cost.flops;
    prior.add(*config);
  }
}

void report(const std::string& source, size_t models, const Coverage& c) {
  print_notice(source + ": " + std::to_string(models) + " models, " + significant(c.kernels, 6) +
               " kernels; the catalogue has " +
               significant(100 * c.covered_kernels / std::max(1.0, c.kernels), 4) +
               " % of them and " + significant(100 * c.covered_flops / std::max(1.0, c.flops), 5) +
               " % of the FLOPs");
  std::vector<std::pair<double, std::string>> most;
  for (const auto& [type, count] : c.missing) most.emplace_back(-count, type);
  std::sort(most.begin(), most.end());
  std::vector<std::string> parts;
  for (size_t i = 0; i < std::min<size_t>(12, most.size()); ++i) {
    parts.push_back(most[i].second + " " + significant(-most[i].first, 6));
  }
  if (!parts.empty()) print_notice("  without a type: " + join(parts));
}

}  // namespace

int kernel_prior_verb(const Arguments& args) {
  std::vector<std::string> sources, layers;
  std::string output;
  size_t most = 1000;
  CLI::App app("Counts the kernels of networks into the table that samples are drawn from.",
               "tacho kernel prior");
  app.add_option("graphs", sources, "Folders, archives (.tar.zst, .zip, …) or ONNX files");
  add_list_option(app, "--layers", layers,
                  "A CSV file of layers as nn-Meter has them; may be given several times");
  app.add_option("-o,--output", output, "The CSV file to write")->required();
  app.add_option("--most", most, "Configurations to keep per predictor, the most frequent ones")
      ->capture_default_str();
  app.footer("Example: tacho kernel prior timm/onnx.tar.zst --layers conv.csv -o kernels.csv");
  if (!parse(app, args)) return 0;
  if (sources.empty() && layers.empty()) {
    throw Error("tacho kernel prior: name graphs or --layers; --help shows an example",
                Fault::kUsage);
  }
  Prior prior;
  Faults faults;
  for (const std::string& file : layers) prior.add_layers(file);
  for (const std::string& source : sources) {
    Coverage coverage;
    size_t models = 0;
    const auto visit = [&](const std::string& name, ByteSpan bytes) {
      if (std::filesystem::path(name).extension() != ".onnx") return;
      try {
        count_model(lower_bytes(bytes, {}), prior, coverage);
        ++models;
      } catch (const Error& e) {
        faults.report(e.within(name));
      }
    };
    if (std::filesystem::path(source).extension() == ".onnx") {
      visit(source, MappedFile(source).bytes());
    } else {
      for_each_in_archive(source, visit);
    }
    report(source, models, coverage);
  }
  if (prior.size() == 0) throw Error("no kernels were found; nothing is written");
  prior.trim(most);
  prior.write_file(output);
  return faults.exit_code();
}

}  // namespace tacho

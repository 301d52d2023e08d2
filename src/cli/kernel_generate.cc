// tacho kernel generate: a configuration as an ONNX model.
#include <random>

#include "cli/arguments.h"
#include "cli/kernel_verbs.h"
#include "cli/output.h"
#include "graph_ir/onnx_writer.h"

namespace tacho {

int kernel_generate_verb(const Arguments& args) {
  std::string config_text, output, weights = "none";
  uint64_t seed = 0;
  CLI::App app("Writes a kernel as an ONNX model that any runtime can run.",
               "tacho kernel generate");
  app.add_option("config", config_text,
                 "A configuration: conv-bn-relu:hw=56,cin=24,cout=64,k=3,s=1")
      ->required();
  app.add_option("-o,--output", output, "The file to write")->required();
  app.add_option("--weights", weights,
                 "none: dims alone, a few KB; random: so that runtimes accept it")
      ->check(CLI::IsMember({"none", "random"}))
      ->capture_default_str();
  app.add_option("--seed", seed, "Of random weights")->capture_default_str();
  app.footer("Example: tacho kernel generate gelu:hw=14,cin=384 -o gelu.onnx --weights random");
  if (!parse(app, args)) return 0;
  const Catalogue catalogue = user_catalogue();
  const KernelConfig config = parse_kernel(catalogue, config_text);
  OnnxWriteOptions options;
  if (weights == "random") options.weights_seed = seed;
  write_onnx_file(catalogue.at(config.kernel).build(config), output, options);
  return 0;
}

}  // namespace tacho

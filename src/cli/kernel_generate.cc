// tacho generate, which is tacho kernel generate: a graph reference or a kernel as an ONNX model.
#include "cli/arguments.h"
#include "cli/kernel_verbs.h"
#include "cli/output.h"
#include "common/text.h"
#include "graph_ir/onnx_writer.h"
#include "graph_ir/references/reference.h"

namespace tacho {
namespace {

/// `name` is what stands before the colon.
Error unknown_name(const std::string& name, const Catalogue& catalogue) {
  const std::vector<std::string> kinds = graph_reference_kinds();
  std::string message = "'" + printable(name) + "' is no kernel and no kind of graph reference";
  std::vector<std::string> names = kinds;
  for (const auto& type : catalogue.types()) names.push_back(type->name());
  const std::string hint = name_hint(name, names);
  if (hint.find("did you mean") != std::string::npos) message += hint;
  return Error(message + "; tacho kernel list shows the kernels; references are " + join(kinds) +
                   " (tacho generate --help)",
               Fault::kUsage);
}

Graph build_kernel(const std::string& text) {
  const Catalogue catalogue = user_catalogue();
  const std::string name = text.substr(0, text.find(':'));
  if (catalogue.find(name) == nullptr) throw unknown_name(name, catalogue);
  const KernelConfig config = parse_kernel(catalogue, text);
  return catalogue.at(config.kernel).build(config);
}

}  // namespace

int kernel_generate_verb(const Arguments& args) {
  std::string what, output, weights = "none";
  int64_t batch = 1;
  uint64_t seed = 0;
  CLI::App app("Writes a network or a kernel as an ONNX model that any runtime can run.",
               "tacho generate");
  app.add_option("REF", what,
                 "A graph reference, family:resnet:7, or a kernel's configuration, "
                 "conv-bn-relu:hw=56,cin=24,cout=64,k=3,s=1")
      ->required();
  app.add_option("-o,--output", output, "The file to write")->required();
  app.add_option("--batch", batch, "Of a reference; a kernel has b=N")
      ->check(CLI::Range(1, 65536).description(""))
      ->capture_default_str();
  app.add_option("--weights", weights,
                 "none: dims alone, a few KB; random: so that runtimes accept it")
      ->check(CLI::IsMember({"none", "random"}))
      ->capture_default_str();
  app.add_option("--seed", seed, "Of random weights")->capture_default_str();
  app.footer(
      "Examples:\n  tacho generate family:mobilenetv2:3 -o model.onnx --weights random\n"
      "  tacho generate 'nasbench201:|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|"
      "nor_conv_1x1~2|' -o cell.onnx\n"
      "  tacho generate gelu:hw=14,cin=384 -o gelu.onnx --weights random\n"
      "References: nasbench201:CELL, nasbench201-pruned:CELL, fbnet:22 blocks joined by /,\n"
      "family:NAME:SEED; every verb that takes a model takes them.");
  if (!parse(app, args)) return 0;
  const bool is_reference = is_graph_reference(what);
  if (!is_reference && app.count("--batch") > 0) {
    throw Error("tacho generate: --batch goes with a reference; a kernel's is its parameter b",
                Fault::kUsage);
  }
  OnnxWriteOptions options;
  if (weights == "random") options.weights_seed = seed;
  write_onnx_file(is_reference ? build_reference(what, batch) : build_kernel(what), output,
                  options);
  return 0;
}

}  // namespace tacho

// tacho kernel register, unregister: kernels of the user's own.
#include "cli/arguments.h"
#include "cli/kernel_verbs.h"
#include "cli/output.h"
#include "kernel_builder/custom_kernel.h"

namespace tacho {
namespace {

std::string folder_for_kernels() {
  const std::string folder = registered_kernels_folder();
  if (folder.empty())
    throw Error("neither $XDG_CONFIG_HOME nor $HOME is set: no place for kernels");
  return folder;
}

}  // namespace

int kernel_register_verb(const Arguments& args) {
  std::string file;
  CLI::App app("Adds a kernel of your own: an ONNX template with named dimensions.",
               "tacho kernel register");
  app.add_option("file", file, "A YAML file")->required();
  app.footer(
      "Example of a YAML file:\n"
      "  kernel: scaled-conv\n"
      "  template: scaled_conv.txt       # ONNX, or text in ONNX's syntax\n"
      "  weights: [w]                    # inputs of the template that are constants\n"
      "  parameters:\n"
      "    hw: {sample: [7, 14, 28, 56]}\n"
      "    cin: {sample: {from: 8, to: 512}}\n"
      "    b: {key: BATCH_SIZE, absent: 1}\n"
      "  features: [hw, cin, flops]      # default: everything\n"
      "Its template: g (float[b,cin,hw,hw] x, float[cin] w) => (float[b,cin,hw,hw] y) { … }");
  if (!parse(app, args)) return 0;
  const std::string folder = folder_for_kernels();
  const std::string name = register_kernel(file, folder);
  print_notice("registered " + name + " in " + folder);
  return 0;
}

int kernel_unregister_verb(const Arguments& args) {
  std::string name;
  CLI::App app("Removes a kernel of your own.", "tacho kernel unregister");
  app.add_option("kernel", name,
                 "Its name; tacho kernel list marks those that can be removed with *")
      ->required();
  app.footer("Example: tacho kernel unregister scaled-conv");
  if (!parse(app, args)) return 0;
  unregister_kernel(name, folder_for_kernels());
  return 0;
}

}  // namespace tacho

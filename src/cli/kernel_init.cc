// tacho kernel init: a workspace with nn-Meter's default kernels.
#include "cli/arguments.h"
#include "cli/kernel_verbs.h"
#include "cli/output.h"
#include "kernel_builder/workspace.h"

namespace tacho {

int kernel_init_verb(const Arguments& args) {
  std::string folder;
  CLI::App app("Makes a workspace for building kernel predictors.", "tacho kernel init");
  app.add_option("folder", folder, "The folder to make")->required();
  app.footer(
      "Example: tacho kernel init ws; then edit ws/configs/predictorbuild_config.yaml\n"
      "The files are laid out as nn-Meter's, and data goes both ways.");
  if (!parse(app, args)) return 0;
  Workspace::init(folder, default_settings());
  print_notice("wrote " + folder + "/configs/predictorbuild_config.yaml");
  return 0;
}

}  // namespace tacho

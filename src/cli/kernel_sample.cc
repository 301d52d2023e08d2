// tacho kernel sample: configurations to measure, one a line.
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/kernel_verbs.h"
#include "cli/output.h"
#include "kernel_builder/sampler.h"

namespace tacho {

int kernel_sample_verb(const Arguments& args) {
  std::string kernel, around, prior_file;
  size_t count = 10;
  uint64_t seed = 0;
  int64_t batch = 0;
  CLI::App app("Configurations of a kernel as real networks have them, each once.",
               "tacho kernel sample");
  app.add_option("kernel", kernel, "Its name; tacho kernel list shows all");
  app.add_option("-n,--count", count, "How many")
      ->check(CLI::Range(1, 10000000).description(""))
      ->capture_default_str();
  app.add_option("--seed", seed, "The same seed draws the same configurations")
      ->capture_default_str();
  app.add_option("--around", around,
                 "Only channels differ from this configuration: 0.4 to 1.2 of its");
  app.add_option("--batch", batch, "Batch size; default: as the prior has it, 1 for all but fc")
      ->check(CLI::Range(1, 1 << 20).description(""));
  app.add_option("--prior", prior_file,
                 "Counted configurations; default: $TACHO_KERNEL_PRIOR, else dataset/kernel_prior");
  app.footer(
      "Examples:\n  tacho kernel sample conv-bn-relu -n 1000 --seed 7 > configs.txt\n"
      "  tacho kernel sample --around conv-bn-relu:hw=56,cin=24,cout=64,k=3,s=1 -n 20");
  if (!parse(app, args)) return 0;
  if (kernel.empty() == around.empty()) {
    throw Error("tacho kernel sample: name a kernel or --around a configuration, one of the two",
                Fault::kUsage);
  }
  const Catalogue catalogue = user_catalogue();
  const KernelConfig center = around.empty() ? KernelConfig{} : parse_kernel(catalogue, around);
  const KernelType& type = catalogue.at(around.empty() ? kernel : center.kernel);
  const Prior prior = Prior::read_file(kernel_prior_path(prior_file));
  const auto sampler = prior_sampler(type, prior, batch > 0 ? std::optional(batch) : std::nullopt);
  Random random(seed);
  TakenConfigs taken;
  if (!around.empty()) taken.insert(center);
  const std::vector<KernelConfig> drawn = around.empty()
                                              ? sampler->initial(count, random, taken)
                                              : sampler->around(center, count, random, taken);
  for (const KernelConfig& config : drawn) print(to_text(type, config) + "\n");
  if (drawn.size() < count) {
    print_notice("only " + std::to_string(drawn.size()) + " different configurations were found");
  }
  return 0;
}

}  // namespace tacho

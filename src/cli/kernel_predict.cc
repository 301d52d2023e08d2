// tacho kernel predict: latency of single kernels.
#include <nlohmann/json.hpp>
#include <set>

#include "cli/arguments.h"
#include "cli/kernel_verbs.h"
#include "cli/output.h"
#include "cli/places.h"
#include "common/error.h"
#include "kernel_builder/kernel_predictor_file.h"

namespace tacho {

int kernel_predict_verb(const Arguments& args) {
  std::vector<std::string> texts, platforms;
  std::string predictor, devices;
  FormatOptions format;
  CLI::App app("Latency of single kernels, in milliseconds per batch.", "tacho kernel predict");
  app.add_option("config", texts, "Kernels as text, conv-bn-relu:hw=56,cin=24,cout=64,k=3,s=1")
      ->required();
  app.add_option("--predictor", predictor,
                 "File of tacho kernel train, or a folder of them; default: checkpoints/kernels");
  add_list_option(app, "-p,--platform", platforms,
                  "A platform, measured or with facts; may be given several times; default: all "
                  "measured");
  app.add_option("--devices", devices, "CSV file with facts of more devices");
  format.add_to(app);
  app.footer(
      "Example: tacho kernel predict conv:hw=14,cin=256,cout=256,k=3,s=1 --platform t4 \\\n"
      "           --predictor checkpoints/kernels");
  if (!parse(app, args)) return 0;

  const Catalogue catalogue = user_catalogue();
  if (predictor.empty()) predictor = released_file("kernels", "--predictor");
  KernelLatencyModel model = KernelLatencyModel::load(predictor);
  if (!devices.empty()) model.add_devices(read_device_facts(devices));
  Table table;
  table.columns = {
      {"kernel"}, {"platform"}, {"latency_ms", "latency ms"}, {"measured_platform", "measured"}};
  Faults faults;
  std::set<std::string> told;
  for (const std::string& text : texts) {
    const KernelConfig config = parse_kernel(catalogue, text);
    const KernelType& type = catalogue.at(config.kernel);
    const KernelPredictor* known = model.find(type);
    const std::vector<std::string> all =
        !platforms.empty() || known == nullptr ? platforms : known->platforms;
    for (const std::string& platform : all.empty() ? model.platforms() : all) {
      try {
        const KernelAnswer answer = model.predict(platform, type, config);
        if (answer.new_platform && told.insert(platform).second) {
          print_notice("'" + platform + "' was not measured: predicted from its published facts");
        }
        table.rows.push_back({to_text(type, config), platform, answer.latency_ms,
                              std::string(answer.new_platform ? "no" : "yes")});
      } catch (const Error& e) {
        faults.report(e);
      }
    }
  }
  if (format.format() == Format::kJson) {
    nlohmann::ordered_json json;
    json["schema_version"] = kSchemaVersion;
    json["context"] = json_context({{"predictor", predictor}});
    json["predictions"] = table_json(table);
    print(json_text(json) + "\n");
  } else if (!table.rows.empty()) {
    print_table(table, format.format());
  }
  return faults.exit_code();
}

}  // namespace tacho

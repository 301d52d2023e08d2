#include "cli/label_options.h"

#include "cli/measured_labels.h"
#include "cli/output.h"
#include "common/text.h"

namespace tacho {

void LabelOptions::add_to(CLI::App& app) {
  add_list_option(app, "-p,--platform,--platforms", choice.platforms,
                  "Only these: name, pattern ('gpu-*') or NNLQP's id; may be given several times");
  app.add_option("--sample", choice.sample, "Only so many graphs, drawn by a hash of their names")
      ->check(CLI::PositiveNumber.description(""))
      ->type_name("N");
  app.add_option("--seed", choice.seed, "Another seed is another sample; default 0")
      ->type_name("S");
  app.add_option("--on-conflict", on_conflict,
                 "Latencies that contradict each other (same graph, batch and platform): refuse "
                 "(default), median, last")
      ->type_name("HOW");
}

std::vector<LabelTable> LabelOptions::read(const std::vector<std::string>& paths) const {
  LabelChoice asked = choice;
  asked.on_conflict = on_conflict_from_name(on_conflict);
  std::vector<LabelTable> tables;
  for (const std::string& path : paths) tables.push_back({path, read_measured_labels(path)});
  const ChosenLabels chosen = choose_labels(tables, asked);
  if (chosen.contradicted > 0) {
    print_notice(std::to_string(chosen.contradicted) + " labels had several latencies, up to " +
                 significant(100 * chosen.most_apart, 3) + " % apart; " +
                 (asked.on_conflict == OnConflict::kMedian ? "their median" : "the last one") +
                 " is kept");
  }
  return tables;
}

}  // namespace tacho

// tacho dataset labels: any layout of labels into labels.csv.
#include "cli/arguments.h"
#include "cli/dataset_verbs.h"
#include "cli/label_options.h"
#include "cli/output.h"

namespace tacho {

int dataset_labels_verb(const Arguments& arguments) {
  std::vector<std::string> paths;
  std::string output;
  LabelOptions options;
  CLI::App app("Labels in any layout, as labels.csv: graph,batch,platform,latency_ms,stage.",
               "tacho dataset labels");
  app.add_option("FILES", paths,
                 "labels.csv, latency.csv, HELP's latency_ms.csv, NNLQP's rows or gt.txt")
      ->required();
  app.add_option("-o,--output", output, "The file to write")->required()->type_name("LABELS.csv");
  options.add_to(app);
  app.footer(
      "Example: tacho dataset labels nasbench201/latency_ms.csv --sample 900 -o labels.csv\n"
      "Graphs keep the names they have in the files; rows that name no graph are left out.");
  if (!parse(app, arguments)) return 0;

  std::vector<Label> labels;
  size_t without_graph = 0;
  for (LabelTable& table : options.read(paths)) {
    without_graph += table.file.without_graph.size();
    labels.insert(labels.end(), std::make_move_iterator(table.file.labels.begin()),
                  std::make_move_iterator(table.file.labels.end()));
  }
  write_label_file(output, labels);
  print(output + ": " + std::to_string(labels.size()) + " labels\n");
  if (without_graph > 0)
    print_notice(std::to_string(without_graph) + " rows without a graph left out");
  return 0;
}

}  // namespace tacho

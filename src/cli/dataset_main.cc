// tacho dataset: data sets for training. The program that `tacho dataset` hands over to.
#include "cli/dataset_verbs.h"
#include "cli/verb_group.h"

int main(int argc, char** argv) {
  const tacho::VerbGroup dataset_verbs{
      "tacho dataset",
      "Data sets: graphs with their measured latencies, in one HDF5 file.",
      {
          {"import", "measured latencies and their graphs into a data set",
           tacho::dataset_import_verb},
          {"build", "the latest measurements of a latency database as a data set",
           tacho::dataset_build_verb},
          {"stats", "what is in a data set", tacho::dataset_stats_verb},
          {"labels", "labels in any layout as labels.csv", tacho::dataset_labels_verb},
          {"split", "labels files for training, validation and test, by model",
           tacho::dataset_split_verb},
      },
      "Example: tacho dataset import latency.csv --graphs onnx.tar.zst -o timm.h5"};
  return tacho::run_program(dataset_verbs, argc, argv);
}

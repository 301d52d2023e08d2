// tacho db: the latency database. The program that `tacho db` hands over to.
#include "cli/db_verbs.h"
#include "cli/verb_group.h"

int main(int argc, char** argv) {
  const tacho::VerbGroup db_verbs{
      "tacho db",
      "The latency database: every measurement made, by network, batch size and platform.",
      {
          {"import", "measurements from files of labels or kernels", tacho::db_import_verb},
          {"export", "measurements as labels.csv, with their graphs", tacho::db_export_verb},
          {"stats", "what is in a database", tacho::db_stats_verb},
          {"merge", "all of other databases into one", tacho::db_merge_verb},
      },
      "Example: tacho db import latency.csv --graphs onnx.tar.zst\n"
      "The database: --db FILE or --db postgres://…, else $TACHO_DB, else\n"
      "$XDG_DATA_HOME/tachograph/latency.sqlite. tacho query asks it, tacho measure --db adds to "
      "it."};
  return tacho::run_program(db_verbs, argc, argv);
}

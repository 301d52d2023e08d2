// tacho dataset build: what a latency database knows, as a data set for training.
#include <filesystem>

#include "cli/arguments.h"
#include "cli/dataset_verbs.h"
#include "cli/db_option.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "common/text.h"
#include "dataset/platforms.h"
#include "kernel_builder/kernel_feature_source.h"
#include "latency_db/label_import.h"

namespace tacho {
namespace {

struct BuildOptions {
  std::string from;
  std::string output;
  std::vector<std::string> platforms;
  std::string kernel_features;
  int threads = 2;
  bool append = false;
  bool skip_missing = false;
};

bool read_options(const Arguments& args, BuildOptions& o) {
  CLI::App app("The latest measurements of a latency database, as a data set for training.",
               "tacho dataset build");
  app.add_option("--from-db", o.from, "The database: an SQLite file or postgres://…")
      ->required()
      ->type_name("DB");
  app.add_option("-o,--output", o.output, "The data set")->required()->type_name("DATA.h5");
  add_list_option(app, "-p,--platform", o.platforms,
                  "Only these: name or pattern ('gpu-*'); may be given several times");
  app.add_option("--kernel-features", o.kernel_features,
                 "Kernel predictors (of tacho kernel train) whose times become further features")
      ->type_name("PREDICTORS");
  app.add_flag("--append", o.append,
               "Add to the data set if it is there; a newer label replaces an older one");
  app.add_flag("--skip-missing,--keep-going", o.skip_missing,
               "Build from the rest although some networks cannot be used");
  app.add_option("-j,--threads", o.threads, "Threads; default 2")
      ->check(CLI::Range(1, 256).description(""))
      ->type_name("N");
  app.footer("Example: tacho dataset build --from-db latency.sqlite --platform 'cpu-*' -o cpus.h5");
  return parse(app, args);
}

}  // namespace

int dataset_build_verb(const Arguments& args) {
  BuildOptions o;
  if (!read_options(args, o)) return 0;
  if (std::filesystem::exists(o.output) && !o.append) {
    throw Error(o.output + ": is there already; --append adds to it, or remove it first",
                Fault::kUsage);
  }
  LatencyDb db(o.from, SqlAccess::kRead);
  std::vector<std::string> platforms;
  if (!o.platforms.empty()) platforms = choose_platforms(db.platforms(), o.platforms, db.name());
  TrainingLabels training = training_labels(db, platforms);
  if (training.labels.empty()) {
    throw Error(db.name() + ": has no measurement of a network that it keeps");
  }
  std::unique_ptr<FeatureSource> source;
  if (!o.kernel_features.empty()) {
    source = std::make_unique<KernelFeatureSource>(o.kernel_features);
  }
  ImportOptions options;
  options.files = training.files;
  options.threads = o.threads;
  options.source = source.get();
  std::unique_ptr<Progress> progress;  // made at the first call, which knows the total
  const ImportReport report =
      import_labels(training.labels, options, [&](size_t done, size_t total) {
        if (!progress) progress = std::make_unique<Progress>("building " + o.output, total);
        progress->update(done);
      });
  progress.reset();
  Faults faults;
  for (const std::string& problem : report.problems) {
    faults.report(Error(db.name() + ": " + problem));
  }
  if (faults.any() && !o.skip_missing) {
    faults.report(Error(o.output + ": not written; --skip-missing builds from the rest"));
    return faults.exit_code();
  }
  append_dataset(o.output, report.dataset);
  print(o.output + ": " + std::to_string(report.imported) + " labels of " +
        std::to_string(report.dataset.samples.size()) + " graphs at their batch sizes\n");
  if (training.not_kept > 0) {
    print_notice(std::to_string(training.not_kept) +
                 " measurements left out: their networks are known by their hashes alone");
  }
  return 0;
}

}  // namespace tacho

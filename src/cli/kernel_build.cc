// tacho kernel build: the adaptive loop over a workspace, then predictors from all it measured.
#include "cli/arguments.h"
#include "cli/backend_choice.h"
#include "cli/kernel_verbs.h"
#include "cli/kernel_workspace.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "common/csv.h"
#include "common/text.h"
#include "kernel_builder/forest_learner.h"

namespace tacho {
namespace {

struct Options {
  WorkspaceOptions workspace;
  BackendChoice backend;
  ProtocolOptions protocol;
  LoopOptions loop;
  std::string prior, pool, output;
  int threads = 1;
};

// The configurations of a measured table that are of one kernel: what a recording can answer.
std::vector<KernelConfig> configs_in(const std::string& file, const Catalogue& catalogue,
                                     const std::string& kernel) {
  const CsvTable table = CsvTable::read_file(file);
  const std::string column = table.has_column("kernel") ? "kernel" : "graph";
  std::vector<KernelConfig> configs;
  for (size_t row = 0; row < table.num_rows(); ++row) {
    const std::string& text = table.text(row, column);
    if (text.substr(0, text.find(':')) != kernel) continue;
    configs.push_back(
        with_context(table.where(row), [&] { return parse_kernel(catalogue, text); }));
  }
  if (configs.empty()) throw Error(file + ": has no configuration of " + kernel);
  return configs;
}

bool read_options(const Arguments& args, Options& o) {
  CLI::App app("Samples, measures and trains; then samples where predictions are bad, and again.",
               "tacho kernel build");
  o.workspace.add_to(app);
  o.backend.add_to(app);
  o.protocol.add_to(app);
  app.add_option("--seed", o.loop.seed, "Of all that is drawn")->capture_default_str();
  app.add_option("--budget", o.loop.budget,
                 "At most so many configurations per kernel; 0: no limit")
      ->capture_default_str();
  app.add_option("--pool", o.pool,
                 "Draw from the configurations of this table of measured kernels (column kernel or "
                 "graph), as a replay backend must");
  app.add_option("--prior", o.prior, "Counted configurations; default: dataset/kernel_prior");
  app.add_option("--threads", o.threads, "For training")->capture_default_str();
  app.add_option("-o,--output", o.output,
                 "The predictor; default: predictor_build/predictors/kernels.safetensors");
  app.footer(
      "Examples:\n  tacho kernel build conv-bn-relu --workspace ws --backend libtorch:threads=1\n"
      "  tacho kernel build conv -w ws --backend replay:file=t4.csv --pool t4.csv\n"
      "How many are sampled, how often and from which error on is set in the workspace's YAML "
      "file.\n"
      "A killed run goes on where it was.");
  return parse(app, args);
}

void print_rounds(const std::string& kernel, const std::vector<LoopRound>& rounds, Table& table) {
  for (const LoopRound& r : rounds) {
    if (r.judged == 0) continue;
    table.rows.push_back({kernel, r.mark, static_cast<int64_t>(r.sampled),
                          static_cast<int64_t>(r.judged), static_cast<int64_t>(r.bad), r.mape});
  }
}

void train(const Options& o, const Workspace& workspace, const Catalogue& catalogue,
           const std::string& platform) {
  std::vector<std::string> problems;
  const KernelTable table = workspace_table(workspace, catalogue, platform, problems);
  print_problems(problems);
  KernelTrainingOptions options;
  options.seed = o.loop.seed;
  options.threads = o.threads;
  options.own_forests = false;  // there is one platform
  options.notice = print_notice;
  const std::string path =
      o.output.empty() ? workspace.predictor_path("kernels").string() : o.output;
  train_kernel_predictor(table, catalogue, options).file.write(path);
  print_notice("wrote " + path + ", trained on " + std::to_string(table.rows.size()) + " kernels");
}

}  // namespace

int kernel_build_verb(const Arguments& args) {
  Options o;
  if (!read_options(args, o)) return 0;
  const Catalogue catalogue = user_catalogue();
  const Workspace workspace(o.workspace.folder);
  const std::vector<const KernelType*> types = o.workspace.types(catalogue, workspace, true);
  const std::unique_ptr<Backend> backend = o.backend.open();
  const Learner learner = forest_learner(catalogue, backend->platform(), o.loop.seed, o.threads);
  const Prior prior = o.pool.empty() ? Prior::read_file(kernel_prior_path(o.prior)) : Prior();
  Table table;
  table.columns = {{"kernel"}, {"round"}, {"sampled"},
                   {"judged"}, {"bad"},   {"mape_percent", "error %"}};
  Faults faults;
  for (const KernelType* type : types) {
    try {
      const auto sampler = o.pool.empty()
                               ? prior_sampler(*type, prior, workspace.settings().batch_size)
                               : pool_sampler(*type, configs_in(o.pool, catalogue, type->name()));
      o.loop.settings = workspace.settings().of(type->name());
      o.loop.profile.protocol = o.protocol.protocol;
      o.loop.notice = print_notice;
      print_rounds(type->name(),
                   build_adaptively(workspace, *type, *backend, *sampler, learner, o.loop), table);
    } catch (const Error& e) {
      faults.report(e.within(type->name()));
    }
  }
  if (faults.count() == static_cast<int>(types.size())) return faults.exit_code();
  print_table(table, Format::kText);
  train(o, workspace, catalogue, workspace.platform());
  return faults.exit_code();
}

}  // namespace tacho

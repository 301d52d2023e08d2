// tacho kernel build: the adaptive loop over a workspace, then predictors from all it measured.
#include "cli/arguments.h"
#include "cli/kernel_backend.h"
#include "cli/kernel_data.h"
#include "cli/kernel_verbs.h"
#include "cli/kernel_workspace.h"
#include "cli/output.h"
#include "cli/progress.h"
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

/// What a recording can answer of one kernel: the rows of the platform, or all if none names it.
std::vector<KernelConfig> configs_in(const std::vector<MeasuredKernel>& pool,
                                     const std::string& kernel, const std::string& platform) {
  std::vector<KernelConfig> of_platform, of_any;
  for (const MeasuredKernel& m : pool) {
    if (m.config.kernel != kernel) continue;
    of_any.push_back(m.config);
    if (m.platform == platform) of_platform.push_back(m.config);
  }
  if (of_any.empty()) throw Error("the table to draw from has no configuration of it");
  return of_platform.empty() ? of_any : of_platform;
}

std::vector<MeasuredKernel> read_pool(const std::string& file, const Catalogue& catalogue,
                                      const std::string& platform) {
  KernelTable table;
  read_kernel_csv(file, {"", platform}, catalogue, table);
  print_left_out(table);
  return std::move(table.rows);
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
                 "Draw from the configurations of this table of measured kernels (any that tacho "
                 "kernel train reads); default: of a replay backend its own table, else the prior");
  app.add_option("--prior", o.prior, "Counted configurations; default: dataset/kernel_prior");
  app.add_option("--threads", o.threads, "For training")->capture_default_str();
  app.add_option("-o,--output", o.output,
                 "The predictor; default: predictor_build/predictors/kernels.safetensors");
  app.footer(
      "Examples:\n  tacho kernel build conv-bn-relu --workspace ws --backend libtorch:threads=1\n"
      "  tacho kernel build conv -w ws --backend replay:file=conv.csv,platform=t4\n"
      "How many are sampled, how often and from which error on is set in the workspace's YAML "
      "file.\n"
      "A killed run goes on where it was.");
  return parse(app, args);
}

/// A round in which predictions were judged, and of which kernel.
struct JudgedRound {
  std::string kernel;
  LoopRound round;
};

/// The figures of kernel_accuracy_table(), a row for each round.
Table rounds_table(const std::vector<JudgedRound>& rounds) {
  std::vector<KernelAccuracy> accuracies;
  for (const JudgedRound& r : rounds) {
    accuracies.push_back(r.round.accuracy);
    accuracies.back().predictor = r.kernel;
    accuracies.back().platform = r.round.mark;
  }
  Table table = kernel_accuracy_table(accuracies);
  table.columns[1] = {"round"};
  table.columns[2] = {"judged"};
  table.columns.insert(table.columns.begin() + 2, {Column{"sampled"}, Column{"bad"}});
  for (size_t i = 0; i < rounds.size(); ++i) {
    const LoopRound& r = rounds[i].round;
    table.rows[i].insert(table.rows[i].begin() + 2,
                         {static_cast<int64_t>(r.sampled), static_cast<int64_t>(r.bad)});
  }
  return table;
}

/// Returns the figures of what it trained.
Table train(const Options& o, const Workspace& workspace, const Catalogue& catalogue,
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
  const TrainedKernelPredictor trained = train_kernel_predictor(table, catalogue, options);
  trained.file.write(path);
  print_notice("wrote " + path + ", trained on " + std::to_string(table.rows.size()) + " kernels");
  return kernel_figures_table(trained.figures);
}

}  // namespace

int kernel_build_verb(const Arguments& args) {
  Options o;
  if (!read_options(args, o)) return 0;
  const Catalogue catalogue = user_catalogue();
  const Workspace workspace(o.workspace.folder);
  const std::vector<const KernelType*> types = o.workspace.types(catalogue, workspace, true);
  const KernelBackend opened = open_kernel_backend(o.backend, catalogue);
  Backend& backend = *opened.backend;
  std::vector<MeasuredKernel> pool = opened.measured;
  if (!o.pool.empty()) pool = read_pool(o.pool, catalogue, backend.platform());
  const Learner learner = forest_learner(catalogue, backend.platform(), o.loop.seed, o.threads);
  const Prior prior = pool.empty() ? Prior::read_file(kernel_prior_path(o.prior)) : Prior();
  PaceKernel pace;
  o.loop.profile.pace = &pace;
  std::vector<JudgedRound> rounds;
  Faults faults;
  for (const KernelType* type : types) {
    try {
      const auto sampler =
          pool.empty() ? prior_sampler(*type, prior, workspace.settings().batch_size)
                       : pool_sampler(*type, configs_in(pool, type->name(), backend.platform()));
      o.loop.settings = workspace.settings().of(type->name());
      o.loop.profile.protocol = o.protocol.protocol;
      o.loop.notice = print_notice;
      for (LoopRound& round :
           build_adaptively(workspace, *type, backend, *sampler, learner, o.loop)) {
        if (round.judged > 0) rounds.push_back({type->name(), std::move(round)});
      }
    } catch (const Error& e) {
      faults.report(e.within(type->name()));
    }
  }
  if (faults.count() == static_cast<int>(types.size())) return faults.exit_code();
  if (!rounds.empty()) print_table(rounds_table(rounds), Format::kText);
  const Table figures = train(o, workspace, catalogue, workspace.platform());
  if (!figures.rows.empty()) {
    if (!rounds.empty()) print("\n");
    print_table(figures, Format::kText);
  }
  return faults.exit_code();
}

}  // namespace tacho

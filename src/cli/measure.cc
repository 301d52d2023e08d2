// tacho measure: runs models on backends of this machine and keeps what it measured.
#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "backends/environment.h"
#include "cli/backend_choice.h"
#include "cli/measure_log.h"
#include "cli/measure_options.h"
#include "cli/measured_store.h"
#include "cli/models.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/remote_measure.h"
#include "common/text.h"
#include "graph_ir/infer/infer_shapes.h"
#include "graph_ir/read_graph.h"

namespace tacho {
namespace {

struct Options {
  std::vector<std::string> models;
  PlatformChoice platforms;
  std::vector<int64_t> batches;
  ShapeOptions shapes;
  DbOption db;
  MeasureFiles files;
  MeasureProtocolOptions protocol;
  int together = 4;
  FormatOptions format;
};

bool read_options(const Arguments& args, Options& o) {
  CLI::App app("Median latency of models on backends of this machine, in milliseconds per batch.",
               "tacho measure");
  app.add_option("models", o.models,
                 "ONNX files, references, folders (searched recursively), patterns, - for stdin")
      ->required();
  o.platforms.add_to(app);
  app.add_option("-b,--batch", o.batches,
                 "Batch sizes, 1,8; default: what the file declares, 1 if that is symbolic")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::Range(int64_t{1}, int64_t{1} << 31).description(""))
      ->type_name("N,…");
  o.shapes.add_shapes_to(app);
  app.add_option("-o,--output", o.files.labels,
                 "Append to this CSV file as results come; what is in it already is not measured "
                 "again. LABELS.environment.jsonl beside it says where and with what")
      ->type_name("LABELS.csv");
  app.add_option(
         "--samples", o.files.samples,
         "Append each measurement with every run's time to this file of JSON lines (of more "
         "than 10,000 runs, so many at even distances)")
      ->type_name("FILE.jsonl");
  app.add_option("--graphs", o.files.graphs, "With -o: name graphs relative to this folder");
  o.db.add_to(app);
  app.add_option("--interleave", o.together,
                 "Measure so many models at once, taking turns, so that a slow moment of the "
                 "machine hits all of them; 1: one after the other")
      ->check(CLI::Range(1, 64).description(""))
      ->capture_default_str();
  o.protocol.add_to(app);
  o.format.add_to(app);
  app.footer(
      "Examples:\n  tacho measure resnet18.onnx --platform libtorch --batch 1,8\n"
      "  tacho measure graphs/ --graphs graphs/ -p libtorch:threads=1,onednn:threads=1 "
      "-o labels.csv\n"
      "  tacho measure zoo/ --platform gpu-t4-trt7.1-fp32 --db postgres://tacho@server/latency\n"
      "Each model runs in a process of its own: one that crashes, hangs or eats the memory stops\n"
      "no other. Weights that the file does not hold are made up. A killed sweep with -o goes on\n"
      "where it was. With --db results go into the latency database; a platform that this machine\n"
      "has not is then measured by a worker that has it, if the database is PostgreSQL: see\n"
      "tacho worker.");
  if (!parse(app, args)) return false;
  if (!o.files.labels.empty() && app.count("--shape") > 0) {
    throw Error(
        "tacho measure: -o names a network by its file, and --shape makes another of it; "
        "keep it with --samples or --db",
        Fault::kUsage);
  }
  if (!o.files.graphs.empty() && o.files.labels.empty()) {
    throw Error("tacho measure: --graphs goes with -o", Fault::kUsage);
  }
  return true;
}

/// A model at a batch size, wanted on every platform.
struct Job {
  std::string model;  ///< as it is called
  int64_t batch = 1;
  MeasureJob job;
};

/// Reads every model once, to know its batch size and to name what is wrong before anything runs.
std::vector<Job> jobs_of(const Options& options, const StandardInput& input, Faults& faults) {
  std::vector<std::optional<int64_t>> batches(options.batches.begin(), options.batches.end());
  if (batches.empty()) batches.emplace_back();
  std::vector<Job> jobs;
  for_each_model(input, faults, [&](const NamedGraph& file) {
    const std::string& name = file.name;
    for (const std::optional<int64_t>& batch : batches) {
      BindOptions bind = options.shapes.bind();
      bind.batch = batch;
      Graph graph = file.graph;
      for (const std::string& notice : infer_shapes(graph, bind)) {
        print_notice(name + ": " + notice);
      }
      jobs.push_back({name, batch_of(graph), {file.path, bind}});
    }
  });
  return jobs;
}

/// Prints and keeps results as they come.
class Results {
 public:
  explicit Results(const Options& options)
      : log_(options.files),
        store_(options.db),
        format_(options.format.format()),
        json_(format_ == Format::kJson, "measurements", json_context(facts_of(environment()))) {
    table_.columns = {{"model"},
                      {"batch"},
                      {"platform"},
                      {"latency_ms", "median ms"},
                      {"stddev_ms", "std. dev."},
                      {"spread", "spread %", 2, 100},
                      {"load_ms", "load ms"},
                      {"first_ms", "first run"},
                      {"runs"}};
  }

  const MeasureLog& log() const { return log_; }

  LatencyDb& db() { return store_.db(); }

  /// `facts`: of the machine and the backend, as in the context.
  void add(const Measurement& m, const Job& job, const std::map<std::string, std::string>& facts,
           const nlohmann::ordered_json& context) {
    show(m, context);
    keep([&] {
      if (store_.is_open()) {
        store_.add(read_graph(job.job.model),
                   {m.model, job.job.model, job.job.bind, m.platform, facts.at("backend"), facts},
                   m.result);
      }
      log_.add(m, context);  // behind the database: what is in the labels is not measured again
    });
  }
  /// What is in the database already.
  void add_stored(const Measurement& m, const nlohmann::ordered_json& context) {
    show(m, context);
    keep([&] { log_.add(m, context); });
  }

  /// Whether a result could not be kept: those that follow could not either.
  bool is_broken() const { return fault_.has_value(); }
  /// Throws why.
  void check() const {
    if (fault_) throw Error(*fault_);
  }

  void print_all() const {
    if (format_ != Format::kJson && !table_.rows.empty()) print_table(table_, format_);
  }

 private:
  void show(const Measurement& m, const nlohmann::ordered_json& context) {
    if (format_ == Format::kJson) json_.add(measurement_json(m, context));
    const Timing& timing = m.result.timing;
    const auto known = [](double x) { return std::isnan(x) ? Cell() : Cell(x); };
    table_.rows.push_back({m.model, m.batch, m.platform, timing.median_ms, known(timing.stddev_ms),
                           known(timing.spread), known(m.result.load_ms), known(timing.first_ms),
                           timing.runs});
  }

  void keep(const std::function<void()>& body) {
    if (fault_) return;
    try {
      body();
    } catch (const Error& e) {
      fault_ = e;
    }
  }

  MeasureLog log_;
  MeasuredStore store_;
  std::optional<Error> fault_;  // of the first result that could not be kept
  Format format_;
  JsonItems json_;
  Table table_;
};

/// Those of `jobs` that are not in the labels yet.
std::vector<Job> not_measured(const std::vector<Job>& jobs, const std::string& platform,
                              const Options& options, const Results& results) {
  std::vector<Job> wanted;
  std::set<std::pair<std::string, int64_t>>
      asked;  // a model may be given by its file and its folder
  for (const Job& job : jobs) {
    if (!asked.emplace(job.model, job.batch).second) continue;
    if (!results.log().has(job.model, job.batch, platform)) wanted.push_back(job);
  }
  if (wanted.size() < asked.size()) {
    print_notice(std::to_string(asked.size() - wanted.size()) +
                 " models left out: measured before, in " + options.files.labels);
  }
  return wanted;
}

/// A worker's, as a result of this program's.
Measurement measurement_of(const std::string& model, const LatencyRecord& record) {
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  MeasureResult result;
  result.load_ms = kUnknown;
  result.timing.median_ms = record.latency_ms;
  result.timing.stddev_ms = record.stddev_ms.value_or(kUnknown);
  result.timing.samples_ms = record.samples_ms;
  result.timing.runs = record.runs.value_or(static_cast<int64_t>(record.samples_ms.size()));
  result.timing.mean_ms = result.timing.spread = result.timing.first_ms = kUnknown;
  return {model, record.key.batch, record.platform, time_text(record.measured_at_ms.value_or(0)),
          result};
}

/// On a platform that this machine has not, by workers that have it.
void sweep_elsewhere(const std::string& platform, const std::vector<Job>& jobs,
                     const Options& options, Results& results, Faults& faults) {
  const std::vector<Job> wanted = not_measured(jobs, platform, options, results);
  const MeasureOptions& protocol = options.protocol.protocol;
  RemoteJobs remote(results.db(), platform);
  for (size_t i = 0; i < wanted.size(); ++i) {
    const auto& [path, bind] = wanted[i].job;
    try {
      const GraphKey key = graph_key(read_graph(path), bind);
      const StoredGraph graph = kept_graph(path, wanted[i].model, key, bind);
      remote.ask(i, {key, platform, wanted[i].model, {protocol.min_runs, protocol.min_seconds}},
                 graph);
    } catch (const Error& e) {
      faults.report(e.within(wanted[i].model));
    }
  }
  remote.wait([&](size_t i, const JobResult& result) {
    if (!result.measurement) {
      faults.report(Error(wanted[i].model + ": " + result.error, result.fault));
      return;
    }
    const LatencyRecord& record = *result.measurement;
    std::map<std::string, std::string> facts = record.facts;
    facts["platform"] = platform;
    facts["backend"] = record.source;
    facts["host"] = record.host;
    results.add_stored(measurement_of(wanted[i].model, record), json_context(facts));
  });
  results.check();
}

/// Measures the jobs that are not known yet on one platform.
void sweep(WorkerPool& pool, const std::vector<Job>& jobs, const Options& options, Results& results,
           Faults& faults) {
  const std::vector<Job> wanted = not_measured(jobs, pool.platform(), options, results);
  if (wanted.empty()) return;
  const std::map<std::string, std::string> facts = facts_of(pool);
  const nlohmann::ordered_json context = json_context(facts);
  Progress progress(pool.platform(), wanted.size());
  const auto together = static_cast<size_t>(options.together);
  for (size_t begin = 0; begin < wanted.size(); begin += together) {
    progress.update(begin);
    const size_t end = std::min(wanted.size(), begin + together);
    std::vector<MeasureJob> group;
    for (size_t i = begin; i < end; ++i) group.push_back(wanted[i].job);
    const std::vector<MeasureResult> measured = pool.measure(group, options.protocol.protocol);
    const std::string date = environment().date;
    progress.clear();
    for (size_t i = begin; i < end; ++i) {
      const MeasureResult& result = measured[i - begin];
      if (result.error) {
        faults.report(result.error->within(wanted[i].model));
        continue;
      }
      print_spread_notice(wanted[i].model, result.timing);
      results.add({wanted[i].model, wanted[i].batch, pool.platform(), date, result}, wanted[i],
                  facts, context);
    }
    results.check();
  }
}

}  // namespace

int measure_verb(const Arguments& args) {
  Options options;
  if (!read_options(args, options)) return 0;
  const std::vector<std::string> platforms = options.platforms.list();
  Faults faults;
  Concerns concerns;
  const StandardInput input(options.models);
  const std::vector<Job> jobs = jobs_of(options, input, faults);
  const WorkerLimits limits =
      options.protocol.limits.of_each(std::min(static_cast<size_t>(options.together), jobs.size()));
  Results results(options);
  for (const std::string& platform : platforms) {
    try {
      if (is_measured_elsewhere(options.db, platform)) {
        sweep_elsewhere(platform, jobs, options, results, faults);
        continue;
      }
      const std::unique_ptr<WorkerPool> pool = open_pool(platform, limits);
      concerns.print_once(*pool);
      sweep(*pool, jobs, options, results, faults);
    } catch (const Error& e) {
      faults.report(e);
    }
    if (results.is_broken()) break;
  }
  results.print_all();
  return faults.exit_code();
}

}  // namespace tacho

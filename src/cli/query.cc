// tacho query: a model's latency as the database knows it, else measured now, else predicted.
#include <malloc.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/arguments.h"
#include "cli/backend_choice.h"
#include "cli/measure_options.h"
#include "cli/measured_store.h"
#include "cli/models.h"
#include "cli/output.h"
#include "cli/predictors.h"
#include "cli/remote_measure.h"
#include "common/text.h"
#include "graph_ir/infer/bind.h"
#include "graph_ir/read_graph.h"

namespace tacho {
namespace {

struct Options {
  std::vector<std::string> models;
  std::vector<std::string> platforms;
  DbOption db;
  ShapeOptions shapes;
  PredictorOptions predictor;
  FormatOptions format;
  bool measured_only = false;
};

bool read_options(const Arguments& args, Options& o) {
  CLI::App app(
      "Latency of models in milliseconds per batch: as it was measured, if it ever was; else\n"
      "measured now, where the platform is one of this machine's or a worker offers it; else\n"
      "predicted.",
      "tacho query");
  app.add_option("models", o.models,
                 "ONNX files, references, folders (searched recursively), patterns, - for stdin")
      ->required();
  add_list_option(app, "-p,--platform", o.platforms, "May be given several times")->required();
  o.db.add_to(app);
  app.add_flag("--measured-only", o.measured_only,
               "Never predict: what was not measured is a fault");
  o.shapes.add_to(app);
  o.predictor.add_to(app);
  o.format.add_to(app);
  app.footer(
      "Examples:\n  tacho query resnet18.onnx --batch 8 --platform gpu-t4-trt7.1-fp32\n"
      "  tacho query zoo/ --platform cpu-xeon_8481c-2t-libtorch1.13-fp32 --measured-only --csv\n"
      "What is measured now goes into the database, which is made if there is none. A network is\n"
      "known by what it computes, not by its file. The latest measurement is the answer.");
  return parse(app, args);
}

/// One platform's answer for one model.
struct Answer {
  std::string source;  ///< "measured", "measured now", "predicted"
  double latency_ms = 0;
  std::optional<LatencyRecord> record;   ///< if it was measured
  size_t measurements = 0;               ///< that there are of it
  std::optional<Prediction> prediction;  ///< if it was predicted
};

class Query {
 public:
  explicit Query(const Options& options) : o_(options), bind_(o_.shapes.bind()) {
    const std::string address = latency_db_address(o_.db.asked);
    std::error_code problem;
    if (is_postgres_address(address) || std::filesystem::exists(address, problem)) {
      try {
        db_.emplace(o_.db.open(SqlAccess::kRead));
      } catch (const NoLatencyDb& e) {
        print_notice(std::string(e.what()) + " yet; it is made when something is measured");
      }
    } else if (!o_.db.asked.empty()) {
      print_notice(address + ": no such file; it is made when something is measured");
    }
  }

  const BindOptions& bind() const { return bind_; }

  Answer answer(const NamedGraph& file, const GraphKey& key, const std::string& platform) {
    if (db_) {
      if (const auto known = db_->find(key, platform); !known.empty()) {
        return {"measured", known[0].latency_ms, known[0], known.size(), {}};
      }
    }
    try {
      if (WorkerPool* pool = local(platform)) return measure_now(file, key, *pool);
      if (offered_by_worker(platform)) return measure_by_worker(file, key, platform);
    } catch (const Error& e) {
      if (o_.measured_only || !can_predict(platform)) throw;
      print_notice(file.name + ": predicted, since it cannot be measured on " + platform + ": " +
                   e.what());
    }
    if (!o_.measured_only) return predict(file, platform);
    check_platform(platform);
    throw Error("was never measured on " + platform + " at batch " + std::to_string(key.batch) +
                ", which is not a platform of this machine; without --measured-only it is "
                "predicted");
  }

 private:
  WorkerPool* local(const std::string& platform) {
    const auto known = pools_.find(platform);
    if (known != pools_.end()) return known->second.get();
    return pools_.emplace(platform, open_local_pool(platform, LimitOptions().of_each(1)))
        .first->second.get();
  }

  bool offered_by_worker(const std::string& platform) {
    if (!db_ || !is_postgres_address(latency_db_address(o_.db.asked))) return false;
    const std::vector<std::string> offered = JobQueue(*db_).offered();
    return std::find(offered.begin(), offered.end(), platform) != offered.end();
  }

  LatencyDb& writable() {
    if (!writable_) writable_.emplace(o_.db.open(SqlAccess::kWrite));
    if (!db_) db_.emplace(o_.db.open(SqlAccess::kRead));
    return *writable_;
  }

  Answer measure_now(const NamedGraph& file, const GraphKey& key, WorkerPool& pool) {
    LatencyDb& db = writable();  // before the time is spent
    const MeasureResult result = pool.measure({{file.path, bind_}})[0];
    if (result.error) throw Error(*result.error);
    const LatencyRecord record = record_of(
        key, {file.name, file.path, bind_, pool.platform(), pool.backend(), facts_of(pool)},
        result);
    db.add({record}, {kept_graph(file.path, file.name, key, bind_)});
    return {"measured now", record.latency_ms, record, 1, {}};
  }

  Answer measure_by_worker(const NamedGraph& file, const GraphKey& key,
                           const std::string& platform) {
    RemoteJobs job(writable(), platform);
    job.ask(0, {key, platform, file.name, {}}, kept_graph(file.path, file.name, key, bind_));
    std::optional<JobResult> result;
    job.wait([&](size_t, const JobResult& ended) { result = ended; });
    if (!result->measurement) throw Error(result->error, result->fault);
    const LatencyRecord& record = *result->measurement;
    return {"measured now", record.latency_ms, record, 1, {}};
  }

  bool can_predict(const std::string& platform) {
    try {
      if (!predictor_) predictor_ = open_predictor(o_.predictor).predictor;
    } catch (const Error&) {
      return false;
    }
    const std::vector<std::string> trained = known_platforms(*predictor_);
    return std::find(trained.begin(), trained.end(), platform) != trained.end();
  }

  Answer predict(const NamedGraph& file, const std::string& platform) {
    if (!predictor_) predictor_ = open_predictor(o_.predictor).predictor;
    check_platform(platform);
    if (lowered_of_ != file.name || !lowered_) {
      lowered_ = lower(read_graph(file.path), LowerOptions{bind_});
      lowered_of_ = file.name;
    }
    const LoweredModel& model = *lowered_;
    PredictOptions wanted;
    wanted.platforms = {platform};
    const Prediction prediction = predictor_->predict(model, wanted)[0];
    for (const std::string& notice : prediction.notices) {
      if (said_.insert(file.name + notice).second) print_notice(file.name + ": " + notice);
    }
    if (!prediction.measured.may_hold(batch_of(model.graph))) {
      print_notice(file.name + ": " + platform +
                   " was measured at other batch sizes only; its band does not hold here");
    }
    return {"predicted", prediction.latency_ms, {}, 0, prediction};
  }

  /// Throws Error if neither the database nor the checkpoint knows it: no backend here does either.
  void check_platform(const std::string& platform) {
    std::vector<std::string> known;
    if (db_) known = db_->platforms();
    if (!predictor_) predictor_ = open_predictor(o_.predictor).predictor;
    const std::vector<std::string> trained = known_platforms(*predictor_);
    const auto is_in = [&](const std::vector<std::string>& names) {
      return std::find(names.begin(), names.end(), platform) != names.end();
    };
    if (is_in(trained) || (o_.measured_only && is_in(known))) return;
    if (is_in(known)) {
      throw Error("was never measured on " + platform +
                  " at this batch size, and the checkpoint does not know the platform: tacho "
                  "finetune teaches it");
    }
    known.insert(known.end(), trained.begin(), trained.end());
    throw Error("platform '" + platform +
                    "' is neither in the database nor on this machine nor in "
                    "the checkpoint" +
                    name_hint(platform, known),
                Fault::kUsage);
  }

  const Options& o_;
  BindOptions bind_;
  std::optional<LatencyDb> db_, writable_;
  std::map<std::string, std::unique_ptr<WorkerPool>> pools_;  // null: no platform of this machine
  std::unique_ptr<Predictor> predictor_;
  std::optional<LoweredModel> lowered_;
  std::string lowered_of_;
  std::set<std::string> said_;
};

Cell known(double x) { return std::isnan(x) ? Cell() : Cell(x); }

const std::vector<Column>& columns() {
  static const std::vector<Column> list = {{"model"},
                                           {"batch"},
                                           {"platform"},
                                           {"latency_ms", "latency ms"},
                                           {"source"},
                                           {"lower_ms", "lower"},
                                           {"upper_ms", "upper"},
                                           {"stddev_ms", "std. dev."},
                                           {"runs"},
                                           {"measurements", "times"},
                                           {"measured_at", "when"},
                                           {"where"}};
  return list;
}

std::vector<Cell> row_of(const std::string& model, int64_t batch, const std::string& platform,
                         const Answer& a) {
  std::vector<Cell> row{model, batch, platform, a.latency_ms, a.source};
  row.resize(columns().size());
  if (a.prediction) {
    row[5] = known(a.prediction->lower_ms);
    row[6] = known(a.prediction->upper_ms);
    return row;
  }
  const LatencyRecord& r = *a.record;
  if (r.stddev_ms) row[7] = *r.stddev_ms;
  if (r.runs) row[8] = *r.runs;
  row[9] = static_cast<int64_t>(a.measurements);
  if (r.measured_at_ms) row[10] = time_text(*r.measured_at_ms);
  row[11] = r.host.empty() ? r.source : r.host;
  return row;
}

/// A graph is a few large arrays that grow. Memory that they outgrow is kept for the next, not
/// given back to the system page by page: a quarter of the pages that a large graph takes. Not for
/// programs that run models, which would be measured with it.
void keep_outgrown_memory() {
#ifdef __GLIBC__
  constexpr int kMegabyte = 1 << 20;
  ::mallopt(M_MMAP_THRESHOLD, 32 * kMegabyte);
  ::mallopt(M_TRIM_THRESHOLD, 64 * kMegabyte);
  ::mallopt(M_TOP_PAD, 8 * kMegabyte);
#endif
}

}  // namespace

int query_verb(const Arguments& args) {
  keep_outgrown_memory();
  Options options;
  if (!read_options(args, options)) return 0;
  Faults faults;
  Query query(options);
  const Format format = options.format.format();
  JsonItems json(format == Format::kJson, "answers", json_context());
  Table table;
  table.columns = columns();
  const StandardInput input(options.models);
  for_each_model(input, faults, [&](NamedGraph file) {
    const std::vector<std::string> notices = bind_inputs(file.graph, query.bind()).notices;
    // Most answers need no more of the graph than this, and a copy of a large one takes a while.
    const GraphKey key = graph_key(std::move(file.graph), query.bind());
    for (const std::string& notice : notices) print_notice(file.name + ": " + notice);
    for (const std::string& platform : options.platforms) {
      try {
        const Answer answer = query.answer(file, key, platform);
        table.rows.push_back(row_of(file.name, key.batch, platform, answer));
        if (format != Format::kJson) continue;
        Table one = table;
        one.rows = {table.rows.back()};
        nlohmann::ordered_json item = table_json(one)[0];
        item["graph_hash"] = key.hash.hex();
        if (answer.record) {
          item["id"] = answer.record->id;
          item["measured_by"] = answer.record->source;
          item["facts"] = answer.record->facts;
        }
        json.add(item);
      } catch (const Error& e) {
        faults.report(e.within(file.name));
      }
    }
  });
  if (format != Format::kJson && !table.rows.empty()) print_table(table, format);
  return faults.exit_code();
}

}  // namespace tacho

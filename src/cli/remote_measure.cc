#include "cli/remote_measure.h"

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/local_platform.h"
#include "cli/measured_store.h"
#include "cli/models.h"
#include "cli/progress.h"
#include "common/text.h"

namespace tacho {
namespace {

constexpr std::chrono::milliseconds kPause{250};

void say_if_nobody_offers(JobQueue& queue, const std::string& platform) {
  const std::vector<std::string> offered = queue.offered();
  for (const std::string& name : offered) {
    if (name == platform) return;
  }
  print_notice("no worker offers platform '" + platform + "' now" + name_hint(platform, offered) +
               " waiting for one (the jobs stay queued if you stop this)");
}

}  // namespace

void measure_remotely(LatencyDb& db, const RemoteSweep& sweep, Faults& faults,
                      const VisitResult& visit) {
  JobQueue queue(db);
  std::map<int64_t, std::vector<std::string>> waiting;  // models by job
  for_each_model(sweep.models, faults, [&](const NamedGraph& file) {
    const GraphKey key = graph_key(file.graph, sweep.bind);
    const JobProtocol protocol{sweep.protocol.min_runs, sweep.protocol.min_seconds};
    const int64_t job = queue.add({key, sweep.platform, file.name, protocol},
                                  kept_graph(file.name, key, sweep.bind));
    waiting[job].push_back(file.name);
  });
  if (waiting.empty()) return;
  say_if_nobody_offers(queue, sweep.platform);
  const size_t total = waiting.size();
  Progress progress("measuring on " + sweep.platform, total);
  while (!waiting.empty()) {
    std::vector<int64_t> ids;
    for (const auto& [id, models] : waiting) ids.push_back(id);
    const std::vector<JobResult> ended = queue.ended(ids);
    for (const JobResult& result : ended) {
      for (const std::string& model : waiting.at(result.id)) {
        if (!result.measurement) {
          progress.clear();
          faults.report(Error(model + ": " + result.error, result.fault));
          continue;
        }
        LatencyRecord record = *result.measurement;
        record.model = model;
        visit(record);
      }
      waiting.erase(result.id);
    }
    progress.update(total - waiting.size());
    if (ended.empty()) std::this_thread::sleep_for(kPause);
  }
}

bool measure_elsewhere(const DbOption& option, const RemoteSweep& sweep,
                       const FormatOptions& format, Faults& faults) {
  if (!is_postgres_address(option.asked) || sweep.platform.empty()) return false;
  if (open_local_platform(sweep.platform) != nullptr) return false;
  LatencyDb db = option.open(SqlAccess::kWrite);
  Table table;
  table.columns = {
      {"model"}, {"batch"}, {"platform"}, {"latency_ms", "median ms"}, {"stddev_ms", "std. dev."},
      {"runs"},  {"host"}};
  JsonItems json(format.format() == Format::kJson, "measurements",
                 json_context({{"platform", sweep.platform}}));
  measure_remotely(db, sweep, faults, [&](const LatencyRecord& r) {
    Table one = table;
    one.rows = {{r.model, r.key.batch, r.platform, r.latency_ms, r.stddev_ms.value_or(0),
                 r.runs.value_or(0), r.host}};
    json.add(table_json(one)[0]);
    table.rows.push_back(one.rows[0]);
  });
  if (format.format() != Format::kJson && !table.rows.empty()) print_table(table, format.format());
  return true;
}

}  // namespace tacho

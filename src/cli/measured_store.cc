#include "cli/measured_store.h"

#include <filesystem>

#include "backends/environment.h"
#include "common/text.h"
#include "graph_ir/references/reference.h"

namespace tacho {

LatencyRecord record_of(const GraphKey& key, const MeasuredModel& model,
                        const MeasureResult& result) {
  const Timing& timing = result.timing;
  LatencyRecord record;
  record.id = random_id();
  record.key = key;
  record.platform = model.platform;
  record.latency_ms = timing.median_ms;
  record.stddev_ms = timing.stddev_ms;
  record.runs = timing.runs;
  record.samples_ms = kept_samples(timing);
  record.measured_at_ms = now_ms();
  record.host = host_name();
  record.facts = model.facts;
  for (const char* momentary : {"date", "load_average"}) record.facts.erase(momentary);
  if (!result.split_off.empty()) record.facts["split_off"] = join(result.split_off, "; ");
  record.source = model.backend;
  record.model = model.name;
  return record;
}

StoredGraph kept_graph(const std::string& path, const std::string& name, const GraphKey& key,
                       const BindOptions& bind) {
  std::error_code problem;
  const bool is_file = std::filesystem::is_regular_file(path, problem);
  if (!is_file && !is_graph_reference(path)) return {key.hash, name, "", ""};
  StoredGraph graph = store_graph(path, key.hash, bind);
  graph.name = name;
  return graph;
}

std::map<std::string, std::string> facts_of(const WorkerPool& pool) {
  std::map<std::string, std::string> facts = pool.facts();
  for (const auto& [key, value] : facts_of(environment())) facts[key] = value;
  facts["platform"] = pool.platform();
  facts["backend"] = pool.backend();
  return facts;
}

MeasuredStore::MeasuredStore(const DbOption& option) {
  if (!option.asked.empty()) db_.emplace(option.open(SqlAccess::kWrite));
}

void MeasuredStore::add(const Graph& graph, const MeasuredModel& model,
                        const MeasureResult& result) {
  if (!db_) return;
  const GraphKey key = graph_key(graph, model.bind);
  db_->add({record_of(key, model, result)}, {kept_graph(model.path, model.name, key, model.bind)});
}

}  // namespace tacho

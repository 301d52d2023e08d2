#include "backends/worker/worker_pool.h"

#include <utility>

namespace tacho {
namespace {

using Json = nlohmann::json;

Json load_request(const MeasureJob& job) {
  Json request{{"do", "load"}, {"model", job.model}, {"shapes", Json::array()}};
  if (job.bind.batch) request["batch"] = *job.bind.batch;
  for (const InputShape& shape : job.bind.shapes) {
    const std::vector<int64_t> dims(shape.dims.begin(), shape.dims.end());
    request["shapes"].push_back({{"name", shape.name}, {"dims", dims}});
  }
  return request;
}

TurnTaker turn_taker(WorkerProcess& worker) {
  return [&worker](const Turn& turn) {
    const Json answer = worker.ask(
        {{"do", "turn"}, {"runs", turn.runs}, {"seconds", turn.seconds}, {"settle", turn.settle}});
    return TurnResult{answer.at("samples_ms").get<std::vector<double>>(),
                      answer.at("seconds").get<double>()};
  };
}

}  // namespace

WorkerPool::WorkerPool(std::string backend, const WorkerLimits& limits)
    : backend_(std::move(backend)), limits_(limits) {
  const Json& hello = worker(0).hello();
  name_ = hello.at("name").get<std::string>();
  platform_ = hello.at("platform").get<std::string>();
  facts_ = hello.at("facts").get<std::map<std::string, std::string>>();
}

WorkerProcess& WorkerPool::worker(size_t i) {
  if (workers_.size() <= i) workers_.resize(i + 1);
  if (!workers_[i] || !workers_[i]->alive()) {
    workers_[i] = std::make_unique<WorkerProcess>(worker_program(), backend_, limits_);
  }
  return *workers_[i];
}

std::vector<MeasureResult> WorkerPool::measure(const std::vector<MeasureJob>& jobs,
                                               const MeasureOptions& options) {
  std::vector<MeasureResult> results(jobs.size());
  std::vector<TurnTaker> takers;
  std::vector<size_t> loaded;  // the job of each taker
  for (size_t i = 0; i < jobs.size(); ++i) {
    try {
      WorkerProcess& its_own = worker(i);
      its_own.start_counting_seconds();
      const Json loaded_model = its_own.ask(load_request(jobs[i]));
      results[i].load_ms = loaded_model.at("load_ms").get<double>();
      results[i].split_off = loaded_model.at("split_off").get<std::vector<std::string>>();
      takers.push_back(turn_taker(its_own));
      loaded.push_back(i);
    } catch (const Error& e) {
      results[i].error = e;
    }
  }
  std::vector<Measured> measured = measure_in_turns(takers, options);
  for (size_t k = 0; k < loaded.size(); ++k) {
    MeasureResult& result = results[loaded[k]];
    result.timing = std::move(measured[k].timing);
    result.error = measured[k].error;
    WorkerProcess& its_own = *workers_[loaded[k]];
    try {
      if (its_own.alive()) its_own.ask({{"do", "unload"}});
    } catch (const Error&) {  // it died of it; the measurement stands
    }
  }
  return results;
}

}  // namespace tacho

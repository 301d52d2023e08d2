#include "kernel_builder/fusion_probe.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/metrics.h"
#include "common/table.h"
#include "kernel_builder/probe_graphs.h"

namespace tacho {
namespace {

std::unique_ptr<CompiledModel> compile(Backend& backend, const Graph& graph) {
  const std::vector<std::string> reasons = backend.unsupported(graph);
  if (!reasons.empty()) throw Error(reasons[0], Fault::kUnsupported);
  return backend.compile(graph);
}

ProbeRound probe_round(const std::vector<CompiledModel*>& models, const ProbeShape& shape,
                       const MeasureOptions& options) {
  const std::vector<Timing> timings = measure_interleaved(models, options);
  const Timing &root = timings[0], &reader = timings[1], &together = timings[2];
  std::vector<double> saved_ms;
  for (size_t i = 0; i < together.samples_ms.size(); ++i) {
    saved_ms.push_back(root.samples_ms[i] + reader.samples_ms[i] - together.samples_ms[i]);
  }
  ProbeRound round;
  round.shape = shape;
  round.root_ms = root.median_ms;
  round.reader_ms = reader.median_ms;
  round.together_ms = together.median_ms;
  round.saving = median_of(saved_ms) / std::min(root.median_ms, reader.median_ms);
  return round;
}

}  // namespace

int ProbedPair::agreeing(double threshold) const {
  return static_cast<int>(std::count_if(rounds.begin(), rounds.end(), [&](const ProbeRound& round) {
    return (round.saving > threshold) == fused;
  }));
}

ProbedPair probe_pair(Backend& backend, const OperatorPair& pair, const ProbeOptions& options) {
  ProbedPair probed;
  probed.root = pair.first;
  probed.reader = pair.second;
  std::vector<double> by_shape;
  for (const ProbeShape& shape : options.shapes) {
    const ProbeGraphs graphs = probe_graphs(pair, shape);
    const auto root = compile(backend, graphs.root);
    const auto reader = compile(backend, graphs.reader);
    const auto together = compile(backend, graphs.together);
    std::vector<double> savings;
    for (int i = 0; i < std::max(1, options.rounds); ++i) {
      probed.rounds.push_back(
          probe_round({root.get(), reader.get(), together.get()}, shape, options.measure));
      savings.push_back(probed.rounds.back().saving);
    }
    by_shape.push_back(median_of(savings));
  }
  if (by_shape.empty()) throw Error("the fusion probe needs a shape", Fault::kUsage);
  probed.saving = *std::min_element(by_shape.begin(), by_shape.end());
  probed.fused = probed.saving > options.threshold;
  return probed;
}

nlohmann::ordered_json probed_pair_json(const ProbedPair& pair) {
  nlohmann::ordered_json json{{"root", pair.root},
                              {"reader", pair.reader},
                              {"fused", pair.fused},
                              {"saving", json_number(pair.saving)},
                              {"rounds", nlohmann::ordered_json::array()}};
  for (const ProbeRound& round : pair.rounds) {
    json["rounds"].push_back({{"hw", round.shape.hw},
                              {"channels", round.shape.channels},
                              {"root_ms", json_number(round.root_ms)},
                              {"reader_ms", json_number(round.reader_ms)},
                              {"together_ms", json_number(round.together_ms)},
                              {"saving", json_number(round.saving)}});
  }
  return json;
}

ProbedPair probed_pair_from_json(const nlohmann::json& json) {
  try {
    ProbedPair pair;
    pair.root = json.at("root").get<std::string>();
    pair.reader = json.at("reader").get<std::string>();
    pair.fused = json.at("fused").get<bool>();
    pair.saving = json.at("saving").get<double>();
    for (const auto& round : json.at("rounds")) {
      pair.rounds.push_back({{round.at("hw").get<int64_t>(), round.at("channels").get<int64_t>()},
                             round.at("root_ms").get<double>(),
                             round.at("reader_ms").get<double>(),
                             round.at("together_ms").get<double>(),
                             round.at("saving").get<double>()});
    }
    return pair;
  } catch (const nlohmann::json::exception&) {
    throw Error("a pair is not as the fusion probe writes it");
  }
}

}  // namespace tacho

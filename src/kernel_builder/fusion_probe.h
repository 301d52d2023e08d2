// Which pairs of operators a runtime fuses, found by timing them: nn-Meter's fusion-rule tests
// (Zhang et al., "nn-Meter", MobiSys 2021, section 4: kernel detection).
//
// For root A and reader B three graphs run in turn on the backend: A alone, B alone, A → B. They
// are fused if together they are cheaper than apart by more than a part of the cheaper one:
//
//   t(A) + t(B) − t(A → B)  >  threshold · min(t(A), t(B))
//
// The left side divided by that minimum is called the saving. Runs of the three are taken in turn
// and compared run by run, so that a slow moment of the machine hits all three; of several rounds
// the median counts. Caches make some shape cheaper now and then, so a pair must save at every
// shape.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "backends/backend.h"
#include "backends/measure.h"

namespace tacho {

struct ProbeShape {
  int64_t hw = 28;
  int64_t channels = 16;  ///< features of a fully connected layer: 16 times as many
};

struct ProbeOptions {
  double threshold = 0.5;
  int rounds = 3;
  std::vector<ProbeShape> shapes = {{28, 32}, {56, 32}};
  MeasureOptions measure{3, 0.01, 10, 0.1};  ///< of one round
};

/// Medians over a round's runs, in milliseconds.
struct ProbeRound {
  ProbeShape shape;
  double root_ms = 0;
  double reader_ms = 0;
  double together_ms = 0;
  double saving = 0;
};

struct ProbedPair {
  std::string root, reader;  ///< as fusion_rules.h names operators
  bool fused = false;
  double saving = 0;  ///< the median over a shape's rounds, of the shape where it is smallest
  std::vector<ProbeRound> rounds;

  /// How many rounds by themselves say what `fused` says.
  int agreeing(double threshold) const;
};

using OperatorPair = std::pair<std::string, std::string>;

/// The operators that can be probed, in a fixed order.
std::vector<std::string> probe_operators();
/// All pairs that can follow each other, roots in that order.
std::vector<OperatorPair> probe_pairs();
/// "Conv+Relu". Throws Error (usage): not of this form, an operator that cannot be probed (with the
/// nearest), a reader that cannot follow the root.
OperatorPair parse_probe_pair(const std::string& text);

/// Throws Error: the backend does not support one of the graphs (kUnsupported), or fails.
ProbedPair probe_pair(Backend& backend, const OperatorPair& pair, const ProbeOptions& options);

/// An entry of "pairs" in a file of fusion rules, with the times; and back. Throws Error for an
/// entry of another shape.
nlohmann::ordered_json probed_pair_json(const ProbedPair& pair);
ProbedPair probed_pair_from_json(const nlohmann::json& json);

}  // namespace tacho

// tacho compare: which of two models is faster on a platform, by how much, and how sure that is.
#include <cmath>
#include <nlohmann/json.hpp>

#include "backends/environment.h"
#include "cli/backend_choice.h"
#include "cli/measure_options.h"
#include "cli/models.h"
#include "cli/output.h"
#include "common/signed_rank.h"
#include "common/text.h"

namespace tacho {
namespace {

constexpr double kSignificant = 0.05;

struct Options {
  std::string a, b;
  PlatformChoice platforms;
  ShapeOptions shapes;
  MeasureProtocolOptions protocol;
  FormatOptions format;
};

bool read_options(const Arguments& args, Options& o) {
  CLI::App app("How much slower or faster the second model is than the first, measured in turns.",
               "tacho compare");
  app.add_option("A", o.a, "ONNX file or reference")->required();
  app.add_option("B", o.b, "ONNX file or reference")->required();
  o.platforms.add_to(app);
  o.shapes.add_to(app);
  o.protocol.protocol.turns = o.protocol.protocol.min_runs = 20;
  o.protocol.protocol.min_seconds = 2;
  app.add_option("--turns", o.protocol.protocol.turns, "Turns that each model takes")
      ->check(CLI::Range(6, 200).description(""))
      ->capture_default_str();
  o.protocol.add_to(app);
  o.format.add_to(app);
  app.footer(
      "Example: tacho compare resnet18.onnx resnet18_pruned.onnx --platform libtorch:threads=1\n"
      "The models take turns, A B, B A, A B, …, so that a machine that grows slower or faster "
      "favours\n"
      "neither. Each turn of B is set against the turn of A beside it; whether the\n"
      "ratios of their medians are centred on 1 is Wilcoxon's signed-rank test, the difference\n"
      "printed is the Hodges-Lehmann estimate with its 95 % interval.");
  if (!parse(app, args)) return false;
  // A turn has a run at least.
  o.protocol.protocol.min_runs = std::max(o.protocol.protocol.min_runs, o.protocol.protocol.turns);
  return true;
}

struct Comparison {
  double a_ms = 0, b_ms = 0;
  size_t turns = 0;
  SignedRank logs;  ///< of log(B / A), a turn each

  bool significant_difference() const { return logs.p <= kSignificant; }
};

double percent(double log_ratio) { return 100 * (std::exp(log_ratio) - 1); }

Comparison compare(const Timing& a, const Timing& b) {
  Comparison c{a.median_ms, b.median_ms, 0, {}};
  c.turns = std::min(a.turn_medians_ms.size(), b.turn_medians_ms.size());
  std::vector<double> logs;
  for (size_t i = 0; i < c.turns; ++i) {
    logs.push_back(std::log(b.turn_medians_ms[i] / a.turn_medians_ms[i]));
  }
  c.logs = signed_rank_test(logs);
  return c;
}

std::string signed_percent(double log_ratio) {
  const double x = percent(log_ratio);
  return (x < 0 ? "-" : "+") + significant(std::abs(x), 2);
}

std::string verdict(const Options& o, const Comparison& c) {
  const std::string interval = "95 % interval " + signed_percent(c.logs.low) + " to " +
                               signed_percent(c.logs.high) + " %, p = " + significant(c.logs.p, 2) +
                               ", Wilcoxon signed-rank test on " + std::to_string(c.turns) +
                               " pairs of turns";
  if (!c.significant_difference()) {
    return "no difference shown between " + o.a + " and " + o.b + " (" + interval + ")";
  }
  const bool slower = c.logs.center > 0;
  return o.b + " is " + significant(std::abs(percent(c.logs.center)), 2) + " % " +
         (slower ? "slower" : "faster") + " than " + o.a + " (" + interval + ")";
}

nlohmann::ordered_json comparison_json(const Options& o, const Comparison& c,
                                       const std::string& platform) {
  nlohmann::ordered_json json;
  json["a"] = o.a;
  json["b"] = o.b;
  json["platform"] = platform;
  json["a_latency_ms"] = json_number(c.a_ms);
  json["b_latency_ms"] = json_number(c.b_ms);
  json["difference_percent"] = json_number(percent(c.logs.center));
  json["lower_percent"] = json_number(percent(c.logs.low));
  json["upper_percent"] = json_number(percent(c.logs.high));
  json["p"] = json_number(c.logs.p);
  json["significant"] = c.significant_difference();
  json["test"] = "Wilcoxon signed-rank, paired turns";
  json["turns"] = c.turns;
  return json;
}

}  // namespace

int compare_verb(const Arguments& args) {
  Options o;
  if (!read_options(args, o)) return 0;
  const BindOptions bind = o.shapes.bind();
  const Format format = o.format.format();
  const WorkerLimits limits = o.protocol.limits.of_each(2);
  JsonItems json(format == Format::kJson, "comparisons", json_context(facts_of(environment())));
  Table table;
  table.columns = {{"platform"},
                   {"a_latency_ms", "A ms"},
                   {"b_latency_ms", "B ms"},
                   {"difference_percent", "B - A, %"},
                   {"lower_percent", "from"},
                   {"upper_percent", "to"},
                   {"p"},
                   {"turns"}};
  Faults faults;
  Concerns concerns;
  std::string verdicts;
  for (const std::string& platform : o.platforms.list()) {
    try {
      const std::unique_ptr<WorkerPool> pool = open_pool(platform, limits);
      concerns.print_once(*pool);
      const std::vector<MeasureResult> results =
          pool->measure({{o.a, bind}, {o.b, bind}}, o.protocol.protocol);
      if (results[0].error) throw results[0].error->within(o.a);
      if (results[1].error) throw results[1].error->within(o.b);
      print_spread_notice(o.a, results[0].timing);
      print_spread_notice(o.b, results[1].timing);
      const Comparison c = compare(results[0].timing, results[1].timing);
      json.add(format == Format::kJson ? comparison_json(o, c, pool->platform())
                                       : nlohmann::ordered_json());
      table.rows.push_back({pool->platform(), c.a_ms, c.b_ms, percent(c.logs.center),
                            percent(c.logs.low), percent(c.logs.high), c.logs.p,
                            static_cast<int64_t>(c.turns)});
      verdicts += pool->platform() + ": " + verdict(o, c) + "\n";
    } catch (const Error& e) {
      faults.report(e);
    }
  }
  if (format == Format::kText) {
    print(verdicts);
  } else if (format != Format::kJson && !table.rows.empty()) {
    print_table(table, format);
  }
  return faults.exit_code();
}

}  // namespace tacho

#include "kernel_builder/adaptive_loop.h"

#include <algorithm>
#include <cmath>

#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

/// Fresh draws among which the predictor's doubt chooses, for each configuration that is measured;
/// beside them stand as many around bad predictions as nn-Meter would measure.
constexpr size_t kChoice = 5;

class Loop {
 public:
  Loop(const Workspace& workspace, const KernelType& type, Backend& backend, Sampler& sampler,
       const Learner& learner, const LoopOptions& options)
      : workspace_(workspace),
        type_(type),
        backend_(backend),
        sampler_(sampler),
        learner_(learner),
        options_(options) {}

  std::vector<LoopRound> run() {
    const KernelSettings& s = options_.settings;
    Judgement judgement;
    const std::vector<JudgedKernel>& bad = judgement.judged;
    for (int64_t iteration = 0; iteration < s.iterations; ++iteration) {
      LoopRound round;
      round.mark = mark_of(iteration);
      if (!workspace_.has_mark(type_.name(), round.mark)) {
        const std::vector<KernelConfig> drawn =
            iteration == 0 ? first() : around(judgement, iteration);
        if (drawn.empty() && iteration > 0) {
          const bool paid = left(known().size()) == 0;
          note(std::string(paid ? "the budget is used up" : "nothing new can be sampled") +
               "; the loop ends");
          break;
        }
        Random random(seed(iteration) + 1);
        workspace_.add_configs(type_, round.mark, drawn, random);
      }
      round.sampled = ids_of(round.mark);
      profile(round.mark);
      const bool judged_before = workspace_.has_mark(type_.name(), mark_of(iteration + 1));
      if (!judged_before) judgement = judge(round, iteration);
      rounds_.push_back(round);
      if (bad.empty() && !judged_before) break;
    }
    return rounds_;
  }

 private:
  static std::string mark_of(int64_t iteration) {
    return iteration == 0 ? "prior" : "finegrained" + std::to_string(iteration);
  }

  // Every iteration has random numbers of its own, so that a resumed run draws what the first would
  // have drawn.
  uint64_t seed(int64_t iteration) const {
    return options_.seed * 1000003u + static_cast<uint64_t>(iteration) * 17u;
  }

  size_t ids_of(const std::string& mark) const {
    return NnMeterFile(workspace_.config_path(type_.name(), mark).string())
        .ids(type_.name())
        .size();
  }

  size_t left(size_t known) const {
    if (options_.budget == 0) return SIZE_MAX;
    return options_.budget > known ? options_.budget - known : 0;
  }

  TakenConfigs known() const {
    TakenConfigs taken;
    for (const WorkspaceEntry& e : workspace_.read(type_).entries) taken.insert(e.config);
    return taken;
  }

  std::vector<KernelConfig> first() const {
    TakenConfigs taken = known();
    const auto wanted = static_cast<size_t>(options_.settings.initial);
    Random random(seed(0));
    std::vector<KernelConfig> drawn =
        sampler_.initial(std::min(wanted, left(taken.size())), random, taken);
    if (drawn.size() < wanted) {
      note("only " + std::to_string(drawn.size()) + " configurations to begin with" +
           (left(taken.size()) == 0 ? ": the budget" : ""));
    }
    return drawn;
  }

  // So many for each bad prediction, the worst first; of these and fresh ones those doubted most.
  std::vector<KernelConfig> around(const Judgement& judgement, int64_t iteration) const {
    TakenConfigs taken = known();
    const auto each = static_cast<size_t>(options_.settings.fine_grained);
    const size_t wanted = std::min(each * judgement.judged.size(), left(taken.size()));
    Random random(seed(iteration));
    std::vector<KernelConfig> drawn;
    for (const JudgedKernel& center : judgement.judged) {
      const size_t count = std::min(each, wanted - drawn.size());
      const auto more = sampler_.around(center.config, count, random, taken);
      drawn.insert(drawn.end(), more.begin(), more.end());
    }
    if (!judgement.doubt) return drawn;
    const auto fresh = sampler_.initial(kChoice * wanted, random, taken);
    drawn.insert(drawn.end(), fresh.begin(), fresh.end());
    return doubted(drawn, judgement.doubt, wanted, random);
  }

  // Drawn without replacement, with the square of the doubt as weight: the most doubtful alone
  // would lie next to each other. (Exponential races: Efraimidis and Spirakis 2006.)
  static std::vector<KernelConfig> doubted(const std::vector<KernelConfig>& from,
                                           const std::function<double(const KernelConfig&)>& doubt,
                                           size_t count, Random& random) {
    std::vector<std::pair<double, size_t>> arrivals;
    for (size_t i = 0; i < from.size(); ++i) {
      const double weight = std::max(1e-12, std::pow(doubt(from[i]), 2));
      arrivals.emplace_back(-std::log(1 - random.uniform()) / weight, i);
    }
    std::sort(arrivals.begin(), arrivals.end());
    std::vector<KernelConfig> chosen;
    for (size_t i = 0; i < std::min(count, arrivals.size()); ++i) {
      chosen.push_back(from[arrivals[i].second]);
    }
    return chosen;
  }

  void profile(const std::string& mark) const {
    const ProfileOutcome outcome = profile_kernels(workspace_, type_, backend_, options_.profile);
    if (outcome.measured > 0) note(mark + ": measured " + std::to_string(outcome.measured));
    if (outcome.measured_again > 0) {
      note(mark + ": " + slow_phases(outcome));
    }
    if (outcome.failed > 0) {
      note(mark + ": " + std::to_string(outcome.failed) +
           " could not be measured; the first: " + outcome.first_failure);
    }
  }

  Judgement judge(LoopRound& round, int64_t iteration) const {
    std::vector<WorkspaceEntry> measured = workspace_.read(type_).entries;
    measured.erase(std::remove_if(measured.begin(), measured.end(),
                                  [](const WorkspaceEntry& e) { return !e.latency; }),
                   measured.end());
    if (measured.empty()) {
      throw Error(type_.name() + ": nothing could be measured on " + backend_.platform());
    }
    Judgement judgement = learner_(measured, iteration);
    std::vector<JudgedKernel>& judged = judgement.judged;
    round.judged = judged.size();
    if (judged.empty()) {
      note(round.mark + ": " + std::to_string(measured.size()) +
           " measured, too few to judge predictions by (" + std::to_string(kFewestToJudge) +
           " are needed); the loop ends");
      return judgement;
    }
    std::vector<double> predicted_ms, measured_ms;
    for (const JudgedKernel& k : judged) {
      predicted_ms.push_back(k.predicted_ms);
      measured_ms.push_back(k.measured_ms);
    }
    round.accuracy = kernel_accuracy(predicted_ms, measured_ms);
    const double threshold = options_.settings.error_threshold;
    judged.erase(
        std::remove_if(judged.begin(), judged.end(),
                       [&](const JudgedKernel& k) { return k.relative_error() <= threshold; }),
        judged.end());
    std::stable_sort(judged.begin(), judged.end(), [](const auto& a, const auto& b) {
      return a.relative_error() > b.relative_error();
    });
    round.bad = judged.size();
    note(round.mark + ": " + std::to_string(measured.size()) + " measured; of " +
         std::to_string(round.judged) + " not trained on " + std::to_string(round.bad) +
         " are more than " + significant(100 * threshold, 3) + " % off (mean error " +
         significant(round.accuracy.accuracy.mape, 3) + " %)");
    return judgement;
  }

  void note(const std::string& line) const {
    if (options_.notice) options_.notice(type_.name() + ": " + line);
  }

  const Workspace& workspace_;
  const KernelType& type_;
  Backend& backend_;
  Sampler& sampler_;
  const Learner& learner_;
  const LoopOptions& options_;
  std::vector<LoopRound> rounds_;
};

}  // namespace

double JudgedKernel::relative_error() const {
  return std::abs(predicted_ms - measured_ms) / measured_ms;
}

std::vector<LoopRound> build_adaptively(const Workspace& workspace, const KernelType& type,
                                        Backend& backend, Sampler& sampler, const Learner& learner,
                                        const LoopOptions& options) {
  return Loop(workspace, type, backend, sampler, learner, options).run();
}

}  // namespace tacho

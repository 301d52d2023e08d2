#include "dataset/label_choice.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "common/error.h"
#include "common/metrics.h"
#include "common/stable_hash.h"
#include "common/text.h"
#include "dataset/platforms.h"

namespace tacho {
namespace {

constexpr double kAgreement = 1e-6;  // relative: what printing a number in another way may change
constexpr std::array<std::string_view, 3> kNames = {"refuse", "median", "last"};

template <typename Keep>
void keep_labels(std::vector<Label>& labels, Keep keep) {
  const auto drop = [&](const Label& label) { return !keep(label); };
  labels.erase(std::remove_if(labels.begin(), labels.end(), drop), labels.end());
}

void keep_platforms(std::vector<LabelTable>& tables, const std::vector<std::string>& patterns) {
  if (patterns.empty()) return;
  std::vector<std::string> known;
  std::unordered_set<std::string> seen;
  for (const LabelTable& table : tables) {
    for (const auto* labels : {&table.file.labels, &table.file.without_graph}) {
      for (const Label& label : *labels) {
        if (seen.insert(label.platform).second) known.push_back(label.platform);
      }
    }
  }
  const std::vector<std::string> chosen = choose_platforms(known, patterns, "the labels");
  const std::set<std::string> wanted(chosen.begin(), chosen.end());
  const auto is_wanted = [&](const Label& label) { return wanted.count(label.platform) > 0; };
  for (LabelTable& table : tables) {
    keep_labels(table.file.labels, is_wanted);
    keep_labels(table.file.without_graph, is_wanted);
  }
}

void keep_sample(std::vector<LabelTable>& tables, size_t size, uint64_t seed) {
  if (size == 0) return;
  using Ranked = std::pair<uint64_t, std::string>;  // the hash, the graph
  std::unordered_map<std::string, uint64_t> hashes;
  for (const LabelTable& table : tables) {
    for (const Label& label : table.file.labels) {
      const auto [graph, is_new] = hashes.try_emplace(label.graph.str(), 0);
      if (!is_new) continue;
      Fnv1a hash;
      hash.add_text("sample");  // a split ranks by the hash of the model alone: not by this one
      hash.add_text(label.graph.str());
      graph->second = splitmix64(hash.value() ^ splitmix64(seed));
    }
  }
  std::vector<Ranked> ranked;
  for (const auto& [graph, hash] : hashes) ranked.emplace_back(hash, graph);
  std::sort(ranked.begin(), ranked.end());
  ranked.resize(std::min(size, ranked.size()));
  std::unordered_set<std::string> sample;
  for (Ranked& r : ranked) sample.insert(std::move(r.second));
  for (LabelTable& table : tables) {
    keep_labels(table.file.labels,
                [&](const Label& label) { return sample.count(label.graph) > 0; });
    table.file.without_graph.clear();
  }
}

/// Where a label is, and what it is of.
struct Place {
  size_t graph = 0, platform = 0;  // numbered as they first occur
  int64_t batch = 1;
  size_t table = 0, row = 0;

  auto what() const { return std::tie(graph, batch, platform); }
  auto all() const { return std::tie(graph, batch, platform, table, row); }
};

std::vector<Place> sorted_places(const std::vector<LabelTable>& tables) {
  std::unordered_map<std::string, size_t> graphs, platforms;
  std::vector<Place> places;
  for (size_t table = 0; table < tables.size(); ++table) {
    const std::vector<Label>& labels = tables[table].file.labels;
    for (size_t row = 0; row < labels.size(); ++row) {
      Place place;
      place.graph = graphs.try_emplace(labels[row].graph.str(), graphs.size()).first->second;
      place.platform =
          platforms.try_emplace(labels[row].platform.str(), platforms.size()).first->second;
      place.batch = labels[row].batch;
      place.table = table;
      place.row = row;
      places.push_back(place);
    }
  }
  std::sort(places.begin(), places.end(),
            [](const Place& a, const Place& b) { return a.all() < b.all(); });
  return places;
}

double apart(double a, double b) { return std::max(a, b) / std::min(a, b) - 1; }

/// Settles the labels of one graph, batch and platform, and marks all but the first as dropped
/// (latency 0).
class Settling {
 public:
  Settling(std::vector<LabelTable>& tables, OnConflict on_conflict)
      : tables_(tables), on_conflict_(on_conflict) {}

  void settle(const Place* first, const Place* last, ChosenLabels& chosen) {
    std::vector<double> latencies_ms;
    for (const Place* p = first; p != last; ++p) latencies_ms.push_back(at(*p).latency_ms);
    const auto [low, high] = std::minmax_element(latencies_ms.begin(), latencies_ms.end());
    const double difference = apart(*low, *high);
    if (difference > kAgreement) {
      if (on_conflict_ == OnConflict::kRefuse) refuse(first, last);
      ++chosen.contradicted;
      chosen.most_apart = std::max(chosen.most_apart, difference);
      at(*first).latency_ms =
          on_conflict_ == OnConflict::kMedian ? median_of(latencies_ms) : latencies_ms.back();
    }
    for (const Place* p = first + 1; p != last; ++p) at(*p).latency_ms = 0;
    chosen.repeated += latencies_ms.size() - 1;
  }

 private:
  Label& at(const Place& place) { return tables_[place.table].file.labels[place.row]; }
  std::string where(const Place& place) {
    return tables_[place.table].path + ":" + std::to_string(at(place).line);
  }

  [[noreturn]] void refuse(const Place* first, const Place* last) {
    const auto contradicts = [&](const Place& p) {
      return apart(at(p).latency_ms, at(*first).latency_ms) > kAgreement;
    };
    const Place* other = std::find_if(first, last, contradicts);
    const Label &a = at(*first), &b = at(*other);
    throw Error(where(*first) + " and " + where(*other) + ": '" + printable(a.graph.str()) +
                "' at batch " + std::to_string(a.batch) + " on " + printable(a.platform.str()) +
                " takes " + significant(a.latency_ms, 6) + " ms and " +
                significant(b.latency_ms, 6) + " ms, " +
                significant(100 * apart(a.latency_ms, b.latency_ms), 3) +
                " % apart; --on-conflict median or last settles it");
  }

  std::vector<LabelTable>& tables_;
  OnConflict on_conflict_;
};

ChosenLabels settle_conflicts(std::vector<LabelTable>& tables, OnConflict on_conflict) {
  const std::vector<Place> places = sorted_places(tables);
  Settling settling(tables, on_conflict);
  ChosenLabels chosen;
  for (const Place* first = places.data(); first != places.data() + places.size();) {
    const auto differs = [&](const Place& p) { return p.what() != first->what(); };
    const Place* last = std::find_if(first, places.data() + places.size(), differs);
    if (last - first > 1) settling.settle(first, last, chosen);
    first = last;
  }
  if (chosen.repeated > 0) {
    for (LabelTable& table : tables) {
      keep_labels(table.file.labels, [](const Label& label) { return label.latency_ms > 0; });
    }
  }
  return chosen;
}

}  // namespace

std::string_view on_conflict_name(OnConflict on_conflict) {
  return kNames[static_cast<size_t>(on_conflict)];
}

OnConflict on_conflict_from_name(const std::string& name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) {
    throw Error("--on-conflict " + name + ": must be refuse, median or last", Fault::kUsage);
  }
  return static_cast<OnConflict>(found - kNames.begin());
}

ChosenLabels choose_labels(std::vector<LabelTable>& tables, const LabelChoice& choice) {
  keep_platforms(tables, choice.platforms);
  keep_sample(tables, choice.sample, choice.seed);
  const ChosenLabels chosen = settle_conflicts(tables, choice.on_conflict);
  for (LabelTable& table : tables) {
    table.file.num_rows = table.file.labels.size() + table.file.without_graph.size();
  }
  return chosen;
}

}  // namespace tacho

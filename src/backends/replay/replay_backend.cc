#include "backends/replay/replay_backend.h"

#include <algorithm>
#include <unordered_map>

#include "common/csv.h"
#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

using Samples = std::vector<double>;
using Recording = std::unordered_map<std::string, Samples>;

class ReplayModel : public CompiledModel {
 public:
  explicit ReplayModel(const Samples& samples) : samples_(samples) {}
  double run() override { return samples_[next_++ % samples_.size()]; }
  std::vector<HostTensor> outputs() override { return {}; }

 private:
  Samples samples_;
  size_t next_ = 0;
};

class ReplayBackend : public Backend {
 public:
  ReplayBackend(std::string file, std::string platform, Recording recording)
      : file_(std::move(file)), platform_(std::move(platform)), recording_(std::move(recording)) {}

  std::string name() const override { return "replay"; }
  std::string platform() const override { return platform_; }
  std::map<std::string, std::string> facts() const override {
    return {{"runtime", "replay"}, {"file", file_}, {"graphs", std::to_string(recording_.size())}};
  }

  std::vector<std::string> unsupported(const Graph& graph) const override {
    if (recording_.count(graph.name) > 0) return {};
    return {"'" + printable(graph.name) + "' was not measured on " + platform_ + " (" + file_ +
            ")"};
  }

  std::unique_ptr<CompiledModel> compile(const Graph& graph) override {
    const auto samples = recording_.find(graph.name);
    if (samples == recording_.end()) throw Error(unsupported(graph)[0], Fault::kUnsupported);
    return std::make_unique<ReplayModel>(samples->second);
  }

 private:
  std::string file_, platform_;
  Recording recording_;
};

// The platform to replay: the one asked for, or the only one.
std::string choose_platform(const std::vector<RecordedRun>& runs, const std::string& file,
                            const std::optional<std::string>& asked) {
  std::vector<std::string> platforms;
  for (const RecordedRun& run : runs) {
    if (std::find(platforms.begin(), platforms.end(), run.platform) == platforms.end()) {
      platforms.push_back(run.platform);
    }
  }
  if (asked) {
    if (std::find(platforms.begin(), platforms.end(), *asked) != platforms.end()) return *asked;
    throw Error(file + ": no platform '" + *asked + "'" + name_hint(*asked, platforms),
                Fault::kUsage);
  }
  if (platforms.size() == 1) return platforms[0];
  throw Error(file + ": has " + std::to_string(platforms.size()) +
                  " platforms; name one: replay:file=…,platform=" + platforms[0],
              Fault::kUsage);
}

}  // namespace

std::unique_ptr<Backend> replay(const std::string& file, const std::vector<RecordedRun>& runs,
                                const std::optional<std::string>& platform) {
  if (runs.empty()) throw Error(file + ": has no measurements");
  const std::string chosen = choose_platform(runs, file, platform);
  Recording recording;
  for (const RecordedRun& run : runs) {
    if (run.platform == chosen) recording[run.graph].push_back(run.latency_ms);
  }
  return std::make_unique<ReplayBackend>(file, chosen, std::move(recording));
}

std::unique_ptr<Backend> open_replay_backend(const BackendSpec& spec) {
  const std::string file = spec.required("file");
  const CsvTable table = CsvTable::read_file(file);
  const std::string graph = table.has_column("graph") ? "graph" : "kernel";
  if (!table.has_column(graph) || (graph == "kernel" && table.has_column("device"))) {
    throw Error(file +
                ": names no graphs; tacho kernel build and profile replay tables of one "
                "kernel's configurations");
  }
  const std::optional<std::string> asked = spec.find("platform");
  const bool has_platform = table.has_column("platform");
  std::vector<RecordedRun> runs;
  for (size_t row = 0; row < table.num_rows(); ++row) {
    const double ms = table.number(row, "latency_ms");
    if (ms <= 0) throw Error(table.where(row) + ": latency_ms is not positive");
    runs.push_back({table.text(row, graph),
                    has_platform ? table.text(row, "platform") : asked.value_or("replay"), ms});
  }
  return replay(file, runs, asked);
}

}  // namespace tacho

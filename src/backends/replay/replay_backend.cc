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
std::string choose_platform(const CsvTable& table, const std::string& file,
                            const std::optional<std::string>& asked) {
  if (!table.has_column("platform")) return asked.value_or("replay");
  std::vector<std::string> platforms;
  for (size_t row = 0; row < table.num_rows(); ++row) {
    const std::string& platform = table.text(row, "platform");
    if (std::find(platforms.begin(), platforms.end(), platform) == platforms.end()) {
      platforms.push_back(platform);
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

std::unique_ptr<Backend> open_replay_backend(const BackendSpec& spec) {
  const std::string file = spec.required("file");
  const CsvTable table = CsvTable::read_file(file);
  if (table.num_rows() == 0) throw Error(file + ": has no measurements");
  const std::string graph = table.has_column("graph") ? "graph" : "kernel";
  const std::string platform = choose_platform(table, file, spec.find("platform"));
  const bool has_platform = table.has_column("platform");
  Recording recording;
  for (size_t row = 0; row < table.num_rows(); ++row) {
    const double ms = table.number(row, "latency_ms");
    if (ms <= 0) throw Error(table.where(row) + ": latency_ms is not positive");
    if (has_platform && table.text(row, "platform") != platform) continue;
    recording[table.text(row, graph)].push_back(ms);
  }
  return std::make_unique<ReplayBackend>(file, platform, std::move(recording));
}

}  // namespace tacho

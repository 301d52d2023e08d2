#include "backends/replay/record_backend.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "backends/registry.h"
#include "common/csv.h"
#include "common/error.h"

namespace tacho {
namespace {

constexpr const char* kHeader = "graph,platform,latency_ms";
constexpr double kWriteEveryMs = 1000;

// The file, open for appending.
class RunLog {
 public:
  explicit RunLog(const std::string& path) : path_(path) {
    std::string first;
    std::getline(std::ifstream(path), first);
    if (!first.empty() && first != kHeader) {
      throw Error(path + ": exists and is no recording (its first line is not '" + kHeader + "')");
    }
    file_ = std::fopen(path.c_str(), "ae");
    if (file_ == nullptr) throw Error(path + ": cannot write: " + std::strerror(errno));
    if (first.empty()) write(std::string(kHeader) + "\n");
  }
  ~RunLog() { std::fclose(file_); }
  RunLog(const RunLog&) = delete;
  RunLog& operator=(const RunLog&) = delete;

  void write(const std::string& rows) {
    if (std::fwrite(rows.data(), 1, rows.size(), file_) != rows.size() || std::fflush(file_) != 0) {
      throw Error(path_ + ": cannot write: " + std::strerror(errno));
    }
  }

 private:
  std::string path_;
  std::FILE* file_ = nullptr;
};

class RecordModel : public CompiledModel {
 public:
  RecordModel(std::unique_ptr<CompiledModel> model, std::string prefix, std::shared_ptr<RunLog> log)
      : model_(std::move(model)), prefix_(std::move(prefix)), log_(std::move(log)) {}
  ~RecordModel() override {
    try {
      write();
    } catch (const Error& e) {
      std::fprintf(stderr, "tacho: %s\n", e.what());
    }
  }
  RecordModel(const RecordModel&) = delete;
  RecordModel& operator=(const RecordModel&) = delete;

  void begin_turn() override { model_->begin_turn(); }
  double run() override {
    const double ms = model_->run();
    runs_.push_back(ms);
    unwritten_ms_ += ms;
    if (unwritten_ms_ > kWriteEveryMs) write();
    return ms;
  }
  std::vector<HostTensor> outputs() override { return model_->outputs(); }
  std::vector<std::string> plan() const override { return model_->plan(); }

 private:
  void write() {
    std::string rows;
    char number[32];
    for (const double ms : runs_) {
      std::snprintf(number, sizeof number, "%.9g\n", ms);
      rows += prefix_ + number;
    }
    runs_.clear();
    unwritten_ms_ = 0;
    log_->write(rows);
  }

  std::unique_ptr<CompiledModel> model_;
  std::string prefix_;  ///< the row but for the latency
  std::shared_ptr<RunLog> log_;
  std::vector<double> runs_;
  double unwritten_ms_ = 0;
};

class RecordBackend : public Backend {
 public:
  RecordBackend(std::unique_ptr<Backend> backend, const std::string& file)
      : backend_(std::move(backend)), file_(file), log_(std::make_shared<RunLog>(file)) {}

  std::string name() const override { return "record"; }
  std::string platform() const override { return backend_->platform(); }
  std::map<std::string, std::string> facts() const override {
    std::map<std::string, std::string> facts = backend_->facts();
    facts["recorded_to"] = file_;
    return facts;
  }
  std::vector<std::string> unsupported(const Graph& graph) const override {
    return backend_->unsupported(graph);
  }
  std::vector<std::string> split_off(const Graph& graph) const override {
    return backend_->split_off(graph);
  }
  std::optional<std::vector<Op>> operators() const override { return backend_->operators(); }
  std::unique_ptr<CompiledModel> compile(const Graph& graph) override {
    const std::string prefix = csv_field(graph.name) + "," + csv_field(platform()) + ",";
    return std::make_unique<RecordModel>(backend_->compile(graph), prefix, log_);
  }

 private:
  std::unique_ptr<Backend> backend_;
  std::string file_;
  std::shared_ptr<RunLog> log_;
};

}  // namespace

std::unique_ptr<Backend> record(std::unique_ptr<Backend> backend, const std::string& file) {
  return std::make_unique<RecordBackend>(std::move(backend), file);
}

std::unique_ptr<Backend> open_record_backend(const BackendSpec& spec) {
  const std::string file = spec.required("file"), other = spec.required("of");
  return record(open_backend(other), file);
}

}  // namespace tacho

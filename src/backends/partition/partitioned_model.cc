#include "backends/partition/partitioned_model.h"

#include <chrono>
#include <map>
#include <string>

#include "backends/partition/tensor_size.h"

namespace tacho {
namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// One of a piece's tensors, on its way to another piece or out.
struct Port {
  size_t piece = 0;
  size_t at = 0;  ///< which output of it
};

/// A stage's input that another makes.
struct Feed {
  size_t input = 0;
  Port from;
  int64_t elements = 0;
  std::string name;
};

struct Stage {
  std::unique_ptr<CompiledModel> model;
  std::vector<Feed> fed;
  bool feeds = false;               ///< a later stage
  std::vector<HostTensor> outputs;  ///< of the latest run, if it feeds
};

class PartitionedModel : public CompiledModel {
 public:
  PartitionedModel(const Graph& graph, const std::vector<Piece>& pieces, Backend& first,
                   Backend& rest) {
    std::map<ValueId, Port> ports;
    for (size_t p = 0; p < pieces.size(); ++p) {
      const Piece& piece = pieces[p];
      Backend& runs = piece.first ? first : rest;
      Stage stage;
      stage.model = runs.compile(piece.graph);
      for (size_t i = 0; i < piece.graph.inputs.size(); ++i) {
        const auto made = ports.find(piece.graph.inputs[i]);
        if (made == ports.end()) continue;  // an input of the whole
        const Value& value = piece.graph.value(piece.graph.inputs[i]);
        stage.fed.push_back(
            {i, made->second, checked_elements(*value.dims).value_or(-1), value.name});
        stages_[made->second.piece].feeds = true;
      }
      for (size_t i = 0; i < piece.graph.outputs.size(); ++i) {
        ports.emplace(piece.graph.outputs[i], Port{p, i});
      }
      plan_.push_back("part " + std::to_string(p + 1) + " of " + std::to_string(pieces.size()) +
                      ": " + std::to_string(piece.nodes.size()) + " operators on " +
                      runs.platform());
      for (const std::string& line : stage.model->plan()) plan_.push_back("  " + line);
      stages_.push_back(std::move(stage));
    }
    for (const ValueId v : graph.outputs) outputs_.push_back(ports.at(v));
  }

  void begin_turn() override {
    for (Stage& stage : stages_) stage.model->begin_turn();
  }

  double run() override {
    double ms = 0;
    for (Stage& stage : stages_) {
      const Clock::time_point before = Clock::now();
      for (const Feed& feed : stage.fed) {
        const HostTensor& tensor = stages_[feed.from.piece].outputs.at(feed.from.at);
        check_size(tensor, feed.elements, feed.name);
        stage.model->set_input(feed.input, tensor);
      }
      const double fed_ms = ms_since(before);
      ms += fed_ms + stage.model->run();
      if (!stage.feeds) continue;
      const Clock::time_point after = Clock::now();
      stage.outputs = stage.model->outputs();
      ms += ms_since(after);
    }
    return ms;
  }

  std::vector<HostTensor> outputs() override {
    std::vector<std::vector<HostTensor>> of_stages;
    for (Stage& stage : stages_) of_stages.push_back(stage.model->outputs());
    std::vector<HostTensor> tensors;
    for (const Port& port : outputs_) tensors.push_back(of_stages[port.piece].at(port.at));
    return tensors;
  }

  std::vector<std::string> plan() const override { return plan_; }

 private:
  std::vector<Stage> stages_;
  std::vector<Port> outputs_;
  std::vector<std::string> plan_;
};

}  // namespace

std::unique_ptr<CompiledModel> compile_pieces(const Graph& graph, const std::vector<Piece>& pieces,
                                              Backend& first, Backend& rest) {
  return std::make_unique<PartitionedModel>(graph, pieces, first, rest);
}

}  // namespace tacho

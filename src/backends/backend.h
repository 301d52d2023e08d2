// What runs models: a runtime on a device, a recording of one, or a fake. Four calls:
// can it run this, prepare it, run it once, what came out.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/error.h"
#include "graph_ir/graph.h"

namespace tacho {

/// A float tensor on the host, row-major.
struct HostTensor {
  std::vector<int64_t> shape;
  std::vector<float> values;
};

/// A model made ready to run. Not to be used by two threads at once.
class CompiledModel {
 public:
  virtual ~CompiledModel() = default;
  /// Something else ran since the last run: a model that answers with runs made ahead drops those.
  virtual void begin_turn() {}
  /// One inference. Returns how long it took in milliseconds: by the clock where a device runs,
  /// from the table where a recording answers.
  virtual double run() = 0;
  /// Of the latest run, in the order of the graph's outputs; empty for a recording.
  virtual std::vector<HostTensor> outputs() = 0;
  /// From here on input `i` of the graph holds these values instead of the made-up ones; integers
  /// are the floats, truncated towards zero. `tensor` has the input's shape, and as many values.
  /// Throws Error where the runtime takes none (Backend::takes_inputs).
  virtual void set_input(size_t /*i*/, const HostTensor& /*tensor*/) {
    throw Error("this runtime cannot be given inputs", Fault::kUnsupported);
  }
  /// What runs, in order, one line per kernel; empty where the runtime does not tell.
  virtual std::vector<std::string> plan() const { return {}; }
};

class Backend {
 public:
  virtual ~Backend() = default;
  /// "libtorch", "replay": what `--backend` takes.
  virtual std::string name() const = 0;
  /// "cpu-xeon_8481c-2t-libtorch1.13-fp32".
  virtual std::string platform() const = 0;
  /// Versions, threads, governor: written beside every measurement.
  virtual std::map<std::string, std::string> facts() const = 0;
  /// Why it cannot run the graph, one line per reason ("Conv 'x': dilations are not supported");
  /// empty if it can. The graph is inferred (every value has dims).
  virtual std::vector<std::string> unsupported(const Graph& graph) const = 0;
  /// Constants without data and inputs hold the values of graph_ir/made_up_tensors.h, so that every
  /// backend computes the same from the same graph.
  /// Throws Error for what `unsupported` would have named.
  virtual std::unique_ptr<CompiledModel> compile(const Graph& graph) = 0;

  /// Whether its models can be given inputs (CompiledModel::set_input) and have outputs to give.
  virtual bool takes_inputs() const { return false; }
  /// What of the graph, which it does not refuse, another runtime computes for it: a line per part;
  /// empty if it runs all of it.
  virtual std::vector<std::string> split_off(const Graph& /*graph*/) const { return {}; }
  /// The operators that it has, whatever their attributes; nullopt if it cannot tell.
  virtual std::optional<std::vector<Op>> operators() const { return std::nullopt; }
};

}  // namespace tacho

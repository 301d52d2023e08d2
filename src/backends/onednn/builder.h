// From a graph to a program: where each value lies, in which layouts and types.
#pragma once

#include <map>
#include <optional>

#include "backends/onednn/eltwise.h"
#include "backends/onednn/groups.h"
#include "backends/onednn/program.h"

namespace tacho::onednn {

using backends::NodeContext;
using backends::Refusal;

/// How a value is held in integers of 8 bits: the real number is scale × the stored one.
struct Quantized {
  float scale = 1;
  Type type = Type::s8;
};
using Quantization = std::map<ValueId, Quantized>;

struct BuildOptions {
  Type real = Type::f32;  ///< what floats are held in: f32 or bf16
  bool dry = false;       ///< see Program
  bool keep_all = false;  ///< every value outlives the run, for calibration
  uint64_t input_seed = 0;
  Quantization quantized;  ///< what is held in 8 bits; all else in `real`
};

class Builder {
 public:
  /// The graph must outlive the builder.
  Builder(const Graph& graph, const BuildOptions& options, Program& program);

  const Graph& graph() const { return graph_; }
  Program& program() { return program_; }
  bool dry() const { return program_.dry(); }
  Type real() const { return options_.real; }
  const std::vector<char>& constant() const { return constant_; }
  const std::vector<Group>& groups() const { return groups_; }

  /// The value as whoever made it left it; a constant is made up at its first use.
  const Tensor& made(ValueId v);
  bool is_made(ValueId v) const { return !versions_[static_cast<size_t>(v)].empty(); }
  /// The same elements in another layout and type, reordered once for all readers.
  Tensor as(ValueId v, const Desc& layout, float scale = 1);
  /// Floats: in real(), in whatever layout; integers as they are.
  Tensor in(ValueId v);
  /// The same, row-major.
  Tensor in_plain(ValueId v);
  Tensor in_f32(ValueId v);  ///< row-major
  /// Row-major, with integers of 32 bits.
  Tensor in_ints(ValueId v);
  /// How the value is held in 8 bits; nullopt if it is not.
  std::optional<Quantized> quantized(ValueId v) const;
  /// In 8 bits, reordered to `layout` (its type included) where it is given.
  Tensor in_quantized(ValueId v, const Desc& layout);

  /// The elements of a constant; zeros in a dry build.
  /// Refuses, in dry builds too, what a node computes or the model is given as it runs.
  std::vector<float> floats(ValueId v);
  void need_constant(ValueId v) const;
  Tensor known_floats(const Shape& shape, const std::vector<float>& elements);

  /// `made` is the value from now on.
  void put(ValueId v, const Tensor& made);
  /// A row-major tensor of the value's dims, in real() or in integers of 32 bits.
  Tensor make_plain(ValueId v, bool known);
  Shape dims(ValueId v) const;
  /// Whether all inputs of the node are known.
  bool known_inputs(const Node& node);
  /// Whether nothing reads the value after `group`, so that its bytes may be overwritten.
  bool is_last_reader(ValueId v, const Group& group);

  Tensor reordered(const Tensor& from, const Desc& layout, float scale);

 private:
  const Graph& graph_;
  BuildOptions options_;
  Program& program_;
  std::vector<char> constant_;
  std::vector<Group> groups_;
  std::vector<int> last_group_;  ///< by value: the last group that reads it
  std::vector<int> group_of_node_;
  std::vector<std::vector<Tensor>> versions_;  ///< by value; the first is the one that was made
};

/// DType of the graph as a program holds it.
Type held_type(DType dtype, Type real);

}  // namespace tacho::onednn

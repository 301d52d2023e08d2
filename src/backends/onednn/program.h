// What a compiled model runs: oneDNN primitives, and loops of ours where there is none, over
// buffers that are placed in one arena once it is known from when to when each is needed.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "backends/node_context.h"
#include "backends/onednn/dnnl_headers.h"
#include "graph_ir/graph.h"

namespace tacho::onednn {

using backends::Shape;
using Type = dnnl::memory::data_type;
using Desc = dnnl::memory::desc;

/// Bytes that one or more tensors lie in.
struct Buffer {
  size_t bytes = 0;
  bool known = false;         ///< made of constants: written while the program is built
  bool kept = false;          ///< its content outlives the steps: inputs and outputs of the graph
  bool shared = false;        ///< several values lie in it
  int first = -1, last = -1;  ///< steps that touch it
  std::shared_ptr<std::byte> data;  ///< of its own; null in the arena
};

/// A tensor of the program; a copy is the same tensor.
struct Tensor {
  dnnl::memory memory;
  std::shared_ptr<Buffer> buffer;
  float scale = 1;  ///< of integers of 8 bits: the real number is scale × the stored one

  Desc layout() const { return memory.get_desc(); }
  Type type() const { return static_cast<Type>(memory.get_desc().data.data_type); }
  bool known() const { return buffer->known; }
  /// Where it lies; only while the program runs, or of a known one.
  template <typename T>
  T* at() const {
    return static_cast<T*>(memory.get_data_handle());
  }
};

using Arguments = std::vector<std::pair<int, Tensor>>;  ///< DNNL_ARG_SRC, …

/// Row-major.
Desc plain(const Shape& shape, Type type);
/// Whatever layout the primitive likes best.
Desc any(const Shape& shape, Type type);
Desc with_type(const Desc& layout, Type type);
Shape shape_of(const Desc& layout);
bool is_plain(const Desc& layout);
/// In elements.
Shape row_major_strides(const Shape& shape);
int64_t elements_of(const Shape& shape);

class Program {
 public:
  /// A dry one only finds out whether every primitive exists: it has neither data nor code.
  explicit Program(bool dry) : dry_(dry), engine_(dnnl::engine::kind::cpu, 0), stream_(engine_) {}

  const dnnl::engine& engine() const { return engine_; }
  bool dry() const { return dry_; }
  /// What the steps from now on belong to.
  void begin_node(NodeId node, std::string name) {
    node_ = node;
    name_ = std::move(name);
  }

  /// A new tensor; a known one has memory at once.
  Tensor make(const Desc& layout, bool known, float scale = 1);
  /// The same bytes, seen in another way, by another value.
  Tensor view(const Tensor& tensor, const Desc& layout);
  /// The same, by a primitive that reads or makes the tensor's own value.
  Tensor seen_as(const Tensor& tensor, const Desc& layout) const;

  /// A step; those whose result is known are run here and now.
  template <typename Primitive>
  void add(const typename Primitive::primitive_desc& pd, const Arguments& arguments) {
    std::string label = std::is_same_v<Primitive, dnnl::reorder> ? "reorder:" : "";
    label += pd.impl_info_str() + types_of(arguments);
    if (dry_) return;
    Step step = step_for(std::move(label), arguments);
    step.primitive = Primitive(pd);
    for (const auto& [place, tensor] : arguments) step.arguments.emplace(place, tensor.memory);
    add_step(std::move(step), arguments);
  }
  /// A loop of ours; it finds its tensors itself. The last of `touched` is the result.
  void add_loop(const std::string& what, const std::vector<Tensor>& touched,
                std::function<void()> loop);

  /// Places the buffers. Afterwards nothing is added.
  void finish();
  /// Milliseconds. Throws std::exception; running() tells where.
  double run();
  NodeId running() const { return steps_.at(at_).node; }
  /// "jit:avx512_core f32→f32  Conv 'x'", one line per step: oneDNN's name of the implementation,
  /// the types it reads and writes, the node it belongs to. A reorder's begins with "reorder:".
  std::vector<std::string> lines() const;

 private:
  struct Step {
    dnnl::primitive primitive;
    std::unordered_map<int, dnnl::memory> arguments;
    std::function<void()> loop;  ///< instead of a primitive
    std::vector<Tensor> touched;
    std::string label;
    NodeId node = kNoNode;
  };

  static std::string types_of(const Arguments& arguments);
  Step step_for(std::string label, const Arguments& arguments) const;
  void add_step(Step step, const Arguments& arguments);
  void execute(const Step& step);

  bool dry_;
  dnnl::engine engine_;
  dnnl::stream stream_;
  std::vector<Step> steps_;
  std::shared_ptr<std::byte> arena_;
  NodeId node_ = kNoNode;
  std::string name_;
  size_t at_ = 0;
};

}  // namespace tacho::onednn

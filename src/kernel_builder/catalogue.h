// All kernel types that there are: nn-Meter's 29, those that today's networks need, and the user's
// own. Each is declared in one place with its parameters, its graph and its costs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph_ir/graph.h"
#include "graph_ir/kernels.h"
#include "graph_ir/workload.h"
#include "kernel_builder/kernel_config.h"

namespace tacho {

/// What KernelParameter::absent may be besides a value.
constexpr int64_t kRequired = -1;     ///< it must be given
constexpr int64_t kSamePadding = -2;  ///< same_padding(k): (k - 1) / 2
constexpr int64_t kSameAsCin = -3;

/// How samplers treat a parameter.
enum class ParameterRole {
  kKept,      ///< as the prior has it
  kListed,    ///< one of the valid values, each parameter on its own
  kChannels,  ///< all of a type from one entry of the prior, then scaled; fine-grained sampling
              ///< varies them
  kSize,      ///< the same for what are no channels: rows, queries
};

struct KernelParameter {
  std::string name;         ///< in the canonical text: "hw", "cin", "cout", "k", "s"
  std::string nnmeter_key;  ///< in nn-Meter's JSON: "HW", "CIN", "COUT", "KERNEL_SIZE", "STRIDES"
  int64_t absent = kRequired;  ///< the value where the text leaves it out
  int64_t least = 1;           ///< the smallest valid value
  ParameterRole role = ParameterRole::kKept;
  /// What kListed draws from, ascending; others can be run too. Of a user's kernel, which no prior
  /// knows, the smallest and the largest that the other roles draw.
  std::vector<int64_t> valid = {};
};

/// What a kernel costs by its formula; equals what graph_ir counts on the graph of the same
/// configuration (float32), without building one.
struct KernelCost {
  Cost cost;
  Workload work;  ///< all zero where it has no matrix product
};

class KernelType {
 public:
  virtual ~KernelType() = default;
  virtual const std::string& name() const = 0;
  /// Kernel types with the same predictor share one forest: "conv", "dwconv", else the own name.
  virtual const std::string& predictor() const = 0;
  /// Every built-in type ends with "b", the batch size (default 1).
  virtual const std::vector<KernelParameter>& parameters() const = 0;
  virtual bool custom() const { return false; }  ///< registered by the user
  /// What predictors see of it: parameters' names, "flops", "params", "bytes", "intensity"; empty:
  /// everything.
  virtual const std::vector<std::string>& features() const {
    static const std::vector<std::string> everything;
    return everything;
  }
  virtual bool nnmeter() const { return false; }  ///< one of nn-Meter's 29

  /// Throws Error naming the parameter and the values it may have.
  virtual void check(const KernelConfig& config) const = 0;
  virtual KernelCost cost(const KernelConfig& config) const = 0;
  /// A graph with constant weights that have no data; its name is the canonical text.
  virtual Graph build(const KernelConfig& config) const = 0;
};

class Catalogue {
 public:
  /// The built-in types, in the order in which `tacho kernel list` shows them.
  static const Catalogue& builtin();

  const std::vector<std::shared_ptr<const KernelType>>& types() const { return types_; }
  /// Null if there is none.
  const KernelType* find(const std::string& name) const;
  /// Throws Error with the nearest name.
  const KernelType& at(const std::string& name) const;
  /// Throws Error if the name is taken.
  void add(std::shared_ptr<const KernelType> type);

 private:
  std::vector<std::shared_ptr<const KernelType>> types_;
};

/// The position of a parameter, by its name or its nn-Meter key; nullopt if the type has none.
std::optional<size_t> parameter_index(const KernelType& type, const std::string& name);
/// The value that parameter `index` takes where it is not given; the parameters it follows from
/// (k, cin) stand in `values`. kRequired if it must be given.
int64_t absent_value(const KernelType& type, const std::vector<int64_t>& values, size_t index);
/// `values` (kRequired where a value was not given) with the absent ones filled in, checked.
/// Throws Error naming the kernel and the parameter that is missing or not valid.
KernelConfig complete_config(const KernelType& type, std::vector<int64_t> values);

/// The canonical text. A parameter that has its default value is left out.
std::string to_text(const KernelType& type, const KernelConfig& config);
/// Throws Error naming the text: no such kernel or parameter (with the nearest), one that is
/// missing or given twice, a value that is not a positive integer or not valid.
KernelConfig parse_kernel(const Catalogue& catalogue, const std::string& text);

}  // namespace tacho

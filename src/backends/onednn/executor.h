// A graph prepared for oneDNN and run.
#pragma once

#include "backends/backend.h"
#include "backends/onednn/builder.h"

namespace tacho::onednn {

enum class Precision { kFp32, kBf16, kInt8 };

/// One line per node that the executor cannot run and per input of a type it has not.
std::vector<std::string> refusals(const Graph& graph, Precision precision);

/// Batch norms, biases, sums and activations become part of the product before them. Products
/// choose their layouts; what reads them takes those or has them reordered, and a run counts that,
/// as it counts the conversion of its float32 inputs. What depends on constants alone is computed
/// once, here. Throws Error naming a node that cannot be run.
std::unique_ptr<CompiledModel> prepare(const Graph& graph, Precision precision, int threads);

/// Adds all of the builder's groups to its program. Throws Error naming the node.
void build_program(Builder& builder);
/// Real numbers, row-major, whatever the tensor's layout and type.
std::vector<float> elements_in(const Program& program, const Tensor& tensor);

}  // namespace tacho::onednn

// What patterns are written with: small questions about a node's neighbourhood. None changes the
// graph.
#pragma once

#include <optional>
#include <vector>

#include "graph_ir/graph.h"

namespace tacho {

/// The node that makes `value`, if it is an `op` that has nothing fused into it yet; else kNoNode.
NodeId made_by(const Graph& graph, ValueId value, Op op);
/// The only reader of the node's only output, if nothing else reads it; else kNoNode.
NodeId sole_reader(const Graph& graph, NodeId node);
/// Input i of the node; kNoValue if it has none.
ValueId input(const Graph& graph, NodeId node, size_t i);
ValueId output(const Graph& graph, NodeId node);

/// False for kNoValue.
bool is_constant(const Graph& graph, ValueId value);
/// The element of a constant with exactly one element, where it is known.
std::optional<double> scalar_of(const Graph& graph, ValueId value);
/// Within a relative tolerance of 1e-3.
bool is_near(double value, double wanted);
bool is_scalar_near(const Graph& graph, ValueId value, double wanted);

/// Elements of `value`; 0 if its dims are not known.
int64_t elements_of(const Graph& graph, ValueId value);
const Dims& dims_of(const Graph& graph, ValueId value);
bool same_dims(const Graph& graph, ValueId a, ValueId b);
/// Whether a constant holds one element per channel of `value`, which has its channels at dimension
/// 1: [C, 1, 1] or [1, C, 1, 1] for rank 4.
bool is_per_channel(const Graph& graph, ValueId constant, ValueId value);

/// A binary node read as "this operand and the other one", in whichever order they stand.
struct Operands {
  ValueId first = kNoValue;  ///< the one that was asked for
  ValueId other = kNoValue;
};
/// The node's constant operand first; nullopt unless exactly one of two is constant.
std::optional<Operands> split_constant(const Graph& graph, NodeId node);
/// The operand near `wanted` first; nullopt unless exactly one of two is.
std::optional<Operands> split_scalar(const Graph& graph, NodeId node, double wanted);
/// The operand made by `op` first; if both are, input 0.
std::optional<Operands> split_op(const Graph& graph, NodeId node, Op op);

/// The tree of multiplications that ends at a node, flattened: scale × factors[0] × factors[1] × …
/// Divisions by a known scalar count as multiplications; branches that others read too stay whole.
struct Product {
  double scale = 1;
  std::vector<ValueId> factors;
};
Product product_at(const Graph& graph, NodeId node);
/// The same for the tree that ends at a value; the value itself if no multiplication makes it.
Product product_of(const Graph& graph, ValueId value);

/// Looks through a Cast.
ValueId skip_cast(const Graph& graph, ValueId value);

/// Lower and upper bound of a Clip, in attributes or inputs; infinite where it has none, nullopt
/// where they are not known.
std::optional<std::pair<double, double>> clip_bounds(const Graph& graph, NodeId clip);
/// The axes of a Reduce operator, in [0, rank), ascending; empty if they are not known.
std::vector<int64_t> reduce_axes(const Graph& graph, NodeId reduce);

/// ReduceMean over the spatial axes or GlobalAveragePool: one element per channel remains.
bool is_global_pool(const Graph& graph, NodeId node);
/// Conv, ConvTranspose, Gemm or MatMul with a constant weight at input 1.
bool is_weighted(const Graph& graph, NodeId node);
/// Relu, Sigmoid, Silu, Clip and their like: one non-constant input, same shape out.
bool is_activation(Op op);
/// Arithmetic on one or more operands element by element, activations included.
bool is_elementwise(Op op);
/// Reshape, Flatten, Squeeze, Unsqueeze: another shape for the same bytes.
bool is_reshape(Op op);

}  // namespace tacho

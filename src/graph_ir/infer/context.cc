#include "graph_ir/infer/context.h"

#include <algorithm>

#include "common/error.h"
#include "graph_ir/infer/unknown.h"

namespace tacho {
namespace {

const Literal* usable_literal(const Value& v) {
  if (!v.literal || !v.dims) return nullptr;
  const bool ints = is_integer(v.dtype);
  if (!ints && !is_float(v.dtype)) return nullptr;
  const size_t size = ints ? v.literal->ints.size() : v.literal->reals.size();
  const std::optional<int64_t> elements = checked_elements(*v.dims);
  return elements && static_cast<int64_t>(size) == *elements ? &*v.literal : nullptr;
}

}  // namespace

const Value& InferContext::value(size_t i) const {
  if (!has_input(i)) fail("input " + std::to_string(i) + " is missing");
  const Value& v = run_.graph.value(node_.inputs[i]);
  if (!v.dims || !checked_elements(*v.dims) || v.dims->size() > kMaxRank) {
    fail("input " + std::to_string(i) + " ('" + v.name + "') has no usable dimensions");
  }
  return v;
}

const Literal* InferContext::literal(size_t i) const {
  return has_input(i) ? usable_literal(value(i)) : nullptr;
}

const std::vector<int64_t>* InferContext::ints(size_t i) const {
  const Literal* l = literal(i);
  return l != nullptr && is_integer(dtype(i)) ? &l->ints : nullptr;
}

const std::vector<double>* InferContext::reals(size_t i) const {
  const Literal* l = literal(i);
  return l != nullptr && is_float(dtype(i)) ? &l->reals : nullptr;
}

const std::vector<int64_t>& InferContext::required_ints(size_t i, std::string_view what) const {
  const std::vector<int64_t>* known = ints(i);
  if (known == nullptr) {
    const std::string& name = has_input(i) ? value(i).name : std::string();
    fail(std::string(what) + " (input " + std::to_string(i) + ", '" + name +
         "') must be integers known before the graph runs");
  }
  return *known;
}

const Value* InferContext::tensor_attribute(std::string_view attribute) const {
  const Attribute* a = node_.find_attribute(attribute);
  if (a == nullptr || a->tensor == kNoValue) return nullptr;
  const Value& v = run_.graph.value(a->tensor);
  return v.dims && checked_elements(*v.dims) ? &v : nullptr;
}

int64_t InferContext::normal_axis(int64_t axis, int64_t rank) const {
  if (axis < -rank || axis >= rank) {
    fail("axis " + std::to_string(axis) + " is outside rank " + std::to_string(rank));
  }
  return axis < 0 ? axis + rank : axis;
}

std::vector<int64_t> InferContext::normal_axes(const std::vector<int64_t>& axes,
                                               int64_t rank) const {
  std::vector<char> seen(static_cast<size_t>(rank), 0);
  std::vector<int64_t> normal;
  for (const int64_t axis : axes) {
    normal.push_back(normal_axis(axis, rank));
    if (seen[normal.back()]++ != 0) fail("axis " + std::to_string(axis) + " is named twice");
  }
  return normal;
}

void InferContext::set_output(size_t i, const Dims& dims, DType dtype) {
  if (!has_output(i)) return;
  if (dims.size() > kMaxRank) fail("an output of rank " + std::to_string(dims.size()));
  if (!checked_elements(dims)) fail("impossible output dimensions " + dims_text(dims));
  Value& v = run_.graph.value(node_.outputs[i]);
  v.dims = dims;
  v.literal.reset();
  // A file may declare more than a rule knows (the dtype of a Cast to a future type, say).
  if (dtype != DType::kUnknown) v.dtype = dtype;
}

void InferContext::set_output_literal(size_t i, Literal literal) {
  if (!has_output(i) || literal.size() > kMaxLiteralElements) return;
  const auto size = static_cast<int64_t>(literal.size());
  if (size > run_.literals_left) return;
  Value& v = run_.graph.value(node_.outputs[i]);
  v.literal = std::move(literal);
  if (usable_literal(v) == nullptr) {
    v.literal.reset();
    return;
  }
  run_.literals_left -= size;
}

std::optional<Dims> InferContext::declared_dims(size_t i) const {
  if (!has_output(i)) return std::nullopt;
  return declared_dims_at_batch(run_, id_, i);
}

const Value* InferContext::declared_input(size_t i) const {
  return run_.declared != nullptr && has_input(i) ? &run_.declared->value(node_.inputs[i])
                                                  : nullptr;
}

const Value* InferContext::declared_output(size_t i) const {
  return run_.declared != nullptr && has_output(i) ? &run_.declared->value(node_.outputs[i])
                                                   : nullptr;
}

const Dims& InferContext::declared_input_dims(size_t i) const {
  const Value* v = declared_input(i);
  return v != nullptr && v->dims ? *v->dims : dims(i);
}

bool InferContext::same_literal(size_t i) const {
  const Literal* now = literal(i);
  const Value* v = declared_input(i);
  return now != nullptr && v != nullptr && v->literal && *v->literal == *now;
}

void InferContext::fail(const std::string& why) const {
  std::string inputs;
  constexpr size_t kMaxListed = 8;
  for (size_t i = 0; i < std::min(num_inputs(), kMaxListed); ++i) {
    if (i > 0) inputs += ", ";
    const Value* v = has_input(i) ? &run_.graph.value(node_.inputs[i]) : nullptr;
    inputs += v == nullptr                             ? "-"
              : v->dims && v->dims->size() <= kMaxRank ? dims_text(*v->dims)
                                                       : "?";
  }
  if (num_inputs() > kMaxListed) inputs += ", …";
  throw Error(run_.graph.describe(id_) + ": " + why +
              (inputs.empty() ? " (no inputs)" : " (inputs " + inputs + ")"));
}

}  // namespace tacho

#include "graph_ir/infer/bind.h"

#include <algorithm>
#include <numeric>

#include "common/error.h"
#include "graph_ir/infer/context.h"

namespace tacho {
namespace {

/// Levenshtein's distance.
size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0]++;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

[[noreturn]] void no_such_input(const Graph& graph, const std::string& name) {
  constexpr size_t kMaxName = 256;  // the distance is quadratic, and names come from files
  const std::string* nearest = nullptr;
  size_t best = 0;
  for (const ValueId id : graph.inputs) {
    const std::string& candidate = graph.value(id).name;
    if (candidate.size() > kMaxName || name.size() > kMaxName) continue;
    const size_t distance = edit_distance(name, candidate);
    if (nearest == nullptr || distance < best) nearest = &candidate, best = distance;
  }
  throw Error("--shape: the model has no input '" + name + "'" +
                  (nearest != nullptr ? "; did you mean '" + *nearest + "'?" : ""),
              Fault::kUsage);
}

const InputShape* find_shape(const BindOptions& options, const std::string& name) {
  // The last one wins, as on every command line.
  const auto it = std::find_if(options.shapes.rbegin(), options.shapes.rend(),
                               [&](const InputShape& s) { return s.name == name; });
  return it == options.shapes.rend() ? nullptr : &*it;
}

void check_shape(const InputShape& shape, const Value& input) {
  if (input.dims && input.dims->size() != shape.dims.size()) {
    throw Error("--shape " + shape.name + ":" + dims_text(shape.dims) + ": input '" + input.name +
                    "' has rank " + std::to_string(input.dims->size()) + " (" +
                    dims_text(*input.dims) + ")",
                Fault::kUsage);
  }
  if (std::any_of(shape.dims.begin(), shape.dims.end(), [](int64_t d) { return d < 1; })) {
    throw Error("--shape " + shape.name + ": every dimension must be at least 1", Fault::kUsage);
  }
}

/// "1xSEQ": the mend that a notice offers, with the unknown dimension by its name.
std::string shape_hint(const Dims& dims, const std::vector<std::string>& symbols) {
  std::string text;
  for (size_t i = 0; i < dims.size(); ++i) {
    if (i > 0) text += 'x';
    const bool named = i < symbols.size() && !symbols[i].empty();
    text += named ? symbols[i] : dims[i] < 0 ? "N" : std::to_string(dims[i]);
  }
  return text;
}

}  // namespace

BoundInputs bind_inputs(const Graph& graph, const BindOptions& options) {
  for (const InputShape& shape : options.shapes) {
    const bool known = std::any_of(graph.inputs.begin(), graph.inputs.end(),
                                   [&](ValueId id) { return graph.value(id).name == shape.name; });
    if (!known) no_such_input(graph, shape.name);
  }
  if (options.batch && *options.batch < 1) throw Error("--batch must be at least 1", Fault::kUsage);

  BoundInputs bound;
  std::optional<int64_t>
      first_batch;  // dimension 0 of the first input that has one; may be unknown
  for (size_t i = 0; i < graph.inputs.size(); ++i) {
    const Value& input = graph.value(graph.inputs[i]);
    const std::vector<std::string> symbols =
        i < graph.input_symbols.size() ? graph.input_symbols[i] : std::vector<std::string>{};
    const InputShape* shape = find_shape(options, input.name);
    if (shape != nullptr) check_shape(*shape, input);
    if (!input.dims && shape == nullptr) {
      throw Error("input '" + input.name + "': the file does not tell its rank; --shape " +
                  input.name + ":DIMS sets it");
    }
    Dims asked = shape != nullptr ? shape->dims : *input.dims;
    const int64_t own_batch = !input.dims           ? asked.empty() ? 1 : asked[0]
                                        : input.dims->empty() ? 1
                                                    : (*input.dims)[0];
    if (!asked.empty() && !first_batch) {
      first_batch = own_batch;
      bound.declared_batch = own_batch < 0 ? 1 : own_batch;
    }
    if (options.batch && shape == nullptr && !asked.empty() &&
        (own_batch < 0 || own_batch == *first_batch)) {
      asked[0] = *options.batch;
    }
    for (size_t d = 0; d < asked.size(); ++d) {
      if (asked[d] >= 0) continue;
      const bool named = d < symbols.size() && !symbols[d].empty();
      const std::string which = named ? "'" + symbols[d] + "'" : std::to_string(d);
      bound.notices.push_back("input '" + input.name + "': dimension " + which +
                              " is unknown, set to 1; --shape " + input.name + ":" +
                              shape_hint(*input.dims, symbols) + " sets it" +
                              (d == 0 ? " (or --batch)" : ""));
      asked[d] = 1;
    }
    Dims declared = asked;
    if (!declared.empty()) declared[0] = own_batch < 0 ? 1 : own_batch;
    for (const Dims* dims : {&asked, &declared}) {
      if (dims->size() > kMaxRank || !checked_elements(*dims)) {
        throw Error("input '" + input.name + "': impossible dimensions " + dims_text(*dims));
      }
    }
    bound.asked.push_back(std::move(asked));
    bound.declared.push_back(std::move(declared));
  }
  return bound;
}

}  // namespace tacho

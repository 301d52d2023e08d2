// Shorthand of the shape inference's tests.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/error.h"
#include "graph_ir/infer/infer_shapes.h"
#include "graph_ir/testing.h"

namespace tacho::testing {

inline const Value& value_named(const Graph& graph, const std::string& name) {
  for (ValueId id = 0; id < graph.num_value_ids(); ++id) {
    if (graph.value(id).name == name) return graph.value(id);
  }
  throw std::runtime_error("no value '" + name + "'");
}

inline std::string dims_named(const Graph& graph, const std::string& name) {
  return dims_text(*value_named(graph, name).dims);
}

/// The graph of the text, inferred.
inline Graph inferred(const std::string& text, const BindOptions& options = {}) {
  Graph graph = graph_from_text(text);
  infer_shapes(graph, options);
  return graph;
}

inline Graph inferred_at(int64_t batch, const std::string& text) {
  BindOptions options;
  options.batch = batch;
  return inferred(text, options);
}

/// The dims of output y.
inline std::string y_dims(const std::string& text) { return dims_named(inferred(text), "y"); }

/// The message of the Error that inferring the text gives; "" if it gives none.
inline std::string error_of(const std::string& text, const BindOptions& options = {}) {
  try {
    inferred(text, options);
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

}  // namespace tacho::testing

// A network as a database keeps it, so that it can be measured and learned from again.
#pragma once

#include <string>

#include "common/mapped_file.h"
#include "graph_ir/graph_hash.h"

namespace tacho {

struct StoredGraph {
  GraphHash hash;
  std::string name;  ///< as it was first given
  std::string form;  ///< "onnx", "reference", or "" where the graph itself is not kept
  std::string body;  ///< an ONNX file without weights, or the reference's text
};

/// Of what read_graph() takes. Its graph at `options` must be the one behind `hash`: if the file
/// alone does not give it (shapes that were asked for, integers in other files), `form` is "".
StoredGraph store_graph(const std::string& name, const GraphHash& hash, const BindOptions& options);
/// Of an ONNX file's bytes, the weights of which are left out.
StoredGraph store_onnx(const std::string& name, ByteSpan onnx, const GraphHash& hash,
                       const BindOptions& options);

/// The graph as it was read. Throws Error if it is not kept.
Graph read_stored_graph(const StoredGraph& graph);

/// How `body` stands in a database: a zlib stream. Throws Error for what is none.
std::string compressed(const std::string& bytes);
std::string decompressed(const std::string& bytes);

}  // namespace tacho

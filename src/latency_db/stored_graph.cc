#include "latency_db/stored_graph.h"

#include "common/error.h"
#include "graph_ir/onnx_reader.h"
#include "graph_ir/onnx_skeleton.h"
#include "graph_ir/references/reference.h"

#ifdef TACHO_WITH_ZLIB
#include <zlib.h>
#endif

namespace tacho {
namespace {

// A damaged database must not fill the memory: the skeleton's own limit.
constexpr size_t kMaxBody = size_t{256} << 20;

/// The body goes where it does not give the graph again.
StoredGraph checked(StoredGraph graph, const BindOptions& options) {
  bool same = false;
  try {
    same = graph_key(read_stored_graph(graph), options).hash == graph.hash;
  } catch (const Error&) {
  }
  if (!same) graph.form.clear(), graph.body.clear();
  return graph;
}

/// A shape that was asked for is no part of the file, so that the file alone is another network.
BindOptions batch_alone(const BindOptions& options) {
  BindOptions alone;
  alone.batch = options.batch;
  return alone;
}

}  // namespace

StoredGraph store_graph(const std::string& name, const GraphHash& hash,
                        const BindOptions& options) {
  StoredGraph graph{hash, name, "", ""};
  if (is_graph_reference(name)) {
    graph.form = "reference";
    graph.body = name;
  } else {
    graph.form = "onnx";
    graph.body = with_context(name, [&] { return read_onnx_skeleton(name); });
  }
  return checked(std::move(graph), batch_alone(options));
}

StoredGraph store_onnx(const std::string& name, ByteSpan onnx, const GraphHash& hash,
                       const BindOptions& options) {
  StoredGraph graph{hash, name, "onnx", with_context(name, [&] { return onnx_skeleton(onnx); })};
  return checked(std::move(graph), batch_alone(options));
}

Graph read_stored_graph(const StoredGraph& graph) {
  if (graph.form == "reference") return build_reference(graph.body);
  if (graph.form == "onnx") {
    return read_onnx({reinterpret_cast<const uint8_t*>(graph.body.data()), graph.body.size()});
  }
  throw Error("graph " + graph.hash.hex() + " ('" + graph.name +
              "') is known by its hash alone; import or measure its file again to keep it");
}

#ifdef TACHO_WITH_ZLIB
std::string compressed(const std::string& bytes) {
  uLongf size = ::compressBound(bytes.size());
  std::string out(size, '\0');
  const int code = ::compress2(reinterpret_cast<Bytef*>(out.data()), &size,
                               reinterpret_cast<const Bytef*>(bytes.data()), bytes.size(), 9);
  if (code != Z_OK) throw Error("zlib: cannot compress");
  out.resize(size);
  return out;
}

std::string decompressed(const std::string& bytes) {
  z_stream stream{};
  if (::inflateInit(&stream) != Z_OK) throw Error("zlib: cannot start");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  int code = Z_OK;
  while (code == Z_OK && out.size() < kMaxBody) {
    char part[1 << 16];
    stream.next_out = reinterpret_cast<Bytef*>(part);
    stream.avail_out = sizeof part;
    code = ::inflate(&stream, Z_NO_FLUSH);
    out.append(part, sizeof part - stream.avail_out);
  }
  ::inflateEnd(&stream);
  if (code != Z_STREAM_END) throw Error("a stored graph is damaged");
  return out;
}

#else
std::string compressed(const std::string&) {
  throw Error("graphs cannot be kept: this build is without zlib (Debian: zlib1g-dev)");
}

std::string decompressed(const std::string&) {
  throw Error("graphs cannot be read: this build is without zlib (Debian: zlib1g-dev)");
}
#endif

}  // namespace tacho

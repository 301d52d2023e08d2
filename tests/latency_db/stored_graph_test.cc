#include "latency_db/stored_graph.h"

#include <gtest/gtest.h>

#include "common/error.h"
#include "graph_ir/testing.h"
#include "temporary_folder.h"

namespace tacho::testing {
namespace {

ByteSpan span(const std::string& bytes) {
  return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
}

std::string model() {
  std::string weights;
  for (int i = 0; i < 10000; ++i) weights += (i > 0 ? ", " : "") + std::to_string(i % 7);
  return model_bytes("g (float[N,100] x) => (float[N,100] y) <float[100,100] w = {" + weights +
                     "}> { y = MatMul(x, w) }");
}

TEST(StoredGraph, IsTheFileWithoutItsWeights) {
  const std::string bytes = model();
  const GraphHash hash = graph_key(read_onnx(span(bytes)), {}).hash;
  const TemporaryFolder folder;
  write_bytes(folder.file("m.onnx"), bytes);
  for (const StoredGraph& graph : {store_graph(folder.file("m.onnx"), hash, {}),
                                   store_onnx("m.onnx", span(bytes), hash, {})}) {
    EXPECT_EQ(graph.form, "onnx");
    EXPECT_LT(graph.body.size(), 500);
    EXPECT_EQ(graph_key(read_stored_graph(graph), {}).hash, hash);
  }
}

TEST(StoredGraph, OfAReferenceIsItsText) {
  const std::string name = "family:resnet:3";
  const GraphHash hash = graph_key(read_stored_graph({{}, name, "reference", name}), {}).hash;
  const StoredGraph graph = store_graph(name, hash, {});
  EXPECT_EQ(graph.form, "reference");
  EXPECT_EQ(graph.body, name);
}

TEST(StoredGraph, IsLeftOutWhereTheFileAloneIsAnotherNetwork) {
  const std::string bytes = model_bytes("g (float[N,C] x) => (float[N,C] y) { y = Relu(x) }");
  BindOptions wide;
  wide.shapes = {{"x", {1, 64}}};
  const GraphHash hash = graph_key(read_onnx(span(bytes)), wide).hash;
  const StoredGraph graph = store_onnx("m.onnx", span(bytes), hash, wide);
  EXPECT_EQ(graph.form, "");
  EXPECT_THROW(read_stored_graph(graph), Error);
}

TEST(StoredGraph, CompressionIsUndone) {
  const std::string bytes(200000, 'x');
  EXPECT_LT(compressed(bytes).size(), 2000);
  EXPECT_EQ(decompressed(compressed(bytes)), bytes);
  EXPECT_EQ(decompressed(compressed("")), "");
  EXPECT_THROW(decompressed("no stream"), Error);
  EXPECT_THROW(decompressed(compressed(bytes).substr(0, 50)), Error);
}

}  // namespace
}  // namespace tacho::testing

// Every kernel of the catalogue as an ONNX file: valid for ONNX's own checker and the same to our
// reader.
#include "graph_ir/onnx_writer.h"

#include <gmock/gmock.h>
#include <onnx/checker.h>
#include <onnx/shape_inference/implementation.h>

#include <cmath>
#include <filesystem>

#include "graph_ir/graph_builder.h"
#include "graph_ir/lower.h"
#include "graph_ir/testing.h"
#include "kernel_builder/random_config.h"

namespace tacho {
namespace {

using ::testing::HasSubstr;

onnx::ModelProto parsed(const std::string& bytes) {
  onnx::ModelProto model;
  if (!model.ParseFromString(bytes)) throw std::runtime_error("not protobuf");
  return model;
}

class WrittenKernel : public ::testing::TestWithParam<std::string> {};

TEST_P(WrittenKernel, IsValidAndReadsBackTheSame) {
  const KernelType& type = Catalogue::builtin().at(GetParam());
  std::mt19937 random(5);
  for (int i = 0; i < 5; ++i) {
    const Graph graph = type.build(testing::random_config(type, random));
    SCOPED_TRACE(graph.name);
    onnx::ModelProto model = parsed(onnx_bytes(graph, {7}));
    EXPECT_NO_THROW(onnx::checker::check_model(model));
    // ONNX's own shape inference, in its strict mode, agrees with the dims that we declare.
    EXPECT_NO_THROW(onnx::shape_inference::InferShapes(model, onnx::OpSchemaRegistry::Instance(),
                                                       {true, 1, false}));
    for (const auto& options : {OnnxWriteOptions{}, OnnxWriteOptions{7}}) {
      const LoweredModel back = lower(testing::graph_from_bytes(onnx_bytes(graph, options)), {});
      const LoweredModel direct = lower(graph, {});
      EXPECT_EQ(back.graph.name, graph.name);
      ASSERT_EQ(direct.kernels.kernels.size(), 1u);
      ASSERT_EQ(back.kernels.kernels.size(), 1u);
      EXPECT_EQ(back.kernels.kernels[0].type, direct.kernels.kernels[0].type);
      EXPECT_EQ(back.kernels.kernels[0].cost.flops, direct.kernels.kernels[0].cost.flops);
      EXPECT_EQ(back.kernels.kernels[0].cost.bytes(), direct.kernels.kernels[0].cost.bytes());
    }
  }
}

std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (const auto& type : Catalogue::builtin().types()) names.push_back(type->name());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, WrittenKernel, ::testing::ValuesIn(all_names()),
                         [](const auto& info) {
                           std::string name = info.param;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

TEST(OnnxWriter, ReadsBackAWholeNetworkWithTheSameTotals) {
  const Graph graph = read_onnx_file(TACHO_SOURCE_DIR "/models/resnet18.onnx");
  const LoweredModel before = lower(graph, {});
  const LoweredModel after = lower(testing::graph_from_bytes(onnx_bytes(graph)), {});
  const GraphTotals a = totals_of(before.graph, before.kernels);
  const GraphTotals b = totals_of(after.graph, after.kernels);
  EXPECT_EQ(a.cost.macs, b.cost.macs);
  EXPECT_EQ(a.cost.params, b.cost.params);
  EXPECT_EQ(before.kernels.edges, after.kernels.edges);
}

TEST(OnnxWriter, KeepsSymbolsAndDoesNotInventDims) {
  const Graph graph =
      testing::graph_from_text("g (float[N,3] x) => (float[N,3] y) { y = Relu(x) }");
  const Graph back = testing::graph_from_bytes(onnx_bytes(graph));
  EXPECT_EQ(back.input_symbols, graph.input_symbols);
  EXPECT_EQ(back.value(back.inputs[0]).dims, graph.value(graph.inputs[0]).dims);
}

TEST(OnnxWriter, WritesAListOfOneAsAList) {
  const Graph graph = testing::graph_from_text(
      "g (float[2,3,8] x, float[4,3,3] w) => (float[2,4,3] y) { y = Conv<strides=[2]>(x, w) }");
  const onnx::ModelProto model = parsed(onnx_bytes(graph));
  EXPECT_EQ(model.graph().node(0).attribute(0).type(), onnx::AttributeProto::INTS);
}

TEST(OnnxWriter, DrawsTheSameWeightsForASeedAndOthersForAnother) {
  const KernelConfig config =
      parse_kernel(Catalogue::builtin(), "conv-bn:hw=8,cin=64,cout=32,k=3,s=1");
  const Graph graph = Catalogue::builtin().at("conv-bn").build(config);
  const std::string bytes = onnx_bytes(graph, {1});
  EXPECT_EQ(bytes, onnx_bytes(graph, {1}));
  EXPECT_NE(bytes, onnx_bytes(graph, {2}));
  EXPECT_LT(onnx_bytes(graph).size(), 1000u);
  const onnx::ModelProto model = parsed(bytes);
  double squares = 0;
  const std::string& raw = model.graph().initializer(0).raw_data();
  const auto* w = reinterpret_cast<const float*>(raw.data());
  ASSERT_EQ(raw.size(), 4u * 32 * 64 * 9);
  for (size_t i = 0; i < raw.size() / 4; ++i) squares += w[i] * w[i];
  EXPECT_NEAR(squares / 32, 1, 0.05);  // each output keeps the scale of the inputs
}

std::string message_of(const Graph& graph, const OnnxWriteOptions& options = {}) {
  try {
    onnx_bytes(graph, options);
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

TEST(OnnxWriter, RefusesFusedKernelsAndTooManyWeights) {
  GraphBuilder g("fused");
  const Graph graph = g.finish({g.silu(g.input({1, 2, 3, 3}))});
  EXPECT_THAT(message_of(lower(graph, {}).graph), HasSubstr("fused kernel"));
  GraphBuilder huge("huge");
  const Graph large = huge.finish({huge.fc(huge.input({1, 40000}), 40000)});
  EXPECT_THAT(message_of(large, {1}), HasSubstr("2 GB"));
  EXPECT_EQ(message_of(large), "");
}

TEST(OnnxWriter, LeavesNothingBehindWhereItCannotWrite) {
  GraphBuilder g("g");
  const Graph graph = g.finish({g.relu(g.input({1}))});
  EXPECT_THROW(write_onnx_file(graph, "/nonexistent/folder/x.onnx"), Error);
  const std::string path = ::testing::TempDir() + "/written.onnx";
  write_onnx_file(graph, path);
  EXPECT_EQ(read_onnx_file(path).name, "g");
}

}  // namespace
}  // namespace tacho

// References as ONNX files: valid for ONNX's own checker and shape inference, the same to our
// reader.
#include <gmock/gmock.h>
#include <onnx/checker.h>
#include <onnx/shape_inference/implementation.h>

#include "graph_ir/features.h"
#include "graph_ir/onnx_writer.h"
#include "graph_ir/references/family.h"
#include "graph_ir/references_testing.h"
#include "graph_ir/testing.h"

namespace tacho {
namespace {

constexpr int64_t kMostElements = 10'000'000;  // keeps the test fast
constexpr int64_t kBatch = 2;

/// Two members of every family, those with few weights, and a network of each other kind.
std::vector<std::string> texts() {
  std::vector<std::string> texts = {
      "nasbench201:|none~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|none~1|nor_conv_1x1~2|",
      "nasbench201-pruned:|none~0|+|none~0|skip_connect~1|+|none~0|none~1|none~2|",
      testing::fbnet_with("k3_e1_g2", 7)};
  for (const std::string& family : family_names()) {
    for (int seed = 0, found = 0; seed < 30 && found < 2; ++seed) {
      const std::string text = "family:" + family + ":" + std::to_string(seed);
      if (initializer_elements(build_reference(text)) > kMostElements) continue;
      texts.push_back(text);
      ++found;
    }
  }
  return texts;
}

TEST(ReferenceAsOnnx, IsValidAndReadsBackTheSame) {
  ASSERT_EQ(texts().size(), 3 + 2 * family_names().size());
  for (const std::string& text : texts()) {
    SCOPED_TRACE(text);
    const Graph graph = build_reference(text, kBatch);
    const std::string bytes = onnx_bytes(graph, {1});
    onnx::ModelProto model;
    ASSERT_TRUE(model.ParseFromString(bytes));
    EXPECT_NO_THROW(onnx::checker::check_model(model));
    EXPECT_NO_THROW(onnx::shape_inference::InferShapes(model, onnx::OpSchemaRegistry::Instance(),
                                                       {true, 1, false}));
    const LoweredModel back = lower(testing::graph_from_bytes(onnx_bytes(graph)), {});
    const LoweredModel direct = lower(graph, {});
    EXPECT_EQ(back.graph.name, text);
    EXPECT_EQ(featurize(back.graph, back.kernels).features,
              featurize(direct.graph, direct.kernels).features);
  }
}

}  // namespace
}  // namespace tacho

#include <gmock/gmock.h>

#include "graph_ir/references/fbnet.h"
#include "graph_ir/references_testing.h"

namespace tacho {
namespace {

using testing::count_nodes;
using testing::fbnet_with;
using ::testing::HasSubstr;
using testing::reference_fault;
using testing::totals_of_reference;

/// The output of the last node of a block.
std::string block_output(const Graph& graph, const std::string& block) {
  std::string dims;
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    const Node& node = graph.node(id);
    if (node.name.rfind(block + ".", 0) == 0) dims = dims_text(*graph.value(node.outputs[0]).dims);
  }
  return dims;
}

// stem, one 1×1 for each of the six changes of shape, head, classifier
constexpr double kSkipMacs = 27 * 16 * 1024 + 16 * 24 * 1024 + 24 * 32 * 256 + 32 * 64 * 64 +
                             64 * 112 * 64 + 112 * 184 * 16 + 184 * 352 * 16 + 352 * 1504 * 16 +
                             150400.0;

TEST(Fbnet, OfSkipsOnlyHasOneConvolutionPerChangeOfShape) {
  const std::string text = fbnet_with("skip", 0);
  const Graph graph = build_reference(text);
  EXPECT_EQ(count_nodes(graph, Op::kConv), 8);
  EXPECT_EQ(count_nodes(graph, Op::kRelu), 8) << "each has one";
  EXPECT_EQ(count_nodes(graph, Op::kAdd), 0);
  EXPECT_EQ(dims_text(*graph.value(graph.outputs[0]).dims), "1x100");
  EXPECT_EQ(totals_of_reference(text).cost.macs, kSkipMacs);
}

TEST(Fbnet, StagesHaveTheirChannelsAndExtents) {
  std::string text = "fbnet:k3_e1";
  for (int i = 1; i < 22; ++i) text += i % 2 == 0 ? "/k3_e3" : "/k5_e6";
  const Graph graph = build_reference(text);
  EXPECT_EQ(block_output(graph, "block0"), "1x16x32x32");
  EXPECT_EQ(block_output(graph, "block1"), "1x24x32x32");
  EXPECT_EQ(block_output(graph, "block5"), "1x32x16x16");
  EXPECT_EQ(block_output(graph, "block9"), "1x64x8x8");
  EXPECT_EQ(block_output(graph, "block13"), "1x112x8x8");
  EXPECT_EQ(block_output(graph, "block17"), "1x184x4x4");
  EXPECT_EQ(block_output(graph, "block21"), "1x352x4x4");
  EXPECT_EQ(block_output(graph, "head"), "1x100");
}

TEST(Fbnet, BlocksCostTheirThreeConvolutions) {
  // Block 0 keeps 16×32×32: 1×1 to 96 channels, depthwise, 1×1 back, and the input added.
  EXPECT_EQ(totals_of_reference(fbnet_with("k5_e6", 0)).cost.macs,
            kSkipMacs + (16 * 96 + 96 * 25 + 96 * 16) * 1024.0);
  EXPECT_EQ(count_nodes(build_reference(fbnet_with("k5_e6", 0)), Op::kAdd), 1);
  // Block 5 goes from 24×32×32 to 32×16×16 in place of the skip's convolution.
  EXPECT_EQ(totals_of_reference(fbnet_with("k3_e3", 5)).cost.macs,
            kSkipMacs - 24 * 32 * 256 + 24 * 72 * 1024 + (72 * 9 + 72 * 32) * 256.0);
  EXPECT_EQ(count_nodes(build_reference(fbnet_with("k3_e3", 5)), Op::kAdd), 0);
}

TEST(Fbnet, GroupsHalveThePointwiseConvolutionsAndShuffle) {
  const std::string text = fbnet_with("k3_e1_g2", 0);
  EXPECT_EQ(totals_of_reference(text).cost.macs,
            kSkipMacs + (16 * 16 / 2 + 16 * 9 + 16 * 16 / 2) * 1024.0);
  const Graph graph = build_reference(text);
  EXPECT_EQ(count_nodes(graph, Op::kReshape), 2);
  EXPECT_EQ(count_nodes(graph, Op::kTranspose), 1);
  EXPECT_EQ(count_nodes(build_reference(fbnet_with("k3_e1", 0)), Op::kReshape), 0);
}

TEST(Fbnet, DoesNotParseBecause) {
  EXPECT_THAT(reference_fault("fbnet:"), HasSubstr("has 22 blocks joined by '/', this has 1"));
  EXPECT_THAT(reference_fault(fbnet_with("skip", 0) + "/skip"), HasSubstr("this has 23"));
  EXPECT_THAT(reference_fault(fbnet_with("", 3)), HasSubstr("block 3: '' is no block"));
  EXPECT_THAT(reference_fault(fbnet_with("Skip", 3)), HasSubstr("block 3: 'Skip' is no block"));
  EXPECT_THAT(reference_fault(fbnet_with("k3", 4)), HasSubstr("block 4: 'k3' is no block"));
  EXPECT_THAT(reference_fault(fbnet_with("e3_k3", 4)), HasSubstr("'e3' is not k1 to k9"));
  EXPECT_THAT(reference_fault(fbnet_with("k3_e", 4)), HasSubstr("'e' is not e1 to e9"));
  EXPECT_THAT(reference_fault(fbnet_with("k3_e0", 4)), HasSubstr("'e0' is not e1 to e9"));
  EXPECT_THAT(reference_fault(fbnet_with("k3_e1_g9", 4)), HasSubstr("'g9' is not g1 to g8"));
  EXPECT_THAT(reference_fault(fbnet_with("k3_e1_g2_x", 4)), HasSubstr("is no block"));
  EXPECT_THAT(reference_fault(fbnet_with("k4_e1", 4)), HasSubstr("kernel of 'k4_e1' is even"));
  EXPECT_THAT(reference_fault(fbnet_with("k3_e1_g3", 0)),
              HasSubstr("block 0: 16 to 16 channels cannot be had in 3 groups"));
}

}  // namespace
}  // namespace tacho

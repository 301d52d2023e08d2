#include <gmock/gmock.h>

#include "graph_ir/onnx_reader.h"
#include "graph_ir/references/nasbench201.h"
#include "graph_ir/references_testing.h"

namespace tacho {
namespace {

using testing::count_nodes;
using ::testing::HasSubstr;
using testing::reference_fault;

const std::string kAllConv3x3 =
    "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~"
    "2|";

Graph whole(const std::string& cell) { return build_reference("nasbench201:" + cell); }
Graph pruned(const std::string& cell) { return build_reference("nasbench201-pruned:" + cell); }

// Around the cells: stem 2 (conv, BN), two reductions of 9, head 5.
constexpr int kNodesAround = 2 + 2 * 9 + 5;
constexpr int kCells = 15;

TEST(Nasbench201, AllConvolutionsHaveThePublishedCosts) {
  const Graph graph = whole(kAllConv3x3);
  // Per cell six edges of three nodes, one Add into node 2 and two into node 3.
  EXPECT_EQ(graph.num_live_nodes(), kNodesAround + kCells * (6 * 3 + 3));
  EXPECT_EQ(dims_text(*graph.value(graph.outputs[0]).dims), "1x10");

  // 5 cells of 6 convolutions per stage, C·C·9 weights each, at 32, 16 and 8 pixels: per stage the
  // same number.
  const double stage_macs = 30.0 * 16 * 16 * 9 * 32 * 32;
  const double stem_macs = 3.0 * 16 * 9 * 32 * 32;
  // To twice the channels at half the extent: 3×3, 3×3, and the shortcut's 1×1.
  const double reduction_macs = (16 * 32 * 9 + 32 * 32 * 9 + 16 * 32) * 16.0 * 16;
  const double macs = stem_macs + 3 * stage_macs + 2 * reduction_macs + 640;
  EXPECT_EQ(testing::totals_of_reference("nasbench201:" + kAllConv3x3).cost.macs, macs);
  EXPECT_NEAR(macs, 220.1e6, 0.05e6) << "published";

  // What PyTorch counts as parameters: of a batch norm scale and bias, not mean and variance.
  const auto stage_params = [](int64_t c) { return 30 * (c * c * 9 + 2 * c); };
  const auto reduction_params = [](int64_t c) {
    return (2 * c * c * 9 + 4 * c) + (4 * c * c * 9 + 4 * c) + 2 * c * c;
  };
  const int64_t params = (3 * 16 * 9 + 32) + stage_params(16) + stage_params(32) +
                         stage_params(64) + reduction_params(16) + reduction_params(32) + 128 + 650;
  EXPECT_NEAR(static_cast<double>(params), 1.531e6, 0.001e6) << "published";
  const int64_t norm_channels = 16 + 30 * (16 + 32 + 64) + 2 * (32 + 64) + 64;
  EXPECT_EQ(initializer_elements(graph), params + 2 * norm_channels);
}

TEST(Nasbench201, ConvolutionsHaveReluBeforeThem) {
  const Graph graph = whole(kAllConv3x3);
  EXPECT_EQ(graph.node(0).op, Op::kConv);
  EXPECT_EQ(graph.node(1).op, Op::kBatchNormalization);
  EXPECT_EQ(graph.node(2).op, Op::kRelu) << "of the first edge: the stem has none";
  EXPECT_EQ(graph.node(2).name, "stage0.cell0.Relu_2");
}

TEST(Nasbench201, ZeroEdgesAreMultipliedAndAdded) {
  const Graph graph =
      whole("|none~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|none~1|nor_conv_1x1~2|");
  EXPECT_EQ(count_nodes(graph, Op::kMul), kCells * 3);
  EXPECT_EQ(graph.num_live_nodes(), kNodesAround + kCells * (3 + 1 + 3 + 3));
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    if (graph.node(id).op != Op::kMul) continue;
    EXPECT_EQ(graph.value(graph.node(id).inputs[1]).literal->reals, std::vector<double>{0});
  }
}

TEST(Nasbench201, PoolingDoesNotCountItsPadding) {
  const Graph graph = whole("|avg_pool_3x3~0|+|none~0|none~1|+|none~0|none~1|none~2|");
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    const Node& node = graph.node(id);
    if (node.op != Op::kAveragePool) continue;
    EXPECT_EQ(node.int_attribute("count_include_pad", 0), 0);
  }
  EXPECT_EQ(count_nodes(graph, Op::kAveragePool), kCells + 2);
}

TEST(Nasbench201Pruned, IsTheSameWithoutZeroEdges) {
  EXPECT_EQ(pruned(kAllConv3x3).num_live_nodes(), whole(kAllConv3x3).num_live_nodes());
}

TEST(Nasbench201Pruned, HasNothingThatOnlyZeroEdgesReach) {
  // Node 1 is reached by zero alone, so that its convolutions are gone; what is left is the skip.
  EXPECT_EQ(
      pruned("|none~0|+|skip_connect~0|nor_conv_3x3~1|+|none~0|nor_conv_1x1~1|skip_connect~2|")
          .num_live_nodes(),
      kNodesAround);
}

TEST(Nasbench201Pruned, HasNothingThatLeadsToZeroEdgesOnly) {
  EXPECT_EQ(pruned("|nor_conv_3x3~0|+|nor_conv_3x3~0|none~1|+|skip_connect~0|none~1|none~2|")
                .num_live_nodes(),
            kNodesAround);
}

TEST(Nasbench201Pruned, KeepsEverythingOnAWayFromInputToOutput) {
  // 0 -conv-> 1 -skip-> 2 -pool-> 3
  EXPECT_EQ(pruned("|nor_conv_1x1~0|+|none~0|skip_connect~1|+|none~0|none~1|avg_pool_3x3~2|")
                .num_live_nodes(),
            kNodesAround + kCells * (3 + 1));
}

TEST(Nasbench201Pruned, OfAnUnreachedOutputIsItsInputTimesZero) {
  const Graph graph = pruned("|nor_conv_1x1~0|+|nor_conv_1x1~0|none~1|+|none~0|none~1|none~2|");
  EXPECT_EQ(count_nodes(graph, Op::kMul), kCells);
  EXPECT_EQ(graph.num_live_nodes(), kNodesAround + kCells);
}

TEST(Nasbench201, DoesNotParseBecause) {
  const auto fault = [](const std::string& cell) { return reference_fault("nasbench201:" + cell); };
  EXPECT_THAT(fault(""), HasSubstr("3 nodes joined by '+', this has 1"));
  EXPECT_THAT(fault("|none~0|+|none~0|none~1|"), HasSubstr("this has 2"));
  EXPECT_THAT(fault(kAllConv3x3 + "+|none~0|"), HasSubstr("this has 4"));
  EXPECT_THAT(fault("none~0+|none~0|none~1|+|none~0|none~1|none~2|"),
              HasSubstr("node 1: 'none~0' does not stand between two '|'"));
  EXPECT_THAT(fault("|none~0|+|none~0|+|none~0|none~1|none~2|"),
              HasSubstr("node 2: has 1 edges; one from each of the 2 nodes"));
  EXPECT_THAT(fault("|none~0|+|none~0|none~1|+|none~0|none~1|none|"),
              HasSubstr("node 3: edge 2: 'none' has no '~'"));
  EXPECT_THAT(fault("|none~0|+|none~0|none~2|+|none~0|none~1|none~2|"),
              HasSubstr("node 2: edge 1: the source is '2', not 1"));
  EXPECT_THAT(fault("|none~0|+|none~0|none~1|+|none~0|none~1|none~02|"),
              HasSubstr("the source is '02', not 2"));
  EXPECT_THAT(fault("|nor_conv_3x2~0|+|none~0|none~1|+|none~0|none~1|none~2|"),
              HasSubstr("no operation 'nor_conv_3x2'; did you mean 'nor_conv_3x3'?"));
  EXPECT_THAT(fault("|~0|+|none~0|none~1|+|none~0|none~1|none~2|"), HasSubstr("no operation ''"));
  EXPECT_THAT(fault(" " + kAllConv3x3), HasSubstr("node 1"));
}

}  // namespace
}  // namespace tacho

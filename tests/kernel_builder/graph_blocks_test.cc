#include "kernel_builder/graph_blocks.h"

#include <gmock/gmock.h>

#include "graph_ir/graph_builder.h"
#include "graph_ir/lower.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<size_t> ends(const LoweredModel& model) {
  std::vector<size_t> last;
  for (const GraphBlock& b : blocks_of(model.graph, model.kernels)) last.push_back(b.last);
  return last;
}

TEST(GraphBlocks, OfAChainAreItsKernels) {
  GraphBuilder g("chain");
  ValueId x = g.input({1, 4, 8, 8});
  for (int i = 0; i < 3; ++i) x = g.relu(g.conv(x, 4, {3, 1}));
  EXPECT_THAT(ends(lower(g.finish({x}), {})), ElementsAre(0, 1, 2));
}

TEST(GraphBlocks, AResidualBlockIsOneAndIsNotCutInside) {
  GraphBuilder g("residual");
  g.scope("stem.");
  const ValueId x = g.relu(g.conv(g.input({1, 4, 8, 8}), 4, {3, 1}));
  g.scope("layer1.block0.");
  const ValueId y = g.relu(g.conv(x, 4, {3, 1}));
  const ValueId z = g.relu(g.add(g.conv(y, 4, {3, 1}), x));
  g.scope("head.");
  const LoweredModel model = lower(g.finish({g.global_avg_pool(z)}), {});
  const std::vector<GraphBlock> blocks = blocks_of(model.graph, model.kernels);
  ASSERT_EQ(blocks.size(), 3u);
  EXPECT_THAT(blocks[0].name, HasSubstr("stem."));
  EXPECT_EQ(blocks[1].name, "layer1.block0");
  EXPECT_THAT(blocks[2].name, HasSubstr("head."));
  // Every kernel is in one block.
  EXPECT_EQ(blocks[1].first, blocks[0].last + 1);
  EXPECT_EQ(blocks[2].last, model.kernels.kernels.size() - 1);
}

TEST(GraphBlocks, NamesThatShareNothingAreFirstAndLast) {
  GraphBuilder g("u");
  g.scope("a.");
  const ValueId x = g.relu(g.conv(g.input({1, 4, 8, 8}), 4, {3, 1}));
  g.scope("b.");
  const ValueId y = g.max_pool(x, {3, 1});
  g.scope("c.");
  const LoweredModel model = lower(g.finish({g.concat({g.softmax(y), x})}), {});
  const std::vector<GraphBlock> blocks = blocks_of(model.graph, model.kernels);
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_THAT(blocks[1].name, HasSubstr(" … c."));
}

TEST(GraphBlocks, NoKernelsNoBlocks) { EXPECT_TRUE(blocks_of(Graph(), KernelGraph()).empty()); }

}  // namespace
}  // namespace tacho

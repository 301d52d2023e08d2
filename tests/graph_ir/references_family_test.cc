#include <gmock/gmock.h>

#include <set>

#include "common/stable_hash.h"
#include "graph_ir/features.h"
#include "graph_ir/references/families/draws.h"
#include "graph_ir/references/family.h"
#include "graph_ir/references_testing.h"

namespace tacho {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::reference_fault;

std::string member(const std::string& family, int seed) {
  return "family:" + family + ":" + std::to_string(seed);
}

class FamilyTest : public ::testing::TestWithParam<std::string> {};

TEST_P(FamilyTest, LowersWithoutNotices) {
  for (int seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE(member(GetParam(), seed));
    const LoweredModel model = lower(build_reference(member(GetParam(), seed)), {});
    EXPECT_THAT(model.notices, IsEmpty());
    EXPECT_THAT(model.unknown_operators, IsEmpty());
    const GraphTotals totals = totals_of(model.graph, model.kernels);
    // From a cell of poolings at 16 pixels to a VGG at 256.
    EXPECT_GT(totals.cost.macs, 1e5);
    EXPECT_LT(totals.cost.macs, 60e9);
    EXPECT_GT(totals.cost.params, 100);
    EXPECT_LT(totals.cost.params, 250e6) << "ONNX files end at 2 GB";
  }
}

TEST_P(FamilyTest, MembersDiffer) {
  std::set<double> flops;
  for (int seed = 0; seed < 30; ++seed) {
    flops.insert(testing::totals_of_reference(member(GetParam(), seed)).cost.flops);
  }
  EXPECT_GE(flops.size(), 28u);
}

TEST_P(FamilyTest, ABatchAskedForLaterIsTheOneItWasBuiltWith) {
  BindOptions three;
  three.batch = 3;
  for (int seed = 0; seed < 5; ++seed) {
    const std::string text = member(GetParam(), seed);
    const LoweredModel later = lower(build_reference(text), three);
    const LoweredModel built = lower(build_reference(text, 3), {});
    const GraphFeatures a = featurize(later.graph, later.kernels);
    const GraphFeatures b = featurize(built.graph, built.kernels);
    EXPECT_EQ(a.features, b.features) << text;
    EXPECT_EQ(a.base_costs, b.base_costs) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Families, FamilyTest, ::testing::ValuesIn(family_names()),
                         [](const auto& info) { return info.param; });

// Labels name members by their seeds: what a seed stands for must never change, on no machine.
TEST(Family, SeedsStandForTheSameNetworksForEver) {
  Fnv1a hash;
  for (const std::string& family : family_names()) {
    for (int seed = 0; seed < 30; ++seed) {
      const Graph graph = build_reference(member(family, seed));
      for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
        const Node& node = graph.node(id);
        hash.add_text(node.op_type);
        for (const ValueId v : node.inputs) hash.add_text(dims_text(*graph.value(v).dims));
        for (const ValueId v : node.outputs) hash.add_text(dims_text(*graph.value(v).dims));
      }
    }
  }
  EXPECT_EQ(hash.value(), 17361334607921207852ULL);
}

TEST(Family, DoesNotParseBecause) {
  EXPECT_THAT(reference_fault("family:"), HasSubstr("no family ''; known: "));
  EXPECT_THAT(reference_fault("family:resnet"),
              HasSubstr("seed is missing; write family:resnet:0"));
  for (const char* seed : {"", "x", "-1", "1.5", "+1", " 1", "01", "18446744073709551616", "1:2"}) {
    EXPECT_THAT(reference_fault("family:resnet:" + std::string(seed)),
                HasSubstr("the seed '" + std::string(seed) + "' is not a whole number"));
  }
  EXPECT_EQ(reference_fault("family:resnet:18446744073709551615"), "");
}

TEST(Family, ARandomCellReachesItsOutput) {
  for (int seed = 0; seed < 300; ++seed) {
    const Graph graph = build_reference(member("nasbench201", seed));
    EXPECT_EQ(testing::count_nodes(graph, Op::kMul), 0) << seed;
  }
}

TEST(Draws, StayInTheirRangeAndReachItsEnds) {
  Draws draws(1);
  std::set<int64_t> seen;
  for (int i = 0; i < 200; ++i) seen.insert(draws.between(-1, 2));
  EXPECT_THAT(seen, ::testing::ElementsAre(-1, 0, 1, 2));
  for (int i = 0; i < 200; ++i) {
    const int64_t channels = draws.channels(64);
    EXPECT_EQ(channels % 8, 0);
    EXPECT_GE(channels, 32);
    EXPECT_LE(channels, 96);
  }
  EXPECT_EQ(draws.channels(1), 8);
}

}  // namespace
}  // namespace tacho

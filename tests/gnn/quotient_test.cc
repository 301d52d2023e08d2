#include "gnn/serve/quotient.h"

#include <gmock/gmock.h>

#include <memory>

#include "../temporary_folder.h"
#include "gnn/serve/gnn_model.h"
#include "graph_ir/lower.h"
#include "random_checkpoint.h"
#include "synthetic.h"

namespace tacho {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Kernels whose rows are equal where their numbers are.
GraphFeatures numbered(const std::vector<int>& rows,
                       std::vector<std::pair<int32_t, int32_t>> edges) {
  GraphFeatures graph;
  graph.num_kernels = static_cast<int32_t>(rows.size());
  for (const int row : rows) {
    graph.features.insert(graph.features.end(), {static_cast<float>(row), 1, 2});
    graph.base_costs.insert(graph.base_costs.end(), {3, 4});
  }
  graph.edges = std::move(edges);
  return graph;
}

GraphFeatures chain(int kernels) {
  std::vector<std::pair<int32_t, int32_t>> edges;
  for (int k = 1; k < kernels; ++k) edges.emplace_back(k - 1, k);
  return numbered(std::vector<int>(static_cast<size_t>(kernels), 0), edges);
}

TEST(Quotient, OfOneKernelAndOfNone) {
  const Quotient one = quotient_of(numbered({5}, {}), 2);
  EXPECT_THAT(one.representative, ElementsAre(0));
  EXPECT_THAT(one.count, ElementsAre(1));
  EXPECT_THAT(one.predecessors.begin, ElementsAre(0, 0));
  EXPECT_THAT(one.predecessors.index, IsEmpty());
  const Quotient none = quotient_of(numbered({}, {}), 2);
  EXPECT_EQ(none.num_classes(), 0u);
  EXPECT_THAT(none.successors.begin, ElementsAre(0));
}

TEST(Quotient, WithoutEdgesIsTheDistinctRows) {
  const Quotient q = quotient_of(numbered({7, 8, 7, 7, 8}, {}), 3);
  EXPECT_THAT(q.representative, ElementsAre(0, 1));
  EXPECT_THAT(q.count, ElementsAre(3, 2));
  EXPECT_THAT(q.class_of, ElementsAre(0, 1, 0, 0, 1));
}

TEST(Quotient, OfDistinctKernelsIsTheGraphItself) {
  const Quotient q = quotient_of(numbered({1, 2, 3}, {{0, 1}, {0, 2}, {1, 2}}), 2);
  EXPECT_THAT(q.class_of, ElementsAre(0, 1, 2));
  EXPECT_THAT(q.count, Each(1));
  EXPECT_THAT(q.predecessors.begin, ElementsAre(0, 0, 1, 3));
  EXPECT_THAT(q.predecessors.index, ElementsAre(0, 0, 1));
  EXPECT_THAT(q.successors.begin, ElementsAre(0, 2, 3, 3));
  EXPECT_THAT(q.successors.index, ElementsAre(1, 2, 2));
}

TEST(Quotient, EachRoundSeesOneStepFurther) {
  for (int rounds = 0; rounds < 4; ++rounds) {
    // Whose distance to either end is below the number of rounds is told apart from the rest.
    EXPECT_EQ(quotient_of(chain(20), rounds).num_classes(), static_cast<size_t>(2 * rounds + 1));
  }
  EXPECT_EQ(quotient_of(chain(20), 100).num_classes(), 20u);
}

TEST(Quotient, KeepsHowManyNeighboursThereAre) {
  const Quotient q = quotient_of(numbered({1, 1, 2}, {{0, 2}, {1, 2}}), 2);
  EXPECT_THAT(q.count, ElementsAre(2, 1));
  EXPECT_THAT(q.predecessors.begin, ElementsAre(0, 0, 2));
  EXPECT_THAT(q.predecessors.index, ElementsAre(0, 0));
  EXPECT_THAT(q.successors.begin, ElementsAre(0, 1, 1));
  EXPECT_THAT(q.successors.index, ElementsAre(1));
}

TEST(Quotient, TellsApartByTheNumberOfEqualNeighbours) {
  // 3 reads two of the equal kernels 0, 1, 2, and 4 reads one.
  const Quotient q = quotient_of(numbered({1, 1, 1, 2, 2}, {{0, 3}, {1, 3}, {2, 4}}), 1);
  EXPECT_NE(q.class_of[3], q.class_of[4]);
}

TEST(Quotient, TellsPredecessorsFromSuccessors) {
  const Quotient q = quotient_of(numbered({1, 2, 2}, {{0, 1}, {2, 0}}), 1);
  EXPECT_NE(q.class_of[1], q.class_of[2]);
}

TEST(Quotient, TellsApartByBaseCosts) {
  GraphFeatures graph = numbered({1, 1}, {});
  graph.base_costs[2] += 1;
  EXPECT_EQ(quotient_of(graph, 2).num_classes(), 2u);
}

/// A model that does not see the first feature, so that numbers there keep all kernels apart and
/// change nothing else.
class QuotientIsExact : public ::testing::TestWithParam<Readout> {
 protected:
  QuotientIsExact() {
    CheckpointInfo info = testing::small_info(GetParam());
    std::vector<TensorData> tensors = testing::random_tensors(info);
    for (TensorData& tensor : tensors) {
      if (tensor.name == "feature_low" || tensor.name == "feature_high") tensor.values[0] = 0;
    }
    write_checkpoint(folder_.file("c"), info, tensors);
    model_ = std::make_unique<GnnModel>(std::make_shared<const Checkpoint>(folder_.file("c")));
  }

  static GraphFeatures with_first_feature(GraphFeatures graph, float step) {
    for (int k = 0; k < graph.num_kernels; ++k) {
      graph.features[static_cast<size_t>(k) * feature_table().size()] =
          step * static_cast<float>(k);
    }
    return graph;
  }

  void expect_equal(const GraphFeatures& graph, double largest_share) {
    const GraphFeatures merged = with_first_feature(graph, 0);
    const GraphFeatures whole = with_first_feature(graph, 1);
    const size_t classes = quotient_of(merged, 2).num_classes();
    EXPECT_LE(static_cast<double>(classes), largest_share * graph.num_kernels);
    ASSERT_EQ(quotient_of(whole, 2).num_classes(), static_cast<size_t>(graph.num_kernels));
    const Eigen::VectorXd a = model_->latencies_ms(merged), b = model_->latencies_ms(whole);
    for (Eigen::Index p = 0; p < a.size(); ++p) EXPECT_NEAR(a[p], b[p], 1e-6 * b[p]);
    if (GetParam() == Readout::kPooled) return;
    const Eigen::VectorXd kernels_a = model_->kernel_ms(model_->components(merged), 0);
    const Eigen::VectorXd kernels_b = model_->kernel_ms(model_->components(whole), 0);
    for (Eigen::Index k = 0; k < kernels_a.size(); ++k) {
      EXPECT_NEAR(kernels_a[k], kernels_b[k], 1e-5 * kernels_b[k]) << k;
    }
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<GnnModel> model_;
};

TEST_P(QuotientIsExact, OnRepeatedBlocks) {
  for (uint64_t seed = 1; seed < 20; ++seed) {
    GraphFeatures block = testing::random_graph(6, seed);
    if (seed % 3 == 0) testing::set_live(&block, 2, false);
    expect_equal(testing::repeated_graph(block, 10), 0.6);
  }
}

TEST_P(QuotientIsExact, OnDistinctKernelsOnOneKernelAndWithoutEdges) {
  expect_equal(testing::random_graph(30, 4), 1);
  expect_equal(testing::random_graph(1, 4), 1);
  GraphFeatures graph = testing::repeated_graph(testing::random_graph(2, 4), 8);
  graph.edges.clear();
  expect_equal(graph, 0.2);
}

TEST_P(QuotientIsExact, OnResNet18) {
  const LoweredModel model = lower_file(TACHO_ROOT "/models/resnet18.onnx", {});
  expect_equal(featurize(model.graph, model.kernels), 1);
}

INSTANTIATE_TEST_SUITE_P(Readouts, QuotientIsExact,
                         ::testing::Values(Readout::kSum, Readout::kPooled),
                         [](const auto& info) { return std::string(readout_name(info.param)); });

}  // namespace
}  // namespace tacho

#include "gnn/serve/gnn_predictor.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "../temporary_folder.h"
#include "common/error.h"
#include "gnn/serve/gnn_model.h"
#include "graph_ir/kernel_class.h"
#include "random_checkpoint.h"
#include "synthetic.h"

namespace tacho {
namespace {

using ::testing::HasSubstr;
using testing::small_info;
using testing::TemporaryFolder;

class GnnPredictorTest : public ::testing::Test {
 protected:
  std::unique_ptr<GnnPredictor> predictor(const CheckpointInfo& info) {
    return std::make_unique<GnnPredictor>(
        testing::write_random_checkpoint(folder_.file("c"), info));
  }
  TemporaryFolder folder_;
  GraphFeatures graph_ = testing::random_graph(12, 3);
};

TEST_F(GnnPredictorTest, AnswersEveryPlatformInTheCheckpointsOrder) {
  const auto predictions = predictor(small_info())->predict(graph_, {});
  ASSERT_EQ(predictions.size(), 2u);
  EXPECT_EQ(predictions[0].platform, "cpu-a");
  EXPECT_EQ(predictions[1].platform, "gpu-b");
  for (const Prediction& prediction : predictions) {
    EXPECT_GT(prediction.latency_ms, 0);
    EXPECT_TRUE(prediction.kernel_ms.empty());
  }
}

TEST_F(GnnPredictorTest, AnswersTheAskedPlatformsInTheAskedOrder) {
  const auto gnn = predictor(small_info());
  const auto all = gnn->predict(graph_, {});
  const auto some = gnn->predict(graph_, {{"gpu-b", "cpu-a"}, false});
  EXPECT_EQ(some[0].platform, "gpu-b");
  EXPECT_EQ(some[0].latency_ms, all[1].latency_ms);
  EXPECT_EQ(some[1].latency_ms, all[0].latency_ms);
}

TEST_F(GnnPredictorTest, AnUnknownPlatformIsAnError) {
  const auto gnn = predictor(small_info());
  EXPECT_THROW(gnn->predict(graph_, {{"gpu-c"}, false}), Error);
}

TEST_F(GnnPredictorTest, KernelsAddUpToTheLatency) {
  for (const Prediction& prediction : predictor(small_info())->predict(graph_, {{}, true})) {
    ASSERT_EQ(prediction.kernel_ms.size(), 12u);
    for (double kernel_ms : prediction.kernel_ms) EXPECT_GE(kernel_ms, 0);
    const double sum =
        std::accumulate(prediction.kernel_ms.begin(), prediction.kernel_ms.end(), 0.0);
    EXPECT_NEAR(sum, prediction.latency_ms, 1e-9 * prediction.latency_ms);
  }
}

TEST_F(GnnPredictorTest, BandsScaleTheLatency) {
  const auto predictions = predictor(small_info())->predict(graph_, {});
  EXPECT_DOUBLE_EQ(predictions[0].lower_ms, 0.8 * predictions[0].latency_ms);
  EXPECT_DOUBLE_EQ(predictions[1].upper_ms, 2.0 * predictions[1].latency_ms);
}

TEST_F(GnnPredictorTest, WithoutABandNoEndsAreNamed) {
  CheckpointInfo info = small_info();
  info.bands[0] = Band{};
  const auto predictions = predictor(info)->predict(graph_, {});
  EXPECT_TRUE(std::isnan(predictions[0].lower_ms));
  EXPECT_TRUE(std::isnan(predictions[0].upper_ms));
  EXPECT_GT(predictions[1].upper_ms, 0);
}

TEST_F(GnnPredictorTest, BandsAreWiderWhereMembersDisagree) {
  const GnnPredictor gnn(testing::write_random_ensemble(folder_.file("e"), small_info(), 2));
  const Eigen::VectorXd spread = spread_of(gnn.model().member_latencies_ms(graph_));
  const auto predictions = gnn.predict(graph_, {});
  EXPECT_GT(predictions[1].upper_ms, 2.001 * predictions[1].latency_ms);
  EXPECT_NEAR(predictions[1].upper_ms,
              std::exp(std::log(2.0) + spread[1]) * predictions[1].latency_ms,
              1e-9 * predictions[1].upper_ms);
  EXPECT_NEAR(predictions[1].lower_ms * predictions[1].upper_ms,
              predictions[1].latency_ms * predictions[1].latency_ms,
              1e-6 * predictions[1].upper_ms);
}

TEST_F(GnnPredictorTest, TakesOneKernelAndNoEdges) {
  for (Readout readout : {Readout::kSum, Readout::kPooled}) {
    const auto gnn = predictor(small_info(readout));
    for (int kernels : {0, 1, 2}) {
      GraphFeatures graph = testing::random_graph(kernels, 5);
      graph.edges.clear();
      for (const Prediction& prediction : gnn->predict(graph, {})) {
        EXPECT_TRUE(std::isfinite(prediction.latency_ms)) << kernels;
      }
    }
  }
}

TEST_F(GnnPredictorTest, ThePooledReadoutHasNoSplitIntoKernels) {
  const auto gnn = predictor(small_info(Readout::kPooled));
  EXPECT_EQ(gnn->predict(graph_, {}).size(), 2u);
  EXPECT_THROW(gnn->predict(graph_, {{}, true}), Error);
}

TEST_F(GnnPredictorTest, AGraphWithOtherFeaturesIsAnError) {
  const auto gnn = predictor(small_info());
  graph_.features.pop_back();
  EXPECT_THROW(gnn->predict(graph_, {}), Error);
}

TEST_F(GnnPredictorTest, OtherFeaturesThanOursSayWhatToDo) {
  const auto message = [&](const CheckpointInfo& info) -> std::string {
    try {
      predictor(info);
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  };
  CheckpointInfo info = small_info();
  info.schema.version = kFeatureVersion + 1;
  EXPECT_THAT(message(info), HasSubstr("tacho train"));
  info = small_info();
  info.schema.features[0] = "other";
  EXPECT_THAT(message(info), HasSubstr("tacho train"));
}

class OneDevice : public FeatureSource {
 public:
  explicit OneDevice(std::string id) : id_(std::move(id)) {}
  const std::string& id() const override { return id_; }
  const std::vector<std::string>& columns() const override { return columns_; }
  std::vector<float> kernel_ms(const Graph&, const KernelGraph& kernels) const override {
    return std::vector<float>(kernels.kernels.size(), 1.0f);
  }

 private:
  std::string id_;
  std::vector<std::string> columns_ = {"ms_a"};
};

TEST_F(GnnPredictorTest, ACheckpointWithAFeatureSourceNeedsThatSource) {
  const OneDevice source("forests#1");
  CheckpointInfo info = small_info();
  info.schema = feature_schema(&source);
  const std::string path = testing::write_random_checkpoint(folder_.file("s"), info);
  const auto error_with = [&](const SourceLoader& loader) -> std::string {
    try {
      GnnPredictor gnn(path, loader);
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_THAT(error_with({}), HasSubstr("needs the feature source forests#1"));
  const auto give = [](const std::string& id) {
    return [id](const std::string&, const std::string&) { return std::make_shared<OneDevice>(id); };
  };
  EXPECT_THAT(error_with(give("forests#2")), HasSubstr("tacho train"));
  EXPECT_EQ(error_with(give("forests#1")), "");
  EXPECT_EQ(GnnPredictor(path, give("forests#1")).source()->id(), "forests#1");
}

TEST_F(GnnPredictorTest, APlatformThatFoldsSpendsNothingInDeadKernels) {
  testing::set_live(&graph_, 4, false);
  testing::set_live(&graph_, 7, false);
  const auto gnn = predictor(small_info());
  const auto predictions = gnn->predict(graph_, {{}, true});
  EXPECT_GT(predictions[0].kernel_ms[4], 0);
  EXPECT_EQ(predictions[1].kernel_ms[4], 0);
  EXPECT_EQ(predictions[1].kernel_ms[7], 0);
  EXPECT_GT(predictions[1].kernel_ms[5], 0);
  for (const Prediction& p : predictions) {
    const double sum = std::accumulate(p.kernel_ms.begin(), p.kernel_ms.end(), 0.0);
    EXPECT_NEAR(sum, p.latency_ms, 1e-9 * p.latency_ms);
  }
}

class ClassTotals : public GnnPredictorTest {
 protected:
  /// Marks a kernel as of one family.
  void set_family(int kernel, std::string_view family) {
    const size_t width = feature_table().size();
    for (size_t f = 0; f < width; ++f) {
      if (feature_table()[f].name == family) {
        graph_.features[static_cast<size_t>(kernel) * width + f] = 1;
      }
    }
  }
  static Eigen::Index column(std::string_view name, bool live) {
    const auto& classes = kernel_classes();
    const auto at = std::find(classes.begin(), classes.end(), name) - classes.begin();
    return at + (live ? 0 : static_cast<Eigen::Index>(classes.size()));
  }
  std::unique_ptr<GnnModel> model() {
    return std::make_unique<GnnModel>(std::make_shared<const Checkpoint>(
        testing::write_random_checkpoint(folder_.file("c"), small_info())));
  }
};

TEST_F(ClassTotals, AddUpToTheLatencyWithDeadOnesWherePlatformsRunThem) {
  testing::set_live(&graph_, 3, false);
  const auto gnn = model();
  const Eigen::MatrixXd totals = gnn->class_totals(graph_);
  const Eigen::Index classes = static_cast<Eigen::Index>(kernel_classes().size());
  ASSERT_EQ(totals.rows(), 2);
  ASSERT_EQ(totals.cols(), 2 * classes);
  const Eigen::VectorXd live = totals.leftCols(classes).rowwise().sum();
  const Eigen::VectorXd dead = totals.rightCols(classes).rowwise().sum();
  const Eigen::VectorXd latencies_ms = gnn->latencies_ms(graph_);
  EXPECT_NEAR(live[0] + dead[0], latencies_ms[0], 1e-9 * latencies_ms[0]);
  EXPECT_NEAR(live[1], latencies_ms[1], 1e-9 * latencies_ms[1]);
  EXPECT_GT(dead[1], 0);  // what it would cost, although the platform folds it
}

TEST_F(ClassTotals, EachKernelIsInItsClass) {
  set_family(2, "add");
  set_family(5, "fc");
  testing::set_live(&graph_, 5, false);
  const auto gnn = model();
  const Eigen::MatrixXd totals = gnn->class_totals(graph_);
  const GraphComponents c = gnn->components(graph_);
  EXPECT_NEAR(totals(0, column("add", true)), gnn->kernel_ms(c, 0)[2],
              1e-9 * totals(0, column("add", true)));
  EXPECT_NEAR(totals(0, column("fc", false)), gnn->kernel_ms(c, 0)[5],
              1e-9 * totals(0, column("fc", false)));
  EXPECT_EQ(totals(0, column("fc", true)), 0);
  EXPECT_EQ(totals(0, column("pool", true)), 0);
}

// One kernel without neighbours, two features, one component: small enough to work out by hand.
TEST(GnnModel, ComputesTheDocumentedSum) {
  CheckpointInfo info;
  info.config = {Readout::kSum, 1, 1, 2, 3.0};
  info.platforms = {"p"};
  info.schema.features = {"x", "y"};
  info.schema.base_costs = {"c"};
  const std::vector<TensorData> tensors = {
      {"feature_mean", {2}, {1, 0}},
      {"feature_std", {2}, {2, 1}},
      {"feature_low", {2}, {-5, -1}},
      {"feature_high", {2}, {5, 1}},
      {"input.weight", {2, 1}, {1, 2}},
      {"input.bias", {1}, {0.5}},
      {"layer.0.self.weight", {1, 1}, {1}},
      {"layer.0.pred.weight", {1, 1}, {1}},
      {"layer.0.succ.weight", {1, 1}, {1}},
      {"layer.0.mix.weight", {1, 1}, {1}},
      {"layer.0.bias", {1}, {0}},
      {"layer.0.mix.bias", {1}, {0}},
      {"layer.0.norm.weight", {1}, {1}},
      {"layer.0.norm.bias", {1}, {0.25}},
      {"output.weight", {1, 2}, {2, 0}},
      {"output.bias", {2}, {0, 1}},
      {"platform.runs_dead", {1}, {1}},
      {"platform.theta", {1, 2}, {std::log(2.0f), std::log(3.0f)}}};
  const TemporaryFolder folder;
  write_checkpoint(folder.file("c"), info, tensors);
  const GnnModel model(std::make_shared<const Checkpoint>(folder.file("c")));
  GraphFeatures graph;
  graph.num_kernels = 1;
  graph.features = {3, 9};  // z = (1, 1): the second is clipped
  graph.base_costs = {10};
  // A layer norm over one column leaves its offset: H = 0.25, so g = bound·tanh((0.5, 1) / bound).
  const double u0 = 10 * std::exp(3 * std::tanh(0.5 / 3));
  const double u1 = 10 * std::exp(3 * std::tanh(1.0 / 3));
  EXPECT_NEAR(model.latencies_ms(graph)[0], 2 * u0 + 3 * u1, 1e-4);
}

}  // namespace
}  // namespace tacho

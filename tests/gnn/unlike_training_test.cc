#include "gnn/serve/unlike_training.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "../temporary_folder.h"
#include "gnn/serve/gnn_predictor.h"
#include "random_checkpoint.h"
#include "synthetic.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::small_info;

class UnlikeTraining : public ::testing::Test {
 protected:
  /// An ensemble trained on graphs whose kernels are convolutions and, if so said, recurrent.
  std::vector<std::string> notices(bool recurrent_seen, double usual_spread = 0) {
    CheckpointInfo info = small_info();
    info.usual_spread = usual_spread;
    const std::string path = testing::write_random_ensemble(folder_.file("e"), info, 2);
    std::vector<TensorData> tensors;
    {
      const Checkpoint checkpoint(path);
      info = checkpoint.info();
      for (const auto& [name, shape] : tensor_shapes(info))
        tensors.push_back(checkpoint.tensor(name));
    }
    for (TensorData& tensor : tensors) {
      const size_t recurrent = column("recurrent");
      // What never varies has its value as mean, and 1 as deviation.
      if (tensor.name == "feature_mean") tensor.values[recurrent] = recurrent_seen ? 0.1f : 0.0f;
      if (tensor.name == "feature_std") tensor.values[recurrent] = recurrent_seen ? 0.3f : 1.0f;
      if (tensor.name == "feature_high") tensor.values[recurrent] = recurrent_seen ? 3.0f : 0.0f;
    }
    write_checkpoint(path, info, tensors);
    const std::vector<Prediction> all = GnnPredictor(path).predict(graph_, {});
    EXPECT_EQ(all[0].notices, all[1].notices);
    return all[0].notices;
  }
  size_t column(std::string_view family) {
    const std::vector<FeatureInfo>& table = feature_table();
    return static_cast<size_t>(
        std::find_if(table.begin(), table.end(), [&](const auto& f) { return f.name == family; }) -
        table.begin());
  }
  void set_recurrent(size_t kernel) {
    graph_.features[kernel * feature_table().size() + column("recurrent")] = 1;
  }
  /// Of no family.
  static GraphFeatures plain_graph() {
    GraphFeatures graph = testing::random_graph(12, 3);
    const size_t width = feature_table().size();
    for (size_t i = 0; i < graph.features.size(); ++i) {
      if (feature_table()[i % width].unit == "0 or 1") graph.features[i] = 0;
    }
    return graph;
  }

  testing::TemporaryFolder folder_;
  GraphFeatures graph_ = plain_graph();
};

TEST_F(UnlikeTraining, CountsKernelsOfFamiliesThatTrainingNeverSaw) {
  for (const size_t kernel : {2, 5, 6}) set_recurrent(kernel);
  EXPECT_THAT(notices(false),
              ElementsAre("3 kernels of family 'recurrent', which training never saw"));
}

TEST_F(UnlikeTraining, SaysNothingBecauseTrainingSawTheFamily) {
  set_recurrent(2);
  EXPECT_THAT(notices(true), IsEmpty());
}

TEST_F(UnlikeTraining, SaysNothingBecauseTheGraphHasNoneOfTheFamily) {
  EXPECT_THAT(notices(false), IsEmpty());
}

TEST_F(UnlikeTraining, SaysByHowMuchMembersDiffer) {
  const std::vector<std::string> said = notices(true, 1e-9);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_THAT(said[0], ::testing::MatchesRegex(
                           "unlike the training data: the ensemble's members differ by [0-9]+ %"));
}

TEST_F(UnlikeTraining, SaysNothingBecauseMembersAgreeAsUsual) {
  EXPECT_THAT(notices(true, 1e9), IsEmpty());
}

TEST_F(UnlikeTraining, SaysNothingBecauseTheUsualSpreadIsNotKnown) {
  EXPECT_THAT(notices(true, 0), IsEmpty());
}

}  // namespace
}  // namespace tacho

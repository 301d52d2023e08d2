// The two tiers compute the same: Eigen against LibTorch, on checkpoints as training writes them.
#include <gtest/gtest.h>

#include <memory>

#include "gnn/serve/gnn_model.h"
#include "gnn/train/batch.h"
#include "gnn/train/torch_model.h"
#include "gnn/train/trainer.h"
#include "synthetic.h"
#include "temporary_folder.h"

namespace tacho {
namespace {

constexpr double kTolerance = 1e-4;

class ServeMatchesTorch : public ::testing::TestWithParam<Readout> {};

TEST_P(ServeMatchesTorch, OnRandomWeightsAndGraphs) {
  testing::SyntheticOptions options;
  options.samples = 40;
  options.min_kernels = 1;
  options.max_kernels = 150;
  TrainConfig config;
  config.model = {GetParam(), 32, 3, 19, 2.0};
  config.train_on_all = true;
  const TrainingSet set = prepare_training_set(testing::synthetic_dataset(options), config);
  const CheckpointInfo info = checkpoint_info(config, set);
  torch::manual_seed(5);
  TorchModel torch_model(info, set, 5);
  // As initialised, corrections and messages are small; spread all weights so that they matter.
  std::vector<std::vector<float>> values = torch_model.values();
  for (std::vector<float>& tensor : values) {
    const torch::Tensor noise = torch::randn({static_cast<int64_t>(tensor.size())}) * 0.1;
    for (size_t i = 0; i < tensor.size(); ++i) tensor[i] += noise.data_ptr<float>()[i];
  }
  torch_model.set_values(values);

  const testing::TemporaryFolder folder;
  write_checkpoint(folder.file("c"), info, torch_model.checkpoint_tensors());
  const GnnModel served(std::make_shared<const Checkpoint>(folder.file("c")));

  const std::vector<LabelledSample> samples = labelled_samples(set, Stage::kTrain);
  const std::vector<float> weights = label_weights(set, 0.5);
  const TorchBatch batch(pack_batch(set, samples, weights, 0, samples.size()));
  const torch::NoGradGuard no_gradients;
  const torch::Tensor expected = torch_model.log_latency(batch).exp();
  for (size_t s = 0; s < samples.size(); ++s) {
    const Eigen::VectorXd latencies_ms =
        served.latencies_ms(set.data.samples[static_cast<size_t>(samples[s].sample)].features);
    for (int p = 0; p < latencies_ms.size(); ++p) {
      const double truth = expected[static_cast<int64_t>(s)][p].item<double>();
      EXPECT_NEAR(latencies_ms[p], truth, kTolerance * truth);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Readouts, ServeMatchesTorch,
                         ::testing::Values(Readout::kSum, Readout::kPooled),
                         [](const auto& info) { return std::string(readout_name(info.param)); });

}  // namespace
}  // namespace tacho

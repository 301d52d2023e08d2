// The two tiers compute the same: Eigen against LibTorch, on checkpoints as training writes them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

#include "../temporary_folder.h"
#include "dataset/import.h"
#include "dataset/label_file.h"
#include "gnn/serve/gnn_model.h"
#include "gnn/train/batch.h"
#include "gnn/train/fine_tune.h"
#include "gnn/train/torch_model.h"
#include "gnn/train/trainer.h"
#include "synthetic.h"

namespace tacho {
namespace {

constexpr double kTolerance = 1e-4;

/// The members' mean is what is served.
void expect_same_latencies(const std::vector<const TorchModel*>& members, const GnnModel& served,
                           const TrainingSet& set, const std::vector<LabelledSample>& samples) {
  const std::vector<float> weights(set.data.labels.size(), 1.0f);
  const torch::NoGradGuard no_gradients;
  for (size_t first = 0, last = 0; first < samples.size(); first = last) {
    last = batch_end(set, samples, first, 4096);
    const TorchBatch batch(pack_batch(set, samples, weights, first, last));
    std::vector<torch::Tensor> latencies;
    for (const TorchModel* member : members) latencies.push_back(member->log_latency(batch).exp());
    const torch::Tensor expected = torch::stack(latencies).mean(0);
    for (size_t s = first; s < last; ++s) {
      const Sample& sample = set.data.samples[static_cast<size_t>(samples[s].sample)];
      const Eigen::VectorXd latencies_ms = served.latencies_ms(sample.features);
      for (int p = 0; p < latencies_ms.size(); ++p) {
        const double truth = expected[static_cast<int64_t>(s - first)][p].item<double>();
        EXPECT_NEAR(latencies_ms[p], truth, kTolerance * truth) << sample.graph;
      }
    }
  }
}

/// The checkpoint knows more platforms than the data: labels' cells would not fit.
std::vector<LabelledSample> without_labels(std::vector<LabelledSample> samples) {
  for (LabelledSample& sample : samples) sample.labels.clear();
  return samples;
}

class ServeMatchesTorch : public ::testing::TestWithParam<Readout> {};

TEST_P(ServeMatchesTorch, OnRandomWeightsAndGraphs) {
  testing::SyntheticOptions options;
  options.samples = 40;
  options.min_kernels = 1;
  options.max_kernels = 150;
  TrainConfig config;
  config.model = {GetParam(), 32, 3, 19, 2.0};
  config.train_on_all = true;
  options.dead_share = 0.3;
  options.folding_platform = 1;
  Dataset data = testing::synthetic_dataset(options);
  data.samples[0].features = testing::repeated_graph(testing::random_graph(5, 9), 12);
  const TrainingSet set = prepare_training_set(std::move(data), config);
  EXPECT_LT(set.rows[0].classes.num_classes(), 45u);
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

  expect_same_latencies({&torch_model}, served, set, labelled_samples(set, Stage::kTrain));

  const TorchModel loaded(served.checkpoint());
  expect_same_latencies({&loaded}, served, set, labelled_samples(set, Stage::kTrain));
}

INSTANTIATE_TEST_SUITE_P(Readouts, ServeMatchesTorch,
                         ::testing::Values(Readout::kSum, Readout::kPooled),
                         [](const auto& info) { return std::string(readout_name(info.param)); });

std::string data_folder() {
  const char* folder = std::getenv("TACHO_DATA");
  return folder != nullptr ? folder : TACHO_ROOT "/../shared/data";
}

TEST(ServeMatchesTorchOnData, TheReleasedCheckpointOnYoloModels) {
  const std::string checkpoint_path = TACHO_ROOT "/checkpoints/default.safetensors";
  const std::string table = data_folder() + "/yolobench/latency.csv";
  for (const std::string& path : {checkpoint_path, table}) {
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "needs " << path;
  }
  const GnnModel served(std::make_shared<const Checkpoint>(checkpoint_path));
  ImportOptions options;
  options.graphs = data_folder() + "/yolobench/onnx.tar.zst";
  ImportReport report = import_labels(read_label_file(table).labels, options);
  TrainConfig config;
  config.model = served.info().config;
  TrainingSet set = prepare_training_set(std::move(report.dataset), config);
  renormalise(&set, feature_scaling(served.checkpoint()));
  std::vector<std::unique_ptr<TorchModel>> members;
  std::vector<const TorchModel*> pointers;
  for (int m = 0; m < served.info().config.members; ++m) {
    members.push_back(std::make_unique<TorchModel>(served.checkpoint(), m));
    pointers.push_back(members.back().get());
  }
  const std::vector<LabelledSample> samples = without_labels(labelled_samples(set, Stage::kTest));
  ASSERT_FALSE(samples.empty());
  expect_same_latencies(pointers, served, set, samples);
}

}  // namespace
}  // namespace tacho

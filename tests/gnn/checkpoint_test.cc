#include "gnn/serve/checkpoint.h"

#include <gmock/gmock.h>

#include <limits>
#include <map>

#include "../temporary_folder.h"
#include "common/error.h"
#include "random_checkpoint.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::small_info;
using testing::TemporaryFolder;

std::string load_error(const std::string& path) {
  try {
    const Checkpoint checkpoint(path);
    return "";
  } catch (const Error& e) {
    return e.what();
  }
}

class CheckpointOfReadout : public ::testing::TestWithParam<Readout> {};

TEST_P(CheckpointOfReadout, LoadsWhatWasSaved) {
  const TemporaryFolder folder;
  CheckpointInfo info = small_info(GetParam());
  info.training = R"({"seed":7})";
  const std::string path = testing::write_random_checkpoint(folder.file("c.safetensors"), info);
  const Checkpoint checkpoint(path);
  EXPECT_EQ(checkpoint.info().config.readout, GetParam());
  EXPECT_EQ(checkpoint.info().config.width, 8);
  EXPECT_EQ(checkpoint.info().config.layers, 2);
  EXPECT_EQ(checkpoint.info().config.components, 11);
  EXPECT_EQ(checkpoint.info().config.bound, 3.0);
  EXPECT_THAT(checkpoint.info().platforms, ElementsAre("cpu-a", "gpu-b"));
  EXPECT_DOUBLE_EQ(checkpoint.info().bands[1].factor(), 2.0);
  EXPECT_EQ(checkpoint.info().schema.features, info.schema.features);
  EXPECT_EQ(checkpoint.info().training, info.training);
  for (const TensorData& tensor : testing::random_tensors(info)) {
    const float* data = tensor.shape.size() == 1 ? checkpoint.row(tensor.name).data()
                                                 : checkpoint.matrix(tensor.name).data();
    EXPECT_EQ(std::vector<float>(data, data + tensor.values.size()), tensor.values) << tensor.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Readouts, CheckpointOfReadout,
                         ::testing::Values(Readout::kSum, Readout::kPooled),
                         [](const auto& info) { return std::string(readout_name(info.param)); });

TEST(Checkpoint, RefusesWeightsThatAreNoNumbers) {
  const TemporaryFolder folder;
  const CheckpointInfo info = small_info();
  std::vector<TensorData> tensors = testing::random_tensors(info);
  tensors.back().values[0] = std::numeric_limits<float>::quiet_NaN();
  write_checkpoint(folder.file("c"), info, tensors);
  EXPECT_THAT(load_error(folder.file("c")),
              HasSubstr("platform.theta\" has a value that is no number"));
}

TEST(Checkpoint, RefusesAPlatformThatRunsHalfOfItsDeadKernels) {
  const TemporaryFolder folder;
  const CheckpointInfo info = small_info();
  std::vector<TensorData> tensors = testing::random_tensors(info);
  for (TensorData& tensor : tensors) {
    if (tensor.name == kRunsDead) tensor.values[0] = 0.5f;
  }
  write_checkpoint(folder.file("c"), info, tensors);
  EXPECT_THAT(load_error(folder.file("c")),
              HasSubstr("runs_dead\" has a value other than 0 and 1"));
}

TEST(Checkpoint, RefusesThePreviousFormatAndSaysWhatToDo) {
  const TemporaryFolder folder;
  write_safetensors(folder.file("c"), {{"format", "tachograph"}, {"format_version", "1"}}, {});
  EXPECT_THAT(load_error(folder.file("c")), HasSubstr("checkpoint format 1, this program reads 2"));
  EXPECT_THAT(load_error(folder.file("c")), HasSubstr("tacho train"));
}

TEST(Checkpoint, RefusesAPlatformListedTwice) {
  const TemporaryFolder folder;
  CheckpointInfo info = small_info();
  info.platforms[1] = info.platforms[0];
  write_checkpoint(folder.file("c"), info, testing::random_tensors(info));
  EXPECT_THAT(load_error(folder.file("c")), HasSubstr("listed twice"));
}

TEST(Checkpoint, WithoutBandsKnowsNothingOfItsErrors) {
  const TemporaryFolder folder;
  CheckpointInfo info = small_info();
  info.bands.assign(info.platforms.size(), Band{});
  write_checkpoint(folder.file("c"), info, testing::random_tensors(info));
  const Checkpoint checkpoint(folder.file("c"));
  EXPECT_FALSE(checkpoint.info().bands[0].is_known());
}

/// Rewrites a file with one entry of its metadata changed.
void set_metadata(const std::string& path, const std::string& key, const std::string& value) {
  std::map<std::string, std::string> metadata;
  std::vector<TensorData> tensors;
  {
    const SafetensorsFile file(path);
    metadata = file.metadata();
    for (const auto& [name, view] : file.tensors()) {
      tensors.push_back({name, view.shape, {view.data, view.data + element_count(view.shape)}});
    }
  }
  metadata[key] = value;
  write_safetensors(path, metadata, tensors);
}

TEST(Checkpoint, LoadsFilesOfBeforeEnsembles) {
  const TemporaryFolder folder;
  const std::string path = testing::write_random_checkpoint(folder.file("c"), small_info());
  set_metadata(path, "config",
               R"({"bound":3.0,"components":11,"layers":2,"readout":"sum","width":8})");
  set_metadata(path, "bands", R"({"cpu-a": [0.9, 1.2], "gpu-b": null})");
  const Checkpoint checkpoint(path);
  EXPECT_EQ(checkpoint.info().config.members, 1);
  EXPECT_EQ(checkpoint.info().usual_spread, 0);
  EXPECT_FALSE(checkpoint.info().bands[0].is_known()) << "those held four times in five";
}

TEST(Checkpoint, RefusesBandsThatMakeNoSense) {
  const TemporaryFolder folder;
  CheckpointInfo info = small_info();
  info.bands[0] = {-1, 2};
  write_checkpoint(folder.file("c"), info, testing::random_tensors(info));
  EXPECT_THAT(load_error(folder.file("c")), HasSubstr("narrower than nothing"));
}

TEST(Checkpoint, RefusesNumbersOfMembersThatMakeNoSense) {
  const TemporaryFolder folder;
  const std::string path = testing::write_random_checkpoint(folder.file("c"), small_info());
  for (const char* members : {"0", "-1", "1000000", "2"}) {
    set_metadata(
        path, "config",
        std::string(R"({"bound":3,"components":11,"layers":2,"readout":"sum","width":8,)") +
            R"("members":)" + members + "}");
    EXPECT_THAT(load_error(path), ::testing::AnyOf(HasSubstr("members is"),
                                                   HasSubstr("member.0.input.weight is missing")));
  }
}

TEST(Checkpoint, NamesAMissingTensor) {
  const TemporaryFolder folder;
  const CheckpointInfo info = small_info();
  std::vector<TensorData> tensors = testing::random_tensors(info);
  tensors.pop_back();
  write_checkpoint(folder.file("c"), info, tensors);
  EXPECT_THAT(load_error(folder.file("c")), HasSubstr("platform.theta is missing"));
}

TEST(Checkpoint, NamesATensorOfAnotherShape) {
  const TemporaryFolder folder;
  const CheckpointInfo info = small_info();
  std::vector<TensorData> tensors = testing::random_tensors(info);
  tensors.back().shape = {tensors.back().shape[1], tensors.back().shape[0]};
  write_checkpoint(folder.file("c"), info, tensors);
  EXPECT_THAT(load_error(folder.file("c")), HasSubstr("platform.theta is 11 × 2, not 2 × 11"));
}

TEST(Checkpoint, RefusesOtherSafetensorsFiles) {
  const TemporaryFolder folder;
  write_safetensors(folder.file("c"), {}, {});
  EXPECT_THAT(load_error(folder.file("c")), HasSubstr("not a checkpoint of ours"));
  write_safetensors(folder.file("c"), {{"format", "tachograph"}, {"format_version", "99"}}, {});
  EXPECT_THAT(load_error(folder.file("c")), HasSubstr("format 99"));
  write_safetensors(folder.file("c"), {{"format", "tachograph"}, {"format_version", "2"}}, {});
  EXPECT_THAT(load_error(folder.file("c")), HasSubstr("\"config\" is missing"));
}

TEST(Checkpoint, RefusesAMissingFile) {
  EXPECT_THAT(load_error("/nonexistent/c.safetensors"), HasSubstr("/nonexistent/c.safetensors"));
}

TEST(Checkpoint, RefusesSizesThatMakeNoSense) {
  const TemporaryFolder folder;
  CheckpointInfo info = small_info();
  const std::vector<TensorData> tensors = testing::random_tensors(info);
  for (int ModelConfig::*size :
       {&ModelConfig::width, &ModelConfig::layers, &ModelConfig::components}) {
    for (int value : {-1, 1 << 30}) {
      CheckpointInfo wrong = info;
      wrong.config.*size = value;
      EXPECT_THROW(
          {
            write_checkpoint(folder.file("c"), wrong, tensors);
            const Checkpoint checkpoint(folder.file("c"));
          },
          Error);
    }
  }
  info.schema.base_costs.clear();
  write_checkpoint(folder.file("c"), info, tensors);
  EXPECT_THAT(load_error(folder.file("c")), HasSubstr("must not be empty"));
}

}  // namespace
}  // namespace tacho

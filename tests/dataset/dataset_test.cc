#include "dataset/dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dataset/testing.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Dataset, DigestIsOfTheContent) {
  EXPECT_EQ(make_dataset().digest(), make_dataset().digest());
  EXPECT_EQ(make_dataset().digest().size(), 16u);
  EXPECT_EQ(make_dataset().digest().find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST(Dataset, DigestSeesEveryPart) {
  const std::string before = make_dataset().digest();
  const auto digest_after = [](const std::function<void(Dataset&)>& change) {
    Dataset dataset = make_dataset();
    change(dataset);
    return dataset.digest();
  };
  EXPECT_NE(before, digest_after([](Dataset& d) { d.platforms[0] = "npu"; }));
  EXPECT_NE(before, digest_after([](Dataset& d) { d.samples[0].model = "other"; }));
  EXPECT_NE(before, digest_after([](Dataset& d) { d.samples[0].batch = 2; }));
  EXPECT_NE(before, digest_after([](Dataset& d) { d.samples[1].features.features[0] += 1; }));
  EXPECT_NE(before, digest_after([](Dataset& d) { d.samples[1].features.base_costs[0] += 1; }));
  EXPECT_NE(before, digest_after([](Dataset& d) { d.samples[1].features.edges[0] = {0, 2}; }));
  EXPECT_NE(before, digest_after([](Dataset& d) { d.labels[0].latency_ms += 1e-9; }));
  EXPECT_NE(before, digest_after([](Dataset& d) { d.schema.version += 1; }));
}

TEST(MergeInto, AddsWhatIsNewAndRenumbersIt) {
  Dataset into = make_dataset();
  Dataset additions;
  additions.platforms = {"npu", "gpu"};
  additions.samples = {make_sample("new", 1, 2), make_sample("one", 1, 1)};
  additions.labels = {{0, 0, 7}, {1, 1, 9}};
  merge_into(into, additions);

  EXPECT_THAT(into.platforms, ElementsAre("cpu", "gpu", "npu"));
  ASSERT_EQ(into.samples.size(), 3u);
  EXPECT_EQ(into.samples[2].model, "new");
  ASSERT_EQ(into.labels.size(), 5u);
  EXPECT_EQ(into.labels[3].sample, 2);
  EXPECT_EQ(into.labels[3].platform, 2);
  EXPECT_EQ(into.labels[4].sample, 0) << "'one' at batch 1 is there already";
  EXPECT_EQ(into.labels[4].platform, 1);
}

TEST(MergeInto, ReplacesTheLabelOfTheSameSampleAndPlatform) {
  Dataset into = make_dataset();
  Dataset additions = make_dataset();
  additions.labels = {{1, 0, 33}};
  merge_into(into, additions);
  ASSERT_EQ(into.labels.size(), 3u);
  EXPECT_EQ(into.labels[1].latency_ms, 33);
}

TEST(MergeInto, AnotherBatchIsAnotherSample) {
  Dataset into = make_dataset();
  Dataset additions;
  additions.samples = {make_sample("one", 4, 1)};
  merge_into(into, additions);
  EXPECT_EQ(into.samples.size(), 3u);
}

TEST(MergeInto, TwoNetworksUnderOneNameAreAnError) {
  Dataset into = make_dataset();
  Dataset additions;
  additions.samples = {make_sample("one", 1, 2)};
  EXPECT_THAT(error_of([&] { merge_into(into, additions); }),
              HasSubstr("'one.onnx' at batch 1 is there already and differs"));
}

TEST(KeepPlatforms, DropsTheOthersAndSamplesThatOnlyTheyMeasured) {
  Dataset dataset = make_dataset();
  keep_platforms(dataset, {"gpu", "npu"});
  ASSERT_EQ(dataset.platforms, std::vector<std::string>{"gpu"});
  ASSERT_EQ(dataset.samples.size(), 1u);
  EXPECT_EQ(dataset.samples[0].model, "chain");
  ASSERT_EQ(dataset.labels.size(), 1u);
  EXPECT_EQ(dataset.labels[0].sample, 0);
  EXPECT_EQ(dataset.labels[0].platform, 0);
  EXPECT_EQ(dataset.labels[0].latency_ms, 0.25);
}

}  // namespace
}  // namespace tacho

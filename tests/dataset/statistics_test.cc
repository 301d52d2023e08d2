#include "dataset/statistics.h"

#include <gtest/gtest.h>

#include "dataset/testing.h"

namespace tacho {
namespace {

TEST(Statistics, CountGraphsModelsAndLatencies) {
  Dataset dataset = make_dataset();  // "one" with 1 kernel, "chain" with 3 and 2 edges
  dataset.samples.push_back(make_sample("chain", 16, 3));
  dataset.labels.push_back({2, 0, 5});  // cpu: 1.5, 20, 5; gpu: 0.25
  dataset.platforms.push_back("never measured");

  const DatasetStatistics statistics = statistics_of(dataset);
  EXPECT_EQ(statistics.samples, 3u);
  EXPECT_EQ(statistics.graphs, 2u) << "one graph at two batches is one graph";
  EXPECT_EQ(statistics.models, 2u);
  EXPECT_EQ(statistics.labels, 4u);
  EXPECT_EQ(statistics.kernels, 7u);
  EXPECT_EQ(statistics.edges, 4u);

  ASSERT_EQ(statistics.platforms.size(), 3u);
  const PlatformStatistics& cpu = statistics.platforms[0];
  EXPECT_EQ(cpu.labels, 3u);
  EXPECT_EQ(cpu.models, 2u);
  EXPECT_EQ(cpu.min_ms, 1.5);
  EXPECT_EQ(cpu.median_ms, 5);
  EXPECT_EQ(cpu.max_ms, 20);
  EXPECT_DOUBLE_EQ(cpu.mean_kernels, 7.0 / 3);
  EXPECT_EQ(statistics.platforms[2].labels, 0u);
  EXPECT_EQ(statistics.platforms[2].max_ms, 0);
}

TEST(Statistics, FamiliesWithMostModelsFirst) {
  Dataset dataset;
  dataset.platforms = {"cpu"};
  dataset.samples = {make_sample("vgg11", 1, 1), make_sample("resnet18", 1, 1),
                     make_sample("resnet18", 8, 1), make_sample("wide_resnet50", 1, 1)};
  dataset.labels = {{0, 0, 1}, {1, 0, 1}, {2, 0, 1}};
  const std::vector<FamilyStatistics> families = statistics_of(dataset).families;
  ASSERT_EQ(families.size(), 2u);
  EXPECT_EQ(families[0].family, "resnet");
  EXPECT_EQ(families[0].models, 2u);
  EXPECT_EQ(families[0].graphs, 2u);
  EXPECT_EQ(families[0].labels, 2u);
  EXPECT_EQ(families[1].family, "vgg");
}

}  // namespace
}  // namespace tacho

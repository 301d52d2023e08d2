#include "kernel_builder/sampler.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace tacho {
namespace {

using ::testing::Each;
using ::testing::IsEmpty;

KernelConfig config(const std::string& text) { return parse_kernel(Catalogue::builtin(), text); }
const KernelType& type(const std::string& name) { return Catalogue::builtin().at(name); }

const Prior& shipped() {
  static const Prior prior = Prior::read_file(TACHO_SOURCE_DIR "/dataset/kernel_prior/kernels.csv");
  return prior;
}

std::vector<KernelConfig> draw(const std::string& name, size_t count, uint64_t seed) {
  Random random(seed);
  TakenConfigs taken;
  return prior_sampler(type(name), shipped())->initial(count, random, taken);
}

bool is_one_of(int64_t x, const std::vector<int64_t>& valid) {
  return std::find(valid.begin(), valid.end(), x) != valid.end();
}

class Sampled : public ::testing::TestWithParam<std::string> {};

TEST_P(Sampled, IsValidDifferentAndTheSameForASeed) {
  const std::vector<KernelConfig> drawn = draw(GetParam(), 100, 1);
  EXPECT_EQ(drawn.size(), 100u);
  EXPECT_EQ(TakenConfigs(drawn.begin(), drawn.end()).size(), drawn.size());
  for (const KernelConfig& c : drawn) {
    EXPECT_NO_THROW(type(GetParam()).check(c));
    for (size_t i = 0; i < c.values.size(); ++i) {
      const KernelParameter& p = type(GetParam()).parameters()[i];
      if (p.role == ParameterRole::kListed) {
        EXPECT_TRUE(is_one_of(c.values[i], p.valid)) << to_text(type(GetParam()), c);
      }
    }
  }
  EXPECT_EQ(drawn, draw(GetParam(), 100, 1));
  EXPECT_NE(drawn, draw(GetParam(), 100, 2));
}

std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (const auto& t : Catalogue::builtin().types()) names.push_back(t->name());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, Sampled, ::testing::ValuesIn(all_names()),
                         [](const auto& info) {
                           std::string name = info.param;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

TEST(PriorSampler, ScalesThePriorsChannels) {
  Prior prior;
  prior.add(config("conv:hw=30,cin=100,cout=1000,k=3,s=1"));
  Random random(1);
  TakenConfigs taken;
  for (const KernelConfig& c : prior_sampler(type("conv-bn"), prior)->initial(200, random, taken)) {
    EXPECT_EQ(c.values[0], 28);  // 30, moved to what is valid
    EXPECT_GE(c.values[1], 55);  // 100 / 1.8 …
    EXPECT_LE(c.values[1], 181);
    EXPECT_GE(c.values[2], 555);
    EXPECT_LE(c.values[2], 1801);
  }
}

TEST(PriorSampler, VariesOnlyChannelsAroundAConfiguration) {
  const KernelConfig center = config("conv-bn-relu:hw=56,cin=100,cout=200,k=3,s=2");
  Random random(1);
  TakenConfigs taken{center};
  const auto fine =
      prior_sampler(type("conv-bn-relu"), shipped())->around(center, 50, random, taken);
  EXPECT_EQ(fine.size(), 50u);
  for (const KernelConfig& c : fine) {
    EXPECT_EQ(c.values[0], 56);
    EXPECT_EQ(c.values[3], 3);
    EXPECT_EQ(c.values[4], 2);
    EXPECT_GE(c.values[1], 40);
    EXPECT_LE(c.values[1], 120);
    EXPECT_GE(c.values[2], 80);
    EXPECT_LE(c.values[2], 240);
  }
}

TEST(PriorSampler, KeepsDepthwiseChannelsEqualAndGroupsWhole) {
  Random random(1);
  TakenConfigs taken;
  const auto dw = prior_sampler(type("dwconv-bn"), shipped())
                      ->around(config("dwconv-bn:hw=14,cin=96,k=3,s=1"), 20, random, taken);
  EXPECT_EQ(dw.size(), 20u);
  for (const KernelConfig& c : dw) EXPECT_EQ(c.values[1], c.values[2]);
  const auto g =
      prior_sampler(type("gconv"), shipped())
          ->around(config("gconv:hw=14,cin=256,cout=256,k=3,s=1,g=32"), 20, random, taken);
  EXPECT_EQ(g.size(), 20u);
  for (const KernelConfig& c : g) EXPECT_EQ(c.values[1] % 32 + c.values[2] % 32, 0);
}

TEST(PriorSampler, ReturnsFewerWhereThereAreNoMore) {
  Random random(1);
  TakenConfigs taken;
  const KernelConfig center = config("relu:hw=7,cin=4");  // 2, 3, 4 and 5 channels
  EXPECT_EQ(prior_sampler(type("relu"), shipped())->around(center, 50, random, taken).size(), 4u);
  EXPECT_THAT(prior_sampler(type("relu"), shipped())->around(center, 50, random, taken), IsEmpty());
}

TEST(PriorSampler, SetsTheBatchAskedFor) {
  Random random(1);
  TakenConfigs taken;
  for (const KernelConfig& c :
       prior_sampler(type("fc"), shipped(), 8)->initial(20, random, taken)) {
    EXPECT_EQ(c.values.back(), 8);
  }
}

TEST(PoolSampler, DrawsFromTheTableAlone) {
  std::vector<KernelConfig> pool;
  for (int64_t c = 1; c <= 50; ++c) pool.push_back({"relu", {7, c, 1}});
  const auto sampler = pool_sampler(type("relu"), pool);
  Random random(1);
  TakenConfigs taken;
  const auto first = sampler->initial(30, random, taken);
  EXPECT_EQ(first.size(), 30u);
  EXPECT_EQ(sampler->initial(30, random, taken).size(), 20u);  // what is left
  EXPECT_EQ(taken.size(), 50u);
}

TEST(PoolSampler, PrefersWhatIsInRangeOfTheCenter) {
  std::vector<KernelConfig> pool{{"relu", {7, 50, 1}},   {"relu", {7, 110, 1}},
                                 {"relu", {7, 130, 1}},  {"relu", {7, 1000, 1}},
                                 {"relu", {14, 100, 1}}, {"relu", {7, 30, 1}}};
  Random random(1);
  TakenConfigs taken;
  const auto sampler = pool_sampler(type("relu"), pool);
  const auto in_range = sampler->around({"relu", {7, 100, 1}}, 2, random, taken);
  EXPECT_THAT(in_range, ::testing::UnorderedElementsAre(pool[0], pool[1]));
  // None is left: the nearest by ratio.
  EXPECT_THAT(sampler->around({"relu", {7, 100, 1}}, 1, random, taken),
              ::testing::ElementsAre(pool[2]));
}

}  // namespace
}  // namespace tacho

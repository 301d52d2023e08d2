#include "backends/fake/fake_backend.h"

#include <gmock/gmock.h>

#include "backends/registry.h"
#include "backends/testing.h"

namespace tacho {
namespace {

using testing::error_of;
using ::testing::HasSubstr;
using testing::inferred;
using testing::relu_graph;

double latency(const std::string& backend, const Graph& graph) {
  return open_backend(backend)->compile(graph)->run();
}

const char* const kConvRelu =
    "g (float[1,8,16,16] x) => (float[1,8,16,16] y)"
    "<float[8,8,3,3] w = {}> { a = Conv<pads = [1, 1, 1, 1]>(x, w)  y = Relu(a) }";

TEST(FakeBackend, IsTheSameEveryTime) {
  const Graph graph = inferred(kConvRelu);
  EXPECT_EQ(latency("fake", graph), latency("fake", graph));
}

TEST(FakeBackend, LatencyIsAtLeastTheRoofline) {
  // 16·16·8·8·9 MACs at 25 million a millisecond, and a launch
  EXPECT_GT(latency("fake:noise=0", inferred(kConvRelu)), 16 * 16 * 8 * 8 * 9 / 25e6 + 0.005);
}

TEST(FakeBackend, UnfusedCostsALaunchMore) {
  const Graph graph = inferred(kConvRelu);
  EXPECT_GT(latency("fake:noise=0,fuse=0", graph), latency("fake:noise=0", graph) + 0.005);
}

TEST(FakeBackend, AnotherSeedIsAnotherDevice) {
  const Graph graph = inferred(kConvRelu);
  EXPECT_NE(latency("fake:noise=0,seed=1", graph), latency("fake:noise=0,seed=2", graph));
  EXPECT_NE(open_backend("fake:seed=1")->platform(), open_backend("fake")->platform());
}

TEST(FakeBackend, NoiseSpreadsTheRuns) {
  const auto quiet = open_backend("fake:noise=0")->compile(relu_graph());
  EXPECT_EQ(quiet->run(), quiet->run());
  const auto noisy = open_backend("fake:noise=0.1")->compile(relu_graph());
  EXPECT_NE(noisy->run(), noisy->run());
}

TEST(FakeBackend, FailsWhereItIsTold) {
  const auto backend = open_backend("fake:fail=relu*");
  EXPECT_THAT(error_of([&] { backend->compile(relu_graph("relu:hw=1"))->run(); }),
              HasSubstr("told to fail on 'relu:hw=1'"));
  EXPECT_GT(backend->compile(relu_graph("add:hw=1"))->run(), 0);
}

}  // namespace
}  // namespace tacho

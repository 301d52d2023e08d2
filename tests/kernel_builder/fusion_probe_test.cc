#include "kernel_builder/fusion_probe.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "backends/registry.h"
#include "common/error.h"
#include "graph_ir/lower.h"
#include "kernel_builder/probe_graphs.h"

namespace tacho {
namespace {

using ::testing::HasSubstr;

// No waiting.
ProbeOptions quick() {
  ProbeOptions options;
  options.measure = {1, 0, 5, 0};
  return options;
}

ProbedPair probe(const std::string& backend, const OperatorPair& pair) {
  return probe_pair(*open_backend(backend), pair, quick());
}

std::string problem(const std::string& pair) {
  try {
    parse_probe_pair(pair);
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

TEST(FusionProbe, FindsWhatABackendFuses) {
  for (const OperatorPair& pair :
       {OperatorPair{"Conv", "Relu"}, OperatorPair{"DepthwiseConv", "Relu6"},
        OperatorPair{"Gemm", "Relu"}, OperatorPair{"Conv", "Add"}}) {
    const ProbedPair fused = probe("fake:noise=0.001", pair);
    EXPECT_TRUE(fused.fused) << pair.first << "+" << pair.second << ": " << fused.saving;
    EXPECT_EQ(fused.rounds.size(), 6u);
    EXPECT_EQ(fused.agreeing(0.5), 6);
    EXPECT_FALSE(probe("fake:noise=0.001,fuse=0", pair).fused);
  }
}

TEST(FusionProbe, FindsWhatABackendDoesNotFuse) {
  for (const OperatorPair& pair :
       {OperatorPair{"Conv", "Conv"}, OperatorPair{"MaxPool", "Relu"}, OperatorPair{"Relu", "Conv"},
        OperatorPair{"Concat", "Concat"}}) {
    EXPECT_FALSE(probe("fake:noise=0.001", pair).fused) << pair.first << "+" << pair.second;
  }
}

TEST(FusionProbe, ASavingIsAPartOfTheCheaperOne) {
  const ProbedPair pair = probe("fake:noise=0", {"Conv", "Relu"});
  const ProbeRound& round = pair.rounds[0];
  EXPECT_GT(round.root_ms, round.reader_ms);
  EXPECT_NEAR(round.saving, (round.root_ms + round.reader_ms - round.together_ms) / round.reader_ms,
              1e-9);
}

TEST(FusionProbe, TheReaderAloneTakesWhatTheRootMakes) {
  const ProbeGraphs graphs = probe_graphs({"MaxPool", "Concat"}, {28, 8});
  EXPECT_EQ(graphs.root.name, "probe MaxPool 1x8x28x28");
  EXPECT_EQ(graphs.reader.name, "probe Concat 1x8x14x14");
  EXPECT_EQ(graphs.together.name, "probe MaxPool+Concat 1x8x28x28");
  EXPECT_EQ(graphs.together.num_live_nodes(), 2);
  EXPECT_EQ(dims_text(*graphs.together.value(graphs.together.outputs[0]).dims), "1x16x14x14");
}

TEST(FusionProbe, PairsThatCannotFollowEachOtherAreLeftOut) {
  const auto pairs = probe_pairs();
  const auto has = [&](const char* a, const char* b) {
    return std::count(pairs.begin(), pairs.end(), OperatorPair(a, b)) == 1;
  };
  EXPECT_TRUE(has("Conv", "Relu"));
  EXPECT_TRUE(has("Relu", "Conv"));
  EXPECT_TRUE(has("Gemm", "Relu"));
  EXPECT_TRUE(has("GlobalAveragePool", "Sigmoid"));
  EXPECT_FALSE(has("Conv", "Gemm"));
  EXPECT_FALSE(has("GlobalAveragePool", "MaxPool"));
  for (const OperatorPair& pair : pairs) {  // each builds, and lowers
    const ProbeGraphs graphs = probe_graphs(pair, {8, 4});
    EXPECT_GE(lower(graphs.together, {}).kernels.kernels.size(), 1u);
  }
}

TEST(FusionProbe, PairsByName) {
  EXPECT_EQ(parse_probe_pair("Conv+Relu6"), OperatorPair("Conv", "Relu6"));
  EXPECT_THAT(problem("Conv"), HasSubstr("not of the form Conv+Relu"));
  EXPECT_THAT(problem("Conv+Rleu"), HasSubstr("did you mean 'Relu'?"));
  EXPECT_THAT(problem("Gemm+Conv"), HasSubstr("Conv cannot read what Gemm makes"));
}

TEST(FusionProbe, AFailingDeviceIsAnError) {
  EXPECT_THROW(probe("fake:fail=*Relu*", {"Conv", "Relu"}), Error);
}

TEST(FusionProbe, WritesWhatItReads) {
  const ProbedPair pair = probe("fake", {"Conv", "Relu"});
  const nlohmann::ordered_json json = probed_pair_json(pair);
  EXPECT_EQ(probed_pair_json(probed_pair_from_json(json)), json);
  EXPECT_THROW(probed_pair_from_json({{"root", "Conv"}}), Error);
}

}  // namespace
}  // namespace tacho

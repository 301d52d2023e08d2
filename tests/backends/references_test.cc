// A member of every family on the LibTorch backend: what a reference stands for can be run.
#include <gmock/gmock.h>

#include <cmath>

#include "backends/measure_graph.h"
#include "backends/registry.h"
#include "common/error.h"
#include "graph_ir/infer/infer_shapes.h"
#include "graph_ir/references/family.h"
#include "graph_ir/references/reference.h"

namespace tacho {
namespace {

class ReferenceOnLibtorch : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    try {
      backend_ = open_backend("libtorch:threads=1");
    } catch (const Error& e) {
      GTEST_SKIP() << e.what();
    }
  }
  std::unique_ptr<Backend> backend_;
};

TEST_P(ReferenceOnLibtorch, RunsAtAnyBatch) {
  for (const int64_t batch : {1, 2}) {
    Graph graph = build_reference(GetParam());
    BindOptions bind;
    bind.batch = batch;
    infer_shapes(graph, bind);
    const auto model = backend_->compile(runnable_graph(*backend_, graph));
    model->run();
    const HostTensor output = model->outputs().at(0);
    EXPECT_THAT(output.shape, ::testing::ElementsAreArray(*graph.value(graph.outputs[0]).dims));
    EXPECT_EQ(output.shape.at(0), batch);
    for (const float x : output.values) ASSERT_TRUE(std::isfinite(x));
  }
}

/// One of each other kind, and of every family the cheapest of the first ten members.
std::vector<std::string> references() {
  std::vector<std::string> texts = {
      "nasbench201:|none~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|none~1|nor_conv_1x1~2|",
      "nasbench201-pruned:|none~0|+|none~0|skip_connect~1|+|none~0|none~1|none~2|",
      "fbnet:k3_e1_g2/k5_e6/skip/skip/k3_e1/skip/skip/skip/skip/skip/skip/skip/skip/skip/skip/skip/"
      "skip/skip/skip/skip/skip/k3_e3"};
  for (const std::string& family : family_names()) {
    std::string smallest;
    int64_t fewest = INT64_MAX;
    for (int seed = 0; seed < 10; ++seed) {
      const std::string text = "family:" + family + ":" + std::to_string(seed);
      const Graph graph = build_reference(text);
      const Dims& image = *graph.value(graph.inputs[0]).dims;
      const int64_t size = image[2] * image[3] * graph.num_live_nodes();
      if (size < fewest) {
        fewest = size;
        smallest = text;
      }
    }
    texts.push_back(smallest);
  }
  return texts;
}

INSTANTIATE_TEST_SUITE_P(Kinds, ReferenceOnLibtorch, ::testing::ValuesIn(references()));

}  // namespace
}  // namespace tacho

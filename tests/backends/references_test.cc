// A member of every family on every runtime: what a reference stands for can be run, and all
// compute the same.
#include <gmock/gmock.h>

#include <cmath>

#include "backends/check/check_backend.h"
#include "backends/measure_graph.h"
#include "backends/registry.h"
#include "backends/testing.h"
#include "common/error.h"
#include "graph_ir/infer/infer_shapes.h"
#include "graph_ir/references/family.h"
#include "graph_ir/references/reference.h"

namespace tacho {
namespace {

using Case = std::tuple<const char*, std::string>;  // a backend, a reference

class ReferenceOn : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    backend_ = opened(std::get<0>(GetParam()));
    if (backend_ == nullptr || backend_->name() != "opencv") return;
    // The one that has not all that the families are made of.
    const std::vector<std::string> reasons =
        backend_->unsupported(graph_of(std::get<1>(GetParam()), 1));
    if (!reasons.empty()) skip(reasons[0]);
  }

  std::unique_ptr<Backend> opened(const std::string& spec) {
    try {
      return open_backend(spec);
    } catch (const Error& e) {
      skip(e.what());
      return nullptr;
    }
  }
  static void skip(const std::string& why) { GTEST_SKIP() << why; }

  static Graph graph_of(const std::string& reference, int64_t batch) {
    Graph graph = build_reference(reference);
    BindOptions bind;
    bind.batch = batch;
    infer_shapes(graph, bind);
    return graph;
  }
  static HostTensor output_of(Backend& backend, const Graph& graph) {
    const auto model = backend.compile(runnable_graph(backend, graph));
    model->run();
    return model->outputs().at(0);
  }

  std::unique_ptr<Backend> backend_;
};

TEST_P(ReferenceOn, RunsAtAnyBatch) {
  for (const int64_t batch : {1, 2}) {
    const Graph graph = graph_of(std::get<1>(GetParam()), batch);
    const HostTensor output = output_of(*backend_, graph);
    EXPECT_THAT(output.shape, ::testing::ElementsAreArray(*graph.value(graph.outputs[0]).dims));
    EXPECT_EQ(output.shape.at(0), batch);
    for (const float x : output.values) ASSERT_TRUE(std::isfinite(x));
  }
}

// A runtime that computes something else measures something else.
TEST_P(ReferenceOn, ComputesWhatLibtorchDoes) {
  const auto libtorch = opened("libtorch:threads=1");
  if (libtorch == nullptr || backend_->name() == "libtorch") return;
  const Graph graph = graph_of(std::get<1>(GetParam()), 1);
  EXPECT_LE(relative_difference(output_of(*backend_, graph), output_of(*libtorch, graph)), 1e-3);
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

INSTANTIATE_TEST_SUITE_P(
    Kinds, ReferenceOn,
    ::testing::Combine(::testing::Values("libtorch:threads=1", "onednn:threads=1",
                                         "opencv:threads=1", "onnxruntime:threads=1"),
                       ::testing::ValuesIn(references())));

}  // namespace
}  // namespace tacho

// All fp32 backends compute the same: a member of every family, held against LibTorch.
#include <gmock/gmock.h>

#include "backends/measure_graph.h"
#include "backends/registry.h"
#include "backends/testing.h"
#include "graph_ir/references/family.h"
#include "graph_ir/references/reference.h"

namespace tacho {
namespace {

class Agreement : public ::testing::TestWithParam<std::tuple<const char*, std::string>> {};

/// The cheapest of the family's first ten members.
std::string small_member(const std::string& family) {
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
  return smallest;
}

TEST_P(Agreement, WithLibtorch) {
  const auto& [spec, family] = GetParam();
  std::unique_ptr<Backend> backend, reference;
  try {
    backend = open_backend(spec);
    reference = open_backend("libtorch:threads=1");
  } catch (const Error& e) {
    GTEST_SKIP() << e.what();
  }
  for (const int64_t batch : {1, 2}) {
    Graph graph = build_reference(small_member(family));
    BindOptions bind;
    bind.batch = batch;
    infer_shapes(graph, bind);
    const std::vector<std::string> reasons = backend->unsupported(graph);
    if (!reasons.empty()) GTEST_SKIP() << backend->name() << ": " << reasons[0];
    const auto check =
        open_backend(std::string("check:of=") + spec + ",against=libtorch:threads=1");
    const auto model = check->compile(runnable_graph(*check, graph));
    model->run();  // throws Error where they differ
    EXPECT_EQ(model->outputs().at(0).shape.at(0), batch);
  }
}

INSTANTIATE_TEST_SUITE_P(Families, Agreement,
                         ::testing::Combine(::testing::Values("opencv:threads=1",
                                                              "onnxruntime:threads=1"),
                                            ::testing::ValuesIn(family_names())));

}  // namespace
}  // namespace tacho

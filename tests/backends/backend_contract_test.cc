// What every backend promises (backends/backend.h), held by each that can be opened here.
#include <gmock/gmock.h>

#include <cmath>

#include "backends/measure.h"
#include "backends/registry.h"
#include "backends/testing.h"

namespace tacho {
namespace {

using testing::error_of;
using ::testing::HasSubstr;
using testing::inferred;
using ::testing::StartsWith;

Graph conv_graph() {
  return inferred(
      "g (float[1,4,8,8] x) => (float[1,6,8,8] y) <float[6,4,3,3] w = {}>"
      "{ a = Conv<pads = [1, 1, 1, 1]>(x, w)  y = Relu(a) }",
      "conv-relu:hw=8,cin=4,cout=6,k=3,s=1");
}

// Nobody has it.
Graph strange_graph() {
  return inferred(
      "<ir_version: 8, opset_import: [\"\" : 17, \"acme\" : 1]>"
      "g (float[2] x) => (float[2] y) { y = acme.Frobnicate(x) }",
      "strange");
}

class BackendContract : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    std::string spec = GetParam();
    const size_t folder = spec.find("FOLDER");
    if (folder != std::string::npos) spec.replace(folder, 6, folder_.file(""));
    folder_.write("table.csv",
                  "graph,platform,latency_ms\n\"" + conv_graph().name + "\",cpu-recorded,0.5\n");
    try {
      backend_ = open_backend(spec);
    } catch (const Error& e) {
      GTEST_SKIP() << e.what();
    }
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<Backend> backend_;
};

TEST_P(BackendContract, HasNamesAndFacts) {
  EXPECT_THAT(std::string(GetParam()), StartsWith(backend_->name()));
  const std::string platform = backend_->platform();
  EXPECT_FALSE(platform.empty());
  EXPECT_EQ(platform.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.-"),
            std::string::npos)
      << platform;
  EXPECT_EQ(backend_->platform(), platform);
  EXPECT_EQ(backend_->facts().count("runtime"), 1u);
}

TEST_P(BackendContract, RunsWhatItSupports) {
  const Graph graph = conv_graph();
  EXPECT_TRUE(backend_->unsupported(graph).empty());
  const auto model = backend_->compile(graph);
  for (int i = 0; i < 3; ++i) {
    const double ms = model->run();
    EXPECT_TRUE(std::isfinite(ms) && ms > 0) << ms;
  }
}

TEST_P(BackendContract, OutputsHaveTheGraphsShapesAndStayTheSame) {
  const auto model = backend_->compile(conv_graph());
  model->run();
  const std::vector<HostTensor> first = model->outputs();
  model->run();
  const std::vector<HostTensor> second = model->outputs();
  const auto other = backend_->compile(conv_graph());
  other->run();
  const std::vector<HostTensor> third = other->outputs();
  if (first.empty()) return;  // a recording
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].shape, (std::vector<int64_t>{1, 6, 8, 8}));
  ASSERT_EQ(first[0].values.size(), 6u * 8 * 8);
  for (const float x : first[0].values) EXPECT_TRUE(std::isfinite(x) && x >= 0);
  EXPECT_EQ(first[0].values, second[0].values);
  EXPECT_EQ(first[0].values, third[0].values);
}

TEST_P(BackendContract, SaysWhatItDoesNotSupport) {
  const std::vector<std::string> reasons = backend_->unsupported(strange_graph());
  ASSERT_EQ(reasons.size(), 1u);
  EXPECT_EQ(reasons[0].find('\n'), std::string::npos);
  EXPECT_EQ(error_of([&] { backend_->compile(strange_graph()); }), reasons[0]);
}

TEST_P(BackendContract, IsMeasured) {
  const auto model = backend_->compile(conv_graph());
  const Timing timing = measure(*model, {1, 0, 5, 0.001});
  EXPECT_GE(timing.samples_ms.size(), 5u);
  EXPECT_GT(timing.median_ms, 0);
  EXPECT_GT(timing.first_ms, 0);
}

TEST_P(BackendContract, TwoModelsDoNotDisturbEachOther) {
  Graph scaled = conv_graph();
  const auto a = backend_->compile(conv_graph()), b = backend_->compile(scaled);
  a->run();
  const std::vector<HostTensor> before = a->outputs();
  b->run();
  const std::vector<HostTensor> after = a->outputs();
  ASSERT_EQ(before.size(), after.size());
  for (size_t i = 0; i < before.size(); ++i) EXPECT_EQ(before[i].values, after[i].values);
}

INSTANTIATE_TEST_SUITE_P(All, BackendContract,
                         ::testing::Values("libtorch:threads=1", "libtorch:threads=1,type=bf16",
                                           "onednn:threads=1", "onednn:threads=1,type=bf16",
                                           "onednn:threads=1,type=int8", "opencv:threads=1",
                                           "onnxruntime:threads=1", "fake",
                                           "replay:file=FOLDERtable.csv",
                                           "record:file=FOLDERout.csv,of=fake",
                                           "check:of=fake,against=fake:seed=1"),
                         [](const auto& info) { return testing::test_name(info.param); });

}  // namespace
}  // namespace tacho

#include "backends/check/check_backend.h"

#include <gmock/gmock.h>

#include <cmath>

#include "backends/registry.h"
#include "backends/testing.h"

namespace tacho {
namespace {

using testing::error_of;
using ::testing::HasSubstr;
using testing::relu_graph;

HostTensor tensor(std::vector<float> values) {
  return {{static_cast<int64_t>(values.size())}, std::move(values)};
}

TEST(Check, DifferencesAreRelativeToTheLargestElement) {
  EXPECT_DOUBLE_EQ(relative_difference(tensor({1, 4}), tensor({2, 4})), 0.25);
  EXPECT_EQ(relative_difference(tensor({0, 0}), tensor({0, 0})), 0);
  EXPECT_TRUE(std::isinf(relative_difference(tensor({1}), tensor({0}))));
  EXPECT_TRUE(std::isinf(relative_difference(tensor({1, 2}), tensor({1}))));
  EXPECT_TRUE(std::isinf(relative_difference(tensor({NAN}), tensor({1}))));
}

TEST(Check, IsTheBackendThatItChecks) {
  const auto checked = open_backend("check:of=fake:noise=0,seed=3,against=fake");
  const auto plain = open_backend("fake:noise=0,seed=3");
  EXPECT_EQ(checked->platform(), plain->platform());
  EXPECT_EQ(checked->facts().at("checked_against"), "cpu-fake-counted-fp32");
  EXPECT_EQ(checked->compile(relu_graph())->run(), plain->compile(relu_graph())->run());
}

TEST(Check, NamesTheOutputThatDiffers) {
  std::unique_ptr<Backend> backend;
  try {
    backend = open_backend("check:of=fake,against=libtorch:threads=1");  // fakes compute nothing
  } catch (const Error& e) {
    GTEST_SKIP() << e.what();
  }
  const auto model = backend->compile(relu_graph());
  EXPECT_THAT(error_of([&] { model->run(); }), HasSubstr("output 'y' differs by "));
}

TEST(Check, NamesAnOutputThatIsNotFinite) {
  std::unique_ptr<Backend> backend;
  try {
    backend = open_backend("check:of=libtorch:threads=1,against=libtorch:threads=1");
  } catch (const Error& e) {
    GTEST_SKIP() << e.what();
  }
  const auto model = backend->compile(  // half of the inputs are negative
      testing::inferred("g (float[64] x) => (float[64] y) { y = Log(x) }"));
  EXPECT_EQ(error_of([&] { model->run(); }), "non-finite output 'y'");
}

TEST(Check, ARecordingHasNothingToCheck) {
  const testing::TemporaryFolder folder;
  const std::string table = folder.write("t.csv", "graph,latency_ms\na,1\n");
  const auto model =
      open_backend("check:of=replay:file=" + table + ",against=fake")->compile(relu_graph("a"));
  EXPECT_THAT(error_of([&] { model->run(); }), HasSubstr("cannot be checked"));
}

TEST(Check, NeedsBoth) {
  EXPECT_THAT(error_of([] { open_backend("check:of=fake"); }), HasSubstr("needs check:against="));
}

}  // namespace
}  // namespace tacho

// What is ONNX Runtime's own: a process in between.
#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "backends/registry.h"
#include "backends/testing.h"

namespace tacho {
namespace {

using testing::error_of;
using ::testing::HasSubstr;

TEST(Onnxruntime, SaysWhyItsProcessDoesNotStart) {
  const testing::TemporaryFolder folder;
  const std::string python =
      folder.write("python", "#!/bin/sh\necho 'no such library' >&2\nexit 3\n");
  std::filesystem::permissions(python, std::filesystem::perms::owner_all);
  const char* before = std::getenv("ONNXRUNTIME_PYTHON");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("ONNXRUNTIME_PYTHON", python.c_str(), 1);
  const std::string error = error_of([] { open_backend("onnxruntime"); });
  before == nullptr ? ::unsetenv("ONNXRUNTIME_PYTHON")
                    : ::setenv("ONNXRUNTIME_PYTHON", kept.c_str(), 1);
  if (error.find(".so is not in") != std::string::npos) GTEST_SKIP() << error;
  EXPECT_THAT(error, HasSubstr("ended with exit code 3: no such library"));
}

class OnnxruntimeModel : public ::testing::Test {
 protected:
  void SetUp() override {
    try {
      backend_ = open_backend("onnxruntime:threads=1");
    } catch (const Error& e) {
      GTEST_SKIP() << e.what();
    }
  }
  std::unique_ptr<Backend> backend_;
};

TEST_F(OnnxruntimeModel, GivesOutputsThatAreNotFinite) {
  const auto model = backend_->compile(
      testing::inferred("g (float[64] x) => (float[64] y) { y = Log(x) }"));  // of half negative
  model->run();
  const std::vector<float> values = model->outputs().at(0).values;
  ASSERT_EQ(values.size(), 64);
  EXPECT_TRUE(std::any_of(values.begin(), values.end(), [](float x) { return std::isnan(x); }));
  EXPECT_TRUE(std::any_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); }));
}

TEST_F(OnnxruntimeModel, GoesOnAfterATurn) {
  const auto model = backend_->compile(testing::relu_graph());
  for (int run = 0; run < 5; ++run) EXPECT_GT(model->run(), 0);
  model->begin_turn();
  EXPECT_GT(model->run(), 0);
}

}  // namespace
}  // namespace tacho

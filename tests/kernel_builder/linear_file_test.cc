#include "kernel_builder/linear_file.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "common/error.h"

namespace tacho {
namespace {

using ::testing::HasSubstr;

class LinearFile : public ::testing::Test {
 protected:
  LinearFile() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    path_ = std::filesystem::path(::testing::TempDir()) /
            ("linear_file_" + std::string(test->name()) + ".json");
  }
  ~LinearFile() override { std::filesystem::remove(path_); }

  std::string read() const {
    std::ifstream in(path_);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const std::string& text) const { std::ofstream(path_) << text; }
  /// The message with which a file that was changed from `from` to `to` is refused.
  std::string refusal(const std::string& from, const std::string& to) const {
    save_linear_model(path_, example());
    std::string text = read();
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    write(text.replace(at, from.size(), to));
    try {
      load_linear_model(path_);
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  }
  static LinearModel example() {
    LinearPlatform p;
    p.name = "gpu-x";
    p.law = {0.1 / 3 * 1e-6, 0, 1e-9 / 7, 0.25};
    p.low = LowRange{0.5, 1};
    p.band_low = 0.75;
    p.band_high = 1.5;
    p.batches = {1, 64};
    p.rows = 12;
    p.networks = 10;
    p.training_median_error = 7.5;
    p.shares = {0.5, 0, 0.25, 0.25};
    LinearPlatform q = p;
    q.name = "cpu-y";
    q.low.reset();
    LinearModel model;
    model.write_weight = 0.125;
    model.objective = "absolute";
    model.platforms = {p, q};
    return model;
  }

  std::string path_;
};

TEST_F(LinearFile, ReadsBackWhatItWrote) {
  save_linear_model(path_, example());
  const LinearModel model = load_linear_model(path_);
  EXPECT_EQ(model.write_weight, 0.125);
  EXPECT_EQ(model.objective, "absolute");
  ASSERT_EQ(model.platforms.size(), 2u);
  const LinearPlatform& p = model.at("gpu-x");
  const LinearPlatform expected = example().platforms[0];
  EXPECT_NEAR(p.law.ms_per_act, expected.law.ms_per_act, 1e-15 * expected.law.ms_per_act);
  EXPECT_EQ(p.law.ms_per_input, 0);
  EXPECT_NEAR(p.law.ms_per_flop, expected.law.ms_per_flop, 1e-15 * expected.law.ms_per_flop);
  EXPECT_EQ(p.law.constant_ms, 0.25);
  ASSERT_TRUE(p.low);
  EXPECT_EQ(p.low->slope, 0.5);
  EXPECT_EQ(p.low->offset_ms, 1);
  EXPECT_EQ(p.batches.high, 64);
  EXPECT_EQ(p.networks, 10u);
  EXPECT_EQ(p.shares.flops, 0.25);
  EXPECT_FALSE(model.at("cpu-y").low);
}

TEST_F(LinearFile, LoadsAFileOfVersionOneAsItIsDocumented) {
  write(R"({"format": "tacho-linear", "version": 1, "write_weight": 0, "objective": "relative",
    "platforms": [{"platform": "cpu", "ms_per_million_acts": 2, "ms_per_million_inputs": 0,
      "ms_per_gflop": 3, "constant_ms": 1, "band": [0.5, 2], "batches": [0, 0],
      "training": {"rows": 5, "networks": 5, "median_error_percent": 1,
                   "shares": {"acts": 1, "inputs": 0, "flops": 0, "constant": 0}},
      "a later field": true}]})");
  const LinearModel model = load_linear_model(path_);
  // 4 million ACTS and 2 GFLOPs: 2 · 4 + 3 · 2 + 1
  EXPECT_NEAR(model.at("cpu").latency_ms({4e6, 100, 2e9}), 15, 1e-12);
}

TEST_F(LinearFile, RefusalsNameFileAndKey) {
  EXPECT_THAT(refusal("\"tacho-linear\"", "\"other\""), HasSubstr(path_ + ": format: is 'other'"));
  EXPECT_THAT(refusal("\"version\": 1", "\"version\": 2"),
              HasSubstr("version: is 2; this program"));
  EXPECT_THAT(refusal("\"constant_ms\": 0.25", "\"constant_ms\": -1"),
              HasSubstr(path_ + ": platforms[0].constant_ms: must be 0 or more"));
  EXPECT_THAT(refusal("\"constant_ms\"", "\"constant\""),
              HasSubstr("platforms[0].constant_ms: is missing"));
  EXPECT_THAT(refusal("\"slope\": 0.5", "\"slope\": 1"),
              HasSubstr("platforms[0].low_range.slope: must be below 1"));
  EXPECT_THAT(refusal("\"slope\": 0.5", "\"slope\": \"a\""), HasSubstr("slope: is not a number"));
  EXPECT_THAT(refusal("\"cpu-y\"", "\"gpu-x\""), HasSubstr("'gpu-x' is there twice"));
  EXPECT_THAT(refusal("{", "["), HasSubstr("is not JSON"));
}

TEST_F(LinearFile, AFileThatIsNotThereSaysHowToMakeOne) {
  EXPECT_THROW(load_linear_model(path_), Error);
}

TEST_F(LinearFile, AnUnknownPlatformGetsTheNearestName) {
  try {
    example().at("gpu-y");
    FAIL();
  } catch (const Error& e) {
    EXPECT_THAT(e.what(), HasSubstr("no platform 'gpu-y'"));
    EXPECT_EQ(e.fault(), Fault::kUsage);
  }
}

}  // namespace
}  // namespace tacho

// tacho backends.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "backends/partition/joint_name.h"
#include "cli/run_tacho.h"

namespace tacho::testing {
namespace {

using ::testing::HasSubstr;

TEST(BackendsVerb, ListsPlatformsAndReasons) {
  TempFolder folder;
  const Outcome outcome = run_tacho(folder, {"backends"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("\nfake "));
  EXPECT_THAT(outcome.out, HasSubstr("cpu-fake-counted-fp32"));
  EXPECT_THAT(outcome.out, HasSubstr("needs replay:file="));
}

TEST(BackendsVerb, OperatorsThatAreLackingAreNamed) {
  TempFolder folder;
  const auto json = nlohmann::json::parse(run_tacho(folder, {"backends", "--json"}).out);
  for (const auto& backend : json["backends"]) {
    const bool is_runtime = backend["backend"] == "libtorch" || backend["backend"] == "opencv";
    if (!is_runtime || !backend["not_available"].is_null()) continue;
    const auto lacking = backend["lacking_operators"].get<std::vector<std::string>>();
    EXPECT_THAT(lacking, ::testing::Contains("Det")) << backend;
    EXPECT_THAT(lacking, ::testing::Not(::testing::Contains("Conv"))) << backend;
  }
}

TEST(BackendsVerb, ShowSaysWhatABackendMakesOfAModel) {
  TempFolder folder;
  const Outcome outcome = run_tacho(folder, {"show", "family:vit:1", "--platform", "fake"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("runs"));
}

// Asked about a platform, query opens the backend that may be it.
TEST(BackendsVerb, QueryOpensNoBackendForAnotherDevice) {
  TempFolder folder;
  for (const char* platform :
       {"gpu-jetson_nano-onnxruntime-fp32", "cpu-snapdragon_8cx-1t-onnxruntime1.9-fp32"}) {
    Invocation invocation{
        {"query", "family:vit:1", "-p", platform, "--db", "latency.sqlite"}, "", {}, ""};
    invocation.environment["ONNXRUNTIME_PYTHON"] = "/bin/false";
    EXPECT_THAT(run_tacho(folder, invocation).err,
                ::testing::Not(HasSubstr("no backend here is platform")));
  }
}

TEST(BackendsVerb, ThePlatformOfTwoIsOpenedByItsName) {
  TempFolder folder;
  const auto json = nlohmann::json::parse(run_tacho(folder, {"backends", "--json"}).out);
  std::string onednn, libtorch;
  for (const auto& backend : json["backends"]) {
    if (!backend["not_available"].is_null()) continue;
    if (backend["backend"] == "onednn") onednn = backend["platform"];
    if (backend["backend"] == "libtorch") libtorch = backend["platform"];
  }
  if (onednn.empty() || libtorch.empty()) GTEST_SKIP() << "oneDNN or LibTorch is not here";
  const std::string platform = joint_name(onednn, libtorch);
  const Outcome outcome =
      run_tacho(folder, {"show", "family:squeezenet:1", "--platform", platform});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
}

TEST(BackendsVerb, JsonHasFactsAndOptions) {
  TempFolder folder;
  const auto json = nlohmann::json::parse(run_tacho(folder, {"backends", "--json"}).out);
  EXPECT_EQ(json["schema_version"], 1);
  int found = 0;
  for (const auto& backend : json["backends"]) {
    if (backend["backend"] == "fake") {
      ++found;
      EXPECT_EQ(backend["facts"]["threads"], "1");
      EXPECT_THAT(backend["option_help"]["noise"], HasSubstr("spread"));
      EXPECT_TRUE(backend["not_available"].is_null());
    }
    if (backend["backend"] == "replay") {
      ++found;
      EXPECT_TRUE(backend["platform"].is_null());
      EXPECT_TRUE(backend["facts"].empty());
    }
  }
  EXPECT_EQ(found, 2);
}

}  // namespace
}  // namespace tacho::testing

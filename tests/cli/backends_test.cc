// tacho backends.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

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

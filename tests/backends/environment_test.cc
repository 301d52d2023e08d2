#include "backends/environment.h"

#include <gmock/gmock.h>

namespace tacho {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

TEST(Environment, SaysWhereAndWhen) {
  const Environment here = environment();
  EXPECT_THAT(here.date, MatchesRegex("20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9:]*Z"));
  EXPECT_FALSE(here.host.empty());
  EXPECT_GE(here.usable_cpus, 1);
  EXPECT_GT(here.memory_gb, 0);
  EXPECT_LE(here.available_gb, here.memory_gb);
  const auto facts = facts_of(here);
  for (const char* name : {"date", "host", "cpu", "pinned_to", "load_average"}) {
    EXPECT_EQ(facts.count(name), 1u) << name;
  }
}

TEST(Environment, NothingIsWrongWithAQuietMachine) {
  Environment quiet;
  EXPECT_THAT(concerns(quiet), IsEmpty());
  EXPECT_EQ(facts_of(quiet).count("governor"), 0u);  // the kernel shows none
  quiet.governor = "performance";
  EXPECT_THAT(concerns(quiet), IsEmpty());
}

TEST(Environment, ABusyMachineAndAChangingClockAreSaid) {
  Environment busy;
  busy.load_average = 2.3;
  EXPECT_THAT(concerns(busy), ElementsAre(HasSubstr("load average 2.3")));
  Environment saving;
  saving.governor = "powersave";
  EXPECT_THAT(concerns(saving), ElementsAre(HasSubstr("governor 'powersave'")));
}

}  // namespace
}  // namespace tacho

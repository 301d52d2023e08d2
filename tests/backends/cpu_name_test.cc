#include "backends/cpu_name.h"

#include <gmock/gmock.h>

namespace tacho {
namespace {

TEST(CpuName, KeepsWhatTellsModelsApart) {
  EXPECT_EQ(short_cpu_name("Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz"), "xeon_8481c");
  EXPECT_EQ(short_cpu_name("12th Gen Intel(R) Core(TM) i7-12700H"), "i7_12700h");
  EXPECT_EQ(short_cpu_name("AMD Ryzen 9 7950X 16-Core Processor"), "ryzen_9_7950x");
  EXPECT_EQ(short_cpu_name("AMD EPYC 7B13"), "epyc_7b13");
}

TEST(CpuName, WithoutAModelNumberTheClockIsKept) {
  EXPECT_EQ(short_cpu_name("Intel(R) Xeon(R) Processor @ 2.50GHz"), "xeon_2.50ghz");
  EXPECT_EQ(short_cpu_name(""), "unknown");
}

TEST(CpuName, ThisMachineHasOne) {
  EXPECT_FALSE(cpu_model().empty());
  EXPECT_GE(usable_cpus(), 1);
}

}  // namespace
}  // namespace tacho

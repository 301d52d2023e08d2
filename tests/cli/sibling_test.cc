// tacho dataset, tacho train: handed over to the programs beside tacho.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "cli/run_tacho.h"

namespace tacho::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class Sibling : public ::testing::Test {
 protected:
  Sibling() { fs::copy_file(TACHO_PROGRAM, folder_.path("tacho")); }
  Outcome run(const std::vector<std::string>& args) const {
    Invocation invocation;
    invocation.program = folder_.path("tacho");
    invocation.args = args;
    return run_tacho(folder_, invocation);
  }
  TempFolder folder_;
};

TEST_F(Sibling, GetsAllArgumentsAndGivesItsExitCode) {
  folder_.write("tacho-train", "#!/bin/sh\nprintf '<%s>' \"$@\"\nexit 7\n");
  fs::permissions(folder_.path("tacho-train"), fs::perms::owner_all);
  const Outcome outcome = run({"train", "a b", "--help", ""});
  EXPECT_EQ(outcome.out, "<a b><--help><>");
  EXPECT_EQ(outcome.code, 7);
}

TEST_F(Sibling, ThatIsNotBuiltIsNamedWithTheMend) {
  const Outcome outcome = run({"dataset", "stats"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("tacho-dataset: not built"));
  EXPECT_THAT(outcome.err, HasSubstr("--target tacho-dataset"));
}

TEST_F(Sibling, CheckpointIsFoundInTheRepositoryAroundTheBuildFolder) {
  fs::create_directories(folder_.path("build/release/bin"));
  fs::copy_file(TACHO_PROGRAM, folder_.path("build/release/bin/tacho"));
  folder_.write("checkpoints/default.safetensors", "");
  Invocation invocation;
  invocation.program = folder_.path("build/release/bin/tacho");
  invocation.args = {"platforms"};
  // The empty file is no checkpoint, but it is the one that was looked for.
  EXPECT_THAT(run_tacho(folder_, invocation).err, HasSubstr("checkpoints/default.safetensors: "));
}

TEST_F(Sibling, WithoutAnyCheckpointThePlacesAreNamed) {
  const Outcome outcome = run({"platforms"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("--checkpoint"));
  EXPECT_THAT(outcome.err, HasSubstr("share/tachograph"));
}

}  // namespace
}  // namespace tacho::testing

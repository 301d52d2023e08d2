#include "backends/worker/child_process.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

namespace tacho {
namespace {

using ::testing::HasSubstr;

// Whether the process is there and no zombie.
bool runs(pid_t pid) {
  std::string id, name, state;
  std::ifstream("/proc/" + std::to_string(pid) + "/stat") >> id >> name >> state;
  return !state.empty() && state != "Z" && state != "X";
}

TEST(ChildProcess, DiesWithItsParentWhateverItDoes) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t parent = ::fork();
  if (parent == 0) {
    const ChildProcess child({"sleep", "60"}, {});  // does not look at its standard input
    const pid_t pid = child.pid();
    if (::write(ends[1], &pid, sizeof pid) == sizeof pid) ::pause();
    ::_exit(1);
  }
  pid_t child = 0;
  ASSERT_EQ(::read(ends[0], &child, sizeof child), static_cast<ssize_t>(sizeof child));
  EXPECT_TRUE(runs(child));
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  for (int i = 0; i < 500 && runs(child); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_FALSE(runs(child));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(ChildProcess, KeepsWhatItPrintedLast) {
  ChildProcess child({"sh", "-c", "echo one; echo two >&2; exit 3"}, {false, true});
  EXPECT_EQ(child.how_it_ended(), "ended with exit code 3");
  EXPECT_EQ(child.last_print(), "two");
}

TEST(ChildProcess, WithoutThatItKeepsNothing) {
  ChildProcess child({"true"}, {});
  EXPECT_EQ(child.how_it_ended(), "ended with exit code 0");
  EXPECT_EQ(child.last_print(), "");
}

}  // namespace
}  // namespace tacho

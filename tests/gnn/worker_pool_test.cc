#include "gnn/train/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

namespace tacho {
namespace {

TEST(WorkerPool, RunsEachTaskOnce) {
  WorkerPool pool(3, [] {});
  for (size_t count : {0u, 1u, 2u, 3u, 50u}) {
    std::vector<std::atomic<int>> runs(count);
    pool.run(count, [&](size_t i) { ++runs[i]; });
    for (const std::atomic<int>& run : runs) EXPECT_EQ(run, 1);
  }
}

TEST(WorkerPool, PassesAnExceptionOnAndGoesOnWorking) {
  WorkerPool pool(2, [] {});
  std::atomic<int> done{0};
  EXPECT_THROW(pool.run(10,
                        [&](size_t i) {
                          if (i == 4) throw std::runtime_error("four");
                          ++done;
                        }),
               std::runtime_error);
  EXPECT_EQ(done, 9);
  pool.run(1, [&](size_t) { ++done; });
  EXPECT_EQ(done, 10);
}

}  // namespace
}  // namespace tacho

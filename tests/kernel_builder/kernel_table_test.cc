#include "kernel_builder/kernel_table.h"

#include <gmock/gmock.h>

#include "../temporary_folder.h"
#include "common/error.h"

namespace tacho {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class KernelTableTest : public ::testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& text) {
    std::ofstream(folder_.file(name)) << text;
    return folder_.file(name);
  }
  KernelTable read(const std::string& name, const std::string& text,
                   const KernelTableOptions& options = {}) {
    KernelTable table;
    read_kernel_csv(file(name, text), options, Catalogue::builtin(), table);
    return table;
  }
  std::string fault(const std::string& name, const std::string& text,
                    const KernelTableOptions& options = {}) {
    try {
      read(name, text, options);
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  }
  static std::string text_of(const MeasuredKernel& m) {
    return to_text(Catalogue::builtin().at(m.config.kernel), m.config);
  }

  testing::TemporaryFolder folder_;
};

TEST_F(KernelTableTest, PublishedConvolutions) {
  const KernelTable t = read("conv.csv",
                             "device,latency_ms,b,cin,cout,kernel,hw,stride,padding\n"
                             "t4,0.5,3,16,32,3,14,1,1\n");
  ASSERT_THAT(t.rows, SizeIs(1));
  EXPECT_EQ(text_of(t.rows[0]), "conv:hw=14,cin=16,cout=32,k=3,s=1,b=3");
  EXPECT_EQ(t.rows[0].platform, "t4");
  EXPECT_DOUBLE_EQ(t.rows[0].latency_ms, 0.5);
}

TEST_F(KernelTableTest, PublishedProductsAndRows) {
  const std::string product = "device,latency_ms,b,m,n,k\nt4,1,2,5,7,9\n";
  EXPECT_EQ(text_of(read("linear.csv", product).rows[0]), "fc:cin=9,cout=7,b=10");
  EXPECT_EQ(text_of(read("bmm.csv", product).rows[0]), "matmul:m=5,n=7,k=9,b=2");
  const std::string rows = "device,latency_ms,b,h\nt4,1,20,30\n";
  EXPECT_EQ(text_of(read("ln.csv", rows).rows[0]), "layernorm:rows=20,cols=30");
  EXPECT_EQ(text_of(read("add.csv", rows).rows[0]), "add:hw=1,cin=30,b=20");
}

TEST_F(KernelTableTest, CanonicalTextAndTheOptionForTheKernel) {
  EXPECT_EQ(
      text_of(read("any.csv", "kernel,platform,latency_ms\n\"fc:cin=3,cout=4\",cpu,2\n").rows[0]),
      "fc:cin=3,cout=4");
  EXPECT_EQ(
      read("x.csv", "device,latency_ms,b,h\nt4,1,20,30\n", {"gelu", ""}).rows[0].config.kernel,
      "gelu");
}

TEST_F(KernelTableTest, RecordingsAreTablesToo) {
  EXPECT_EQ(
      text_of(read("r.csv", "graph,platform,latency_ms\n\"fc:cin=3,cout=4\",cpu,2\n").rows[0]),
      "fc:cin=3,cout=4");
  const KernelTable t = read("r.csv", "kernel,latency_ms\n\"fc:cin=3,cout=4\",2\n", {"", "cpu"});
  EXPECT_EQ(t.rows[0].platform, "cpu");
}

TEST_F(KernelTableTest, FailedProfilesAreLeftOutAndNothingElse) {
  const KernelTable t = read("relu.csv",
                             "device,latency_ms,b,h\nt4,1,20,30\nt4,,2,3\nt4,-1,2,3\nt4,nan,2,3\n"
                             "t4,1,0,3\nt4,2,5,6\n");
  EXPECT_THAT(t.rows, SizeIs(2));
  EXPECT_EQ(t.left_out, 4u);
  EXPECT_THAT(t.left_out_why[0], HasSubstr("relu.csv:3"));
}

TEST_F(KernelTableTest, WhatCannotBeReadSaysWhy) {
  EXPECT_THAT(fault("konv.csv", "device,latency_ms,b,h\nt4,1,2,3\n"), HasSubstr("--kernel"));
  EXPECT_THAT(fault("conv.csv", "device,b\nt4,1\n"), HasSubstr("latency_ms"));
  EXPECT_THAT(fault("relu.csv", "device,latency_ms,b,h\n"), HasSubstr("empty"));
  EXPECT_THAT(fault("relu.csv", "device,latency_ms,b,h\nt4,,1,2\n"), HasSubstr("no usable row"));
  EXPECT_THAT(fault("relu.csv", "latency_ms,b,h\n1,1,2\n"), HasSubstr("--measured-on"));
}

TEST_F(KernelTableTest, ProfilesOfNnMeter) {
  const std::string path = file("profiled_conv-bn-relu.json", R"({"conv-bn-relu": {
    "U8Q4FD": {"model": "a.onnx", "shapes": [[640, 28, 28]], "config": {"HW": 28, "CIN": 640,
               "COUT": 64, "KERNEL_SIZE": 3, "STRIDES": 1}, "latency": "37.53 +- 0.314"},
    "AAAAAA": {"model": "b.onnx", "shapes": [], "config": {"HW": 28, "CIN": 8, "COUT": 8,
               "KERNEL_SIZE": 3, "STRIDES": 1}}}})");
  KernelTable t;
  read_nnmeter_profile(path, {"", "phone"}, Catalogue::builtin(), t);
  ASSERT_THAT(t.rows, SizeIs(1));
  EXPECT_EQ(text_of(t.rows[0]), "conv-bn-relu:hw=28,cin=640,cout=64,k=3,s=1");
  EXPECT_EQ(t.rows[0].platform, "phone");
  EXPECT_DOUBLE_EQ(t.rows[0].latency_ms, 37.53);
  EXPECT_EQ(t.left_out, 1u) << "a failed profile";
  EXPECT_THROW(read_nnmeter_profile(path, {}, Catalogue::builtin(), t), Error) << "no platform";
}

TEST_F(KernelTableTest, DuplicatesBecomeTheirMean) {
  const KernelTable t = read("relu.csv", "device,latency_ms,b,h\nt4,1,2,3\np4,5,2,3\nt4,3,2,3\n");
  const auto merged = mean_of_duplicates(t.rows);
  ASSERT_THAT(merged, SizeIs(2));
  EXPECT_DOUBLE_EQ(merged[0].latency_ms, 2);
  EXPECT_DOUBLE_EQ(merged[1].latency_ms, 5);
}

TEST_F(KernelTableTest, TheDigestDoesNotDependOnTheOrder) {
  const Catalogue& c = Catalogue::builtin();
  auto rows = read("relu.csv", "device,latency_ms,b,h\nt4,1,2,3\np4,5,2,3\n").rows;
  const std::string before = digest_of(rows, c);
  std::swap(rows[0], rows[1]);
  EXPECT_EQ(digest_of(rows, c), before);
  rows[0].latency_ms += 0.001;
  EXPECT_NE(digest_of(rows, c), before);
}

}  // namespace
}  // namespace tacho

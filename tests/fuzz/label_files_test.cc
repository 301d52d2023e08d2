// Damaged files of labels, in every layout: the outcome is labels that can be learned from, or an
// Error that names the file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "common/error.h"
#include "dataset/label_file.h"
#include "fuzz/damage.h"
#include "temporary_folder.h"

namespace tacho::testing {
namespace {

using ::testing::HasSubstr;

struct Seed {
  const char* name;
  const char* text;
  const char* arch;  ///< of arch.csv beside it; nullptr: none
};

constexpr const char* kFbnet =
    "index,block0,block1,block2,block3,block4,block5,block6,block7,block8,block9,block10,block11,"
    "block12,block13,block14,block15,block16,block17,block18,block19,block20,block21\n"
    "0,a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v\n";

const Seed kSeeds[] = {
    {"labels", "graph,batch,platform,latency_ms,stage\na.onnx,1,cpu,1.5,train\n\"b\",8,gpu,2,\n",
     nullptr},
    {"help", "index,1080ti_32,essential_ph_1,titan_rtx_1\n0,1.5,2,3\n1,7,8e-2,9\n",
     "index,arch\n0,|a~0|+|b~0|c~1|\n1,|none~0|\n"},
    {"fbnet", "index,pixel3,npu_64\n0,1.5,2\n", kFbnet},
    {"cells", "arch,batch,latency_ms\n|a~0|+|b~0|c~1|,1,0.7\n|none~0|,8,1.25\n", nullptr},
    {"gt", "0 onnx/a/a_0.onnx 1 4.5 resnet18 3 train\n1 onnx/b.onnx\t8 12 vgg16 npu\n", nullptr}};

class LabelFiles : public ::testing::TestWithParam<size_t> {
 protected:
  const Seed& seed() const { return kSeeds[GetParam()]; }

  /// How many labels; -1 after an Error.
  int read(const std::string& text, const std::string& arch) const {
    write_bytes(folder_.file("labels"), text);
    if (seed().arch != nullptr) write_bytes(folder_.file("arch.csv"), arch);
    try {
      const LabelFile file = read_label_file(folder_.file("labels"));
      for (const Label& label : file.labels) {
        EXPECT_TRUE(std::isfinite(label.latency_ms) && label.latency_ms > 0) << text;
        EXPECT_GE(label.batch, 1) << text;
        EXPECT_FALSE(label.platform.empty()) << text;
      }
      return static_cast<int>(file.labels.size());
    } catch (const Error& e) {
      EXPECT_THAT(e.what(), HasSubstr(folder_.file(""))) << text;
      EXPECT_THAT(e.what(), ::testing::Not(HasSubstr("\n"))) << text;
      return -1;
    }
  }
  TemporaryFolder folder_;
};

TEST_P(LabelFiles, UndamagedAreRead) {
  EXPECT_GT(read(seed().text, seed().arch != nullptr ? seed().arch : ""), 0);
}

TEST_P(LabelFiles, CutShortAtEveryLength) {
  const std::string text = seed().text, arch = seed().arch != nullptr ? seed().arch : "";
  for (size_t length = 0; length < text.size(); ++length) read(text.substr(0, length), arch);
  for (size_t length = 0; length < arch.size(); ++length) read(text, arch.substr(0, length));
}

TEST_P(LabelFiles, PiecesChangedRemovedAndDoubled) {
  for (uint64_t i = 0; i < 1000; ++i) {
    Random random(i);
    std::string text = seed().text, arch = seed().arch != nullptr ? seed().arch : "";
    for (size_t times = 1 + random.below(4); times > 0 && !text.empty(); --times) {
      text = damaged(text, random);
      if (!arch.empty() && random.below(2) == 0) arch = damaged(arch, random);
    }
    read(text, arch);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, LabelFiles, ::testing::Range<size_t>(0, std::size(kSeeds)),
                         [](const auto& info) { return kSeeds[info.param].name; });

}  // namespace
}  // namespace tacho::testing

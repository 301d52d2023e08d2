#include "kernel_builder/prior.h"

#include <gmock/gmock.h>

#include <fstream>

#include "common/error.h"

namespace tacho {
namespace {

using ::testing::HasSubstr;

KernelConfig config(const std::string& text) { return parse_kernel(Catalogue::builtin(), text); }

std::string file(const std::string& name, const std::string& text) {
  const std::string path = ::testing::TempDir() + "/" + name;
  std::ofstream(path) << text;
  return path;
}

std::string message_of(const std::string& path) {
  try {
    Prior::read_file(path);
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

const KernelType& type(const char* name) { return Catalogue::builtin().at(name); }

TEST(Prior, CountsConvolutionsWithoutTheirTailsAndBatch) {
  Prior prior;
  prior.add(config("conv-bn-relu:hw=8,cin=3,cout=4,k=3,s=1,b=16"));
  prior.add(config("conv-hswish:hw=8,cin=3,cout=4,k=3,s=1"), 2);
  prior.add(config("fc:cin=8,cout=9,b=197"));  // rows are part of the shape
  ASSERT_EQ(prior.entries(type("conv-bn")).size(), 1u);
  EXPECT_EQ(prior.entries(type("conv-bn"))[0].count, 3);
  EXPECT_EQ(prior.entries(type("conv-bn"))[0].values, (std::vector<int64_t>{8, 3, 4, 3, 1, 1, 1}));
  EXPECT_EQ(prior.entries(type("fc"))[0].values, (std::vector<int64_t>{8, 9, 197}));
  EXPECT_TRUE(prior.entries(type("softmax")).empty());
}

TEST(Prior, LendsATypeWithoutEntriesThoseOfItsLikes) {
  Prior prior;
  prior.add(config("relu:hw=8,cin=3"));
  prior.add(config("add:hw=7,cin=3"));
  EXPECT_EQ(prior.entries(type("hswish")).size(), 2u);
  EXPECT_TRUE(prior.entries(type("fc")).empty());  // other parameters
}

TEST(Prior, ReadsWhatItWrote) {
  Prior prior;
  prior.add(config("conv:hw=8,cin=3,cout=4,k=3,s=1,p=0"), 7);
  prior.add(config("matmul:m=8,n=3,k=4"));
  const std::string path = ::testing::TempDir() + "/prior.csv";
  prior.write_file(path);
  const Prior back = Prior::read_file(path);
  EXPECT_EQ(back.size(), 2u);
  EXPECT_EQ(back.entries(type("conv"))[0].count, 7);
  EXPECT_EQ(back.entries(type("conv"))[0].values[5], 0);
}

TEST(Prior, ReadsLayerTables) {
  Prior prior;
  prior.add_layers(file("conv.csv",
                        "model,input_h,input_w,cin,cout,ks,stride,groups\n"
                        "a,56,56,24,64,3,1,1\nb,28,28,32,32,3,2,32\nc,14,14,32,64,1,1,4\n"));
  prior.add_layers(file("fc.csv", "model,cin,cout\na,9216,4096\n"));
  prior.add_layers(
      file("pool.csv", "model,input_h,input_w,cin,cout,ks,stride\na,55,55,64,64,3,2\n"));
  EXPECT_EQ(prior.entries(type("conv")).size(), 1u);
  EXPECT_EQ(prior.entries(type("dwconv")).size(), 1u);
  EXPECT_EQ(prior.entries(type("gconv")).size(), 1u);
  EXPECT_EQ(prior.entries(type("fc")).size(), 1u);
  EXPECT_EQ(prior.entries(type("avgpool")).size(), 1u);
}

TEST(Prior, KeepsTheMostFrequent) {
  Prior prior;
  prior.add(config("relu:hw=8,cin=3"), 1);
  prior.add(config("relu:hw=8,cin=4"), 5);
  prior.trim(1);
  ASSERT_EQ(prior.entries(type("relu")).size(), 1u);
  EXPECT_EQ(prior.entries(type("relu"))[0].values[1], 4);
}

TEST(Prior, NamesFileAndLineOfWhatIsWrong) {
  EXPECT_THAT(message_of(file("p1.csv", "kernel,count\nrelu:hw=1,2\n")), HasSubstr("p1.csv:2"));
  EXPECT_THAT(message_of(file("p2.csv", "kernel,count\n\"relu:hw=1,cin=2\",0\n")),
              HasSubstr("a count of 0"));
  EXPECT_THAT(message_of(file("p3.csv", "kernel,count\n")), HasSubstr("no rows"));
  EXPECT_THAT(message_of(file("p4.csv", "kernel,count\n\"rleu:hw=1,cin=2\",1\n")),
              HasSubstr("did you mean 'relu'?"));
}

TEST(Prior, ShippedTableCoversWhatNetworksAreMadeOf) {
  const Prior prior = Prior::read_file(TACHO_SOURCE_DIR "/dataset/kernel_prior/kernels.csv");
  for (const char* name : {"conv-bn-relu", "dwconv-bn", "gconv", "fc", "maxpool", "avgpool", "se",
                           "concat", "attention", "layernorm", "softmax", "gelu", "hswish"}) {
    EXPECT_GE(prior.entries(type(name)).size(), 50u) << name;
  }
}

}  // namespace
}  // namespace tacho

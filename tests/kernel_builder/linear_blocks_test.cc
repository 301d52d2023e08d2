#include "kernel_builder/linear_blocks.h"

#include <gmock/gmock.h>

#include <set>

#include "common/error.h"
#include "graph_ir/lower.h"

namespace tacho {
namespace {

using ::testing::HasSubstr;

LoweredModel lowered(const std::string& text, int64_t batch = 1) {
  return lower(build_block(parse_block(text), batch), {});
}

std::vector<std::string> kernels_of_block(const std::string& text) {
  std::vector<std::string> types;
  const LoweredModel model = lowered(text);
  for (const Kernel& k : model.kernels.kernels) types.push_back(k.type);
  return types;
}

double macs(const std::string& text, int64_t batch = 1) {
  const LoweredModel model = lowered(text, batch);
  return totals_of(model.graph, model.kernels).cost.macs;
}

TEST(LinearBlocks, AreAboutAHundredAndAllDifferent) {
  std::set<std::string> texts, kinds;
  for (const LinearBlock& block : linear_blocks()) {
    texts.insert(to_text(block));
    kinds.insert(block.kind);
  }
  EXPECT_EQ(texts.size(), linear_blocks().size());
  EXPECT_GE(texts.size(), 90u);
  EXPECT_LE(texts.size(), 110u);
  EXPECT_EQ(kinds.size(), 5u);
}

TEST(LinearBlocks, CanAllBeBuiltAndLoweredAndReadFromTheirText) {
  for (const LinearBlock& block : linear_blocks()) {
    const std::string text = to_text(block);
    EXPECT_EQ(to_text(parse_block(text)), text);
    const LoweredModel model = lowered(text, 2);
    EXPECT_GT(totals_of(model.graph, model.kernels).cost.activations, 0) << text;
    EXPECT_TRUE(model.unknown_operators.empty()) << text;
  }
}

TEST(LinearBlocks, ComputeWhatTheirNameSays) {
  // conv: 8·8 positions · 16 · 4 channels · 9
  EXPECT_EQ(macs("block:conv-hw8-cin4-cout16-k3-s1-e1"), 64 * 16 * 4 * 9);
  // basic, stride 2: 16 positions · (8·4·9 + 8·8·9 + the shortcut's 8·4)
  EXPECT_EQ(macs("block:basic-hw8-cin4-cout8-k3-s2-e1"), 16 * (288 + 576 + 32));
  // bottleneck: 64 positions · (16·4 + 4·4·9 + 4·16); no convolution in its shortcut
  EXPECT_EQ(macs("block:bottleneck-hw8-cin16-cout16-k3-s1-e1"), 64 * (64 + 144 + 64));
  // inverted: 64 positions · (8·24 + 24·9 + 24·8)
  EXPECT_EQ(macs("block:inverted-hw8-cin8-cout8-k3-s1-e3"), 64 * (192 + 216 + 192));
  EXPECT_EQ(macs("block:inverted-hw8-cin8-cout8-k3-s1-e3", 5), 5 * 64 * (192 + 216 + 192));
}

TEST(LinearBlocks, MbconvHasSqueezeAndExciteAndInvertedHasNot) {
  EXPECT_THAT(kernels_of_block("block:mbconv-hw8-cin8-cout8-k5-s1-e4"), ::testing::Contains("se"));
  EXPECT_THAT(kernels_of_block("block:inverted-hw8-cin8-cout8-k5-s1-e4"),
              ::testing::Not(::testing::Contains("se")));
}

TEST(LinearBlocks, TextsThatAreNoBlockSayWhy) {
  const auto message_of = [](const std::string& text) -> std::string {
    try {
      build_block(parse_block(text), 1);
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_THAT(message_of("block:basik-hw8-cin4-cout8-k3-s2-e1"), HasSubstr("did you mean 'basic'"));
  EXPECT_THAT(message_of("block:basic-hw8"), HasSubstr("a block is written block:conv-"));
  EXPECT_THAT(message_of("block:basic-hw8-cinx-cout8-k3-s2-e1"), HasSubstr("'cinx' stands where"));
  EXPECT_THAT(message_of("block:basic-hw0-cin4-cout8-k3-s2-e1"), HasSubstr("sizes go from 1"));
  EXPECT_THAT(message_of("block:basic-hw-8-cin4-cout8-k3-s2"), HasSubstr("stands where"));
  EXPECT_FALSE(is_block_text("model.onnx"));
}

}  // namespace
}  // namespace tacho

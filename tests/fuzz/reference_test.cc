// Graph references that are damaged: the outcome is a graph or an Error that fits on a line.
#include "graph_ir/references/reference.h"

#include <gtest/gtest.h>

#include "common/error.h"
#include "fuzz/damage.h"

namespace tacho::testing {
namespace {

const std::vector<std::string>& seed_texts() {
  static const std::vector<std::string> texts = {
      "nasbench201:|nor_conv_3x3~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|none~1|nor_conv_1x1~2|",
      "nasbench201-pruned:|none~0|+|none~0|none~1|+|none~0|none~1|none~2|",
      "fbnet:k3_e1/k5_e6/skip/k3_e1_g2/k5_e1_g2/k3_e3/k5_e3/skip/skip/k3_e6/skip/skip/skip/skip/"
      "skip/k5_e1/skip/skip/k3_e1/skip/skip/k5_e6",
      "family:mobilenetv3:12345678901234567890"};
  return texts;
}

/// Whether it was accepted. Any exception but Error leaves this function: it is a bug.
bool is_built(const std::string& text) {
  try {
    return build_reference(text).num_live_nodes() > 0;
  } catch (const Error& e) {
    const std::string message = e.what();
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    EXPECT_LT(message.size(), 1500u);
    return false;
  }
}

TEST(Reference, CutShortAtEveryLength) {
  for (const std::string& text : seed_texts()) {
    EXPECT_TRUE(is_built(text));
    for (size_t length = 0; length < text.size(); ++length) is_built(text.substr(0, length));
    EXPECT_FALSE(is_built(text.substr(0, text.find(':') + 1)));
  }
}

TEST(Reference, PiecesChangedRemovedAndDoubled) {
  int built = 0;
  for (uint64_t i = 0; i < 20000; ++i) {
    Random random(i);
    std::string text = seed_texts()[i % seed_texts().size()];
    for (size_t times = 1 + random.below(4); times > 0 && !text.empty(); --times) {
      text = damaged(text, random);
    }
    built += is_built(text) ? 1 : 0;
  }
  EXPECT_GT(built, 0) << "another seed of a family, another block of an FBNet";
}

TEST(Reference, LongTextsAreRefusedSoon) {
  for (const char* piece : {"+", "|", "/", "skip/", "~", "9", "|none~0|+", "\xff"}) {
    for (const char* kind :
         {"nasbench201:", "nasbench201-pruned:", "fbnet:", "family:", "family:resnet:", ""}) {
      std::string text = kind;
      while (text.size() < 1000000) text += piece;
      EXPECT_FALSE(is_built(text)) << kind << piece;
    }
  }
}

}  // namespace
}  // namespace tacho::testing

#include "graph_ir/references/fbnet.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "common/error.h"
#include "common/text.h"
#include "graph_ir/graph_builder.h"

namespace tacho {
namespace {

struct Stage {
  size_t blocks;
  int64_t channels;
  int64_t stride;  // of the first block
};
constexpr std::array<Stage, 7> kStages = {
    {{1, 16, 1}, {4, 24, 1}, {4, 32, 2}, {4, 64, 2}, {4, 112, 1}, {4, 184, 2}, {1, 352, 1}}};
constexpr size_t kBlocks = 22;
constexpr int64_t kStemChannels = 16, kHeadChannels = 1504, kClasses = 100;
/// FBNet has kernels 3 and 5, expansions 1, 3 and 6, groups 1 and 2; a little more is let through.
constexpr int64_t kLargestKernel = 9, kLargestExpansion = 9, kLargestGroups = 8;

struct Block {
  bool skip = false;
  int64_t kernel = 3, expansion = 1, groups = 1;
};

[[noreturn]] void bad_block(const std::string& why) { throw Error(why, Fault::kUsage); }

/// The number of a part like "k3": one digit, 1 to `largest`.
int64_t number_of(const std::string& part, char letter, int64_t largest) {
  const int64_t number = part.size() == 2 && part[0] == letter ? part[1] - '0' : 0;
  if (number >= 1 && number <= largest) return number;
  bad_block("'" + printable(part) + "' is not " + letter + "1 to " + letter +
            std::to_string(largest) + "; a block is skip, k3_e6 or k3_e1_g2");
}

Block parse_block(const std::string& text) {
  Block block;
  if (text == "skip") {
    block.skip = true;
    return block;
  }
  const std::vector<std::string> parts = split(text, '_');
  if (parts.size() < 2 || parts.size() > 3) {
    bad_block("'" + printable(text) + "' is no block; a block is skip, k3_e6 or k3_e1_g2");
  }
  block.kernel = number_of(parts[0], 'k', kLargestKernel);
  block.expansion = number_of(parts[1], 'e', kLargestExpansion);
  if (parts.size() == 3) block.groups = number_of(parts[2], 'g', kLargestGroups);
  if (block.kernel % 2 == 0) bad_block("the kernel of '" + text + "' is even");
  return block;
}

ValueId build_block(GraphBuilder& g, ValueId x, const Block& block, int64_t cout, int64_t stride) {
  const int64_t cin = g.dims(x)[1];
  const bool keeps_shape = stride == 1 && cin == cout;
  if (block.skip) return keeps_shape ? x : g.relu(g.bn(g.conv(x, cout, {1, stride})));
  const int64_t groups = block.groups;
  if (cin % groups != 0 || cout % groups != 0) {
    bad_block(std::to_string(cin) + " to " + std::to_string(cout) + " channels cannot be had in " +
              std::to_string(groups) + " groups");
  }
  ValueId y = g.relu(g.bn(g.conv(x, block.expansion * cin, {1}, {groups})));
  if (groups > 1) y = g.channel_shuffle(y, groups);
  y = g.relu(g.bn(g.dwconv(y, {block.kernel, stride})));
  y = g.bn(g.conv(y, cout, {1}, {groups}));
  return keeps_shape ? g.add(y, x) : y;
}

}  // namespace

Graph build_fbnet(std::string_view blocks, int64_t batch) {
  const std::vector<std::string> texts = split(blocks, '/');
  if (texts.size() != kBlocks) {
    bad_block("an FBNet has " + std::to_string(kBlocks) + " blocks joined by '/', this has " +
              std::to_string(texts.size()));
  }
  GraphBuilder g("");
  g.scope("stem.");
  ValueId x = g.relu(g.bn(g.conv(g.input({batch, 3, 32, 32}), kStemChannels, {3})));
  size_t i = 0;
  for (const Stage& stage : kStages) {
    for (size_t in_stage = 0; in_stage < stage.blocks; ++in_stage, ++i) {
      const std::string name = "block" + std::to_string(i);
      g.scope(name + ".");
      x = with_context("block " + std::to_string(i), [&] {
        return build_block(g, x, parse_block(texts[i]), stage.channels,
                           in_stage == 0 ? stage.stride : 1);
      });
    }
  }
  g.scope("head.");
  x = g.relu(g.bn(g.conv(x, kHeadChannels, {1})));
  return g.finish({g.fc(g.flatten(g.global_avg_pool(x)), kClasses)});
}

}  // namespace tacho

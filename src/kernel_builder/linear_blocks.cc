#include "kernel_builder/linear_blocks.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "common/error.h"
#include "common/text.h"
#include "graph_ir/graph_builder.h"

namespace tacho {
namespace {

constexpr const char* kPrefix = "block:";
constexpr int64_t kMaxSize = 1 << 16;  // of anything: no network has more

ValueId conv_bn(GraphBuilder& g, ValueId x, int64_t cout, int64_t kernel, int64_t stride) {
  return g.bn(g.conv(x, cout, {kernel, stride}));
}

ValueId shortcut(GraphBuilder& g, ValueId x, const LinearBlock& b) {
  return b.stride == 1 && b.cin == b.cout ? x : conv_bn(g, x, b.cout, 1, b.stride);
}

ValueId basic(GraphBuilder& g, ValueId x, const LinearBlock& b) {
  ValueId y = g.relu(conv_bn(g, x, b.cout, b.kernel, b.stride));
  y = conv_bn(g, y, b.cout, b.kernel, 1);
  return g.relu(g.add(y, shortcut(g, x, b)));
}

ValueId bottleneck(GraphBuilder& g, ValueId x, const LinearBlock& b) {
  const int64_t narrow = std::max<int64_t>(1, b.cout / 4);
  ValueId y = g.relu(conv_bn(g, x, narrow, 1, 1));
  y = g.relu(conv_bn(g, y, narrow, b.kernel, b.stride));
  y = conv_bn(g, y, b.cout, 1, 1);
  return g.relu(g.add(y, shortcut(g, x, b)));
}

ValueId inverted(GraphBuilder& g, ValueId x, const LinearBlock& b) {
  ValueId y = x;
  if (b.expansion > 1) y = g.relu6(conv_bn(g, y, b.expansion * b.cin, 1, 1));
  y = g.relu6(g.bn(g.dwconv(y, {b.kernel, b.stride})));
  y = conv_bn(g, y, b.cout, 1, 1);
  return b.stride == 1 && b.cin == b.cout ? g.add(y, x) : y;
}

ValueId mbconv(GraphBuilder& g, ValueId x, const LinearBlock& b) {
  ValueId y = x;
  if (b.expansion > 1) y = g.silu(conv_bn(g, y, b.expansion * b.cin, 1, 1));
  y = g.silu(g.bn(g.dwconv(y, {b.kernel, b.stride})));
  y = g.squeeze_excite(y, std::max<int64_t>(1, b.cin / 4));
  y = conv_bn(g, y, b.cout, 1, 1);
  return b.stride == 1 && b.cin == b.cout ? g.add(y, x) : y;
}

ValueId plain(GraphBuilder& g, ValueId x, const LinearBlock& b) {
  return g.relu(conv_bn(g, x, b.cout, b.kernel, b.stride));
}

struct Kind {
  const char* name;
  ValueId (*build)(GraphBuilder&, ValueId, const LinearBlock&);
};
constexpr std::array<Kind, 5> kKinds = {{{"conv", plain},
                                         {"basic", basic},
                                         {"bottleneck", bottleneck},
                                         {"inverted", inverted},
                                         {"mbconv", mbconv}}};

const Kind& kind_of(const LinearBlock& block) {
  std::vector<std::string> names;
  for (const Kind& kind : kKinds) {
    if (block.kind == kind.name) return kind;
    names.push_back(kind.name);
  }
  throw Error("no block '" + block.kind + "'" + name_hint(block.kind, names));
}

std::vector<LinearBlock> make_blocks() {
  std::vector<LinearBlock> blocks;
  // hw, cin, cout, k, s: stems, and layers of VGG, ResNet and MobileNet; the last three do so
  // little that launching them is most of their time.
  for (const auto& [hw, cin, cout, k, s] : std::vector<std::array<int64_t, 5>>{
           {224, 3, 32, 3, 2},    {224, 3, 64, 7, 2},   {112, 32, 64, 3, 1}, {112, 16, 32, 1, 1},
           {56, 64, 64, 3, 1},    {56, 64, 128, 1, 1},  {56, 64, 128, 3, 2}, {28, 128, 128, 3, 1},
           {28, 128, 256, 1, 1},  {28, 128, 256, 3, 2}, {28, 64, 64, 5, 1},  {14, 256, 256, 3, 1},
           {14, 256, 512, 1, 1},  {14, 256, 512, 3, 2}, {7, 512, 512, 3, 1}, {7, 512, 1024, 1, 1},
           {7, 1024, 1024, 1, 1}, {28, 16, 16, 3, 1},   {14, 16, 16, 3, 1},  {7, 32, 32, 1, 1}}) {
    blocks.push_back({"conv", hw, cin, cout, k, s, 1});
  }
  for (const auto& [hw, c] :
       std::vector<std::array<int64_t, 2>>{{56, 64}, {28, 128}, {14, 256}, {7, 512}}) {
    for (const int64_t quarters : {2, 4, 6}) {
      const int64_t basic_width = c * quarters / 4, wide = c * quarters;
      blocks.push_back({"basic", hw, basic_width, basic_width, 3, 1, 1});
      blocks.push_back({"bottleneck", hw, wide / 2, wide / 2, 3, 1, 1});
      if (quarters > 4) continue;
      blocks.push_back({"basic", hw, basic_width, 2 * basic_width, 3, 2, 1});
      blocks.push_back({"bottleneck", hw, wide / 2, wide, 3, 2, 1});
    }
  }
  for (const int64_t expansion : {3, 6}) {
    // MobileNetV2's: hw, cin, cout, s
    for (const auto& [hw, cin, cout, s] : std::vector<std::array<int64_t, 4>>{{112, 16, 24, 2},
                                                                              {56, 24, 24, 1},
                                                                              {56, 24, 32, 2},
                                                                              {28, 32, 32, 1},
                                                                              {28, 32, 64, 2},
                                                                              {14, 64, 64, 1},
                                                                              {14, 64, 96, 1},
                                                                              {14, 96, 96, 1},
                                                                              {14, 96, 160, 2},
                                                                              {7, 160, 160, 1},
                                                                              {7, 160, 320, 1}}) {
      blocks.push_back({"inverted", hw, cin, cout, 3, s, expansion});
    }
    // EfficientNet-B0's: hw, cin, cout, k, s
    for (const auto& [hw, cin, cout, k, s] :
         std::vector<std::array<int64_t, 5>>{{112, 16, 24, 3, 2},
                                             {56, 24, 24, 3, 1},
                                             {56, 24, 40, 5, 2},
                                             {28, 40, 40, 5, 1},
                                             {28, 40, 80, 3, 2},
                                             {14, 80, 80, 3, 1},
                                             {14, 80, 112, 5, 1},
                                             {14, 112, 112, 5, 1},
                                             {14, 112, 192, 5, 2},
                                             {7, 192, 192, 5, 1},
                                             {7, 192, 320, 3, 1}}) {
      blocks.push_back({"mbconv", hw, cin, cout, k, s, expansion});
    }
  }
  return blocks;
}

/// The number after `key` in "k3".
int64_t number_after(const std::string& part, const std::string& key, const std::string& text) {
  int64_t value = 0;
  const char* begin = part.data() + std::min(key.size(), part.size());
  const char* end = part.data() + part.size();
  const auto [stop, code] = std::from_chars(begin, end, value);
  if (part.rfind(key, 0) != 0 || code != std::errc() || stop != end) {
    throw Error("'" + text + "': '" + part + "' stands where " + key + "<number> should");
  }
  return value;
}

}  // namespace

const std::vector<LinearBlock>& linear_blocks() {
  static const std::vector<LinearBlock> blocks = make_blocks();
  return blocks;
}

std::string to_text(const LinearBlock& b) {
  return kPrefix + b.kind + "-hw" + std::to_string(b.hw) + "-cin" + std::to_string(b.cin) +
         "-cout" + std::to_string(b.cout) + "-k" + std::to_string(b.kernel) + "-s" +
         std::to_string(b.stride) + "-e" + std::to_string(b.expansion);
}

bool is_block_text(const std::string& text) { return text.rfind(kPrefix, 0) == 0; }

LinearBlock parse_block(const std::string& text) {
  if (!is_block_text(text)) throw Error("'" + text + "': does not begin with " + kPrefix);
  const std::vector<std::string> parts = split(text.substr(std::string(kPrefix).size()), '-');
  if (parts.size() != 7) {
    throw Error("'" + text + "': a block is written " + to_text(linear_blocks().front()));
  }
  LinearBlock b;
  b.kind = parts[0];
  b.hw = number_after(parts[1], "hw", text);
  b.cin = number_after(parts[2], "cin", text);
  b.cout = number_after(parts[3], "cout", text);
  b.kernel = number_after(parts[4], "k", text);
  b.stride = number_after(parts[5], "s", text);
  b.expansion = number_after(parts[6], "e", text);
  with_context("'" + text + "'", [&] { kind_of(b); });
  return b;
}

Graph build_block(const LinearBlock& block, int64_t batch) {
  for (const int64_t size :
       {block.hw, block.cin, block.cout, block.kernel, block.stride, block.expansion, batch}) {
    if (size < 1 || size > kMaxSize) {
      throw Error(to_text(block) + ": sizes go from 1 to " + std::to_string(kMaxSize));
    }
  }
  GraphBuilder g(to_text(block));
  const ValueId x = g.input({batch, block.cin, block.hw, block.hw}, "input");
  return g.finish({kind_of(block).build(g, x, block)});
}

}  // namespace tacho

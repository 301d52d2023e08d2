// The blocks of which convolutional networks are made, at about a hundred sizes: what
// `tacho linear collect` measures on a new platform.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph_ir/graph.h"

namespace tacho {

struct LinearBlock {
  /// "conv": convolution, batch norm, ReLU. "basic": ResNet's two 3×3 convolutions and shortcut.
  /// "bottleneck": 1×1 to cout/4, 3×3, 1×1, and shortcut. "inverted": MobileNetV2's 1×1 to
  /// expansion · cin, depthwise, 1×1, with ReLU6. "mbconv": the same with SiLU and squeeze-excite
  /// to cin/4. The last two have an identity around them where stride is 1 and cin = cout.
  std::string kind;
  int64_t hw = 1;  ///< input height and width
  int64_t cin = 1;
  int64_t cout = 1;
  int64_t kernel = 3;  ///< of the convolution that has the stride
  int64_t stride = 1;
  int64_t expansion = 1;
};

/// The blocks of the micro-benchmark, each once, small and large, memory- and compute-bound.
const std::vector<LinearBlock>& linear_blocks();

/// "block:mbconv-hw56-cin24-cout24-k3-s1-e6": stands for a graph in labels files.
std::string to_text(const LinearBlock& block);
bool is_block_text(const std::string& text);
/// Throws Error naming the text and what is wrong with it.
LinearBlock parse_block(const std::string& text);

/// Weights have no data; the graph's name is to_text(block). Throws Error for sizes that no block
/// can have.
Graph build_block(const LinearBlock& block, int64_t batch);

}  // namespace tacho

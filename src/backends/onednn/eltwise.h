// ONNX's functions of one tensor as oneDNN's.
#pragma once

#include <optional>
#include <vector>

#include "backends/node_context.h"
#include "backends/onednn/dnnl_headers.h"

namespace tacho::onednn {

struct Eltwise {
  dnnl::algorithm algorithm = dnnl::algorithm::undef;
  float alpha = 0, beta = 0;
};

/// One after the other; empty for one that does nothing. Nullopt if oneDNN has none for it.
std::optional<std::vector<Eltwise>> eltwise_of(const backends::NodeContext& c);

}  // namespace tacho::onednn

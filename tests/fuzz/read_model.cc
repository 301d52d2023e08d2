#include "fuzz/read_model.h"

#include <ctime>

#include "common/error.h"
#include "graph_ir/features.h"
#include "graph_ir/infer/infer_shapes.h"
#include "graph_ir/onnx_reader.h"
#include "graph_ir/passes/pipeline.h"

namespace tacho::testing {

std::optional<std::string> fault_of(const uint8_t* data, size_t size,
                                    std::optional<int64_t> batch) {
  try {
    Graph graph = read_onnx({data, size});
    BindOptions bind;
    bind.batch = batch;
    infer_shapes(graph, bind);
    run_passes(graph);
    const KernelGraph kernels = kernels_of(graph);
    totals_of(graph, kernels);
    featurize(graph, kernels);
  } catch (const Error& e) {
    return e.what();
  }
  return std::nullopt;
}

std::optional<std::string> fault_of(const std::string& bytes, std::optional<int64_t> batch) {
  return fault_of(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), batch);
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace tacho::testing

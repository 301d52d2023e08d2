// Every graph of both archives is inferred, at its own batch and at another one.
#include <gtest/gtest.h>

#include <map>

#include "common/csv.h"
#include "data/places.h"
#include "dataset/archive.h"
#include "graph_ir/infer/infer_shapes.h"
#include "graph_ir/onnx_reader.h"

namespace tacho {
namespace {

/// Sums over what is computed at run time; each is proportional to the batch.
struct Work {
  int64_t elements = 0;  // of all outputs
  int64_t products = 0;  // multiply-accumulates of convolutions and matrix products
};

Work work_of(const Graph& g) {
  Work work;
  for (NodeId id = 0; id < g.num_node_ids(); ++id) {
    const Node& n = g.node(id);
    for (const ValueId out : n.outputs) {
      if (out == kNoValue || g.value(out).is_constant) continue;
      const int64_t elements = *checked_elements(*g.value(out).dims);
      work.elements += elements;
      if (n.op == Op::kMatMul || n.op == Op::kGemm) {
        work.products += elements * g.value(n.inputs[0]).dims->back();
      } else if (n.op == Op::kConv) {
        const Dims& weight = *g.value(n.inputs[1]).dims;
        work.products += elements * (*checked_elements(weight) / weight[0]);
      }
    }
  }
  return work;
}

class InferArchive : public ::testing::TestWithParam<const char*> {};

TEST_P(InferArchive, OutputsEqualTheManifestAndFollowTheBatch) {
  TACHO_DATA_OR_SKIP(data);
  const std::string folder = data + "/" + GetParam();
  const CsvTable manifest = CsvTable::read_file(folder + "/manifest.csv");
  std::map<std::string, std::string> output_shape;
  for (size_t row = 0; row < manifest.num_rows(); ++row) {
    output_shape[manifest.text(row, "file")] = manifest.text(row, "output_shape");
  }
  constexpr int64_t kBatch = 8;
  size_t visited = 0;
  for_each_in_archive(folder + "/onnx.tar.zst", [&](const std::string& name, ByteSpan bytes) {
    ++visited;
    try {
      Graph one = read_onnx(bytes);
      Graph many = one;
      infer_shapes(one, {});
      const std::string file = name.substr(name.rfind('/') + 1);
      EXPECT_EQ(dims_text(*one.value(one.outputs[0]).dims), output_shape[file]) << file;
      BindOptions options;
      options.batch = kBatch;
      infer_shapes(many, options);
      Dims expected = *one.value(one.outputs[0]).dims;
      expected[0] *= kBatch;
      EXPECT_EQ(*many.value(many.outputs[0]).dims, expected) << file;
      EXPECT_EQ(work_of(many).elements, kBatch * work_of(one).elements) << file;
      EXPECT_EQ(work_of(many).products, kBatch * work_of(one).products) << file;
    } catch (const std::exception& e) {
      ADD_FAILURE() << name << ": " << e.what();
    }
  });
  EXPECT_EQ(visited, manifest.num_rows());
}

INSTANTIATE_TEST_SUITE_P(Data, InferArchive, ::testing::Values("timm", "yolobench"));

}  // namespace
}  // namespace tacho

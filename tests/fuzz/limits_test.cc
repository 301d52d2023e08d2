// Well-formed protobuf whose content is absurd: sizes, cycles, counts. Built with ONNX's own
// classes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fuzz/damage.h"
#include "fuzz/read_model.h"
#include "graph_ir/testing.h"

namespace tacho::testing {
namespace {

using ::testing::HasSubstr;

/// Far more than 20,000 nodes take with sanitizers, far less than what grows with their square.
constexpr double kManySeconds = 60;

onnx::ModelProto model_of(const std::string& text) {
  onnx::ModelProto model;
  if (!model.ParseFromString(weightless_model(text))) throw std::runtime_error("cannot parse");
  return model;
}

std::string fault(const onnx::ModelProto& model, std::optional<int64_t> batch = {}) {
  return fault_of(model.SerializeAsString(), batch).value_or("no fault");
}

void set_dim(onnx::ValueInfoProto* value, int index, int64_t size) {
  value->mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(index)->set_dim_value(
      size);
}

onnx::NodeProto* add_node(onnx::ModelProto& model, const char* op, const std::string& from,
                          const std::string& to) {
  onnx::NodeProto* node = model.mutable_graph()->add_node();
  node->set_op_type(op);
  node->add_input(from);
  node->add_output(to);
  return node;
}

TEST(Limits, GiganticInputsAreFaults) {
  onnx::ModelProto model = model_of("g (float[1,3] x) => (float[1,3] y) { y = Sqrt(x) }");
  set_dim(model.mutable_graph()->mutable_input(0), 1, int64_t{1} << 62);
  EXPECT_NE(fault(model), "no fault");
  set_dim(model.mutable_graph()->mutable_input(0), 0, int64_t{1} << 62);
  EXPECT_NE(fault(model), "no fault");
}

TEST(Limits, NegativeSizesAreFaultsOrUnknown) {
  onnx::ModelProto model = model_of("g (float[1,3] x) => (float[1,3] y) { y = Sqrt(x) }");
  set_dim(model.mutable_graph()->mutable_input(0), 1, -5);
  fault(model);  // either is fine; it must come back
}

TEST(Limits, GiganticBatchIsAFault) {
  const onnx::ModelProto model =
      model_of("g (float[1,65536] x) => (float[1,65536] y) { y = Sqrt(x) }");
  EXPECT_NE(fault(model, int64_t{1} << 40), "no fault");
}

TEST(Limits, GiganticTilesPadsAndRangesAreNotMade) {
  const char* kModels[] = {
      "g (float[4] x) => (float y) <int64[1] n = {4611686018427387904}> { y = Tile(x, n) }",
      "g (float[4] x) => (float y) <int64[2] n = {9223372036854775807, 9223372036854775807}> "
      "{ y = Pad(x, n) }",
      "g (float[4] x) => (float y) <int64[1] n = {4611686018427387904}> { y = Expand(x, n) }",
      "g (float[4] x) => (float y) <int64[2] n = {4611686018427387904, 4611686018427387904}> "
      "{ c = ConstantOfShape(n)  y = Add(c, x) }",
      "g (float[4] x) => (float y) <int64 a = {0}, int64 n = {9223372036854775807}, int64 s = {1}> "
      "{ r = Range(a, n, s)  c = Cast<to = 1>(r)  y = Add(c, x) }",
      "g (float[4] x) => (float y) <int64 a = {-9223372036854775807}, int64 n = "
      "{9223372036854775807}, "
      "int64 s = {-1}> { r = Range(a, n, s)  c = Cast<to = 1>(r)  y = Add(c, x) }",
      "g (float[1,1,4,4] x) => (float y) <float[1,1,3,3] w> "
      "{ y = Conv<pads = [9223372036854775807,1,1,1], dilations = [9223372036854775807,1]>(x, w) }",
      "g (float[1,1,4,4] x) => (float y) <float[1,1,3,3] w> { y = Conv<strides = [0,0]>(x, w) }",
      "g (float[1,1,4,4] x) => (float y) <float[1,1,3,3] w> { y = Conv<group = 0>(x, w) }",
      "g (float[1,1,4,4] x) => (float y) { y = MaxPool<kernel_shape = [-1, "
      "4611686018427387904]>(x) }",
      "g (float[6,4] x) => (float y) <int64[2] t = {-1, 0}> { y = Reshape<allowzero = 1>(x, t) }",
      "g (float[6,4] x) => (float y) <int64[2] t = {-1, -1}> { y = Reshape(x, t) }",
      "g (float[6,4] x) => (float y) <int64[2] t = {4294967296, 4294967296}> { y = Reshape(x, t) }",
      "g (float[6,4] x) => (float y) { y = Flatten<axis = -9223372036854775807>(x) }",
      "g (float[6,4] x) => (float y) { y = Transpose<perm = [0, 99]>(x) }",
      "g (float[6,4] x) => (float y) { y = Transpose<perm = [0, 0]>(x) }",
      "g (float[6,4] x) => (float y) { y = Concat<axis = 77>(x, x) }",
      "g (float[6,4] x) => (float y) { y = ReduceMean<axes = [1000]>(x) }",
      "g (float[6,4] x) => (float y) <int64[2] s = {3, -9223372036854775807}> { y, z = Split(x, s) "
      "}",
      "g (float[6,4] x) => (float y) { y = SpaceToDepth<blocksize = 0>(x) }",
      "g (float[1,4,2,2] x) => (float y) { y = DepthToSpace<blocksize = 4611686018427387904>(x) }",
      "g (float[1,4,2,2] x) => (float y) <float[4] s = {1, 1, 1e30, 1e30}> { y = Resize(x, , s) }",
      "g (float[6,4] x) => (float y) <int64[1] a = {0}, int64[1] b = {9223372036854775807}, "
      "int64[1] c = {0}> { y = Slice(x, a, b, a, c) }",
      "g (float[6,4] x) => (float y) { y = OneHot(x, x, x) }",
      "g (float[6,4] x) => (float y) { y = Einsum<equation = \"ij,jk,kl->il\">(x) }",
      "g (float[6,4] x) => (float y) { y = Einsum<equation = \"->->\">(x) }",
      "g (float[4,2,3] x) => (float y) <float[1,20,3] w, float[1,20,5] r> "
      "{ y = LSTM<hidden_size = -4611686018427387904>(x, w, r) }",
  };
  for (const char* text : kModels) EXPECT_NE(fault(model_of(text)), "no fault") << text;
}

TEST(Limits, SmallGraphsWithAbsurdLiteralsAreBounded) {
  // Each Tile would double what it copies: 2^80 elements, if literals were followed without a
  // bound.
  onnx::ModelProto model = model_of(
      "g (float[4] x) => (float z) <int64[1] n = {1}, int64[1] two = {2}> { z = Sqrt(x) }");
  std::string before = "n";
  for (int i = 0; i < 80; ++i) {
    const std::string after = "t" + std::to_string(i);
    add_node(model, "Tile", before, after)->add_input("two");
    before = after;
  }
  model.mutable_graph()->add_output()->set_name(before);
  EXPECT_NE(fault(model), "no fault");
}

TEST(Limits, CyclesAreFaults) {
  onnx::ModelProto model =
      model_of("g (float[4] x) => (float[4] b) { a = Add(x, x)  b = Relu(a) }");
  model.mutable_graph()->mutable_node(0)->set_input(1, "b");
  EXPECT_THAT(fault(model), HasSubstr("cycl"));
  onnx::ModelProto itself = model_of("g (float[4] x) => (float[4] b) { b = Add(x, x) }");
  itself.mutable_graph()->mutable_node(0)->set_input(0, "b");
  EXPECT_NE(fault(itself), "no fault");
}

TEST(Limits, ValuesOfUnclearOriginAreFaults) {
  onnx::ModelProto twice = model_of("g (float[4] x) => (float[4] y) { y = Sqrt(x) }");
  add_node(twice, "Exp", "x", "y");
  EXPECT_NE(fault(twice), "no fault");
  onnx::ModelProto nowhere = model_of("g (float[4] x) => (float[4] y) { y = Sqrt(x) }");
  nowhere.mutable_graph()->mutable_node(0)->set_input(0, "ghost");
  EXPECT_THAT(fault(nowhere), HasSubstr("ghost"));
}

TEST(Limits, LongChainsAreReadInTime) {
  // Recursion along the chain would overflow the stack; a pass that starts over after each change
  // would take minutes.
  constexpr int kNodes = 20000;
  onnx::ModelProto model = model_of("g (float[4] x) => (float[4] y) { a0 = Sqrt(x) }");
  for (int i = 1; i < kNodes; ++i) {
    add_node(model,
             i % 3 == 0   ? "Relu"
             : i % 3 == 1 ? "Identity"
                          : "Exp",
             "a" + std::to_string(i - 1), "a" + std::to_string(i));
  }
  add_node(model, "Sqrt", "a" + std::to_string(kNodes - 1), "y");
  const double start = cpu_seconds();
  EXPECT_EQ(fault(model), "no fault");
  EXPECT_LT(cpu_seconds() - start, kManySeconds);
}

TEST(Limits, WideFansAreReadInTime) {
  onnx::ModelProto model = model_of("g (float[4] x) => (float[4] y) { a = Sqrt(x) }");
  onnx::NodeProto* sum = model.mutable_graph()->add_node();
  sum->set_op_type("Sum");
  for (int i = 0; i < 20000; ++i) {
    add_node(model, "Exp", "a", "e" + std::to_string(i));
    sum->add_input("e" + std::to_string(i));
  }
  sum->add_output("y");
  std::swap(*model.mutable_graph()->mutable_node(1),
            *model.mutable_graph()->mutable_node(model.graph().node_size() - 1));
  const double start = cpu_seconds();
  fault(model);
  EXPECT_LT(cpu_seconds() - start, kManySeconds);
}

TEST(Limits, ManyInputsAndOutputsAreReadInTime) {
  onnx::ModelProto model = model_of("g (float[4] x) => (float[4] y) { y = Sqrt(x) }");
  for (int i = 0; i < 30000; ++i) {
    const std::string id = std::to_string(i);
    *model.mutable_graph()->add_input() = model.graph().input(0);
    model.mutable_graph()->mutable_input(i + 1)->set_name("x" + id);
    add_node(model, "Exp", "x" + id, "y" + id);
    *model.mutable_graph()->add_output() = model.graph().output(0);
    model.mutable_graph()->mutable_output(i + 1)->set_name("y" + id);
  }
  const double start = cpu_seconds();
  EXPECT_EQ(fault(model), "no fault");
  EXPECT_LT(cpu_seconds() - start, kManySeconds);
}

TEST(Limits, HundredsOfDimensionsComeBack) {
  onnx::ModelProto model = model_of("g (float[4] x) => (float[4] y) { y = Relu(x) }");
  auto* shape = model.mutable_graph()
                    ->mutable_input(0)
                    ->mutable_type()
                    ->mutable_tensor_type()
                    ->mutable_shape();
  for (int i = 0; i < 5000; ++i) shape->add_dim()->set_dim_value(i % 2 + 1);
  fault(model);
}

TEST(Limits, EmptyDimensionsComeBack) {
  onnx::ModelProto model = model_of(
      "g (float[1,3,8,8] x) => (float y) <float[4,3,3,3] w> { c = Conv(x, w)  y = "
      "GlobalAveragePool(c) }");
  for (int i = 0; i < 4; ++i) {
    onnx::ModelProto empty = model;
    set_dim(empty.mutable_graph()->mutable_input(0), i, 0);
    fault(empty);
  }
}

}  // namespace
}  // namespace tacho::testing

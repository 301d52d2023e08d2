#include "graph_ir/onnx_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/error.h"
#include "graph_ir/dag.h"
#include "graph_ir/testing.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;
using testing::graph_from_bytes;
using testing::graph_from_text;
using ::testing::HasSubstr;

std::string error_of(const std::string& bytes) {
  try {
    graph_from_bytes(bytes);
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

onnx::ModelProto relu_model() {
  onnx::ModelProto model;
  model.ParseFromString(testing::model_bytes("g (float[N,3] x) => (float[N,3] y) { y = Relu(x) }"));
  return model;
}

TEST(OnnxReader, ReadsNodesValuesAndSymbols) {
  const Graph g =
      graph_from_text("g (float[N,3] x) => (float[N,3] y) { t = Relu(x) y = Softmax<axis=1>(t) }");
  ASSERT_EQ(g.num_live_nodes(), 2);
  EXPECT_EQ(g.opset, 17);
  EXPECT_EQ(g.node(0).op, Op::kRelu);
  EXPECT_EQ(g.node(1).int_attribute("axis", -7), 1);
  EXPECT_EQ(g.value(g.inputs[0]).name, "x");
  EXPECT_THAT(*g.value(g.inputs[0]).dims, ElementsAre(kUnknownDim, 3));
  EXPECT_THAT(g.input_symbols[0], ElementsAre("N", ""));
  EXPECT_EQ(g.producer(g.outputs[0])->op, Op::kSoftmax);
}

TEST(OnnxReader, KeepsSmallIntegersAndDropsWeights) {
  onnx::ModelProto model = relu_model();
  auto* weight = model.mutable_graph()->add_initializer();
  weight->set_name("w");
  weight->set_data_type(onnx::TensorProto::FLOAT);
  weight->add_dims(100);
  weight->set_raw_data(std::string(400, 'x'));
  auto* shape = model.mutable_graph()->add_initializer();
  shape->set_name("s");
  shape->set_data_type(onnx::TensorProto::INT64);
  shape->add_dims(2);
  shape->add_int64_data(-1);
  shape->add_int64_data(768);
  const Graph g = graph_from_bytes(model.SerializeAsString());
  for (ValueId id = 0; id < g.num_value_ids(); ++id) {
    const Value& v = g.value(id);
    if (v.name == "w") {
      EXPECT_FALSE(v.literal.has_value());
    }
    if (v.name == "s") {
      EXPECT_THAT(v.literal.value().ints, ElementsAre(-1, 768));
    }
  }
  EXPECT_EQ(initializer_elements(g), 102);
}

TEST(OnnxReader, AcceptsTensorsWithoutData) {
  onnx::ModelProto model = relu_model();
  auto* weight = model.mutable_graph()->add_initializer();
  weight->set_name("w");
  weight->set_data_type(onnx::TensorProto::FLOAT);
  weight->add_dims(3);
  EXPECT_EQ(initializer_elements(graph_from_bytes(model.SerializeAsString())), 3);
}

TEST(OnnxReader, ConstantNodesBecomeValues) {
  const Graph g = graph_from_text(
      "g (float[3] x) => (float[3] y) { c = Constant<value = float {2.0}>() y = Mul(x, c) }");
  ASSERT_EQ(g.num_live_nodes(), 1);
  const Value& c = g.value(g.node(0).inputs[1]);
  EXPECT_TRUE(c.is_constant);
  EXPECT_FALSE(c.is_initializer);
  EXPECT_THAT(c.literal.value().reals, ElementsAre(2.0));
}

TEST(OnnxReader, InitializerThatIsAnInputTooIsNoInput) {
  onnx::ModelProto model = relu_model();
  auto* w = model.mutable_graph()->add_initializer();
  w->set_name("w");
  w->set_data_type(onnx::TensorProto::FLOAT);
  w->add_dims(3);
  auto* input = model.mutable_graph()->add_input();
  input->set_name("w");
  input->mutable_type()->mutable_tensor_type()->set_elem_type(1);
  EXPECT_EQ(graph_from_bytes(model.SerializeAsString()).inputs.size(), 1u);
}

TEST(OnnxReader, OrdersUnsortedNodes) {
  onnx::ModelProto model;
  model.ParseFromString(
      testing::model_bytes("g (float[3] x) => (float[3] y) { t = Relu(x) y = Tanh(t) }"));
  model.mutable_graph()->mutable_node()->SwapElements(0, 1);
  const Graph g = graph_from_bytes(model.SerializeAsString());
  EXPECT_THAT(topological_order(g), ElementsAre(1, 0));
}

TEST(OnnxReader, RefusesWhatIsNotOnnx) {
  EXPECT_THAT(error_of(""), HasSubstr("empty"));
  EXPECT_THAT(error_of("hello, I am a text file"), HasSubstr("not a"));
  const std::string bytes = relu_model().SerializeAsString();
  EXPECT_THAT(error_of(bytes.substr(0, bytes.size() - 5)), HasSubstr("truncated"));
}

TEST(OnnxReader, RefusesCyclesAndMissingProducers) {
  EXPECT_THAT(error_of(testing::model_bytes(
                  "g (float[3] x) => (float[3] y) { a = Add(x, b) b = Relu(a) y = Relu(b) }")),
              HasSubstr("cycle"));
  EXPECT_THAT(
      error_of(testing::model_bytes("g (float[3] x) => (float[3] y) { y = Add(x, nowhere) }")),
      HasSubstr("'nowhere'"));
}

TEST(OnnxReader, RefusesSubgraphsAndVersionsByName) {
  onnx::ModelProto model = relu_model();
  model.mutable_graph()->mutable_node(0)->set_op_type("Loop");
  EXPECT_THAT(error_of(model.SerializeAsString()), HasSubstr("Loop"));
  model = relu_model();
  model.mutable_opset_import(0)->set_version(22);
  EXPECT_THAT(error_of(model.SerializeAsString()), HasSubstr("opset 22"));
  model = relu_model();
  model.set_ir_version(11);
  EXPECT_THAT(error_of(model.SerializeAsString()), HasSubstr("IR version 11"));
}

TEST(OnnxReader, RefusesImpossibleDims) {
  onnx::ModelProto model = relu_model();
  auto* w = model.mutable_graph()->add_initializer();
  w->set_name("w");
  w->set_data_type(onnx::TensorProto::FLOAT);
  for (int i = 0; i < 3; ++i) w->add_dims(int64_t{1} << 40);
  EXPECT_THAT(error_of(model.SerializeAsString()), HasSubstr("tensor 'w'"));
}

}  // namespace
}  // namespace tacho

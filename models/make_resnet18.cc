// Writes the demo's model: ResNet-18 (He et al., 2015) as PyTorch exports it in training mode,
// batch norms not folded, weights as dims and type without data: 30 KB instead of 45 MB.
//   make_resnet18 resnet18.onnx
#include <onnx/onnx_pb.h>

#include <fstream>
#include <iostream>
#include <string>
#include <vector>

namespace {

class Builder {
 public:
  explicit Builder(onnx::GraphProto& graph) : graph_(graph) {}

  void weight(const std::string& name, const std::vector<int64_t>& dims) {
    auto* tensor = graph_.add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(onnx::TensorProto::FLOAT);
    for (const int64_t d : dims) tensor->add_dims(d);
  }

  onnx::NodeProto& node(const std::string& op, const std::string& name,
                        const std::vector<std::string>& inputs) {
    auto* n = graph_.add_node();
    n->set_op_type(op);
    n->set_name(name);
    for (const auto& i : inputs) n->add_input(i);
    n->add_output(name + "_output");
    return *n;
  }

  static void ints(onnx::NodeProto& n, const std::string& name,
                   const std::vector<int64_t>& values) {
    auto* a = n.add_attribute();
    a->set_name(name);
    a->set_type(onnx::AttributeProto::INTS);
    for (const int64_t v : values) a->add_ints(v);
  }

  std::string conv_bn(const std::string& name, const std::string& x, int64_t cin, int64_t cout,
                      int64_t k, int64_t s) {
    weight(name + ".weight", {cout, cin, k, k});
    auto& conv = node("Conv", name, {x, name + ".weight"});
    ints(conv, "kernel_shape", {k, k});
    ints(conv, "strides", {s, s});
    ints(conv, "pads", {k / 2, k / 2, k / 2, k / 2});
    const std::string bn = name + ".bn";
    for (const char* part : {".weight", ".bias", ".running_mean", ".running_var"})
      weight(bn + part, {cout});
    node("BatchNormalization", bn,
         {name + "_output", bn + ".weight", bn + ".bias", bn + ".running_mean",
          bn + ".running_var"});
    return bn + "_output";
  }

  std::string unary(const std::string& op, const std::string& name, const std::string& x) {
    node(op, name, {x});
    return name + "_output";
  }

  std::string basic_block(const std::string& name, const std::string& x, int64_t cin, int64_t cout,
                          int64_t s) {
    std::string y = unary("Relu", name + ".relu1", conv_bn(name + ".conv1", x, cin, cout, 3, s));
    y = conv_bn(name + ".conv2", y, cout, cout, 3, 1);
    const std::string shortcut = s == 1 ? x : conv_bn(name + ".downsample", x, cin, cout, 1, s);
    node("Add", name + ".add", {y, shortcut});
    return unary("Relu", name + ".relu2", name + ".add_output");
  }

 private:
  onnx::GraphProto& graph_;
};

void describe(onnx::ValueInfoProto& info, const std::string& name,
              const std::vector<int64_t>& dims) {
  info.set_name(name);
  auto* tensor = info.mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(onnx::TensorProto::FLOAT);
  for (const int64_t d : dims) tensor->mutable_shape()->add_dim()->set_dim_value(d);
}

onnx::ModelProto resnet18() {
  onnx::ModelProto model;
  model.set_ir_version(8);
  model.set_producer_name("tachograph");
  model.add_opset_import()->set_version(17);
  onnx::GraphProto& graph = *model.mutable_graph();
  graph.set_name("resnet18");
  describe(*graph.add_input(), "input", {1, 3, 224, 224});
  Builder b(graph);

  std::string x = b.unary("Relu", "relu1", b.conv_bn("conv1", "input", 3, 64, 7, 2));
  auto& pool = b.node("MaxPool", "maxpool", {x});
  Builder::ints(pool, "kernel_shape", {3, 3});
  Builder::ints(pool, "strides", {2, 2});
  Builder::ints(pool, "pads", {1, 1, 1, 1});
  x = "maxpool_output";
  int64_t channels = 64;
  for (int stage = 1; stage <= 4; ++stage) {
    const int64_t width = int64_t{64} << (stage - 1);
    for (int block = 0; block < 2; ++block) {
      const std::string name = "layer" + std::to_string(stage) + "." + std::to_string(block);
      x = b.basic_block(name, x, channels, width, stage > 1 && block == 0 ? 2 : 1);
      channels = width;
    }
  }
  x = b.unary("Flatten", "flatten", b.unary("GlobalAveragePool", "avgpool", x));
  b.weight("fc.weight", {1000, 512});
  b.weight("fc.bias", {1000});
  auto& fc = b.node("Gemm", "fc", {x, "fc.weight", "fc.bias"});
  auto* trans = fc.add_attribute();
  trans->set_name("transB");
  trans->set_type(onnx::AttributeProto::INT);
  trans->set_i(1);
  describe(*graph.add_output(), "fc_output", {1, 1000});
  return model;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: make_resnet18 FILE.onnx\n";
    return 2;
  }
  std::ofstream out(argv[1], std::ios::binary);
  return resnet18().SerializeToOstream(&out) && out.flush() ? 0 : 1;
}

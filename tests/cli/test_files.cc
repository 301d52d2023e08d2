#include "cli/test_files.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "gnn/serve/checkpoint.h"
#include "graph_ir/features.h"
#include "graph_ir/testing.h"

namespace tacho::testing {
namespace {

/// exp(kNothing) is 0.
constexpr float kNothing = -1000;

float rate(const std::string& platform, std::string_view base_cost) {
  if (platform == "cpu-launches" && base_cost == "launches") return std::log(2.0f);
  if (platform == "gpu-bytes" && base_cost == "moved_mb") return 0;
  return kNothing;
}

}  // namespace

std::string small_model() {
  return model_bytes(R"(small (float[1,3,8,8] x) => (float[1,4,1,1] y)
    <float[4,3,1,1] w = {1,2,3,4,5,6,7,8,9,10,11,12}> {
      c = Conv(x, w)
      r = Relu(c)
      y = GlobalAveragePool(r)
    })");
}

std::string symbolic_model() {
  return model_bytes("symbolic (float[N,4] x) => (float[N,4] y) { y = Sqrt(x) }");
}

std::string unknown_operator_model(bool declared) {
  onnx::ModelProto model;
  model.ParseFromString(model_bytes(R"(<ir_version: 8, opset_import: ["" : 17, "com.acme" : 1]>
    odd (float[1,4] x) => (float[1,4] y) {
      a = Sqrt(x)
      b = com.acme.Frobnicate(a)
      y = Exp(b)
    })"));
  if (declared) {
    onnx::ValueInfoProto* b = model.mutable_graph()->add_value_info();
    *b = model.graph().input(0);
    b->set_name("b");
  }
  return model.SerializeAsString();
}

std::string cyclic_model() {
  onnx::ModelProto model;
  model.ParseFromString(
      model_bytes("loop (float[4] x) => (float[4] b) { a = Add(x, x)  b = Relu(a) }"));
  model.mutable_graph()->mutable_node(0)->set_input(1, "b");
  return model.SerializeAsString();
}

void write_checkpoint_file(const TempFolder& folder, const std::string& name) {
  CheckpointInfo info;
  info.schema = feature_schema();
  info.config.width = 2;
  info.config.layers = 1;
  info.config.components = static_cast<int>(info.schema.base_costs.size());
  info.platforms = {"gpu-bytes", "cpu-launches"};
  info.bands = {{std::log(1.25), 1}, {std::log(2.0), 1}};
  info.measured = {{1, 8}, {1, 1}};
  info.training = R"({"val": {"platforms": {"gpu-bytes": {"mape": 4.25}}}})";
  std::vector<TensorData> tensors;
  for (const auto& [tensor, shape] : tensor_shapes(info)) {
    TensorData data{tensor, shape,
                    std::vector<float>(static_cast<size_t>(element_count(shape)), 0.0f)};
    if (tensor == "feature_std" || tensor == "feature_high")
      data.values.assign(data.values.size(), 1.0f);
    if (tensor == "feature_high") {
      const auto& names = info.schema.features;
      const auto unseen = std::find(names.begin(), names.end(), "softmax") - names.begin();
      data.values[static_cast<size_t>(unseen)] = 0;
    }
    if (tensor == "platform.theta") {
      data.values.clear();
      for (const std::string& platform : info.platforms) {
        for (const FeatureInfo& cost : base_cost_table())
          data.values.push_back(rate(platform, cost.name));
      }
    }
    tensors.push_back(std::move(data));
  }
  write_checkpoint(folder.path(name), info, tensors);
}

void write_small_project(const TempFolder& folder) {
  folder.write("model.onnx", small_model());
  write_checkpoint_file(folder, "checkpoint.safetensors");
}

}  // namespace tacho::testing

#include "kernel_builder/custom_kernel.h"

#include <gmock/gmock.h>

#include <cmath>

#include "graph_ir/graph_builder.h"
#include "graph_ir/onnx_writer.h"
#include "kernel_builder/kernel_features.h"
#include "kernel_builder/sampler.h"
#include "kernel_builder/scratch.h"

namespace tacho {
namespace {

using ::testing::AllOf;
using testing::error_of;
using ::testing::HasSubstr;
using testing::scratch_folder;
using testing::write_text;

const char* const kYaml =
    "kernel: my-conv\ntemplate: my_conv.txt\nweights: [w]\nparameters:\n"
    "  hw: {sample: [7, 14, 28]}\n  cin: {key: CIN, sample: {from: 8, to: 64}}\n"
    "  b: {key: BATCH_SIZE, absent: 1}\nfeatures: [hw, cin, flops]\n";
const char* const kTemplate =
    "g (float[b,cin,hw,hw] x, float[cin,1,3,3] w) => (float[b,cin,hw,hw] y) {\n"
    "  c = Conv <group = cin, pads = [1, 1, 1, 1]> (x, w)\n  y = Relu(c)\n}\n";

std::string files(const std::string& name, const std::string& yaml = kYaml) {
  const std::string folder = scratch_folder(name);
  write_text(folder + "/my_conv.txt", kTemplate);
  write_text(folder + "/k.yaml", yaml);
  return folder + "/k.yaml";
}

TEST(CustomKernel, BuildsItsTemplateWithTheValuesInPlace) {
  const auto type = read_custom_kernel(files("custom"));
  Catalogue catalogue = Catalogue::builtin();
  catalogue.add(type);
  const KernelConfig config = parse_kernel(catalogue, "my-conv:hw=14,cin=10");
  EXPECT_EQ(to_text(*type, config), "my-conv:hw=14,cin=10");
  EXPECT_EQ(type->cost(config).cost.macs, 14.0 * 14 * 9 * 10);
  EXPECT_EQ(type->cost(config).cost.params, 90);
  const Graph graph = type->build(config);
  EXPECT_EQ(graph.inputs.size(), 1u);
  EXPECT_EQ(graph.name, "my-conv:hw=14,cin=10");
  EXPECT_TRUE(type->custom());
  // What the YAML file asks for, and nothing else.
  EXPECT_EQ(kernel_feature_names(*type),
            (std::vector<std::string>{"log2.hw", "log2.cin", "log2.flops"}));
  EXPECT_EQ(kernel_features(*type, config, nominal_device("x")).values[1], std::log2(10.0f));
}

TEST(CustomKernel, ReplacesSymbolicDimsOfABinaryTemplate) {
  const std::string folder = scratch_folder("binary");
  GraphBuilder g("t");
  const ValueId x = g.input({1, 8, 4, 4}, "x");
  Graph graph = g.finish({g.relu(x)});
  graph.input_symbols[0] = {"", "cin", "hw", "hw"};
  write_onnx_file(graph, folder + "/my_conv.onnx");
  write_text(folder + "/k.yaml",
             "kernel: my-relu\ntemplate: my_conv.onnx\nparameters:\n  hw: {sample: [7]}\n"
             "  cin: {sample: [3]}\n");
  const auto type = read_custom_kernel(folder + "/k.yaml");
  EXPECT_EQ(type->cost({"my-relu", {5, 6}}).cost.flops, 150);
}

TEST(CustomKernel, IsSampledFromItsOwnListsAndRanges) {
  const auto type = read_custom_kernel(files("sampled"));
  Random random(1);
  TakenConfigs taken;
  const auto drawn = prior_sampler(*type, Prior())->initial(60, random, taken);
  EXPECT_EQ(drawn.size(), 60u);
  for (const KernelConfig& c : drawn) {
    EXPECT_TRUE(c.values[0] == 7 || c.values[0] == 14 || c.values[0] == 28);
    EXPECT_GE(c.values[1], 8);
    EXPECT_LE(c.values[1], 64);
    EXPECT_EQ(c.values[2], 1);
  }
}

TEST(RegisteredKernels, AreFoundUntilTheyAreRemoved) {
  const std::string yaml = files("registered"), folder = scratch_folder("registry");
  EXPECT_EQ(register_kernel(yaml, folder), "my-conv");
  EXPECT_THAT(error_of([&] { register_kernel(yaml, folder); }), HasSubstr("is registered already"));
  Catalogue catalogue = Catalogue::builtin();
  std::vector<std::string> problems;
  std::filesystem::remove_all(std::filesystem::path(yaml).parent_path());  // a copy was kept
  add_registered_kernels(folder, catalogue, problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_NE(catalogue.find("my-conv"), nullptr);
  EXPECT_THAT(error_of([&] { unregister_kernel("my-con", folder); }),
              HasSubstr("did you mean 'my-conv'?"));
  unregister_kernel("my-conv", folder);
  EXPECT_FALSE(std::filesystem::exists(folder + "/my-conv"));
}

TEST(RegisteredKernels, ThatCannotBeReadDoNotStopTheOthers) {
  const std::string folder = scratch_folder("broken");
  register_kernel(files("unbroken"), folder);
  write_text(folder + "/other/kernel.yaml", "kernel: [");
  Catalogue catalogue = Catalogue::builtin();
  std::vector<std::string> problems;
  add_registered_kernels(folder, catalogue, problems);
  EXPECT_NE(catalogue.find("my-conv"), nullptr);
  EXPECT_EQ(problems.size(), 1u);
}

TEST(CustomKernel, NamesFileAndLineOfWhatIsWrong) {
  const auto message = [](const std::string& from, const std::string& to) {
    std::string yaml = kYaml;
    yaml.replace(yaml.find(from), from.size(), to);
    return error_of([&] { read_custom_kernel(files("wrong", yaml)); });
  };
  EXPECT_THAT(message("my-conv", "conv"),
              AllOf(HasSubstr("k.yaml"), HasSubstr("built-in kernel 'conv'")));
  EXPECT_THAT(message("my-conv", "../x"), HasSubstr("a name of letters"));
  EXPECT_THAT(message("my-conv", ".x"), HasSubstr("begins with a letter"));
  EXPECT_THAT(message("my_conv.txt", "none.txt"), HasSubstr("none.txt: cannot be read"));
  EXPECT_THAT(message("weights", "weight"),
              AllOf(HasSubstr("line 3"), HasSubstr("did you mean 'weights'?")));
  EXPECT_THAT(message("[w]", "[v]"), HasSubstr("no input 'v'"));
  EXPECT_THAT(message("[7, 14, 28]", "[]"), HasSubstr("line 5: hw: sample has no valid value"));
  EXPECT_THAT(message("{sample: [7, 14, 28]}", "{}"), HasSubstr("neither a sample nor absent"));
  EXPECT_THAT(message("flops", "flop"), HasSubstr("did you mean 'flops'?"));
  EXPECT_THAT(message("  hw: {sample: [7, 14, 28]}\n  cin: {key: CIN, sample: {from: 8, to: 64}}\n"
                      "  b: {key: BATCH_SIZE, absent: 1}\nfeatures: [hw, cin, flops]",
                      "  width: {sample: [7]}\n  cin: {sample: [8]}\n  b: {absent: 1}"),
              HasSubstr("dimension 'hw' is no parameter"));
}

}  // namespace
}  // namespace tacho

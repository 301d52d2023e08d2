#include "kernel_builder/catalogue.h"

#include <gmock/gmock.h>

#include <set>

#include "common/error.h"
#include "graph_ir/lower.h"
#include "kernel_builder/network_kernels.h"
#include "kernel_builder/random_config.h"

namespace tacho {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string message_of(const std::string& text) {
  try {
    parse_kernel(Catalogue::builtin(), text);
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

std::string canonical(const std::string& text) {
  const KernelConfig config = parse_kernel(Catalogue::builtin(), text);
  return to_text(Catalogue::builtin().at(config.kernel), config);
}

KernelCost cost_of(const std::string& text) {
  const KernelConfig config = parse_kernel(Catalogue::builtin(), text);
  return Catalogue::builtin().at(config.kernel).cost(config);
}

class EveryKernel : public ::testing::TestWithParam<std::string> {
 protected:
  const KernelType& type() const { return Catalogue::builtin().at(GetParam()); }
};

TEST_P(EveryKernel, CostsByItsFormulaWhatItsLoweredGraphCounts) {
  std::mt19937 random(1);
  for (int i = 0; i < 50; ++i) {
    const KernelConfig config = testing::random_config(type(), random);
    SCOPED_TRACE(to_text(type(), config));
    const LoweredModel model = lower(type().build(config), {});
    ASSERT_EQ(model.kernels.kernels.size(), 1u);
    const Kernel& kernel = model.kernels.kernels[0];
    const KernelCost c = type().cost(config);
    EXPECT_DOUBLE_EQ(c.cost.flops, kernel.cost.flops);
    EXPECT_DOUBLE_EQ(c.cost.macs, kernel.cost.macs);
    EXPECT_DOUBLE_EQ(c.cost.params, kernel.cost.params);
    EXPECT_DOUBLE_EQ(c.cost.activations, kernel.cost.activations);
    EXPECT_DOUBLE_EQ(c.cost.read_bytes, kernel.cost.read_bytes);
    EXPECT_DOUBLE_EQ(c.cost.write_bytes, kernel.cost.write_bytes);
    EXPECT_DOUBLE_EQ(c.cost.weight_bytes, kernel.cost.weight_bytes);
    const Workload work = workload_of(model.graph, model.graph.node(kernel.node));
    EXPECT_DOUBLE_EQ(c.work.batch, work.batch);
    EXPECT_DOUBLE_EQ(c.work.m, work.m);
    EXPECT_DOUBLE_EQ(c.work.n, work.n);
    EXPECT_DOUBLE_EQ(c.work.k, work.k);
    EXPECT_EQ(c.work.groups, work.groups);
    EXPECT_EQ(c.work.kernel_size, work.kernel_size);
    EXPECT_EQ(c.work.kernel_positions, work.kernel_positions);
    EXPECT_EQ(c.work.stride, work.stride);
    EXPECT_EQ(c.work.dilation, work.dilation);
  }
}

TEST_P(EveryKernel, IsInferredAsItIsBuilt) {
  std::mt19937 random(2);
  const KernelConfig config = testing::random_config(type(), random);
  const Graph built = type().build(config);
  Graph inferred = type().build(config);
  infer_shapes(inferred, {});
  for (ValueId v = 0; v < built.num_value_ids(); ++v) {
    ASSERT_TRUE(built.value(v).dims.has_value());
    EXPECT_EQ(dims_text(*built.value(v).dims), dims_text(*inferred.value(v).dims))
        << built.value(v).name;
    EXPECT_EQ(built.value(v).dtype, inferred.value(v).dtype) << built.value(v).name;
  }
  EXPECT_EQ(built.name, to_text(type(), config));
}

TEST_P(EveryKernel, ReadsItsOwnText) {
  std::mt19937 random(3);
  for (int i = 0; i < 50; ++i) {
    const KernelConfig config = testing::random_config(type(), random);
    EXPECT_EQ(parse_kernel(Catalogue::builtin(), to_text(type(), config)), config);
  }
}

TEST_P(EveryKernel, IsFoundAgainInItsLoweredGraph) {
  std::mt19937 random(4);
  for (int i = 0; i < 50; ++i) {
    KernelConfig config = testing::random_config(type(), random);
    const LoweredModel model = lower(type().build(config), {});
    const auto found = kernel_config_of(model.graph, model.kernels.kernels.at(0));
    ASSERT_TRUE(found.has_value()) << to_text(type(), config);
    // A block is what it consists of.
    if (config.kernel == "conv-block") config.kernel = "conv-bn-relu";
    if (config.kernel == "dwconv-block") config.kernel = "dwconv-bn-relu";
    EXPECT_EQ(to_text(Catalogue::builtin().at(found->kernel), *found),
              to_text(Catalogue::builtin().at(config.kernel), config));
  }
}

std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (const auto& type : Catalogue::builtin().types()) names.push_back(type->name());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, EveryKernel, ::testing::ValuesIn(all_names()),
                         [](const auto& info) {
                           std::string name = info.param;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

TEST(Catalogue, HasTheTwentyNineOfNnMeterWithItsKeys) {
  int nnmeter = 0;
  for (const auto& type : Catalogue::builtin().types()) nnmeter += type->nnmeter();
  EXPECT_EQ(nnmeter, 29);
  const auto keys = [](const std::string& name) {
    std::vector<std::string> k;
    for (const auto& p : Catalogue::builtin().at(name).parameters()) k.push_back(p.nnmeter_key);
    return k;
  };
  EXPECT_THAT(keys("conv-bn-relu"),
              ElementsAre("HW", "CIN", "COUT", "KERNEL_SIZE", "STRIDES", "PADDING", "BATCH_SIZE"));
  EXPECT_THAT(keys("maxpool"), ElementsAre("HW", "CIN", "COUT", "KERNEL_SIZE", "POOL_STRIDES",
                                           "PADDING", "BATCH_SIZE"));
  EXPECT_THAT(keys("concat"), ElementsAre("HW", "CIN1", "CIN2", "CIN3", "CIN4", "BATCH_SIZE"));
  EXPECT_THAT(keys("fc"), ElementsAre("CIN", "COUT", "BATCH_SIZE"));
}

TEST(Catalogue, CountsAConvolutionByHand) {
  // 56² positions, 3 · 3 · 24 per output channel, 64 of them; a ReLU and a batch norm of 3.
  const KernelCost c = cost_of("conv-bn-relu:hw=56,cin=24,cout=64,k=3,s=1");
  EXPECT_EQ(c.cost.macs, 56.0 * 56 * 9 * 24 * 64);
  EXPECT_EQ(c.cost.flops, 2 * c.cost.macs + 4 * 56.0 * 56 * 64);
  EXPECT_EQ(c.cost.params, 9.0 * 24 * 64 + 64);
  EXPECT_EQ(cost_of("dwconv:hw=8,cin=10,k=3,s=2").cost.macs, 4.0 * 4 * 9 * 10);
  EXPECT_EQ(cost_of("gconv:hw=8,cin=10,cout=20,k=1,s=1,g=5").cost.macs, 64.0 * 2 * 20);
}

TEST(KernelText, LeavesDefaultsOutAndOrdersParameters) {
  EXPECT_EQ(canonical("conv-bn-relu:s=1,k=3,cout=64,cin=24,hw=56,b=1,p=1"),
            "conv-bn-relu:hw=56,cin=24,cout=64,k=3,s=1");
  EXPECT_EQ(canonical("conv:hw=56,cin=24,cout=64,k=3,s=1,p=0,b=8"),
            "conv:hw=56,cin=24,cout=64,k=3,s=1,p=0,b=8");
  EXPECT_EQ(canonical("dwconv-bn:hw=7,cin=24,cout=24,k=5,s=1"), "dwconv-bn:hw=7,cin=24,k=5,s=1");
  EXPECT_EQ(canonical("concat:hw=7,cin1=8,cin2=8"), "concat:hw=7,cin1=8,cin2=8");
}

TEST(KernelText, SaysWhatIsWrong) {
  EXPECT_THAT(message_of("conv-bn-rleu:hw=1"), HasSubstr("did you mean 'conv-bn-relu'?"));
  EXPECT_THAT(message_of("fc:cin=3,couts=4"), HasSubstr("did you mean 'cout'?"));
  EXPECT_THAT(message_of("fc:cin=3"),
              AllOf(HasSubstr("kernel 'fc:cin=3'"), HasSubstr("cout is missing")));
  EXPECT_THAT(message_of("fc"), HasSubstr("cin is missing"));
  EXPECT_THAT(message_of("fc:cin=3,cin=4,cout=5"), HasSubstr("cin is given twice"));
  EXPECT_THAT(message_of("fc:cin=3,cout=x"), HasSubstr("cout='x' is not a whole number"));
  EXPECT_THAT(message_of("fc:cin=3,cout=-1"), HasSubstr("not a whole number"));
  EXPECT_THAT(message_of("fc:cin=0,cout=1"), HasSubstr("cin=0 is not valid"));
  EXPECT_THAT(message_of("fc:cin=99999999999999999999,cout=1"), HasSubstr("not a whole number"));
  EXPECT_THAT(message_of("conv:hw=3,cin=1,cout=1,k=7,s=1,p=0"),
              HasSubstr("does not fit into hw=3"));
  EXPECT_THAT(message_of("gconv:hw=3,cin=4,cout=5,k=1,s=1,g=2"),
              HasSubstr("not a multiple of g=2"));
  EXPECT_THAT(message_of("maxpool:hw=8,cin=4,cout=5,k=2,s=2"), HasSubstr("cout must be cin"));
  EXPECT_THAT(message_of("channelshuffle:hw=8,cin=5"), HasSubstr("not even"));
  EXPECT_THAT(message_of("matmul:m=2000000000,n=2000000000,k=2000000000"), HasSubstr("2^48"));
}

TEST(Catalogue, RefusesANameTwice) {
  Catalogue catalogue;
  catalogue.add(Catalogue::builtin().types()[0]);
  EXPECT_THROW(catalogue.add(Catalogue::builtin().types()[0]), Error);
}

}  // namespace
}  // namespace tacho

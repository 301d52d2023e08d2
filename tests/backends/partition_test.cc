// Graphs cut for two runtimes, and run on both.
#include <gmock/gmock.h>

#include "backends/check/check_backend.h"
#include "backends/measure_graph.h"
#include "backends/partition/cut.h"
#include "backends/registry.h"
#include "backends/testing.h"

namespace tacho {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using testing::inferred;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// The operators of the parts, "[Relu Relu] (Neg) [Relu]": in brackets those of the first runtime,
/// which has Relu alone.
std::string parts_of(const Graph& graph) {
  std::vector<char> on_first;
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    on_first.push_back(graph.node(id).op == Op::kRelu ? 1 : 0);
  }
  std::string text;
  for (const Part& part : cut(graph, on_first)) {
    std::string operators;
    for (const NodeId id : part.nodes) {
      operators += (operators.empty() ? "" : " ") + graph.node(id).op_type;
    }
    text +=
        (text.empty() ? "" : " ") + (part.first ? "[" + operators + "]" : "(" + operators + ")");
  }
  return text;
}

TEST(Cut, AChainIsCutWhereItChanges) {
  EXPECT_EQ(parts_of(inferred("g (float[4] x) => (float[4] y) "
                              "{ a = Relu(x) b = Relu(a) c = Neg(b) y = Relu(c) }")),
            "[Relu Relu] (Neg) [Relu]");
  EXPECT_EQ(parts_of(inferred("g (float[4] x) => (float[4] y) { a = Neg(x) y = Neg(a) }")),
            "(Neg Neg)");
}

TEST(Cut, BranchesShareParts) {
  EXPECT_EQ(parts_of(inferred("g (float[4] x) => (float[4] y) { a = Neg(x) b = Relu(a) c = Relu(x) "
                              "d = Neg(c) e = Relu(d) y = Add(b, e) }")),
            "[Relu] (Neg Neg) [Relu Relu] (Add)");
}

TEST(Cut, BeginsWithWhatGivesFewerParts) {
  // Beginning with Relu would take four.
  EXPECT_EQ(parts_of(inferred("g (float[4] x) => (float[4] y) "
                              "{ c = Relu(x) a = Neg(x) b = Relu(a) d = Add(b, c) y = Neg(d) }")),
            "(Neg) [Relu Relu] (Add Neg)");
}

TEST(Cut, WhatIsConstantOrUnreadBelongsToNoPart) {
  EXPECT_EQ(parts_of(inferred("g (float[4] x) => (float[4] y) <float[4] w = {}> "
                              "{ n = Neg(w) unread = Neg(x) r = Relu(x) y = Add(r, n) }")),
            "[Relu] (Add)");
}

TEST(Cut, APartHasItsConstantsAndNamesOfItsOwn) {
  const Graph graph = inferred(
      "g (float[4] x) => (float[4] y) <float[4] w = {}> { n = Neg(w) r = Relu(x) y = Add(r, n) }");
  const Graph part = part_graph(graph, {2});
  EXPECT_EQ(part.num_live_nodes(), 2);  // Neg computes its constant
  ASSERT_THAT(part.inputs, SizeIs(1));
  EXPECT_EQ(part.value(part.inputs[0]).name, "r");
  ASSERT_THAT(part.outputs, SizeIs(1));
  EXPECT_EQ(part.value(part.outputs[0]).name, "y");
  EXPECT_EQ(part.describe(2), graph.describe(2));
}

std::unique_ptr<Backend> opened(const std::string& spec) {
  try {
    return open_backend(spec);
  } catch (const Error&) {
    return nullptr;
  }
}

class PartitionOf : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    libtorch_ = opened("libtorch:threads=1");
    plain_ = opened(GetParam());
    if (libtorch_ == nullptr) GTEST_SKIP() << "LibTorch is not here";
    if (plain_ == nullptr) GTEST_SKIP() << GetParam() << " is not here";
    both_ = open_backend(std::string("partition:of=") + GetParam());
  }
  std::unique_ptr<Backend> libtorch_, plain_, both_;
};

// Neither oneDNN's executor nor OpenCV's importer has Einsum. The outputs are of two parts, and `r`
// is read in all three.
Graph mixed_graph() {
  return inferred(
      "g (float[1,4,8,8] x) => (float[1,4,8,8] y, float[1,4,8,8] r) "
      "<float[4,4,3,3] w = {}, float[4,4,3,3] v = {}> { "
      "r = Relu(x) c = Conv<pads=[1,1,1,1]>(r, w) s = Einsum<equation=\"bchw,bchw->bcwh\">(c, r) "
      "t = Conv<pads=[1,1,1,1]>(s, v) y = Add(t, r) }");
}

TEST_P(PartitionOf, ComputesWhatLibtorchDoes) {
  const Graph graph = mixed_graph();
  ASSERT_THAT(plain_->unsupported(graph), ::testing::Not(IsEmpty()));
  ASSERT_THAT(both_->unsupported(graph), IsEmpty());
  const auto model = both_->compile(graph), reference = libtorch_->compile(graph);
  for (int run = 0; run < 2; ++run) EXPECT_GT(model->run(), 0);
  reference->run();
  const std::vector<HostTensor> own = model->outputs(), others = reference->outputs();
  ASSERT_THAT(own, SizeIs(2));
  for (size_t i = 0; i < own.size(); ++i) EXPECT_LE(relative_difference(own[i], others[i]), 1e-3);
}

TEST_P(PartitionOf, SaysWhatIsSplitOff) {
  const std::vector<std::string> lines = both_->split_off(mixed_graph());
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], AllOf(HasSubstr("1 × Einsum to " + libtorch_->platform()),
                              HasSubstr("(part 2 of 3)")));
  EXPECT_EQ(both_->platform(), plain_->platform());
  EXPECT_EQ(both_->facts().at("splits_off_to"), libtorch_->platform());
  EXPECT_THAT(both_->compile(mixed_graph())->plan()[0], HasSubstr("part 1 of 3: 2 operators on "));
}

TEST_P(PartitionOf, AWholeGraphIsLeftAlone) {
  const Graph graph = testing::relu_graph();
  EXPECT_THAT(both_->split_off(graph), IsEmpty());
  EXPECT_EQ(both_->compile(graph)->plan(), plain_->compile(graph)->plan());
}

TEST_P(PartitionOf, RefusesWhatNeitherHas) {
  const Graph graph = inferred(
      "<ir_version: 8, opset_import: [\"\" : 17, \"com.acme\" : 1]> "
      "g (float[4] x) => (float[4] y) { a = Relu(x) y = com.acme.Foo(a) }");
  EXPECT_THAT(both_->unsupported(graph), ::testing::Not(IsEmpty()));
  EXPECT_NE(error_of([&] { both_->compile(graph); }), "no error");
}

INSTANTIATE_TEST_SUITE_P(Runtimes, PartitionOf,
                         ::testing::Values("onednn:threads=1", "opencv:threads=1"),
                         [](const auto& info) { return testing::test_name(info.param); });

}  // namespace
}  // namespace tacho

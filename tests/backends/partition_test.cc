// Graphs cut for two runtimes, and run on both.
#include <gmock/gmock.h>

#include "backends/check/check_backend.h"
#include "backends/measure_graph.h"
#include "backends/partition/cut.h"
#include "backends/partition/joint_name.h"
#include "backends/partition/partition_backend.h"
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

TEST(JointName, SaysWhatDiffersTwice) {
  EXPECT_EQ(joint_name("cpu-xeon-1t-opencv4.6-fp32", "cpu-xeon-1t-libtorch1.13-fp32"),
            "cpu-xeon-1t-opencv4.6+libtorch1.13-fp32");
  EXPECT_EQ(joint_name("cpu-xeon-1t-onednn2.6-int8", "cpu-xeon-2t-libtorch1.13-fp32"),
            "cpu-xeon-1t+2t-onednn2.6+libtorch1.13-int8+fp32");
  EXPECT_EQ(joint_name("cpu-a", "gpu-b-c"), "cpu-a+gpu-b-c");
}

TEST(JointName, IsPartedAgain) {
  EXPECT_THAT(parted_name("cpu-xeon-1t+2t-onednn2.6+libtorch1.13-int8+fp32"),
              ::testing::Pair("cpu-xeon-1t-onednn2.6-int8", "cpu-xeon-2t-libtorch1.13-fp32"));
  EXPECT_THAT(parted_name("cpu-xeon-1t-onednn2.6-int8"),
              ::testing::Pair("cpu-xeon-1t-onednn2.6-int8", ""));
}

TEST(Partition, RefusesBackendsThatTakeNoInputs) {
  EXPECT_EQ(error_of([] { open_backend("partition:of=fake"); }),
            "backend 'fake' cannot run parts of a model: it takes no inputs; libtorch, onednn and "
            "opencv do");
}

/// Refuses nothing, and finds out only when it runs that it cannot what `fails` says. Its outputs
/// lack the last `lost` elements.
class Particular : public Backend {
 public:
  using Fails = std::function<bool(const Graph&)>;
  explicit Particular(std::string name, Fails fails, size_t lost = 0)
      : name_(std::move(name)), fails_(std::move(fails)), lost_(lost) {}

  std::string name() const override { return name_; }
  std::string platform() const override { return "cpu-" + name_; }
  std::map<std::string, std::string> facts() const override { return {}; }
  std::vector<std::string> unsupported(const Graph&) const override { return {}; }
  std::unique_ptr<CompiledModel> compile(const Graph& graph) override {
    return std::make_unique<Model>(graph, *this);
  }

 private:
  class Model : public CompiledModel {
   public:
    Model(const Graph& graph, const Particular& backend) : graph_(graph), backend_(backend) {}
    double run() override {
      if (backend_.fails_(graph_)) throw Error("found out late", Fault::kUnsupported);
      return 1;
    }
    std::vector<HostTensor> outputs() override {
      std::vector<HostTensor> tensors;
      for (const ValueId v : graph_.outputs) {
        const Dims& dims = *graph_.value(v).dims;
        const auto elements = static_cast<size_t>(*checked_elements(dims));
        tensors.push_back(
            {{dims.begin(), dims.end()}, std::vector<float>(elements - backend_.lost_)});
      }
      return tensors;
    }
    void set_input(size_t, const HostTensor&) override {}

   private:
    Graph graph_;
    const Particular& backend_;
  };

  std::string name_;
  Fails fails_;
  size_t lost_;
};

int count(const Graph& graph, const char* op_type) {
  int n = 0;
  for (NodeId id = 0; id < graph.num_node_ids(); ++id) {
    n += graph.node(id).alive && graph.node(id).op_type == op_type ? 1 : 0;
  }
  return n;
}
bool never(const Graph&) { return false; }

Graph long_chain() {
  return inferred(
      "g (float[4] x) => (float[4] y) "
      "{ a = Relu(x) b = Relu(a) c = Neg(b) d = Relu(c) e = Neg(d) y = Relu(e) }");
}

TEST(Partition, WithdrawsNodesThatFailBesideOthersWhenTheyRun) {
  const auto both = partition(
      std::make_unique<Particular>(
          "a",
          [](const Graph& graph) { return count(graph, "Neg") > 0 && count(graph, "Relu") > 0; }),
      std::make_unique<Particular>("b", never));
  const Graph graph = long_chain();
  EXPECT_THAT(both->unsupported(graph), IsEmpty());
  EXPECT_GE(both->compile(graph)->run(), 5);  // a millisecond each
  EXPECT_THAT(both->split_off(graph),
              ElementsAre("1 × Neg to cpu-b (part 2 of 5)", "1 × Neg to cpu-b (part 4 of 5)"));
}

TEST(Partition, LeavesAWholeGraphOnlyIfItRuns) {
  const auto both = partition(
      std::make_unique<Particular>("a", [](const Graph& graph) { return count(graph, "Neg") > 0; }),
      std::make_unique<Particular>("b", never));
  EXPECT_THAT(both->split_off(long_chain()), SizeIs(2));
}

TEST(Partition, RefusesWithTheReasonIfNothingRuns) {
  const auto both = partition(std::make_unique<Particular>("a", [](const Graph&) { return true; }),
                              std::make_unique<Particular>("b", never));
  EXPECT_THAT(both->unsupported(long_chain()), ElementsAre("found out late"));
}

TEST(Partition, DoesNotFeedATensorOfAnotherSize) {
  const auto both = partition(
      std::make_unique<Particular>("a", [](const Graph& graph) { return count(graph, "Neg") > 0; }),
      std::make_unique<Particular>("b", never, 1));
  const auto model = both->compile(long_chain());
  EXPECT_EQ(error_of([&] { model->run(); }), "'c' has 3 elements, not 4");
}

TEST(Partition, TellsSmallAttributesApart) {
  // Its plan is not that of the graph before.
  const auto both = partition(
      std::make_unique<Particular>(
          "a",
          [](const Graph& graph) { return graph.node(0).float_attribute("epsilon", 0) > 5e-8; }),
      std::make_unique<Particular>("b", never));
  const auto graph = [](const char* epsilon) {
    return inferred(std::string("g (float[1,4,2] x, float[4] s, float[4] b) => (float[1,4,2] y) "
                                "{ y = InstanceNormalization<epsilon=") +
                    epsilon + ">(x, s, b) }");
  };
  EXPECT_THAT(both->unsupported(graph("0.0000001")), SizeIs(1));
  EXPECT_THAT(both->unsupported(graph("0.00000001")), IsEmpty());
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
  EXPECT_EQ(both_->platform(), joint_name(plain_->platform(), libtorch_->platform()));
  EXPECT_EQ(both_->facts().at("splits_off_to"), libtorch_->platform());
  EXPECT_THAT(both_->compile(mixed_graph())->plan()[0], HasSubstr("part 1 of 3: 2 operators on "));
}

TEST_P(PartitionOf, AWholeGraphIsLeftAlone) {
  const Graph graph = testing::relu_graph();
  EXPECT_THAT(both_->split_off(graph), IsEmpty());
  EXPECT_EQ(both_->compile(graph)->plan(), plain_->compile(graph)->plan());
}

// OpenCV's importer takes Split's sizes as an attribute only.
TEST_P(PartitionOf, SplitsUnequally) {
  const Graph graph = inferred(
      "<ir_version: 8, opset_import: [\"\" : 17]> "
      "g (float[1,16,8,8] x) => (float[1,12,8,8] y, float[1,4,8,8] z) { "
      "s = Constant<value_ints=[4,12]>() a, b = Split<axis=1>(x, s) y = Relu(b) z = Relu(a) }");
  ASSERT_THAT(both_->unsupported(graph), IsEmpty());
  for (Backend* backend : {plain_.get(), both_.get()}) {
    if (!backend->unsupported(graph).empty()) continue;
    const auto model = backend->compile(graph), reference = libtorch_->compile(graph);
    model->run();
    reference->run();
    for (size_t i = 0; i < 2; ++i) {
      EXPECT_LE(relative_difference(model->outputs()[i], reference->outputs()[i]), 1e-5);
    }
  }
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

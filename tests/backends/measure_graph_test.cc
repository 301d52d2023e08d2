#include "backends/measure_graph.h"

#include <gmock/gmock.h>

#include "common/error.h"
#include "graph_ir/dag.h"
#include "graph_ir/graph_builder.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class NoModel : public CompiledModel {
 public:
  double run() override { return 1; }
  std::vector<HostTensor> outputs() override { return {}; }
};

/// Runs everything but one operator.
class Without : public Backend {
 public:
  explicit Without(Op op) : op_(op) {}
  std::string name() const override { return "without"; }
  std::string platform() const override { return "cpu-without"; }
  std::map<std::string, std::string> facts() const override { return {}; }
  std::vector<std::string> unsupported(const Graph& graph) const override {
    std::vector<std::string> reasons;
    for (const NodeId id : topological_order(graph)) {
      if (graph.node(id).op == op_) reasons.push_back(graph.describe(id) + ": not here");
    }
    return reasons;
  }
  std::unique_ptr<CompiledModel> compile(const Graph&) override {
    return std::make_unique<NoModel>();
  }

 private:
  Op op_;
};

Graph gelu_and_relu() {
  GraphBuilder g("g");
  return g.finish({g.relu(g.gelu(g.input({2, 4})))});
}

std::vector<Op> operators_of(const Graph& graph) {
  std::vector<Op> ops;
  for (const NodeId id : topological_order(graph)) ops.push_back(graph.node(id).op);
  return ops;
}

TEST(RunnableGraph, NamesAnOperatorThatWasSpelledOutButFusesNothing) {
  EXPECT_THAT(operators_of(runnable_graph(Without(Op::kConv), gelu_and_relu())),
              ElementsAre(Op::kGelu, Op::kRelu));
}

TEST(RunnableGraph, LeavesItSpelledOutForABackendWithoutTheOperator) {
  const Graph graph = gelu_and_relu();
  EXPECT_EQ(operators_of(runnable_graph(Without(Op::kGelu), graph)), operators_of(graph));
}

TEST(RunnableGraph, WhatRunsInNeitherFormIsAnErrorThatNamesTheNode) {
  try {
    runnable_graph(Without(Op::kRelu), gelu_and_relu());
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.fault(), Fault::kUnsupported);
    EXPECT_THAT(e.what(), HasSubstr("without cannot run it: Relu"));
  }
}

TEST(MeasureGraph, GivesTheTimingOfTheCompiledModel) {
  Without backend(Op::kConv);
  MeasureOptions options;
  options.min_seconds = 0;
  EXPECT_EQ(measure_graph(backend, gelu_and_relu(), options).median_ms, 1);
}

}  // namespace
}  // namespace tacho

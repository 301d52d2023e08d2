#include <gmock/gmock.h>

#include "graph_ir/read_graph.h"
#include "graph_ir/references/reference.h"
#include "graph_ir/references_testing.h"

namespace tacho {
namespace {

using ::testing::HasSubstr;
using testing::reference_fault;
using ::testing::StartsWith;

TEST(GraphReference, IsToldByItsKind) {
  for (const char* text :
       {"nasbench201:", "nasbench201-pruned:x", "fbnet:a/b", "family:resnet:1", "family:"}) {
    EXPECT_TRUE(is_graph_reference(text)) << text;
  }
  for (const char* text : {"", "family", "family/resnet:1", "./family:resnet:1", "families:a:1",
                           "Family:resnet:1", "model.onnx", "block:basic-hw56", ":family:x"}) {
    EXPECT_FALSE(is_graph_reference(text)) << text;
  }
}

TEST(GraphReference, NamesTheGraph) {
  EXPECT_EQ(build_reference("family:vgg:3").name, "family:vgg:3");
}

TEST(GraphReference, HasTheBatchThatIsAsked) {
  const Graph graph = build_reference("family:vgg:3", 5);
  EXPECT_EQ(graph.value(graph.inputs[0]).dims->front(), 5);
  EXPECT_EQ(graph.value(graph.outputs[0]).dims->front(), 5);
  EXPECT_THROW(build_reference("family:vgg:3", 0), Error);
}

TEST(GraphReference, OffersTheNearestNameForAnUnknownOne) {
  EXPECT_THAT(reference_fault("family:restnet:1"),
              HasSubstr("family:restnet:1: no family 'restnet'; did you mean 'resnet'?"));
  EXPECT_THAT(reference_fault("nasbench-201:x"), HasSubstr("did you mean 'nasbench201'?"));
}

TEST(GraphReference, QuotesNoMoreThanALineCanHold) {
  EXPECT_THAT(reference_fault("fbnet:" + std::string(100000, '/')),
              HasSubstr("...: has 100006 characters; no graph reference has more than"));
  EXPECT_THAT(reference_fault("family:res\nnet:1"), ::testing::Not(HasSubstr("\n")));
}

TEST(ReadGraph, TakesReferencesAndFiles) {
  EXPECT_EQ(read_graph("family:alexnet:0").name, "family:alexnet:0");
  EXPECT_EQ(read_graph(TACHO_SOURCE_DIR "/models/resnet18.onnx").opset, 17);
}

TEST(ReadGraph, SaysWhatIsWrongWithAFileOrAKind) {
  const auto fault = [](const std::string& name) -> std::string {
    try {
      read_graph(name);
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_THAT(fault("fbnett:skip"), HasSubstr("no such file, and no kind of graph reference "
                                              "'fbnett'; did you mean 'fbnet'?"));
  EXPECT_THAT(fault("nowhere/fbnett:skip"), StartsWith("nowhere/fbnett:skip: "));
  EXPECT_THAT(fault("nowhere/fbnett:skip"), ::testing::Not(HasSubstr("reference")));
  EXPECT_THAT(fault("nowhere.onnx"), ::testing::Not(HasSubstr("reference")));
}

}  // namespace
}  // namespace tacho

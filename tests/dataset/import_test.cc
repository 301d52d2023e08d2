#include "dataset/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dataset/label_file.h"
#include "dataset/testing.h"
#include "graph_ir/lower.h"
#include "graph_ir/references/reference.h"
#include "graph_ir/testing.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

/// Two convolutions, the first with ReLU. The weights are inputs: the text syntax would want values
/// for initializers.
std::string two_convs() {
  return testing::model_bytes(
      "agraph (float[1, 3, 8, 8] x, float[4, 3, 1, 1] w, float[4, 4, 1, 1] v) => "
      "(float[1, 4, 8, 8] y) { a = Conv(x, w) b = Relu(a) y = Conv(b, v) }");
}

std::string one_relu() {
  return testing::model_bytes("agraph (float[1, 16] x) => (float[1, 16] y) { y = Relu(x) }");
}

/// A folder of graphs and a table.
class ImportTest : public ::testing::Test {
 protected:
  ImportTest() : folder_("import") {
    folder_.write("graphs/convs_224.onnx", two_convs());
    folder_.write("graphs/relu_224.onnx", one_relu());
  }
  ImportReport import(const std::string& csv, int threads = 2) const {
    ImportOptions options;
    options.graphs = folder_.file("graphs");
    options.threads = threads;
    return import_labels(read_label_file(folder_.write("latency.csv", csv)).labels, options);
  }
  TestFolder folder_;
};

constexpr const char* kTable =
    "platform,model,img_size,batch,latency_ms,graph\n"
    "gpu,relu,224,8,0.5,relu_224.onnx\n"
    "gpu,convs_224,224,8,3,convs_224.onnx\n"
    "cpu,convs_224,224,1,2,convs_224.onnx\n"
    "cpu,huge,224,1,999,\n"
    "cpu,relu,224,8,0.25,relu_224.onnx\n";

TEST_F(ImportTest, EachGraphAtEachBatchBecomesOneSample) {
  const ImportReport report = import(kTable);
  EXPECT_THAT(report.problems, IsEmpty());
  EXPECT_THAT(report.missing, IsEmpty());
  EXPECT_EQ(report.imported, 4u);
  const Dataset& dataset = report.dataset;
  EXPECT_THAT(dataset.platforms, ElementsAre("gpu", "cpu"));
  ASSERT_EQ(dataset.samples.size(), 3u) << "relu at 8, convs at 8, convs at 1";
  EXPECT_EQ(dataset.samples[0].graph, "relu_224.onnx");
  EXPECT_EQ(dataset.samples[1].model, "convs") << "the model has no image size";
  EXPECT_EQ(dataset.samples[2].batch, 1);
  ASSERT_EQ(dataset.labels.size(), 4u);
  EXPECT_EQ(dataset.labels[3].sample, 0);
  EXPECT_EQ(dataset.labels[3].platform, 1);
  EXPECT_EQ(dataset.labels[3].latency_ms, 0.25);
}

TEST_F(ImportTest, FeaturesAreThoseOfTheLoweredGraphAtTheRowsBatch) {
  const ImportReport report = import(kTable);
  BindOptions bind;
  bind.batch = 8;
  const LoweredModel model = lower_file(folder_.file("graphs/convs_224.onnx"), bind);
  const GraphFeatures expected = featurize(model.graph, model.kernels);
  const GraphFeatures& features = report.dataset.samples[1].features;
  EXPECT_EQ(features.num_kernels, expected.num_kernels);
  EXPECT_EQ(features.features, expected.features);
  EXPECT_EQ(features.base_costs, expected.base_costs);
  EXPECT_NE(features.base_costs, report.dataset.samples[2].features.base_costs)
      << "batch 1 costs less than batch 8";
}

TEST_F(ImportTest, LabelsFilesAreTakenTooAndTheModelComesFromTheGraph) {
  const ImportReport report =
      import("graph,batch,platform,latency_ms,stage\nconvs_224.onnx,1,cpu,2,train\n");
  ASSERT_EQ(report.dataset.samples.size(), 1u);
  EXPECT_EQ(report.dataset.samples[0].model, "convs");
}

TEST_F(ImportTest, BadGraphsAreReportedOnceAndSkipped) {
  folder_.write("graphs/broken.onnx", two_convs().substr(0, 60));
  const ImportReport report = import(
      "graph,batch,platform,latency_ms\n"
      "broken.onnx,1,cpu,2\nbroken.onnx,2,cpu,3\nnowhere.onnx,1,cpu,4\nrelu_224.onnx,1,cpu,5\n");
  EXPECT_EQ(report.imported, 1u);
  EXPECT_EQ(report.graph_failed, 2u);
  EXPECT_EQ(report.graph_not_found, 1u);
  EXPECT_THAT(report.problems, ElementsAre(StartsWith("graph 'broken.onnx' at batch 1: ")));
  EXPECT_THAT(report.missing, ElementsAre("nowhere.onnx"));
  ASSERT_EQ(report.dataset.samples.size(), 1u) << "nothing of a bad graph is left behind";
  EXPECT_EQ(report.dataset.samples[0].graph, "relu_224.onnx");
}

TEST_F(ImportTest, TheNumberOfThreadsChangesNothing) {
  std::string csv = "graph,batch,platform,latency_ms\n";
  for (int i = 0; i < 40; ++i) {
    const std::string name = "g" + std::to_string(i) + ".onnx";
    folder_.write("graphs/" + name, i % 2 == 0 ? two_convs() : one_relu());
    csv += name + "," + std::to_string(1 + i % 3) + ",cpu,1\n";
  }
  EXPECT_EQ(import(csv, 1).dataset.digest(), import(csv, 4).dataset.digest());
}

TEST_F(ImportTest, GraphsAreFoundInSubfoldersByTheirFileName) {
  folder_.write("graphs/deep/er/inner.onnx", one_relu());
  EXPECT_EQ(import("graph,batch,platform,latency_ms\ninner.onnx,1,cpu,1\n").imported, 1u);
  EXPECT_EQ(import("graph,batch,platform,latency_ms\ndeep/er/inner.onnx,1,cpu,1\n").imported, 1u);
}

TEST_F(ImportTest, AFileNameThatSeveralGraphsHaveIsNoneOfThem) {
  folder_.write("graphs/deep/0001.onnx", one_relu());
  const ImportReport report =
      import("graph,batch,platform,latency_ms\na/0001.onnx,1,cpu,1\nb/0001.onnx,1,cpu,1\n");
  EXPECT_THAT(report.missing, ElementsAre("a/0001.onnx", "b/0001.onnx"));
}

TEST_F(ImportTest, AFileAtItsVeryPathGoesBeforeOneOfItsNameInASubfolder) {
  folder_.write("graphs/backup/relu_224.onnx", two_convs());  // sorts before the other
  const ImportReport report = import("graph,batch,platform,latency_ms\nrelu_224.onnx,1,cpu,1\n");
  ASSERT_EQ(report.dataset.samples.size(), 1u);
  EXPECT_EQ(report.dataset.samples[0].features.num_kernels, 1);
}

TEST_F(ImportTest, AGraphThatSeveralFilesMayBeIsNoneOfThem) {
  folder_.write("graphs/a/inner.onnx", one_relu());
  folder_.write("graphs/b/inner.onnx", two_convs());
  const ImportReport report =
      import("graph,batch,platform,latency_ms\nc/inner.onnx,1,cpu,1\nrelu_224.onnx,1,cpu,1\n");
  EXPECT_EQ(report.imported, 1u);
  EXPECT_THAT(report.missing, IsEmpty());
  EXPECT_THAT(report.problems,
              ElementsAre(StartsWith(
                  "graph 'c/inner.onnx' may be a/inner.onnx or b/inner.onnx; write the path")));
}

TEST_F(ImportTest, ReferencesAreBuiltAndNeedNoArchive) {
  const std::string cell = "|none~0|+|none~0|skip_connect~1|+|none~0|none~1|nor_conv_1x1~2|";
  const std::string path = folder_.write("latency.csv",
                                         "graph,batch,platform,latency_ms\n"
                                         "nasbench201:" +
                                             cell +
                                             ",8,cpu,2\n"
                                             "nasbench201-pruned:" +
                                             cell + ",8,cpu,1\n");
  ImportOptions options;
  options.graphs = folder_.file("nowhere");
  const ImportReport report = import_labels(read_label_file(path).labels, options);
  EXPECT_THAT(report.problems, IsEmpty());
  ASSERT_EQ(report.dataset.samples.size(), 2u);
  const Sample& whole = report.dataset.samples[0];
  EXPECT_EQ(whole.graph, "nasbench201:" + cell);
  EXPECT_EQ(whole.batch, 8);
  EXPECT_EQ(whole.model, report.dataset.samples[1].model);
  const LoweredModel model = lower(build_reference(whole.graph, 8), {});
  EXPECT_EQ(whole.features.base_costs, featurize(model.graph, model.kernels).base_costs);
}

TEST_F(ImportTest, ReferencesAndFilesGoTogetherAndABadOneIsReportedOnce) {
  const ImportReport report = import(
      "graph,batch,platform,latency_ms\n"
      "family:squeezenet:1,1,cpu,3\nfamily:squeezenet:x,1,cpu,3\nfamily:squeezenet:x,2,cpu,3\n"
      "relu_224.onnx,1,cpu,5\n");
  EXPECT_EQ(report.imported, 2u);
  EXPECT_EQ(report.graph_failed, 2u);
  EXPECT_THAT(report.problems, ElementsAre(StartsWith("family:squeezenet:x: the seed")));
  ASSERT_EQ(report.dataset.samples.size(), 2u);
  EXPECT_EQ(report.dataset.samples[0].model, "family:squeezenet:1");
}

TEST_F(ImportTest, AnArchiveThatCannotBeReadIsAnError) {
  ImportOptions options;
  options.graphs = folder_.file("nowhere.tar");
  const LabelFile file = read_label_file(folder_.write("latency.csv", kTable));
  EXPECT_THAT(error_of([&] { import_labels(file.labels, options); }), HasSubstr("nowhere.tar"));
}

}  // namespace
}  // namespace tacho

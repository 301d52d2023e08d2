#include "graph_ir/onnx_skeleton.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "common/error.h"
#include "graph_ir/testing.h"

namespace tacho {
namespace {

using ::testing::HasSubstr;

class Skeleton : public ::testing::Test {
 protected:
  Skeleton() {
    model_.ParseFromString(testing::model_bytes(
        "g (float[1,3] x) => (float[1,4] y) <int64[2] s = {1, 3}, float[3,4] w = {}> "
        "{ r = Reshape(x, s) y = MatMul(r, w) }"));
  }
  ~Skeleton() override { std::remove(path_.c_str()); }

  std::string skeleton() const {
    std::ofstream(path_, std::ios::binary) << model_.SerializeAsString();
    return read_onnx_skeleton(path_);
  }

  onnx::ModelProto model_;
  // Tests run side by side: a file of its own for each.
  std::string path_ = ::testing::TempDir() + "skeleton_" +
                      ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".onnx";
};

TEST_F(Skeleton, LeavesOutWeightsAndKeepsIntegersThatShapesNeed) {
  onnx::TensorProto& w = *model_.mutable_graph()->mutable_initializer(1);
  w.clear_dims();
  w.add_dims(3);
  w.add_dims(1 << 20);
  w.set_raw_data(std::string(size_t{12} << 20, 'w'));
  const std::string bytes = skeleton();
  EXPECT_LT(bytes.size(), 1000u);
  const Graph g = testing::graph_from_bytes(bytes);
  EXPECT_EQ(initializer_elements(g), 2 + (3 << 20));
  EXPECT_EQ(g.value(g.node(0).inputs[1]).literal.value().ints, (std::vector<int64_t>{1, 3}));
}

TEST_F(Skeleton, LeavesOutTextThatNobodyReads) {
  model_.set_doc_string(std::string(100000, 'd'));
  model_.mutable_graph()->mutable_node(0)->set_doc_string(std::string(100000, 'd'));
  model_.mutable_graph()->mutable_input(0)->set_doc_string(std::string(100000, 'd'));
  EXPECT_LT(skeleton().size(), 1000u);
}

TEST_F(Skeleton, OfASmallModelReadsAsTheModel) {
  const Graph whole = testing::graph_from_bytes(model_.SerializeAsString());
  const Graph read = testing::graph_from_bytes(skeleton());
  ASSERT_EQ(read.num_live_nodes(), whole.num_live_nodes());
  ASSERT_EQ(read.num_value_ids(), whole.num_value_ids());
  for (ValueId v = 0; v < whole.num_value_ids(); ++v) {
    EXPECT_EQ(read.value(v).name, whole.value(v).name);
    EXPECT_EQ(read.value(v).dims, whole.value(v).dims);
    EXPECT_EQ(read.value(v).literal, whole.value(v).literal);
  }
}

TEST_F(Skeleton, RefusesWhatIsCutShort) {
  const std::string bytes = model_.SerializeAsString();
  std::ofstream(path_, std::ios::binary) << bytes.substr(0, bytes.size() - 1);
  EXPECT_THROW(read_onnx_skeleton(path_), Error);
}

TEST(SkeletonFile, NamesWhatIsWrong) {
  try {
    read_onnx_skeleton("/nowhere/x.onnx");
    FAIL();
  } catch (const Error& e) {
    EXPECT_THAT(e.what(), HasSubstr("cannot open"));
  }
}

}  // namespace
}  // namespace tacho

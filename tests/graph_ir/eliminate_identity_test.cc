#include "graph_ir/passes/eliminate_identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph_ir/passes_testing.h"

namespace tacho {
namespace {

using testing::after;
using testing::inferred;
using testing::inputs_of;

TEST(EliminateIdentity, RemovesIdentityAndInferenceDropout) {
  EXPECT_EQ(after(eliminate_identity, R"(g (float[2,3] x) => (float[2,3] y) {
    a = Identity(x)
    b = Dropout(a)
    y = Relu(b)
  })"),
            "Relu");
}

TEST(EliminateIdentity, KeepsADropoutWhoseMaskIsRead) {
  EXPECT_EQ(after(eliminate_identity, R"(g (float[2,3] x) => (float[2,3] y, bool[2,3] n) {
    b, m = Dropout(x)
    y = Relu(b)
    n = Not(m)
  })"),
            "unchanged: Dropout Relu Not");
}

TEST(EliminateIdentity, RemovesWhatChangesNoShape) {
  EXPECT_EQ(after(eliminate_identity, R"(g (float[2,3] x) => (float[2,3] y)
      <int64[2] s = {2, -1}, int64[2] e = {1, 3}, int64[4] p = {0, 0, 0, 0}> {
    a = Reshape(x, s)
    b = Expand(a, e)
    c = Transpose <perm = [0, 1]> (b)
    d = Pad(c, p)
    f = Concat <axis = 1> (d)
    y = Relu(f)
  })"),
            "Relu");
}

TEST(EliminateIdentity, KeepsWhatDoes) {
  EXPECT_EQ(after(eliminate_identity, R"(g (float[2,3] x) => (float[1,3,2] y)
      <int64[3] s = {1, 2, 3}> {
    a = Reshape(x, s)
    y = Transpose <perm = [0, 2, 1]> (a)
  })"),
            "unchanged: Reshape Transpose");
}

TEST(EliminateIdentity, KeepsATransposeOfEqualDims) {
  EXPECT_EQ(after(eliminate_identity, R"(g (float[3,3] x) => (float[3,3] y) {
    a = Transpose(x)
    y = Relu(a)
  })"),
            "unchanged: Transpose Relu");
}

TEST(EliminateIdentity, KeepsASliceThatReversesAndAPadThatShifts) {
  EXPECT_EQ(after(eliminate_identity, R"(g (float[4] x) => (float[4] y)
      <int64[1] s = {3}, int64[1] e = {-9}, int64[1] a = {0}, int64[1] t = {-1},
       int64[2] p = {1, -1}> {
    r = Slice(x, s, e, a, t)
    y = Pad(r, p)
  })"),
            "unchanged: Slice Pad");
}

TEST(EliminateIdentity, RemovesACastToTheSameTypeOnly) {
  EXPECT_EQ(after(eliminate_identity, R"(g (float[4] x) => (float16[4] y) {
    a = Cast <to = 1> (x)
    y = Cast <to = 10> (a)
  })"),
            "Cast");
}

TEST(EliminateIdentity, KeepsTheGraphsOutput) {
  Graph g = inferred("g (float[4] x) => (float[4] y) { a = Relu(x) y = Identity(a) }");
  EXPECT_EQ(after(eliminate_identity, g), "Relu");
  EXPECT_EQ(g.value(g.outputs[0]).producer, 0);
}

}  // namespace
}  // namespace tacho

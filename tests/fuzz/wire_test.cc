// Bytes that are not quite protobuf: lengths that lie, endless varints, nesting without end.
#include <gtest/gtest.h>

#include <string>

#include "fuzz/read_model.h"
#include "graph_ir/testing.h"

namespace tacho::testing {
namespace {

std::string varint(uint64_t x) {
  std::string out;
  for (; x >= 0x80; x >>= 7) out += static_cast<char>((x & 0x7f) | 0x80);
  return out + static_cast<char>(x);
}

std::string tag(int field, int wire_type) {
  return varint(static_cast<uint64_t>(field) << 3 | static_cast<uint64_t>(wire_type));
}

std::string field(int number, const std::string& bytes) {
  return tag(number, 2) + varint(bytes.size()) + bytes;
}

// Field numbers of onnx.proto.
constexpr int kModelGraph = 7, kModelOpset = 8, kGraphNode = 1, kGraphInitializer = 5,
              kGraphInput = 11;
constexpr int kNodeInput = 1, kNodeAttribute = 5, kAttributeGraph = 6, kTensorDims = 1,
              kTensorRaw = 9;

std::string valid() { return model_bytes("g (float[1,4] x) => (float[1,4] y) { y = Sqrt(x) }"); }

TEST(Wire, LengthsPastTheEndAreFaults) {
  for (const uint64_t length :
       {uint64_t{1} << 10, uint64_t{1} << 31, uint64_t{1} << 32, uint64_t{1} << 62, ~uint64_t{0},
        ~uint64_t{0} - 1, uint64_t{1} << 63}) {
    EXPECT_TRUE(fault_of(tag(kModelGraph, 2) + varint(length) + "abc").has_value()) << length;
    EXPECT_TRUE(fault_of(valid() + tag(kModelGraph, 2) + varint(length)).has_value()) << length;
    const std::string node = tag(kNodeInput, 2) + varint(length) + "x";
    EXPECT_TRUE(fault_of(valid() + field(kModelGraph, field(kGraphNode, node))).has_value())
        << length;
  }
}

TEST(Wire, VarintsWithoutAnEndAreFaults) {
  for (const size_t length : {9u, 10u, 11u, 100u, 100000u}) {
    EXPECT_TRUE(fault_of(std::string(length, '\x80')).has_value());
    EXPECT_TRUE(fault_of(valid() + tag(1, 0) + std::string(length, '\xff')).has_value());
    EXPECT_TRUE(fault_of(valid() + std::string(length, '\xff') + '\x01').has_value());
  }
}

TEST(Wire, OtherWireTypesForAFieldComeBack) {
  for (int number = 0; number < 32; ++number) {
    for (int type = 0; type < 8; ++type) {
      const std::string payload = type == 2 ? varint(3) + "abc" : std::string(8, '\x01');
      const std::string odd = tag(number, type) + payload;
      fault_of(odd);
      fault_of(valid() + odd);
      for (const int part : {kGraphNode, kGraphInitializer, kGraphInput, 12, 13}) {
        fault_of(valid() + field(kModelGraph, field(part, odd)));
      }
      fault_of(valid() + field(kModelGraph, field(kGraphNode, field(kNodeAttribute, odd))));
      fault_of(valid() + field(kModelOpset, odd));
    }
  }
}

TEST(Wire, DeepNestingDoesNotOverflowTheStack) {
  // An attribute with a graph with a node with an attribute …
  std::string graph = field(kGraphNode, "");
  for (int depth = 0; depth < 3000; ++depth) {
    graph = field(kGraphNode, field(kNodeAttribute, field(kAttributeGraph, graph)));
  }
  EXPECT_TRUE(fault_of(valid() + field(kModelGraph, graph)).has_value());
}

TEST(Wire, NestedGroupsDoNotOverflowTheStack) {
  EXPECT_TRUE(
      fault_of(std::string(1000000, '\x0b')).has_value());  // start of group 1, a million times
}

TEST(Wire, TensorsThatClaimMoreThanTheyHoldComeBack) {
  for (const uint64_t size : {uint64_t{1}, uint64_t{1} << 20, uint64_t{1} << 62, ~uint64_t{0}}) {
    std::string tensor = tag(kTensorDims, 0) + varint(size) + tag(kTensorDims, 0) + varint(size) +
                         tag(2, 0) + varint(7) + field(8, "w") + field(kTensorRaw, "1234567");
    fault_of(valid() + field(kModelGraph, field(kGraphInitializer, tensor)));
  }
}

TEST(Wire, ManyEmptyMessagesAreReadInTime) {
  std::string graph;
  for (int i = 0; i < 200000; ++i) graph += field(kGraphInitializer, "");
  fault_of(valid() + field(kModelGraph, graph));
  std::string nodes;
  for (int i = 0; i < 50000; ++i) nodes += field(kGraphNode, "");
  fault_of(valid() + field(kModelGraph, nodes));
}

}  // namespace
}  // namespace tacho::testing

#include "graph_ir/kernel_class.h"

#include <algorithm>
#include <cassert>

#include "graph_ir/features.h"
#include "graph_ir/kernel_family.h"

namespace tacho {
namespace {

constexpr std::string_view kPointwise = "conv_1x1";

struct FamilyClass {
  std::string_view family;
  std::string_view name;
};

// In the order of the classes. A convolution of window 1 is conv_1x1 instead.
constexpr FamilyClass kClassOfFamily[] = {
    {"conv", "conv_kxk"},
    {"gconv", "conv_grouped"},
    {"dwconv", "conv_depthwise"},
    {"convtranspose", "conv_transposed"},
    {"fc", "fc"},
    {"matmul", "matmul"},
    {"attention", "matmul"},
    {"recurrent", "matmul"},
    {"maxpool", "pool"},
    {"avgpool", "pool"},
    {"globalpool", "reduce"},
    {"reduce", "reduce"},
    {"softmax", "reduce"},
    {"norm", "norm"},
    {"channelnorm", "norm"},
    {"bn", "norm"},
    {"add", "add"},
    {"mul", "mul"},
    {"arithmetic", "mul"},
    {"relu", "activation"},
    {"activation", "activation"},
    {"se", "se"},
    {"shuffle", "move"},
    {"concat", "move"},
    {"split", "move"},
    {"slice", "move"},
    {"transpose", "move"},
    {"pad", "move"},
    {"gather", "move"},
    {"scatter", "move"},
    {"repeat", "move"},
    {"resize", "resize"},
    {"zero", "zero"},
    {"quantize", "other"},
    {"other", "other"},
};

size_t column_of(std::string_view name) {
  const std::vector<FeatureInfo>& table = feature_table();
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const FeatureInfo& info) { return info.name == name; });
  assert(found != table.end());
  return static_cast<size_t>(found - table.begin());
}

size_t class_named(std::string_view name) {
  const std::vector<std::string_view>& classes = kernel_classes();
  return static_cast<size_t>(std::find(classes.begin(), classes.end(), name) - classes.begin());
}

/// Where in a row stands what decides.
struct Columns {
  size_t window = column_of("window");
  size_t live = column_of("live");
  size_t first_family = column_of(kernel_families().front());
  size_t conv = column_of("conv");
  size_t pointwise = class_named(kPointwise);
  size_t other = class_named("other");
  std::vector<size_t> classes;  ///< of each family

  Columns() {
    for (const std::string_view family : kernel_families()) {
      const auto* found = std::find_if(std::begin(kClassOfFamily), std::end(kClassOfFamily),
                                       [&](const FamilyClass& c) { return c.family == family; });
      assert(found != std::end(kClassOfFamily));
      classes.push_back(class_named(found->name));
    }
  }
};

const Columns& columns() {
  static const Columns kColumns;
  return kColumns;
}

}  // namespace

const std::vector<std::string_view>& kernel_classes() {
  static const std::vector<std::string_view> kClasses = [] {
    std::vector<std::string_view> names{kPointwise};
    for (const FamilyClass& c : kClassOfFamily) {
      if (std::find(names.begin(), names.end(), c.name) == names.end()) names.push_back(c.name);
    }
    return names;
  }();
  return kClasses;
}

size_t kernel_class(const float* feature_row) {
  const Columns& c = columns();
  if (feature_row[c.conv] == 1 && feature_row[c.window] <= 1) return c.pointwise;
  for (size_t i = 0; i < c.classes.size(); ++i) {
    if (feature_row[c.first_family + i] == 1) return c.classes[i];
  }
  return c.other;
}

bool is_live(const float* feature_row) { return feature_row[columns().live] != 0; }

}  // namespace tacho

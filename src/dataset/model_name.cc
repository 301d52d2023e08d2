// model_of(): which names are one architecture. Made for the names of timm, torchvision and
// YOLOBench.
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "dataset/split.h"

namespace tacho {
namespace {

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

std::string_view file_stem(std::string_view name) {
  const size_t slash = name.find_last_of('/');
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  if (ends_with(name, ".onnx")) name.remove_suffix(5);
  return name;
}

/// "kind:rest", a graph reference for one: its slashes, dots and numbers are the network itself.
bool names_its_kind(std::string_view name) {
  const size_t colon = name.find(':');
  return colon != std::string_view::npos && colon > 0 && colon < name.find('/');
}
const std::string kPrunedCell = "nasbench201-pruned:";
const std::string kCell = "nasbench201:";

/// Without what follows a dot, unless it is a digit: "resnet50.a1_in1k", but "yolo_w0.25".
std::string_view without_tag(std::string_view name) {
  for (size_t dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.', dot + 1)) {
    if (dot > 0 && (dot + 1 == name.size() || !is_digit(name[dot + 1]))) return name.substr(0, dot);
  }
  return name;
}

/// Ends that say how the weights were trained or stored, not what is computed.
constexpr std::array<std::string_view, 11> kWeightSuffixes = {
    "_bn",   "_dist",  "_distilled", "_jx",       "_reparam", "_miil",
    "_in1k", "_in21k", "_in22k",     "_in21ft1k", "_in22ft1k"};

bool strip_weight_suffix(std::string_view& name) {
  for (const std::string_view suffix : kWeightSuffixes) {
    if (name.size() > suffix.size() && ends_with(name, suffix)) {
      name.remove_suffix(suffix.size());
      return true;
    }
  }
  return false;
}

/// Beginnings that say who trained or published the weights.
constexpr std::array<std::string_view, 10> kSourcePrefixes = {
    "ens_adv_", "adv_", "gluon_", "ig_", "jx_", "legacy_", "ssl_", "swsl_", "tf_", "tv_"};

bool strip_source_prefix(std::string_view& name) {
  for (const std::string_view prefix : kSourcePrefixes) {
    if (name.size() > prefix.size() && name.substr(0, prefix.size()) == prefix) {
      name.remove_prefix(prefix.size());
      return true;
    }
  }
  return false;
}

/// Second names of one architecture, found by comparing the archive's graphs: `end` or `begin` of a
/// name and what stands there in the first one.
struct Alias {
  std::string_view other, first;
};
constexpr std::array<Alias, 4> kEndAliases = {
    {{"_v1b", ""}, {"_v1c", "c"}, {"_v1d", "d"}, {"_v1s", "s"}}};
constexpr std::array<Alias, 2> kBeginAliases = {{{"deit_", "vit_"}, {"beitv2_", "beit_"}}};
constexpr std::array<Alias, 6> kWholeAliases = {
    {{"repvit_m1", "repvit_m0_9"},
     {"repvit_m2", "repvit_m1_1"},
     {"naflexvit_base_patch16_par_gap", "naflexvit_base_patch16_gap"},
     // the wide ones' published graphs are that of the narrow one
     {"resnext101_32x16d", "resnext101_32x8d"},
     {"resnext101_32x32d", "resnext101_32x8d"},
     {"resnext101_32x48d", "resnext101_32x8d"}}};

std::string first_name(std::string_view name) {
  for (const Alias& a : kWholeAliases) {
    if (name == a.other) return std::string(a.first);
  }
  std::string result(name);
  for (const Alias& a : kEndAliases) {
    if (ends_with(result, a.other))
      result.replace(result.size() - a.other.size(), a.other.size(), a.first);
  }
  for (const Alias& a : kBeginAliases) {
    if (result.rfind(a.other, 0) == 0) result.replace(0, a.other.size(), a.first);
  }
  return result;
}

/// Image sizes that the rule below would miss.
constexpr std::array<int, 9> kOddSizes = {106, 152, 188, 260, 299, 300, 331, 380, 475};

/// From 96 on the multiples of 16; from 182 on those of 8 and of 14 (patch sizes) as well, but not
/// 200, which is a width in per cent (mobilevitv2_200). 100, 120, 140 and 150, widths too, are not
/// among them.
bool plausible_image_size(int number) {
  if (number < 96 || number > 2048 || number == 200) return false;
  if (number % 16 == 0) return true;
  if (number >= 182 && (number % 8 == 0 || number % 14 == 0)) return true;
  return std::find(kOddSizes.begin(), kOddSizes.end(), number) != kOddSizes.end();
}

/// Families whose first number is a width, a depth or a complexity: levit_256, regnety_160,
/// resnet_152.
constexpr std::array<std::string_view, 10> kNumberedFamilies = {
    "levit",   "levit_conv", "regnetv",  "regnetx",  "regnety",
    "regnetz", "resnet",     "resnetv2", "densenet", "dpn"};

bool strip_image_size(std::string_view& name) {
  const size_t underscore = name.find_last_of('_');
  if (underscore == std::string_view::npos || underscore == 0) return false;
  const std::string_view digits = name.substr(underscore + 1);
  const std::string_view rest = name.substr(0, underscore);
  int number = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (code != std::errc() || end != digits.data() + digits.size() || digits[0] == '0') return false;
  if (!plausible_image_size(number)) return false;
  if (std::find(kNumberedFamilies.begin(), kNumberedFamilies.end(), rest) !=
      kNumberedFamilies.end()) {
    return false;
  }
  name = rest;
  return true;
}

}  // namespace

std::string model_of(const std::string& name) {
  if (names_its_kind(name)) {
    // One cell is one network, whether its zero edges are computed or not.
    const bool pruned = name.rfind(kPrunedCell, 0) == 0;
    return pruned ? kCell + name.substr(kPrunedCell.size()) : name;
  }
  std::string_view rest = without_tag(file_stem(name));
  // A graph's name often has two sizes, the model's own and the one it was exported at.
  while (strip_weight_suffix(rest) || strip_image_size(rest) || strip_source_prefix(rest)) {
  }
  return first_name(rest);
}

}  // namespace tacho

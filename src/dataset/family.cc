// family_of(). Made for the names of timm, torchvision and YOLOBench.
#include "dataset/family.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace tacho {
namespace {

bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

/// Beginnings that name a variation of the family that comes after them.
constexpr std::array<std::string_view, 11> kVariations = {
    "bat_", "dm_", "eca_", "ese_", "gc_", "lambda_", "nf_", "sam2_", "test_", "wide_", "jx_"};

struct Merge {
  std::string_view start;
  std::string_view family;
};

/// Where a family is not the letters at the beginning; the first start that fits decides. Merged is
/// what has the same blocks: a network whose siblings are in the training data is no new family.
constexpr std::array<Merge, 49> kMerges = {
    {{"resnet", "resnet"},  // and resnetv2, resnetrs, resnetaa, resnetblur
     {"resnext", "resnet"},
     {"seresne", "resnet"},
     {"ecaresne", "resnet"},
     {"gcresne", "resnet"},
     {"skresne", "resnet"},
     {"cspresne", "resnet"},
     {"tresnet", "resnet"},
     {"senet", "resnet"},
     {"res2ne", "res2net"},
     {"cs3", "darknet"},
     {"cspdarknet", "darknet"},
     {"darknet", "darknet"},
     {"sedarknet", "darknet"},
     {"botne", "botnet"},  // ResNets with self-attention in their blocks, and mixtures of these
     {"halo", "botnet"},
     {"lamhalo", "botnet"},
     {"sehalonet", "botnet"},
     {"inception_next", "inception_next"},
     {"mobilenet_edgetpu", "mobilenet_edgetpu"},
     {"mobilenet_v1", "mobilenetv1"},  // three generations that share little but the name
     {"mobilenet_v2", "mobilenetv2"},
     {"mobilenet_v3", "mobilenetv3"},
     {"mobilenetv1", "mobilenetv1"},
     {"mobilenetv2", "mobilenetv2"},
     {"mobilenetv3", "mobilenetv3"},
     {"mobilenetv4", "mobilenetv4"},
     {"mobilenetv5", "mobilenetv5"},
     {"fbnetv3", "fbnetv3"},  // not the search space that is called fbnet
     {"semobilevit", "mobilevit"},
     {"semnasnet", "mnasnet"},
     {"spnasnet", "mnasnet"},
     {"regnet", "regnet"},
     {"repghostnet", "ghostnet"},
     {"maxxvit", "maxvit"},
     {"coatnext", "coatnet"},
     {"hieradet", "hiera"},
     {"nasnetalarge", "nasnet"},
     {"pnasnet", "nasnet"},
     {"gmixer", "mixer"},
     {"deit", "vit"},
     {"flexivit", "vit"},
     {"naflexvit", "vit"},
     {"samvit", "vit"},
     {"tiny_vit", "tiny_vit"},
     {"yolo11", "yolo11"},
     {"yolo12", "yolo12"},
     {"yolov10", "yolov10"},
     {"yolo_nas", "yolo_nas"}}};

/// The letters at the beginning, without the "v" of a version: "efficientformerv2_s0" →
/// "efficientformer". A YOLO is its version: "yolov8n" → "yolov8".
std::string_view leading_letters(std::string_view name) {
  const auto is_letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  const auto is_digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  size_t end = 0;
  while (end < name.size() && is_letter(name[end])) ++end;
  const bool version = end < name.size() && is_digit(name[end]);
  if (version && starts_with(name, "yolo")) return name.substr(0, end + 1);
  if (version && end > 1 && name[end - 1] == 'v') --end;
  return end == 0 ? name : name.substr(0, end);
}

}  // namespace

std::string family_of(const std::string& model) {
  const size_t colon = model.find(':');
  if (colon != std::string::npos && colon < model.find('/')) {
    const std::string kind = model.substr(0, colon);
    if (kind != "family") return kind;
    const size_t next = std::min(model.find(':', colon + 1), model.size());
    return model.substr(colon + 1, next - colon - 1);
  }
  std::string_view name = model;
  for (const std::string_view variation : kVariations) {
    if (starts_with(name, variation)) name.remove_prefix(variation.size());
  }
  for (const Merge& merge : kMerges) {
    if (starts_with(name, merge.start)) return std::string(merge.family);
  }
  return std::string(leading_letters(name));
}

}  // namespace tacho

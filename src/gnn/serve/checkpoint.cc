#include "gnn/serve/checkpoint.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "common/error.h"
#include "gnn/serve/device_totals.h"

namespace tacho {
namespace {

using nlohmann::json;

constexpr const char* kFormat = "tachograph";
constexpr const char* kFormatVersion = "2";
constexpr int kMaxSize =
    1 << 16;  ///< of width, layers, components: far above sense, far below overflow
constexpr int kMaxMembers = 256;

json parse_metadata(const SafetensorsFile& file, const std::string& key) {
  json value = json::parse(file.metadata_text(key), nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) throw Error("metadata \"" + key + "\" is not JSON");
  return value;
}

int size_in(const json& config, const char* key) {
  const int value = config.at(key).get<int>();
  if (value < 0 || value > kMaxSize) {
    throw Error("config: " + std::string(key) + " is " + std::to_string(value));
  }
  return value;
}

void check_info(const CheckpointInfo& info) {
  if (info.config.width == 0 || info.schema.base_costs.empty() || info.schema.features.empty()) {
    throw Error("config: width, features and base costs must not be empty");
  }
  if (!std::isfinite(info.config.bound) || info.config.bound <= 0) {
    throw Error("config: bound is not a positive number");
  }
  std::set<std::string> names(info.platforms.begin(), info.platforms.end());
  for (const AdaptedPlatform& adapted : info.adapted) names.insert(adapted.name);
  if (names.size() != info.platforms.size() + info.adapted.size()) {
    throw Error("a platform is listed twice");
  }
  if (!info.adapted.empty() && info.config.readout != Readout::kSum) {
    throw Error("adapted platforms need the sum readout");
  }
  if (info.config.members < 1 || info.config.members > kMaxMembers) {
    throw Error("config: members is " + std::to_string(info.config.members));
  }
  std::vector<Band> bands = info.bands;
  for (const AdaptedPlatform& adapted : info.adapted) bands.push_back(adapted.band);
  for (const Band& band : bands) {
    if (!(band.tau >= 0 && band.q >= 0)) throw Error("a band is narrower than nothing");
  }
  if (!(info.usual_spread >= 0)) throw Error("usual_spread is not a positive number");
}

/// Pairs are of files written before bands held nine times in ten: what those say cannot be told
/// from them.
Band band_from(const json& band) {
  if (band.is_null() || band.is_array()) return {};
  return {band.at("tau").get<double>(), band.at("q").get<double>()};
}

json json_of(const Band& band) {
  return band.is_known() ? json{{"tau", band.tau}, {"q", band.q}} : json();
}

BatchRange range_from(const json& range) {
  return {range.at(0).get<int64_t>(), range.at(1).get<int64_t>()};
}

void read_adapted(const json& adapted, CheckpointInfo* info) {
  info->adapted_classes = adapted.at("classes").get<std::vector<std::string>>();
  // What there was before they were written down.
  const std::vector<std::string> first = {"arithmetic", "bytes moved", "kernels"};
  info->adapted_counted = adapted.value("counted", first);
  for (const json& p : adapted.at("platforms")) {
    info->adapted.push_back({p.at("name").get<std::string>(), band_from(p.at("band")),
                             range_from(p.at("measured_batches")), p.at("fit").dump()});
  }
}

json json_of_adapted(const CheckpointInfo& info) {
  json platforms = json::array();
  for (const AdaptedPlatform& p : info.adapted) {
    platforms.push_back({{"name", p.name},
                         {"band", json_of(p.band)},
                         {"measured_batches", {p.measured.low, p.measured.high}},
                         {"fit", json::parse(p.fit)}});
  }
  return {{"classes", info.adapted_classes},
          {"counted", info.adapted_counted},
          {"platforms", platforms}};
}

CheckpointInfo read_fields(const SafetensorsFile& file) {
  const auto format = file.metadata().find("format");
  if (format == file.metadata().end() || format->second != kFormat) {
    throw Error("safetensors, but not a checkpoint of ours; tacho train makes one");
  }
  const std::string& version = file.metadata_text("format_version");
  if (version != kFormatVersion) {
    throw Error("checkpoint format " + version + ", this program reads " + kFormatVersion +
                "; train it again with tacho train");
  }
  CheckpointInfo info;
  const json config = parse_metadata(file, "config");
  info.config.readout = readout_from_name(config.at("readout").get<std::string>());
  info.config.width = size_in(config, "width");
  info.config.layers = size_in(config, "layers");
  info.config.components = size_in(config, "components");
  info.config.bound = config.at("bound").get<double>();
  info.config.members = config.value("members", 1);
  info.platforms = parse_metadata(file, "platforms").get<std::vector<std::string>>();
  info.schema.version = parse_metadata(file, "feature_version").get<int>();
  info.schema.features = parse_metadata(file, "feature_names").get<std::vector<std::string>>();
  info.schema.base_costs = parse_metadata(file, "base_cost_names").get<std::vector<std::string>>();
  const auto source = file.metadata().find("feature_source");
  if (source != file.metadata().end()) info.schema.source = source->second;
  const json bands = parse_metadata(file, "bands");
  for (const std::string& platform : info.platforms) {
    info.bands.push_back(band_from(bands.at(platform)));
  }
  const json batches = parse_metadata(file, "measured_batches");
  for (const std::string& platform : info.platforms) {
    info.measured.push_back(range_from(batches.at(platform)));
  }
  info.work.resize(info.platforms.size());
  if (file.metadata().count("measured_gflops") > 0) {
    const json work = parse_metadata(file, "measured_gflops");
    for (size_t p = 0; p < info.platforms.size(); ++p) {
      const json& range = work.at(info.platforms[p]);
      info.work[p] = {range.at(0).get<double>(), range.at(1).get<double>()};
    }
  }
  info.training = file.metadata_text("training");
  if (file.metadata().count("usual_spread") > 0) {
    info.usual_spread = parse_metadata(file, "usual_spread").get<double>();
  }
  if (file.metadata().count("adapted") > 0) read_adapted(parse_metadata(file, "adapted"), &info);
  return info;
}

CheckpointInfo read_info(const SafetensorsFile& file) {
  try {
    CheckpointInfo info = read_fields(file);
    check_info(info);
    return info;
  } catch (const json::exception&) {
    throw Error(
        "metadata of an unexpected form: the file is damaged; train it again with tacho train");
  }
}

}  // namespace

std::string_view readout_name(Readout readout) {
  return readout == Readout::kSum ? "sum" : "pooled";
}

Readout readout_from_name(const std::string& name) {
  if (name == "sum") return Readout::kSum;
  if (name == "pooled") return Readout::kPooled;
  throw Error("readout is \"" + name + "\", not sum or pooled", Fault::kUsage);
}

namespace {

/// Of a checkpoint with one network.
std::vector<std::pair<std::string, TensorShape>> network_shapes(const CheckpointInfo& info) {
  const int64_t features = static_cast<int64_t>(info.schema.features.size());
  const int64_t costs = static_cast<int64_t>(info.schema.base_costs.size());
  const int64_t platforms = static_cast<int64_t>(info.platforms.size());
  const int64_t width = info.config.width;
  const int64_t components = info.config.components;

  std::vector<std::pair<std::string, TensorShape>> shapes;
  for (const char* name : {"feature_mean", "feature_std", "feature_low", "feature_high"}) {
    shapes.push_back({name, {features}});
  }
  shapes.push_back({"input.weight", {features, width}});
  shapes.push_back({"input.bias", {width}});
  for (int l = 0; l < info.config.layers; ++l) {
    const std::string layer = "layer." + std::to_string(l) + ".";
    for (const char* name : {"self", "pred", "succ", "mix"}) {
      shapes.push_back({layer + name + ".weight", {width, width}});
    }
    for (const char* name : {"bias", "mix.bias", "norm.weight", "norm.bias"}) {
      shapes.push_back({layer + name, {width}});
    }
  }
  if (info.config.readout == Readout::kSum) {
    shapes.push_back({"output.weight", {width, components}});
    shapes.push_back({"output.bias", {components}});
    shapes.push_back({kRunsDead, {platforms}});
    shapes.push_back({"platform.theta", {platforms, components}});
    return shapes;
  }
  int64_t inputs = width + costs + 1;
  shapes.push_back({"head.mean", {inputs}});
  shapes.push_back({"head.std", {inputs}});
  for (int i = 0; i < kHeadLayers; ++i) {
    const std::string layer = "head." + std::to_string(i) + ".";
    const int64_t outputs = i + 1 < kHeadLayers ? width : platforms;
    shapes.push_back({layer + "weight", {inputs, outputs}});
    shapes.push_back({layer + "bias", {outputs}});
    inputs = outputs;
  }
  return shapes;
}

}  // namespace

bool is_shared_tensor(const std::string& name) {
  return name.rfind("feature_", 0) == 0 || name == kRunsDead;
}

std::string member_tensor(const ModelConfig& config, int member, const std::string& name) {
  if (config.members == 1 || is_shared_tensor(name)) return name;
  return "member." + std::to_string(member) + "." + name;
}

CheckpointInfo without_ensemble(CheckpointInfo info) {
  info.config.members = 1;
  info.adapted.clear();
  info.adapted_classes.clear();
  info.adapted_counted.clear();
  return info;
}

std::vector<std::pair<std::string, TensorShape>> tensor_shapes(const CheckpointInfo& info) {
  std::vector<std::pair<std::string, TensorShape>> shapes;
  for (int member = 0; member < info.config.members; ++member) {
    for (auto& [name, shape] : network_shapes(info)) {
      if (member > 0 && is_shared_tensor(name)) continue;
      shapes.push_back({member_tensor(info.config, member, name), std::move(shape)});
    }
  }
  if (!info.adapted.empty()) {
    shapes.push_back({kAdaptedMix,
                      {static_cast<int64_t>(info.adapted.size()),
                       static_cast<int64_t>(info.platforms.size() + info.adapted_counted.size()),
                       2 * static_cast<int64_t>(info.adapted_classes.size())}});
  }
  return shapes;
}

Checkpoint::Checkpoint(const std::string& path) : file_(path) {
  with_context(path, [&] {
    info_ = read_info(file_);
    // Each tensor is at least a name in the header: this bounds the loop below.
    if (info_.config.layers * info_.config.members > static_cast<int>(file_.tensors().size())) {
      throw Error("has fewer tensors than its " + std::to_string(info_.config.layers) +
                  " layers need");
    }
  });
  for (const auto& [name, shape] : tensor_shapes(info_)) {
    const float* data = file_.tensor(name, shape).data;
    int64_t count = 1;
    for (const int64_t d : shape) count *= d;
    if (!std::all_of(data, data + count, [](float x) { return std::isfinite(x); })) {
      throw Error(path + ": tensor \"" + name +
                  "\" has a value that is no number; the file is damaged");
    }
    if (name == kAdaptedMix && !std::all_of(data, data + count, [](float x) { return x >= 0; })) {
      throw Error(path + ": tensor \"" + name + "\" has a negative value");
    }
    if (name == kRunsDead &&
        !std::all_of(data, data + count, [](float x) { return x == 0 || x == 1; })) {
      throw Error(path + ": tensor \"" + name + "\" has a value other than 0 and 1");
    }
  }
}

Checkpoint::Matrix Checkpoint::matrix(const std::string& name) const {
  const TensorView& view = file_.tensors().at(name);
  assert(view.shape.size() == 2);
  return Matrix(view.data, view.shape[0], view.shape[1]);
}

Checkpoint::Row Checkpoint::row(const std::string& name) const {
  const TensorView& view = file_.tensors().at(name);
  assert(view.shape.size() == 1);
  return Row(view.data, view.shape[0]);
}

TensorData Checkpoint::tensor(const std::string& name) const {
  const TensorView& view = file_.tensors().at(name);
  return {name, view.shape, {view.data, view.data + element_count(view.shape)}};
}

void write_checkpoint(const std::string& path, const CheckpointInfo& info,
                      const std::vector<TensorData>& tensors) {
  json bands = json::object(), batches = json::object(), work = json::object();
  for (size_t p = 0; p < info.platforms.size(); ++p) {
    const Band band = p < info.bands.size() ? info.bands[p] : Band{};
    bands[info.platforms[p]] = json_of(band);
    const BatchRange range = p < info.measured.size() ? info.measured[p] : BatchRange{};
    batches[info.platforms[p]] = {range.low, range.high};
    const WorkRange gflops = p < info.work.size() ? info.work[p] : WorkRange{};
    work[info.platforms[p]] = {gflops.low, gflops.high};
  }
  const json config = {{"readout", readout_name(info.config.readout)},
                       {"width", info.config.width},
                       {"layers", info.config.layers},
                       {"components", info.config.components},
                       {"bound", info.config.bound},
                       {"members", info.config.members}};
  std::map<std::string, std::string> metadata = {
      {"format", kFormat},
      {"format_version", kFormatVersion},
      {"config", config.dump()},
      {"platforms", json(info.platforms).dump()},
      {"feature_version", std::to_string(info.schema.version)},
      {"feature_names", json(info.schema.features).dump()},
      {"base_cost_names", json(info.schema.base_costs).dump()},
      {"bands", bands.dump()},
      {"measured_batches", batches.dump()},
      {"measured_gflops", work.dump()},
      {"training", info.training}};
  if (!info.schema.source.empty()) metadata["feature_source"] = info.schema.source;
  if (info.usual_spread > 0) metadata["usual_spread"] = json(info.usual_spread).dump();
  if (!info.adapted.empty()) metadata["adapted"] = json_of_adapted(info).dump();
  write_safetensors(path, metadata, tensors);
}

}  // namespace tacho
